/** The same key goes to the same lane, where it can: its caches are warm there, and its handles are open. */

import { aFunction, checking } from '../../words/check.ts'
import type { Instruction } from '../../words/instruction.ts'
import type { AnyInstruction, Scheduler } from '../scheduler.ts'

/**
 * A key prefers the lanes that had it before. A free lane takes first what it had before, then a key that no lane had, then
 * another's: none is idle while somebody could start. Among equals only: what the other rules order stays in order, and who
 * was overtaken too often is next (`patience`).
 *
 * @param keyOf  compared by `===`. A lane remembers its last 128, until its thread is replaced
 * @throws {TypeError} when `keyOf` is no function; and when an instruction is submitted whose key is undefined
 *
 * @example
 * scheduler(maxThreads(4), sticky(({ database }) => database))
 */
export function sticky<I extends Instruction<object> = AnyInstruction>(
  keyOf: (instruction: I) => unknown,
): Scheduler<I> {
  checking('stick to lanes')('keyOf', keyOf, aFunction)
  return { name: 'sticky', concurrency: Infinity, prefers: ({ instruction }) => keyOf(instruction) }
}
