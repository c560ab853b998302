/**
 * Compresses. Instruction: `{ path, to?, level? }` for a file, to `<path>.gz` unless told; or `{ bytes, level? }`.
 * Result: `{ path, bytesIn, bytesOut }`, or `{ bytes, bytesIn, bytesOut }`, whose bytes are moved, not copied.
 */

import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGzip, gzip } from 'node:zlib'

import * as t from 'io-ts'

import { defineWorker, transfer } from 'rxboss/worker'

const Bytes = new t.Type<Uint8Array, Uint8Array, unknown>(
  'Uint8Array',
  (value): value is Uint8Array => value instanceof Uint8Array,
  (value, context) => (value instanceof Uint8Array ? t.success(value) : t.failure(value, context)),
  t.identity,
)

const levels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const isLevel = (level: unknown): level is number => levels.includes(level as number)

const Level = new t.Type<number, number, unknown>(
  'a whole number from 0 to 9',
  isLevel,
  (value, context) => (isLevel(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
)

const File = t.intersection([
  t.type({ path: t.string }),
  t.partial({ to: t.string, level: Level, bytes: t.undefined }),
])
const Memory = t.intersection([
  t.type({ bytes: Bytes }),
  t.partial({ level: Level, path: t.undefined, to: t.undefined }),
])

export default defineWorker(import.meta, {
  name: 'gzip',
  info: 'Compresses a file, or bytes.',
  attr: t.union([File, Memory]),
  work: async (given, { signal }) =>
    given.path === undefined ? compressBytes(given) : compressFile(given, signal),
})

async function compressBytes({ bytes: before, level = 6 }: t.TypeOf<typeof Memory>) {
  const { buffer, byteOffset, byteLength } = await promisify(gzip)(before, { level })
  // In a buffer of its own: Node's may be a piece of a shared pool, which cannot be moved.
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength
  const bytes = isWhole ? new Uint8Array(buffer) : new Uint8Array(buffer, byteOffset, byteLength).slice()
  return transfer({ bytes, bytesIn: before.byteLength, bytesOut: byteLength }, [bytes.buffer])
}

async function compressFile(
  { path, to = `${path}.gz`, level = 6 }: t.TypeOf<typeof File>,
  signal: AbortSignal,
) {
  if (resolve(path) === resolve(to))
    throw new TypeError(`Cannot compress ${path} to itself: 'to' must be another file`)
  const [source, part] = [createReadStream(path), `${to}.part`]
  const sink = createWriteStream(part)
  try {
    await pipeline(source, createGzip({ level }), sink, { signal })
    await rename(part, to) // whole or not there: what is cut short leaves no half of a file under this name
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  return { path: to, bytesIn: source.bytesRead, bytesOut: sink.bytesWritten }
}
