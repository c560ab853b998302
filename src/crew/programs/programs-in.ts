/** `programsIn`: the workers of a program, as it tells them itself. */

import type { AnyWorker } from '../../worker/worker.ts'
import { startMsDefault } from '../limits.ts'
import { attributesOfSchema } from './attributes-of-schema.ts'
import { defineProgram, type ProgramCommand, wordsOf } from './define-program.ts'
import { Dialogue } from './dialogue.ts'

/**
 * Starts a program, hears who it is, and ends it: a definition for each of its workers, with attributes as far as it tells them.
 *
 * @param startMs  milliseconds in which it must say hello
 * @throws {TypeError} at once, when the command is none
 * @returns rejects when it says no hello
 */
export async function programsIn(
  command: ProgramCommand,
  startMs = startMsDefault,
): Promise<readonly AnyWorker[]> {
  const words = wordsOf(command, 'ask a program for its workers')
  const dialogue = new Dialogue(words)
  try {
    const hello = await dialogue.hear('hello', startMs)
    if (hello === undefined)
      throw new Error(`${words.join(' ')} said no hello: ${dialogue.whyOver ?? `not within ${startMs} ms`}`)
    return hello.workers.map(({ name, version, info, schema }) =>
      defineProgram({
        name,
        attr: attributesOfSchema(schema),
        command: words,
        ...(version !== undefined && { version }),
        ...(info !== undefined && { info }),
      }),
    ) as readonly AnyWorker[]
  } finally {
    await dialogue.end()
  }
}
