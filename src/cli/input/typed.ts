/** `--each` and `--common`: instructions from the command line. */

import { type Dirent, readdir } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { ArgumentSource } from '../argument-sources.ts'
import { UsageError } from '../exit-codes.ts'
import { mostNumbers } from '../limits.ts'
import { type ValueTemplate, valueTemplate } from '../template/value-template.ts'
import { openBytes } from './bytes.ts'
import { type InputLine, type LineEnd, LineSplitter } from './split-lines.ts'
import { jsonReading } from './values.ts'

/** A value as it was typed: text may still mean something else, anything else is settled. */
export type Typed = { readonly text: string } | { readonly value: unknown }

/** `NAME=VALUE` of `--common`: what is the same for all, and templates. */
export function parseCommon(pairs: readonly string[]): {
  readonly common: Readonly<Record<string, string>>
  readonly templates: ReadonlyMap<string, ValueTemplate>
} {
  const common: Record<string, string> = Object.create(null)
  const templates = new Map<string, ValueTemplate>()
  for (const pair of pairs) {
    const [name, value] = splitPair('--common', pair)
    if (name in common || templates.has(name)) throw new UsageError(`--common ${name} is given twice`)
    const template = valueTemplate(value)
    if (template === undefined) common[name] = value
    else templates.set(name, template)
  }
  return { common, templates }
}

/** Rows of values, made when they are asked for. */
export interface ValueRows {
  readonly names: readonly string[]
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
 * with each of the others, the last name varying first. One that is a template is filled by each of them.
 *
 * @throws {UsageError} for unequal lengths, a name given twice, a pattern that matches nothing
 */
export async function expandEach(
  pairs: readonly string[],
  cross = false,
): Promise<{ readonly rows: ValueRows; readonly templates: ReadonlyMap<string, ValueTemplate> }> {
  const columns: Column[] = []
  const templates = new Map<string, ValueTemplate>()
  for (const pair of pairs) {
    const [name, values] = splitPair('--each', pair)
    if (templates.has(name) || columns.some(column => column.name === name))
      throw new UsageError(`--each ${name} is given twice`)
    const template = valueTemplate(values)
    if (template === undefined) columns.push({ name, values: await expand(name, values) })
    else templates.set(name, template)
  }
  if (columns.length === 0)
    throw new UsageError('--each: all of them are templates, and nothing fills them: give one plain values')
  return { rows: cross ? crossed(columns.map(column => [column])) : crossed([columns]), templates }
}

/**
 * The values behind `:::` and `::::`: each of one source with each of the others, the last varying first.
 *
 * @param names  of the sources; `1`, `2` ... by default
 */
export async function rowsOfSources(
  sources: readonly ArgumentSource[],
  names: readonly string[] = [],
): Promise<ValueRows> {
  const groups: Column[][] = []
  for (const [i, { words, areFiles, isPaired }] of sources.entries()) {
    const values = areFiles
      ? (await Promise.all(words.map(path => readLines(path, 'newline')))).flat()
      : words.map(text => ({ text }))
    const column = { name: names[i] ?? String(i + 1), values }
    if (isPaired && groups.length > 0) groups.at(-1)?.push(column)
    else groups.push([column])
  }
  return crossed(groups)
}

/** Columns of one group are paired; each row of a group goes with each of the others. */
function crossed(groups: readonly (readonly Column[])[]): ValueRows {
  for (const group of groups) mustBeEven(group)
  const counts = groups.map(([first]) => first?.values.length ?? 0)
  const count = counts.reduce((product, one) => product * one, 1)
  if (!Number.isSafeInteger(count))
    throw new UsageError('--cross makes more instructions than can be counted')
  return {
    names: groups.flat().map(({ name }) => name),
    count,
    at: row => {
      let rest = row
      const cells: [string, Typed][] = []
      for (let g = groups.length - 1; g >= 0; g--) {
        const length = counts[g] as number
        const at = rest % length
        for (const { name, values } of groups[g]?.toReversed() ?? []) cells.push([name, values[at] as Typed])
        rest = Math.floor(rest / length)
      }
      return Object.fromEntries(cells.reverse())
    },
  }
}

function mustBeEven([first, ...others]: readonly Column[]): void {
  const uneven = others.find(({ values }) => values.length !== first?.values.length)
  if (uneven === undefined) return
  const count = first?.values.length
  throw new UsageError(
    /^[1-9]/.test(uneven.name)
      ? `:::+ has ${uneven.values.length} values, and the source before it ${count}: they are paired, so give equally many`
      : `--each ${first?.name} has ${count} values and --each ${uneven.name} has ${uneven.values.length}: they are paired, so give equally many (or --cross, for each with each)`,
  )
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
