/** At most `n` starts in any interval of `perMs` milliseconds: a sliding window, so never 2n around a boundary. */

import type { Scheduler } from '../scheduler.ts'
import { shown } from './shown.ts'

/**
 * @param n      whole, 1 or more
 * @param perMs  milliseconds, above 0
 * @throws {TypeError} when either is anything else
 */
export function rateLimit(n: number, perMs: number): Scheduler {
  if (!(Number.isInteger(n) && n > 0)) {
    throw new TypeError(`Cannot limit the rate to ${shown(n)}: 'n' must be a whole number, 1 or more`)
  }
  if (!(Number.isFinite(perMs) && perMs > 0)) {
    throw new TypeError(
      `Cannot limit the rate per ${shown(perMs)}: 'perMs' must be milliseconds, a number above 0`,
    )
  }
  return { name: 'rateLimit', concurrency: Infinity, opensAt: (_, startedAt) => startedAt(n) + perMs }
}
