/** Workers that are programs, in whatever language: who they are is asked of the program itself. */

import { closeSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'

import type { AnyWorker, Crew } from '../index.ts'
import { RunError } from './exit-codes.ts'

/** What may be said of how a program is started. */
export interface ProgramOptions {
  /** In place of the line that begins with `#!`. */
  readonly command?: string
  readonly startTimeout?: number
  readonly ahead?: number
}

/** Workers in JavaScript, as they are imported; all else is a program. */
const scripts = /\.[cm]?[jt]s$/

export const isProgramFile = (path: string): boolean => !scripts.test(path)

/**
 * The definitions of a program's workers: it is started, says hello, and is ended.
 *
 * @throws {RunError} when nothing says how to start it, or it says no hello
 */
export async function loadProgram(
  path: string,
  { command, startTimeout }: ProgramOptions = {},
): Promise<readonly AnyWorker[]> {
  const words = programCommand(path, command)
  const { programsIn } = await import('../entries/programs.ts')
  try {
    const found = await programsIn(words, startTimeout)
    if (found.length > 0) return found
  } catch (error) {
    throw new RunError((error as Error).message, { cause: error })
  }
  throw new RunError(`${path} has no workers: its hello names none`)
}

/** @throws {RunError} when nothing says how to start it */
export function programCommand(path: string, command: string | undefined): readonly string[] {
  const words = (command ?? interpreterIn(path))?.split(/\s+/).filter(word => word !== '')
  if (words !== undefined && words.length > 0) return [...words, resolve(path)]
  throw new RunError(
    `Nothing says how to start ${path}: let its first line be #! and an interpreter, as in #!/usr/bin/env python3, or give --command python3`,
  )
}

/** What stands behind `#!`. The file need not be marked as a program. */
function interpreterIn(path: string): string | undefined {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(256)
    const [line = ''] = start.toString('utf8', 0, readSync(file, start)).split('\n', 1)
    return /^#!\s*(\S.*)$/.exec(line.trimEnd())?.[1]?.replace(/^(\S*\/)?env\s+(-S\s+)?/, '')
  } finally {
    closeSync(file)
  }
}

/** The crew for these workers: programs have their own, and JavaScript has the one that was asked for. */
export async function crewWithPrograms(
  workers: readonly AnyWorker[],
  local: () => Promise<Crew>,
  { size, startTimeout, ahead }: ProgramOptions & { readonly size: number },
): Promise<Crew> {
  const count = workers.filter(({ url }) => url.startsWith('program:')).length
  if (count === 0) return local()
  const { mixed, programs } = await import('../entries/programs.ts')
  const own = programs({
    size,
    ...(startTimeout !== undefined && { startMs: startTimeout }),
    ...(ahead !== undefined && { ahead }),
  })
  return count === workers.length ? own : mixed(own, await local())
}
