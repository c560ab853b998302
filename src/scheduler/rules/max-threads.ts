/** At most so many at once. taylorism's MaxThreadsScheduler. */

import type { AnyScheduler } from '../scheduler.ts'
import { parallelism } from './machine.ts'
import { shown } from './shown.ts'

/**
 * @param n  whole, 0 or more. 0: half of the parallelism available, at least 1. Absent: all of it, which is what this
 *           process may use of the CPUs, its container's quota included
 * @throws {TypeError} when `n` is anything else
 */
export function maxThreads(n?: number): AnyScheduler {
  if (n !== undefined && !(Number.isInteger(n) && n >= 0)) {
    throw new TypeError(`Cannot schedule at most ${shown(n)} threads: 'n' must be a whole number, 0 or more`)
  }
  const concurrency =
    n === undefined ? parallelism() : n === 0 ? Math.max(1, Math.floor(parallelism() / 2)) : n
  return { name: 'maxThreads', concurrency }
}
