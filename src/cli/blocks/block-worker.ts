/**
 * The worker that reads blocks: it lives in a thread of the command, imports the user's worker there, and does its work for
 * every record of a block, one after the other. What it answers with is bytes, ready to be printed.
 */

import { closeSync, openSync, readSync } from 'node:fs'

import * as t from 'io-ts'

import { loadWorker } from '../../crew/place/load-worker.ts'
import { transfer } from '../../words/transfer.ts'
import { defineWorker } from '../../worker/define-worker.ts'
import { definitionsIn } from '../../worker/definitions-in.ts'
import type { AnyWorker, Task } from '../../worker/worker.ts'
import type { BlockInstruction, BlockReading, BlockResult } from './block.ts'
import { BlockRecords } from './block-records.ts'

/** What a thread has for its blocks. */
interface Local {
  /** By the file that they are in. */
  readonly records: Map<string, Promise<BlockRecords>>
  readonly teardowns: (() => unknown)[]
  file: { readonly path: string; readonly version: string; readonly fd: number } | undefined
  /** What a piece is read into: the same for all, since what is left behind is long in being collected. */
  memory: Buffer
}

export default defineWorker(import.meta, {
  name: 'rxboss-block',
  info: 'Does the work of another worker for all records of a block.',
  attr: { block: t.UnknownRecord },
  setup: (): Local => ({ records: new Map(), teardowns: [], file: undefined, memory: Buffer.alloc(0) }),
  work: async ({ block }, task): Promise<BlockResult> => {
    const instruction = block as unknown as BlockInstruction
    const { local } = task
    const records = await recordsFor(instruction.reading, task)
    const bytes = 'bytes' in instruction ? instruction.bytes : readRange(instruction, local)
    const result = await records.work(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      instruction.from,
      task,
    )
    return transfer(result, [result.out.buffer as ArrayBuffer])
  },
  teardown: async ({ teardowns, file }) => {
    if (file !== undefined) closeSync(file.fd)
    for (const teardown of teardowns) await teardown()
  },
})

function recordsFor(reading: BlockReading, { local, ticket }: Task<Local>): Promise<BlockRecords> {
  const { url } = reading.worker
  const known = local.records.get(url)
  if (known !== undefined) return known
  const made = open(reading, local, ticket)
  local.records.set(url, made)
  return made
}

async function open(reading: BlockReading, local: Local, ticket: number): Promise<BlockRecords> {
  const definitions = definitionsIn(await loadWorker(reading.worker.url)) as readonly AnyWorker[]
  const locals: unknown[] = []
  for (const { setup, teardown } of definitions) {
    const own = await setup?.({ ticket, shared: reading.common })
    locals.push(own)
    if (teardown !== undefined) local.teardowns.push(() => teardown(own as never))
  }
  return new BlockRecords(reading, definitions, locals)
}

/** One file is open at a time: a run has one. */
function readRange(
  { file: path, version, from, to }: Extract<BlockInstruction, { readonly file: string }>,
  local: Local,
): Buffer {
  if (local.file?.path !== path || local.file.version !== version) {
    if (local.file !== undefined) closeSync(local.file.fd)
    local.file = { path, version, fd: openSync(path, 'r') }
  }
  if (local.memory.length < to - from) local.memory = Buffer.allocUnsafeSlow(2 * (to - from))
  const bytes = local.memory.subarray(0, to - from)
  let count = 0
  while (count < bytes.length) {
    const read = readSync(local.file.fd, bytes, count, bytes.length - count, from + count)
    if (read === 0) throw new Error(`${path} has become shorter while it was read`)
    count += read
  }
  return bytes
}
