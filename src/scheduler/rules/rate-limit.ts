/** At most `n` starts in any interval of `perMs` milliseconds: a sliding window, so never 2n around a boundary. */

import { aFunction, checking } from '../../words/check.ts'
import type { Instruction } from '../../words/instruction.ts'
import type { AnyInstruction, Scheduler } from '../scheduler.ts'
import { shown } from './shown.ts'

/**
 * @param n      whole, 1 or more
 * @param perMs  milliseconds, above 0
 * @param keyOf  each key has such a limit of its own; compared by `===`. Absent: all together have one
 * @throws {TypeError} when any is anything else; and when an instruction is submitted whose key is undefined
 *
 * @example
 * scheduler(maxThreads(8), rateLimit(10, 1000, ({ host }) => host)) // 10 a second for each host
 */
export function rateLimit<I extends Instruction<object> = AnyInstruction>(
  n: number,
  perMs: number,
  keyOf?: (instruction: I) => unknown,
): Scheduler<I> {
  if (!(Number.isInteger(n) && n > 0)) {
    throw new TypeError(`Cannot limit the rate to ${shown(n)}: 'n' must be a whole number, 1 or more`)
  }
  if (!(Number.isFinite(perMs) && perMs > 0)) {
    throw new TypeError(
      `Cannot limit the rate per ${shown(perMs)}: 'perMs' must be milliseconds, a number above 0`,
    )
  }
  const rule = { name: 'rateLimit', concurrency: Infinity }
  if (keyOf === undefined) {
    return {
      ...rule,
      opensAt: (_, startedAt) => startedAt(n) + perMs,
      // While less than half is used: nobody waits for what counts longer than it should.
      mayGoAhead: (now, startedAt) => n > 1 && startedAt(Math.ceil(n / 2)) + perMs <= now,
    }
  }
  checking('limit the rate')('keyOf', keyOf, aFunction)
  return { ...rule, keys: ({ instruction }) => [keyOf(instruction)], mostPerKey: n, perMs }
}
