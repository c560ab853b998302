/** `defineProgram`: a worker definition whose work is done by a program, in whatever language. */

import { fileURLToPath } from 'node:url'

import type { Attributes, GivenOf } from '../../footprint/footprint.ts'
import { showValue } from '../../words/show-value.ts'
import { defineWorker } from '../../worker/define-worker.ts'
import type { AnyWorker, WorkerDefinition, WorkerSpec } from '../../worker/worker.ts'

/** What {@link defineProgram} takes: what {@link defineWorker} takes, with a command in place of the work. */
export interface ProgramSpec<A extends Attributes>
  extends Omit<WorkerSpec<A, unknown, undefined>, 'work' | 'setup' | 'teardown'> {
  /**
   * How its program is started; the crew's where nothing is said. A program, then its arguments; a URL stands for the path of
   * a file: `['python3', new URL('./smooth.py', import.meta.url)]`.
   */
  readonly command?: ProgramCommand
}

/** A program and its arguments. No shell reads them. */
export type ProgramCommand = readonly (string | URL)[]

const scheme = 'program:'

/**
 * Defines a worker whose work is done by a program (see `programs()`). Its attributes are decoded on this side, as those of any worker,
 * and its program has a worker of the same name.
 *
 * @typeParam Out  what it answers with; nothing here can know, so say it
 * @throws {TypeError} at once, when the specification cannot be right
 *
 * @example
 * export const smooth = defineProgram({
 *   name: 'smooth',
 *   attr: { field: t.array(t.number), radius: { type: t.Int, default: 1 } },
 *   command: ['python3', new URL('./smooth.py', import.meta.url)],
 * })
 */
export function defineProgram<const A extends Attributes = Record<never, never>, Out = unknown>(
  spec: ProgramSpec<A>,
): WorkerDefinition<GivenOf<A>, Out> {
  const { command, ...rest } = spec
  const url = `${scheme}${command === undefined ? '' : JSON.stringify(wordsOf(command, `define program "${spec.name}"`))}`
  const work = () => {
    throw new TypeError(
      `Cannot do the work of program "${spec.name}" here: give \`crew: programs()\`, or mixed(threads(), programs())`,
    )
  }
  return defineWorker<A, unknown>(url, { ...rest, work } as WorkerSpec<A, unknown, undefined>) as never
}

/** True for what {@link defineProgram} returned. */
export const isProgram = ({ url }: AnyWorker): boolean => url.startsWith(scheme)

/** How the program of a definition is started; `undefined` where that is the crew's matter. */
export function commandOf({ url }: AnyWorker): readonly string[] | undefined {
  const command = url.startsWith(scheme) ? url.slice(scheme.length) : ''
  return command === '' ? undefined : (JSON.parse(command) as string[])
}

/** A command as texts. @throws {TypeError} when it is none */
export function wordsOf(command: ProgramCommand, act: string): readonly string[] {
  const isOne = Array.isArray(command) && command.length > 0
  const words = isOne ? command.map(word => (word instanceof URL ? fileURLToPath(word) : word)) : []
  if (!isOne || words[0] === '' || words.some(word => typeof word !== 'string' || word.includes('\0')))
    throw new TypeError(
      `Cannot ${act}: 'command' must be a list of a program and its arguments, as in ['python3', 'worker.py'], got ${showValue(command)}`,
    )
  return words as readonly string[]
}
