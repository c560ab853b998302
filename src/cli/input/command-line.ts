/** Whether records fill a command line, and which. */

import type { AnyWorker } from '../../index.ts'
import type { ArgumentSource } from '../argument-sources.ts'
import { UsageError } from '../exit-codes.ts'
import { recordAsLine, type ShellLine, shellLine } from '../template/shell-line.ts'

interface CommandLineOptions {
  /** What stood behind the worker. */
  readonly words?: readonly string[]
  /** What stood behind `:::`. */
  readonly sources?: readonly ArgumentSource[]
  /** Its stdin is a block of the input, and no record fills it. */
  readonly pipe?: boolean
  readonly pipepart?: string
}

/**
 * Of the worker `shell` alone: its words, or the values behind `:::` themselves, as GNU parallel has it.
 *
 * @throws {UsageError} words for a worker that takes none
 */
export function commandLine(
  { words = [], sources = [], pipe, pipepart }: CommandLineOptions,
  [worker, ...others]: readonly AnyWorker[],
): ShellLine | undefined {
  const isShell = others.length === 0 && worker?.name === 'shell'
  if (words.length > 0 && !isShell)
    throw new UsageError(
      `'${words[0]}' is too much: a command line is for the worker shell alone, and values stand behind ::: (or in --each NAME=VALUES)`,
    )
  if (words.length > 0) return shellLine(words, !pipe && pipepart === undefined)
  return isShell && sources.length > 0 ? recordAsLine : undefined
}
