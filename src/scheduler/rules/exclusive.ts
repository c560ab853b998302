/**
 * Never two at once on the same key: a file, a port, a licence. taylorism's SingleOpenFileScheduler.
 *
 * Whatever was admitted a moment ago already counts as running. taylorism looked at a whole batch at once,
 * and two instructions of one batch could open the same file.
 */

import { aFunction, checking } from '../../words/check.ts'
import type { Instruction } from '../../words/instruction.ts'
import type { AnyInstruction, Scheduler } from '../scheduler.ts'

/**
 * Never two at once on the same key.
 *
 * @param keysOf  what an instruction wants for itself, compared by `===`; `[]` excludes nobody
 * @throws {TypeError} when `keysOf` is no function; and when an instruction is submitted of which a key is undefined
 *
 * @example
 * scheduler(maxThreads(4), exclusive(({ file }) => [file]))
 */
export function exclusive<I extends Instruction<object> = AnyInstruction>(
  keysOf: (instruction: I) => readonly unknown[],
): Scheduler<I> {
  checking('exclude')('keysOf', keysOf, aFunction)
  return { name: 'exclusive', concurrency: Infinity, keys: ({ instruction }) => keysOf(instruction) }
}
