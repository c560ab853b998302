/** `--each` and `--common`: instructions from the command line. */

import { type Dirent, readdir } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import { UsageError } from '../exit-codes.ts'
import { openBytes } from './bytes.ts'
import { type InputLine, type LineEnd, LineSplitter } from './split-lines.ts'
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

/** Rows of values, made when they are asked for. */
export interface ValueRows {
  readonly count: number
  /** The values of an instruction, by name. */
  readonly at: (row: number) => Readonly<Record<string, Typed>>
}

interface Column {
  readonly name: string
  readonly values: readonly Typed[]
}

/**
 * `NAME=VALUES` of every `--each`, expanded. Values at the same place make an instruction; with `cross`, each value of one
 * with each of the others, the last name varying first.
 *
 * @throws {UsageError} for unequal lengths, a name given twice, a pattern that matches nothing
 */
export async function expandEach(pairs: readonly string[], cross = false): Promise<ValueRows> {
  const columns: Column[] = []
  for (const pair of pairs) {
    const [name, values] = splitPair('--each', pair)
    if (columns.some(column => column.name === name)) throw new UsageError(`--each ${name} is given twice`)
    columns.push({ name, values: await expand(name, values) })
  }
  return cross ? crossed(columns) : paired(columns)
}

function paired(columns: readonly Column[]): ValueRows {
  const count = columns[0]?.values.length ?? 0
  const uneven = columns.find(({ values }) => values.length !== count)
  if (uneven !== undefined) {
    const [first] = columns
    throw new UsageError(
      `--each ${first?.name} has ${count} values and --each ${uneven.name} has ${uneven.values.length}: they are paired, so give equally many (or --cross, for each with each)`,
    )
  }
  return {
    count,
    at: row => Object.fromEntries(columns.map(({ name, values }) => [name, values[row] as Typed])),
  }
}

function crossed(columns: readonly Column[]): ValueRows {
  const count = columns.reduce((product, { values }) => product * values.length, 1)
  if (!Number.isSafeInteger(count))
    throw new UsageError('--cross makes more instructions than can be counted')
  return {
    count,
    at: row => {
      let rest = row
      const cells: [string, Typed][] = []
      for (const { name, values } of columns.toReversed()) {
        cells.unshift([name, values[rest % values.length] as Typed])
        rest = Math.floor(rest / values.length)
      }
      return Object.fromEntries(cells)
    },
  }
}

/** `a,b,c`, a JSON array, `@file` by lines (`@-` is stdin, `@-0` its names that end with NUL), `1..9`, `1..9..2`, or a glob. */
async function expand(name: string, text: string): Promise<readonly Typed[]> {
  const json = jsonReading(text)
  if (Array.isArray(json)) return json.map(value => ({ value }))
  if (typeof json === 'object' && json !== null) return [{ value: json }]
  if (text === '@-0') return readLines('-', 'nul')
  if (text.startsWith('@')) return readLines(text.slice(1), 'newline')
  const range = /^(-?\d+)\.\.(-?\d+)(?:\.\.(\d+))?$/.exec(text)
  if (range !== null)
    return numbersIn(
      name,
      range.slice(1).map(one => (one === undefined ? 1 : Number(one))),
    )
  if (isPattern(name, text)) return findFiles(name, text)
  return text.split(',').map(part => ({ text: part }))
}

const mostNumbers = 10_000_000

/** From the first to the last, both included, upwards or downwards. */
function numbersIn(name: string, [first = 0, last = 0, step = 1]: readonly number[]): readonly Typed[] {
  const count = Math.floor(Math.abs(last - first) / step) + 1
  if (!(step > 0) || !(count <= mostNumbers))
    throw new UsageError(
      `--each ${name}: a range is FIRST..LAST or FIRST..LAST..STEP, of at most ${mostNumbers} numbers`,
    )
  const by = last < first ? -step : step
  return Array.from({ length: count }, (_, i) => ({ text: String(first + i * by) }))
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

async function readLines(path: string, end: LineEnd): Promise<Typed[]> {
  const splitter = new LineSplitter(Infinity, end)
  const lines: InputLine[] = []
  try {
    for await (const chunk of openBytes(path).chunks())
      for (const line of splitter.push(chunk)) lines.push(line)
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
  lines.push(...splitter.end())
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
