/**
 * What the machine has, and what this process may use of it: the only file of the schedulers that knows Node.
 * A browser build swaps it for `machine.browser.ts`.
 */

import { accessSync, constants, readFileSync } from 'node:fs'
import { availableParallelism, loadavg, totalmem } from 'node:os'
import { delimiter, join } from 'node:path'

import { parseCpus } from './cpus.ts'

/**
 * How many can really work at once: what this process may use of the CPUs (affinity included), or less if its
 * container's quota is less.
 *
 * @param root  where `/sys` is; tests have their own
 */
export function parallelism(root = '/', cpus = availableParallelism()): number {
  return Math.max(1, Math.min(cpus, Math.ceil(quota(root))))
}

/** MiB of memory in all: the machine's, or less if the container's limit is less. */
export function memoryMiB(root = '/'): number {
  const limits = ['memory.max', 'memory/memory.limit_in_bytes'].map(file =>
    Number(read(root, `sys/fs/cgroup/${file}`)),
  )
  return Math.min(totalmem(), ...limits.filter(limit => limit > 0)) / 2 ** 20
}

/**
 * MiB of memory that may still be used.
 *
 * @public
 */
export const freeMiB = (): number => process.availableMemory() / 2 ** 20

/**
 * Load average of the last minute; `undefined` on Windows, which has none.
 *
 * @public
 */
export const load = (): number | undefined => (process.platform === 'win32' ? undefined : loadavg()[0])

/**
 * The CPUs to which threads can be bound, one socket after the other.
 *
 * @throws {Error} where they cannot
 */
export function bindable(
  platform: string = process.platform,
  path = process.env.PATH ?? '',
): readonly number[] {
  if (platform !== 'linux') {
    throw new Error(`Cannot bind workers to CPUs: this works on Linux only, and this is ${platform}`)
  }
  if (!path.split(delimiter).some(folder => isExecutable(join(folder, 'taskset')))) {
    throw new Error("Cannot bind workers to CPUs: there is no 'taskset' on the PATH. Install util-linux")
  }
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(read('/', 'proc/self/status') ?? '')?.[1] ?? ''
  const socketOf = (cpu: number) =>
    Number(read('/', `sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id`) ?? 0)
  return parseCpus(allowed).sort((a, b) => socketOf(a) - socketOf(b) || a - b)
}

/** CPUs worth of time that the cgroup allows; `Infinity` where nothing limits it. */
function quota(root: string): number {
  const version1 = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map(file =>
    read(root, `sys/fs/cgroup/cpu/${file}`),
  )
  const [most, period] = (read(root, 'sys/fs/cgroup/cpu.max')?.split(' ') ?? version1).map(Number)
  return most !== undefined && period !== undefined && most > 0 && period > 0 ? most / period : Infinity
}

/** A file's text; `undefined` where there is none to read. */
function read(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8').trim()
  } catch {
    return undefined // another system, or another version of cgroups
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there
  }
}
