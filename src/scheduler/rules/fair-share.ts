/** Keys take turns, so that one tenant with ten thousand instructions does not keep the others waiting. */

import type { Instruction } from '../../words/instruction.ts'
import type { AnyInstruction, Scheduler } from '../scheduler.ts'

/**
 * Keys take turns.
 *
 * @param keyOf  whose instruction it is, compared by `===`. Within one key the other rules order, else arrival
 *
 * @example
 * scheduler(maxThreads(4), fairShare(({ tenant }) => tenant))
 */
export function fairShare<I extends Instruction<object> = AnyInstruction>(
  keyOf: (instruction: I) => unknown,
): Scheduler<I> {
  return { name: 'fairShare', concurrency: Infinity, share: ({ instruction }) => keyOf(instruction) }
}
