/** No output may be an input, nor another output: not by another name, a link, or a redirection of the shell. */

import { accessSync, constants, fstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

import { RunError, UsageError } from '../exit-codes.ts'
import type { RunCommandOptions } from '../run-options.ts'

interface Used {
  /** As it was typed: `--failures in.ndjson`. */
  readonly typed: string
  readonly path: string
}

/** @param target  the worker, which may be a file. @throws {RunError} an input is not there. @throws {UsageError} */
export function refuseOverlaps(target: string, options: RunCommandOptions): void {
  const inputs = inputsOf(target, options)
  for (const { path } of inputs) mustBeReadable(path)
  const outputs = outputsOf(options)
  const known = new Map(inputs.map(({ typed, path }) => [identity(path), typed]))
  const written = new Map<string, string>()
  for (const { typed, path } of outputs) {
    const file = identity(path)
    if (file === undefined) continue
    if (known.has(file))
      throw new UsageError(`${typed} is an input: it would be overwritten while it is read`)
    const other = written.get(file)
    if (other !== undefined) throw new UsageError(`${typed} and ${other} are one file: give each its own`)
    written.set(file, typed)
  }
  const { results } = options
  if (results === undefined) return
  const folder = trueName(results)
  const inside = inputs.find(({ path }) => path.endsWith('.json') && dirname(trueName(path)) === folder)
  if (inside !== undefined)
    throw new UsageError(`--results ${results} is where the input ${inside.path} is: it might be overwritten`)
}

function inputsOf(target: string, { from, each = [], common = [] }: RunCommandOptions): readonly Used[] {
  const values = [...each, ...common].map(text => text.slice(text.indexOf('=') + 1))
  return [
    ...(from ?? (each.length > 0 ? [] : ['-'])).map(path => ({ typed: path, path })),
    ...values
      .filter(text => text.startsWith('@'))
      .map(text => ({ typed: text, path: text === '@-0' ? '-' : text.slice(1) })),
    ...(isFile(target) ? [{ typed: target, path: target }] : []),
  ]
}

/** `undefined` is stdout. */
function outputsOf(
  options: RunCommandOptions,
): readonly (Omit<Used, 'path'> & { readonly path: string | undefined })[] {
  const { failures, joblog, events, trace, report, journal } = options
  const named = { failures, joblog: joblog?.replace(/^\+/, ''), events, trace, report, journal }
  return [
    ...Object.entries(named).flatMap(([name, path]) =>
      path === undefined ? [] : [{ typed: `--${name} ${path}`, path }],
    ),
    { typed: 'stdout', path: undefined },
  ]
}

/** What a name leads to, where two writers or a reader and a writer are in each other's way. */
function identity(path: string | undefined): string | undefined {
  const stats = statsOf(path)
  if (stats !== undefined) return stats.isFile() ? `${stats.dev}:${stats.ino}` : undefined
  return path === undefined || path === '-' ? undefined : trueName(path)
}

function statsOf(path: string | undefined): Stats | undefined {
  try {
    return path === undefined ? fstatSync(1) : path === '-' ? fstatSync(0) : statSync(path)
  } catch {
    return undefined // it is not there yet, or closed
  }
}

const isFile = (path: string): boolean => statsOf(path)?.isFile() === true

function trueName(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // It is not there yet.
  }
  try {
    return join(realpathSync(dirname(resolve(path))), basename(path))
  } catch {
    return resolve(path) // nor is its folder
  }
}

/** @throws {RunError} before anything is written */
function mustBeReadable(path: string): void {
  if (path === '-') return
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new RunError(`Cannot read ${path}: ${code ?? message}`, { cause: error })
  }
  if (statSync(path).isDirectory()) throw new RunError(`Cannot read ${path}: it is a folder`)
}
