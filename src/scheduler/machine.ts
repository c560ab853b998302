/**
 * What the machine has: the only file of the schedulers that knows Node. A browser build swaps it for
 * `machine.browser.ts`.
 */

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/**
 * How many can really work at once: what this process may use of the CPUs (affinity included), or less if its
 * container's quota is less.
 *
 * @param root  where `/sys` is; tests have their own
 */
export function parallelism(root = '/'): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota(root))))
}

/** CPUs worth of time that the cgroup allows; `Infinity` where nothing limits it. */
function quota(root: string): number {
  const v2 = read(`${root}/sys/fs/cgroup/cpu.max`)?.split(' ')
  const v1 = [
    read(`${root}/sys/fs/cgroup/cpu/cpu.cfs_quota_us`) ?? '',
    read(`${root}/sys/fs/cgroup/cpu/cpu.cfs_period_us`) ?? '',
  ]
  const [most, period] = (v2 ?? v1).map(Number) as [number, number]
  return most > 0 && period > 0 ? most / period : Infinity
}

/** A file's text; `undefined` where there is none to read. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined // no such file: another system, or another version of cgroups
  }
}
