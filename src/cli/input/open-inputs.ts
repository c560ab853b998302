/** Which inputs there are, and how each is read. */

import { isatty } from 'node:tty'

import type { AnyWorker } from '../../index.ts'
import type { ArgumentSource } from '../argument-sources.ts'
import { RunError, UsageError } from '../exit-codes.ts'
import { knownNames } from '../known-names.ts'
import { namesByBoss } from '../template/names-by-boss.ts'
import { type ValueTemplate, valueTemplate } from '../template/value-template.ts'
import { mustHaveNames } from '../template/values-of-record.ts'
import { type BatchOption, batchedInputs } from './batched-inputs.ts'
import { openBytes } from './bytes.ts'
import { commandLine } from './command-line.ts'
import { filledInputs } from './filled-input.ts'
import { formatOf } from './format.ts'
import type { Input } from './input.ts'
import { ndjson, plainLines } from './line-inputs.ts'
import { someRecords } from './some-records.ts'
import { table } from './table-input.ts'
import { expandEach, parseCommon, rowsOfSources } from './typed.ts'
import { onlyRequired, type Texts, valueReader } from './values.ts'
import { jsonArray, typedInput } from './whole-inputs.ts'

export interface InputOptions {
  readonly each?: readonly string[]
  readonly common?: readonly string[]
  readonly from?: readonly string[]
  readonly input?: string
  readonly delimiter?: string
  readonly header?: boolean
  readonly columns?: readonly string[]
  readonly null?: boolean
  readonly maxLine: number
  readonly cross?: boolean
  readonly skip?: number
  readonly limit?: number
  /** What stood behind `:::`. */
  readonly sources?: readonly ArgumentSource[]
  /** The words of a command line for `shell`. */
  readonly words?: readonly string[]
  readonly batch?: BatchOption
  readonly wd?: string
  /** How commands tell what they write. */
  readonly output?: 'whole' | 'lines' | undefined
  readonly tag?: boolean
  /** A template. */
  readonly name?: string
}

export interface Inputs {
  readonly inputs: readonly Input[]
  /** For every instruction that does not say otherwise. */
  readonly common: Readonly<Record<string, unknown>>
}

/** Records, and what may fill templates. */
interface Opened {
  readonly inputs: readonly Input[]
  /** Attributes of `--each` that are templates. */
  readonly templates?: ReadonlyMap<string, ValueTemplate>
  /** What values of a record may be called; nothing where that is not known. */
  readonly names: ReadonlySet<string> | undefined
}

/** @throws {UsageError} when there is nothing to read instructions from */
export async function openInputs(
  options: InputOptions,
  workers: readonly AnyWorker[],
  say: (text: string) => void,
): Promise<Inputs> {
  const line = commandLine(options, workers)
  mustGoTogether(options)
  const read = valueReader(workers)
  const { common, templates } = parseCommon(withFolder(options, workers))
  const byRecord = new Map(templates)
  const name = namesByBoss(options.name)
  if (options.name !== undefined && name === undefined)
    byRecord.set('name', valueTemplate(options.name) as ValueTemplate)
  const opened = await open(options, workers, { say, isLine: line !== undefined })
  for (const [attribute, template] of byRecord)
    template.mustHaveNames(attribute === 'name' ? '--name' : `--common ${attribute}`, opened.names)
  for (const [name, template] of opened.templates ?? [])
    template.mustHaveNames(`--each ${name}`, opened.names)
  if (line !== undefined) mustHaveNames('the command line', line, { known: opened.names, takesSlot: true })
  const filled = filledInputs(opened.inputs, {
    ...{ line, read, output: options.output, tags: options.tag ?? false },
    templates: new Map([...byRecord, ...(opened.templates ?? [])]),
  })
  return {
    inputs: batchedInputs(someRecords(filled, options), options.batch, workers),
    common: {
      ...(name !== undefined && { name }),
      ...read(common),
    },
  }
}

/** `--wd` is where commands are run. @throws {UsageError} where a worker knows of no such thing */
function withFolder({ common = [], wd }: InputOptions, workers: readonly AnyWorker[]): readonly string[] {
  if (wd === undefined) return common
  if (knownNames(workers)?.has('cwd')) return [...common, `cwd=${wd}`]
  throw new UsageError('--wd is of commands of shell: for any other worker, cd there before')
}

