/** Keys take turns, so that one tenant with ten thousand instructions does not keep the others waiting. */

import { aFunction, checking } from '../../words/check.ts'
import type { Instruction } from '../../words/instruction.ts'
import type { AnyInstruction, Scheduler } from '../scheduler.ts'

/** How {@link fairShare} deals. */
export interface ShareOptions<I> {
  /** How many turns its key has for one of the others, a number above 0. Default 1. */
  readonly weightOf?: (instruction: I) => number
}

/**
 * Keys take turns.
 *
 * @param keyOf  whose instruction it is, compared by `===`. Within one key the other rules order, else arrival
 * @throws {TypeError} when a function is none; and when an instruction is submitted whose key is undefined
 *
 * @example
 * scheduler(maxThreads(4), fairShare(({ tenant }) => tenant, { weightOf: ({ paid }) => (paid ? 3 : 1) }))
 */
export function fairShare<I extends Instruction<object> = AnyInstruction>(
  keyOf: (instruction: I) => unknown,
  { weightOf }: ShareOptions<I> = {},
): Scheduler<I> {
  const check = checking('share fairly')
  check('keyOf', keyOf, aFunction)
  if (weightOf !== undefined) check('weightOf', weightOf, aFunction)
  return {
    name: 'fairShare',
    concurrency: Infinity,
    share: ({ instruction }) => keyOf(instruction),
    ...(weightOf !== undefined && { weight: ({ instruction }) => weightOf(instruction) }),
  }
}
