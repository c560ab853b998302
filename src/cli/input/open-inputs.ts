/** Which inputs there are, and how each is read. */

import { extname } from 'node:path'
import { isatty } from 'node:tty'

import type { AnyWorker } from '../../index.ts'
import { RunError, UsageError } from '../exit-codes.ts'
import { knownNames } from '../known-names.ts'
import { openBytes } from './bytes.ts'
import type { Input } from './input.ts'
import { ndjson, plainLines } from './line-inputs.ts'
import { someRecords } from './some-records.ts'
import { table } from './table-input.ts'
import { expandEach, parseCommon } from './typed.ts'
import { onlyRequired, valueReader } from './values.ts'
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
}

export interface Inputs {
  readonly inputs: readonly Input[]
  /** For every instruction that does not say otherwise. */
  readonly common: Readonly<Record<string, unknown>>
}

/** @throws {UsageError} when there is nothing to read instructions from */
export async function openInputs(
  options: InputOptions,
  workers: readonly AnyWorker[],
  say: (text: string) => void,
): Promise<Inputs> {
  const { each = [], from = [] } = options
  if ((options.columns !== undefined) === (options.header ?? true))
    throw new UsageError('--no-header and --columns NAMES go together: the names stand for those of a header')
  const common = valueReader(workers)(parseCommon(options.common ?? []))
  if (each.length > 0) {
    if (from.length > 0)
      throw new UsageError('Give either --each or --from: both are where instructions come from')
    if (options.input !== undefined || options.null)
      throw new UsageError('--input says how --from or stdin is read, and --each needs neither')
    const read = valueReader(workers)
    const inputs = [typedInput(await expandEach(each, options.cross), read)]
    return { inputs: someRecords(inputs, options), common }
  }
  if (options.cross) throw new UsageError('--cross is of use with --each only')
  if (from.length === 0 && isatty(0)) {
    throw new UsageError('No instructions: pipe them in, or give --from FILE or --each NAME=VALUES')
  }
  const paths = from.length === 0 ? ['-'] : from
  if (paths.filter(path => path === '-').length > 1)
    throw new UsageError('--from - is stdin, which can be read only once')
  const inputs = paths.map(path => openInput(path, { ...options, say }, workers))
  return { inputs: someRecords(inputs, options), common }
}

type InputTerms = InputOptions & { readonly say: (text: string) => void }

function openInput(path: string, options: InputTerms, workers: readonly AnyWorker[]): Input {
  const { input, maxLine, delimiter, columns, say } = options
  const format = options.null ? (input ?? 'lines').replace(/^lines0?/, 'lines0') : (input ?? formatOf(path))
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
          ...{ columns, mostBytes: maxLine, say, known: knownNames(workers) },
        },
        valueReader(workers),
      )
    default: {
      const [, nul, named] = /^lines(0?)(?:=(.+))?$/s.exec(format) ?? []
      const name = named ?? onlyRequired(workers)
      if (name === undefined || name === '') {
        throw new RunError('Which attribute is a line? Give --input lines=NAME: not exactly one is required')
      }
      const end = nul === '0' ? 'nul' : 'newline'
      return plainLines(bytes, { mostBytes: maxLine, end }, { name, read: valueReader(workers) })
    }
  }
}

/** By its extension, that of compression aside. */
const formatOf = (path: string): string =>
  formatByExtension[extname(path.replace(/\.gz$/i, '')).toLowerCase()] ?? 'ndjson'

const formatByExtension: Readonly<Record<string, string>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
  '.csv': 'csv',
  '.tsv': 'tsv',
}
