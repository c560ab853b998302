/**
 * Compresses. Instruction: `{ path, to?, level? }` for a file (`to`: default `<path>.gz`), result
 * `{ path, bytesIn, bytesOut }`; or `{ bytes, level? }` for bytes, result the compressed bytes, moved, not copied.
 */

import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
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

const Level = t.Int

export default defineWorker(import.meta, {
  name: 'gzip',
  info: 'Compresses a file, or bytes.',
  attr: t.union([
    t.intersection([t.type({ path: t.string }), t.partial({ to: t.string, level: Level })]),
    t.intersection([t.type({ bytes: Bytes }), t.partial({ level: Level })]),
  ]),
  work: async (given, { signal }) => {
    const { level = 6 } = given
    if ('bytes' in given) {
      const compressed = await promisify(gzip)(given.bytes, { level })
      // A copy in a buffer of its own: Node's may be a piece of a shared pool, which cannot be moved.
      const bytes = new Uint8Array(compressed)
      return transfer(bytes, [bytes.buffer])
    }
    const { path, to = `${path}.gz` } = given
    await pipeline(createReadStream(path), createGzip({ level }), createWriteStream(to), { signal })
    const [before, after] = await Promise.all([stat(path), stat(to)])
    return { path: to, bytesIn: before.size, bytesOut: after.size }
  },
})
