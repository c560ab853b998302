/** Which inputs there are, and how each is read. */

import { extname } from 'node:path'
import { isatty } from 'node:tty'

import type { AnyWorker } from '../../index.ts'
import { RunError, UsageError } from '../exit-codes.ts'
import { openBytes } from './bytes.ts'
import type { Input } from './input.ts'
import { ndjson, plainLines } from './line-inputs.ts'
import { table } from './table-input.ts'
import { expandEach, parseCommon } from './typed.ts'
import { onlyRequired, valueReader } from './values.ts'
import { jsonArray, typedInput } from './whole-inputs.ts'

export interface InputOptions {
  readonly each?: readonly string[]
  readonly common?: readonly string[]
  readonly from?: readonly string[]
  readonly input?: string
  readonly maxLine: number
}

export interface Inputs {
  readonly inputs: readonly Input[]
  /** For every instruction that does not say otherwise. */
  readonly common: Readonly<Record<string, unknown>>
}

/** @throws {UsageError} when there is nothing to read instructions from */
export async function openInputs(options: InputOptions, workers: readonly AnyWorker[]): Promise<Inputs> {
  const { each = [], from = [] } = options
  const common = valueReader(workers)(parseCommon(options.common ?? []))
  if (each.length > 0) {
    if (from.length > 0)
      throw new UsageError('Give either --each or --from: both are where instructions come from')
    if (options.input !== undefined)
      throw new UsageError('--input says how --from or stdin is read, and --each needs neither')
    const read = valueReader(workers)
    return { inputs: [typedInput(await expandEach(each), read)], common }
  }
  if (from.length === 0 && isatty(0)) {
    throw new UsageError('No instructions: pipe them in, or give --from FILE or --each NAME=VALUES')
  }
  const paths = from.length === 0 ? ['-'] : from
  if (paths.filter(path => path === '-').length > 1)
    throw new UsageError('--from - is stdin, which can be read only once')
  return { inputs: paths.map(path => openInput(path, options, workers)), common }
}

function openInput(path: string, { input, maxLine }: InputOptions, workers: readonly AnyWorker[]): Input {
  const format = input ?? formatByExtension[extname(path).toLowerCase()] ?? 'ndjson'
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
        { separator: format === 'csv' ? ',' : '\t', mostBytes: maxLine },
        valueReader(workers),
      )
    default: {
      const name = format.startsWith('lines=') ? format.slice('lines='.length) : onlyRequired(workers)
      if (name === undefined || name === '') {
        throw new RunError('Which attribute is a line? Give --input lines=NAME: not exactly one is required')
      }
      return plainLines(bytes, maxLine, { name, read: valueReader(workers) })
    }
  }
}

const formatByExtension: Readonly<Record<string, string>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
  '.csv': 'csv',
  '.tsv': 'tsv',
}
