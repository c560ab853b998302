/** `--each` and `--common`: instructions from the command line. */

import { type Dirent, readdir } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { UsageError } from '../exit-codes.ts'
import { LineSplitter } from './split-lines.ts'
import { jsonReading } from './values.ts'

/** A value as it was typed: text may still mean something else, anything else is settled. */
export type Typed = { readonly text: string } | { readonly value: unknown }

/** `NAME=VALUE` of `--common`. */
export function parseCommon(pairs: readonly string[]): Record<string, string> {
  const common: Record<string, string> = Object.create(null)
  for (const pair of pairs) {
    const [name, value] = splitPair('--common', pair)
    if (name in common) throw new UsageError(`--common ${name} is given twice`)
    common[name] = value
  }
  return common
}

/**
 * `NAME=VALUES` of every `--each`, expanded and zipped: values at the same place make an instruction.
 *
 * @returns for each instruction, its values by name
 * @throws {UsageError} for unequal lengths, a name given twice, a pattern that matches nothing
 */
export async function expandEach(
  pairs: readonly string[],
): Promise<readonly Readonly<Record<string, Typed>>[]> {
  const columns: { readonly name: string; readonly values: readonly Typed[] }[] = []
  for (const pair of pairs) {
    const [name, values] = splitPair('--each', pair)
    if (columns.some(column => column.name === name)) throw new UsageError(`--each ${name} is given twice`)
    columns.push({ name, values: await expand(name, values) })
  }
  const count = columns[0]?.values.length ?? 0
  const uneven = columns.find(({ values }) => values.length !== count)
  if (uneven !== undefined) {
    const [first] = columns
    throw new UsageError(
      `--each ${first?.name} has ${count} values and --each ${uneven.name} has ${uneven.values.length}: they are paired, so give equally many`,
    )
  }
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[i] as Typed])),
  )
}

/** `a,b,c`, a JSON array, `@file` by lines, or a glob. */
async function expand(name: string, text: string): Promise<readonly Typed[]> {
  const json = jsonReading(text)
  if (Array.isArray(json)) return json.map(value => ({ value }))
  if (typeof json === 'object' && json !== null) return [{ value: json }]
  if (text.startsWith('@')) return readLines(text.slice(1))
  if (isPattern(name, text)) return findFiles(name, text)
  return text.split(',').map(part => ({ text: part }))
}

/** A bracket that is never closed is a character like any other: as a pattern it would look through all files there are. */
function isPattern(name: string, text: string): boolean {
  if (!/[*?[{]/.test(text)) return false
  const open = neverClosed(text)
  if (open === undefined) return true
  if (!/[*?]/.test(text)) return false
  throw new UsageError(
    `--each ${name}: '${text}' has a '${open}' that is never closed (to give this text itself: '${name}=${JSON.stringify([text])}')`,
  )
}

function neverClosed(pattern: string): '[' | '{' | undefined {
  let braces = 0
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]
    if (character === '\\') at++
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2) // one that comes first is in the class
      if (end === -1) return '['
      at = end
    } else if (character === '{') braces++
    else if (character === '}' && braces > 0) braces--
  }
  return braces > 0 ? '{' : undefined
}

async function readLines(path: string): Promise<Typed[]> {
  const bytes = await readFile(path).catch(cause => {
    throw new UsageError(`Cannot read ${path}: ${cause.code ?? cause.message}`, { cause })
  })
  const splitter = new LineSplitter(Number.POSITIVE_INFINITY)
  const lines = [...splitter.push(bytes), ...splitter.end()]
  return lines.flatMap((line, i) => {
    if (typeof line !== 'string') throw new UsageError(`Cannot read line ${i + 1} of ${path}: ${line.why}`)
    return line === '' ? [] : [{ text: line }]
  })
}

type Listed = (error: NodeJS.ErrnoException | null, entries?: Dirent[]) => void

/**
 * What is in a folder. A link to a file is as good as the file; one to a folder is not followed: it may lead out of the
 * tree, or round and round.
 */
function readFolder(path: string, options: { withFileTypes: true }, listed: Listed): void {
  readdir(path, options, (error, entries) => {
    const links = entries?.filter(entry => entry.isSymbolicLink()) ?? []
    if (error || links.length === 0) return listed(error, entries)
    const isFile = (entry: Dirent) =>
      stat(join(path, entry.name)).then(
        found => found.isFile(),
        () => false, // it leads nowhere
      )
    const looked = links.map(async entry => {
      if (await isFile(entry)) entry.isFile = () => true
    })
    void Promise.all(looked).then(() => listed(null, entries))
    return undefined
  })
}

async function findFiles(name: string, pattern: string): Promise<Typed[]> {
  const { glob } = await import('tinyglobby')
  const paths = await glob([pattern], {
    absolute: pattern.startsWith('/'),
    expandDirectories: false,
    followSymbolicLinks: false,
    fs: { readdir: readFolder as typeof readdir },
  })
  if (paths.length === 0) {
    throw new UsageError(
      `--each ${name}: no file matches '${pattern}' (to give this text itself: '${name}=${JSON.stringify([pattern])}')`,
    )
  }
  return paths.sort().map(path => ({ value: path }))
}

function splitPair(option: string, pair: string): readonly [string, string] {
  const at = pair.indexOf('=')
  if (at < 1) throw new UsageError(`${option} '${pair}': give NAME=VALUE`)
  return [pair.slice(0, at), pair.slice(at + 1)]
}