/** @throws {UsageError} */
function mustGoTogether(options: InputOptions): void {
  const { each = [], from = [], sources = [], columns, header = true, input, batch, words = [] } = options
  if (batch !== undefined && words.length > 0)
    throw new UsageError(
      '--batch makes lists, and a command line takes one record: let the command read a block with --pipe',
    )
  if (sources.length === 0 && (columns !== undefined) === header)
    throw new UsageError('--no-header and --columns NAMES go together: the names stand for those of a header')
  if (each.length === 0 && options.cross) throw new UsageError('--cross is of use with --each only')
  const which = each.length > 0 ? '--each' : ':::'
  if (each.length === 0 && sources.length === 0) return
  if (each.length > 0 && sources.length > 0)
    throw new UsageError('Give either --each or values behind :::, both are where instructions come from')
  if (from.length > 0)
    throw new UsageError(`Give either ${which} or --from: both are where instructions come from`)
  if (input !== undefined || options.null)
    throw new UsageError(`--input says how --from or stdin is read, and ${which} needs neither`)
}

interface HowToOpen {
  readonly say: (text: string) => void
  /** Records fill a command line: they are whatever they are called. */
  readonly isLine: boolean
}

async function open(
  options: InputOptions,
  workers: readonly AnyWorker[],
  { say, isLine }: HowToOpen,
): Promise<Opened> {
  const { each = [], from = [], sources = [] } = options
  const read = isLine || options.batch !== undefined ? asTheyAre : valueReader(workers)
  if (each.length > 0) {
    const { rows, templates } = await expandEach(each, options.cross)
    return { inputs: [typedInput('--each', rows, read)], templates, names: new Set(rows.names) }
  }
  if (sources.length > 0) {
    const rows = await rowsOfSources(sources, namesOfSources(options, workers, isLine))
    return { inputs: [typedInput(':::', rows, read)], names: new Set(rows.names) }
  }
  if (from.length === 0 && isatty(0)) {
    throw new UsageError(
      'No instructions: pipe them in, or give --from FILE, --each NAME=VALUES, or values behind :::',
    )
  }
  const paths = from.length === 0 ? ['-'] : from
  if (paths.filter(path => path === '-').length > 1)
    throw new UsageError('--from - is stdin, which can be read only once')
  const inputs = paths.map(path => openInput(path, { ...options, say, isLine }, workers))
  return { inputs, names: isLine ? undefined : knownNames(workers) }
}

const asTheyAre = (texts: Texts, settled: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...settled,
  ...texts,
})

/** What the values behind each `:::` are. @throws {UsageError} */
function namesOfSources(
  { sources = [], columns }: InputOptions,
  workers: readonly AnyWorker[],
  isLine: boolean,
): readonly string[] | undefined {
  if (columns !== undefined) {
    if (columns.length === sources.length) return columns
    throw new UsageError(`--columns names ${columns.length} values, and there are ${sources.length} :::`)
  }
  if (isLine) return undefined
  const name = onlyRequired(workers)
  if (sources.length === 1 && name !== undefined) return [name]
  throw new UsageError('Which attributes are the values behind :::? Name them with --columns a,b')
}

type InputTerms = InputOptions & HowToOpen

function openInput(path: string, options: InputTerms, workers: readonly AnyWorker[]): Input {
  const { input, maxLine, delimiter, columns, say, isLine } = options
  const read = isLine || options.batch !== undefined ? asTheyAre : valueReader(workers)
  const format = options.null
    ? (input ?? 'lines').replace(/^lines0?/, 'lines0')
    : (input ?? formatOf(path) ?? (isLine ? 'lines' : 'ndjson'))
  const bytes = openBytes(path)
  switch (format) {
    case 'ndjson':
      return ndjson(bytes, maxLine)
    case 'json':
      return jsonArray(bytes)
    case 'csv':
    case 'tsv':
      return table(
        bytes,
        {
          ...{ separator: delimiter ?? (format === 'tsv' ? '\t' : undefined), quoted: format === 'csv' },
          ...{ columns, mostBytes: maxLine, say, known: isLine ? undefined : knownNames(workers) },
        },
        read,
      )
    default: {
      const [, nul, named] = /^lines(0?)(?:=(.+))?$/s.exec(format) ?? []
      const name = named ?? (isLine ? '1' : (options.batch?.name ?? onlyRequired(workers)))
      if (name === undefined || name === '') {
        throw new RunError('Which attribute is a line? Give --input lines=NAME: not exactly one is required')
      }
      const end = nul === '0' ? 'nul' : 'newline'
      return plainLines(bytes, { mostBytes: maxLine, end }, { name, read })
    }
  }
}
