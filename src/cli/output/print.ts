/** Writes a text to stdout and is done: help, a description, the reports of a journal. */

import { exitCodes, RunError } from '../exit-codes.ts'
import { LineWriter } from './line-writer.ts'

/** @returns the exit code. @throws {RunError} when it cannot be written, but for a reader that has enough */
export function print(
  text: string,
  stdout: ConstructorParameters<typeof LineWriter>[1] = process.stdout,
): Promise<number> {
  const writer = new LineWriter('stdout', stdout)
  writer.line(text)
  return printed(writer)
}

/** When all is written. @returns as `print` */
export async function printed(stdout: LineWriter): Promise<number> {
  await stdout.written()
  const { broken } = stdout
  if (broken === undefined) return exitCodes.fine
  if (readerIsGone(broken)) return exitCodes.closedPipe
  throw new RunError(`Cannot write stdout: ${broken.code ?? broken.message}`, { cause: broken })
}

/** `| head -1`: that is nobody's fault. */
export const readerIsGone = ({ code }: NodeJS.ErrnoException): boolean =>
  code === 'EPIPE' || code === 'ECONNRESET'
