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
  const limits = [
    ...foldersOf(root, '').map(folder => read(root, `${folder}/memory.max`)),
    ...foldersOf(root, 'memory').map(folder => read(root, `${folder}/memory.limit_in_bytes`)),
  ].map(Number)
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

/** CPUs worth of time that the cgroups allow, the tightest of them; `Infinity` where nothing limits it. */
function quota(root: string): number {
  const limits = [
    ...foldersOf(root, '').map(folder => read(root, `${folder}/cpu.max`)?.split(' ')),
    ...foldersOf(root, 'cpu').map(folder =>
      ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map(file => read(root, `${folder}/${file}`)),
    ),
  ].map(limit => {
    const [most, period] = (limit ?? []).map(Number)
    return most !== undefined && period !== undefined && most > 0 && period > 0 ? most / period : Infinity
  })
  return Math.min(...limits)
}

/**
 * The folders of this process's cgroup and of all above it, each of which may have a limit of its own. In a container its own
 * is the root, as a rule.
 *
 * @param controller  of version 1, where each has a tree of its own; empty: version 2
 */
function foldersOf(root: string, controller: string): readonly string[] {
  const top = controller === '' ? 'sys/fs/cgroup' : `sys/fs/cgroup/${controller}`
  const lines = (read(root, 'proc/self/cgroup') ?? '').split('\n').map(line => line.split(':'))
  const path = lines.find(([, names = '']) => names.split(',').includes(controller))?.[2] ?? ''
  const folders = [top]
  for (const step of path.split('/')) if (step !== '') folders.push(`${folders.at(-1)}/${step}`)
  return folders
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
