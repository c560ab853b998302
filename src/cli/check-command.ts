/** `rxboss check-program`: plays both sides of the protocol, and says line by line what is right and what is wrong. */

import { checkProgram } from '../entries/programs.ts'
import { exitCodes, RunError, UsageError } from './exit-codes.ts'
import { LineWriter } from './output/line-writer.ts'
import { printed } from './output/print.ts'

/** What may be said to `check-program`. */
export interface CheckOptions {
  readonly json?: boolean
  readonly attributes?: readonly string[]
}

const marks = { right: 'ok    ', wrong: 'WRONG ', advice: 'hint  ' } as const

/** @returns the exit code: 1 where something is wrong */
export async function checkCommand(
  command: readonly string[],
  { json = false, attributes = [] }: CheckOptions,
): Promise<number> {
  const stdout = new LineWriter('stdout', process.stdout)
  const given = Object.fromEntries(attributes.map(attributesIn))
  let wrong = 0
  try {
    for await (const found of checkProgram(command, { attributes: given })) {
      if (found.verdict === 'wrong') wrong++
      stdout.line(`${json ? JSON.stringify(found) : `${marks[found.verdict]}${found.says}`}\n`)
    }
  } catch (error) {
    throw new RunError((error as Error).message, { cause: error })
  }
  const code = await printed(stdout)
  return code === exitCodes.fine && wrong > 0 ? 1 : code
}

/** `worker={"n":1}` */
function attributesIn(text: string): readonly [string, unknown] {
  const at = text.indexOf('=')
  try {
    return [text.slice(0, at), JSON.parse(text.slice(at + 1))]
  } catch (error) {
    throw new UsageError(
      `--attributes: '${text}' is not a worker and its attributes, as in smooth='{"radius":1}'`,
      { cause: error },
    )
  }
}
