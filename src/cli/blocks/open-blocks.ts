/** `--pipe` and `--pipepart`: the input in blocks, for workers that read them, or for commands whose stdin they are. */

import type { AnyWorker } from '../../index.ts'
import { UsageError } from '../exit-codes.ts'
import { type Bytes, openBytes } from '../input/bytes.ts'
import { commandLine } from '../input/command-line.ts'
import { formatOf } from '../input/format.ts'
import { tableHeader } from '../input/table-input.ts'
import { parseCommon } from '../input/typed.ts'
import { onlyRequired, valueReader } from '../input/values.ts'
import { knownNames } from '../known-names.ts'
import { formatNameOf } from '../output/report-format.ts'
import type { RunCommandOptions } from '../run-options.ts'
import type { BlockReading } from './block.ts'
import { CutFile } from './block-borders.ts'
import { BlockInput, type MakeInstruction } from './block-input.ts'

export interface Blocks {
  readonly input: BlockInput
  /** Who works on blocks. */
  readonly workers: readonly AnyWorker[]
}

/** What makes no sense of blocks: it is said of records, one by one. */
const ofRecords = [
  ...[
    'each',
    'cross',
    'skip',
    'limit',
    'null',
    'from',
    'name',
    'exclusive',
    'per',
    'sticky',
    'order',
    'batch',
  ],
  ...['dryRun', 'queue', 'interim', 'results', 'resumeFailed', 'retryFailed'],
] as const

/** @returns `undefined` where records are read one by one. @throws {UsageError} */
export async function openBlocks(
  options: RunCommandOptions,
  workers: readonly AnyWorker[],
): Promise<Blocks | undefined> {
  const { pipe, pipepart, block, sources = [] } = options
  if (!pipe && pipepart === undefined) {
    if (block !== undefined) throw new UsageError('--block goes with --pipe or --pipepart FILE')
    return undefined
  }
  mustMakeSense(options)
  if (pipe && pipepart !== undefined)
    throw new UsageError('Give either --pipe or --pipepart FILE: both are where blocks come from')
  if (sources.length > 0) throw new UsageError('Values behind ::: and blocks of an input do not go together')
  const blockBytes = block ?? 2 ** 20
  const line = commandLine(options, workers)
  const file = pipepart === undefined ? undefined : new CutFile(pipepart)
  const bytes = openBytes('-')
  if (line !== undefined) {
    const { commandBlocks } = await import('./command-blocks.ts')
    const make = commandBlocks(line, options, workers)
    const cut = { blockBytes, quoted: false, from: 0 }
    return { workers, input: new BlockInput({ source: file ?? bytes, cut, make }) }
  }
  return ofWorker(options, workers, { file, bytes, blockBytes })
}

interface Source {
  readonly file: CutFile | undefined
  readonly bytes: Bytes
  readonly blockBytes: number
}

async function ofWorker(
  options: RunCommandOptions,
  workers: readonly AnyWorker[],
  { file, bytes, blockBytes }: Source,
): Promise<Blocks> {
  const { default: blockWorker } = await import('./block-worker.ts')
  const { reading, from } = readingOf(options, workers, file)
  const cut = { blockBytes, quoted: reading.input === 'csv', from }
  const make: MakeInstruction = source => ({ block: { ...source, reading } })
  return { workers: [blockWorker as AnyWorker], input: new BlockInput({ source: file ?? bytes, cut, make }) }
}

/** How records are read, and where the first one begins. */
function readingOf(
  options: RunCommandOptions,
  workers: readonly AnyWorker[],
  file: CutFile | undefined,
): { readonly reading: BlockReading; readonly from: number } {
  const input = options.input ?? formatOf(file?.path ?? '') ?? 'ndjson'
  const { common, templates } = parseCommon(options.common ?? [])
  if (templates.size > 0)
    throw new UsageError('--common: templates are filled by records, and are of no use with blocks')
  const format = formatNameOf({ ...options, isLine: false })
  if (format === 'csv' || format === 'tsv')
    throw new UsageError(
      `--format ${format} is of no use with blocks: give ndjson, results, text, or --print`,
    )
  const all = {
    worker: { url: workers[0]?.url as string },
    ...{ mostBytes: options.maxLine, common: valueReader(workers)(common), format },
    ...(options.print !== undefined && { print: options.print }),
  }
  if (input === 'ndjson') return { reading: { ...all, input }, from: 0 }
  if (input === 'csv' || input === 'tsv') return ofTable(options, workers, { all, input, file })
  const [, named] = /^lines(?:=(.+))?$/s.exec(input) ?? []
  if (!/^lines(=|$)/.test(input))
    throw new UsageError(`--input ${input} cannot be read in blocks: give ndjson, lines, csv or tsv`)
  const line = named ?? onlyRequired(workers)
  if (line === undefined)
    throw new UsageError('Which attribute is a line? Give --input lines=NAME: not exactly one is required')
  return { reading: { ...all, input: 'lines', line }, from: 0 }
}

function ofTable(
  { columns, delimiter }: RunCommandOptions,
  workers: readonly AnyWorker[],
  {
    all,
    input,
    file,
  }: {
    readonly all: Omit<BlockReading, 'input'>
    readonly input: 'csv' | 'tsv'
    readonly file: CutFile | undefined
  },
): { readonly reading: BlockReading; readonly from: number } {
  const fixed = delimiter ?? (input === 'tsv' ? '\t' : undefined)
  if (columns !== undefined) return { reading: { ...all, input, columns, separator: fixed ?? ',' }, from: 0 }
  if (file === undefined)
    throw new UsageError(
      '--pipe has no header in its blocks: name the columns with --no-header --columns a,b, or give --pipepart FILE',
    )
  const header = tableHeader(file.path, file.head(), { separator: fixed, quoted: input === 'csv' })
  const known = knownNames(workers)
  if (known !== undefined && !header.columns.some(name => known.has(name)))
    throw new UsageError(
      `${file.path}: no worker has an attribute that is called as a column: ${header.columns.join(', ')} (rxboss describe tells them)`,
    )
  return {
    reading: { ...all, input, columns: header.columns, separator: header.separator },
    from: header.bytes,
  }
}

function mustMakeSense(options: RunCommandOptions): void {
  const given = ofRecords.find(name => {
    const value = (options as unknown as Readonly<Record<string, unknown>>)[name]
    return value !== undefined && value !== false
  })
  if (given === undefined) return
  const option = given.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  throw new UsageError(
    `--${option} is said of records, and with --pipe and --pipepart an instruction is a block`,
  )
}
