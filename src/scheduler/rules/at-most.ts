/** At most so many at once on the same key: three for each tenant, two for each host. `exclusive` is the one with one. */

import { aFunction, checking, wholeNumberFrom } from '../../words/check.ts'
import type { Instruction } from '../../words/instruction.ts'
import type { AnyInstruction, Scheduler } from '../scheduler.ts'

/**
 * At most `n` at once on one key; those on other keys are not held up.
 *
 * @param keyOf  compared by `===`
 * @throws {TypeError} when `n` is not a whole number of at least 1, or `keyOf` no function; and when an instruction is
 *   submitted whose key is undefined
 *
 * @example
 * scheduler(maxThreads(8), atMost(2, ({ host }) => host))
 */
export function atMost<I extends Instruction<object> = AnyInstruction>(
  n: number,
  keyOf: (instruction: I) => unknown,
): Scheduler<I> {
  const check = checking('limit how many run on a key')
  check('n', n, wholeNumberFrom(1))
  check('keyOf', keyOf, aFunction)
  return {
    name: 'atMost',
    concurrency: Infinity,
    keys: ({ instruction }) => [keyOf(instruction)],
    mostPerKey: n,
  }
}
