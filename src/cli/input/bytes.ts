/** Where the bytes of an input come from: stdin, or a file. Pulled: nothing is read before it is asked for. */

import { createReadStream, fstatSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import { RunError } from '../exit-codes.ts'
import { ownStdin } from '../standard-streams.ts'

export interface Bytes {
  readonly name: string
  chunks(): AsyncIterable<Buffer>
  /** How far reading is, as a part of the whole; `undefined` where the whole is not known. */
  readonly fraction: number | undefined
  close(): void
}

/** @param path  `-` is stdin */
export function openBytes(path: string): Bytes {
  const standard = path === '-'
  const name = standard ? 'stdin' : path
  const size = sizeOf(standard ? undefined : path)
  let stream: Readable | undefined
  let read = 0
  return {
    name,
    get fraction() {
      return size === undefined || size === 0 ? undefined : Math.min(1, read / size)
    },
    async *chunks() {
      const source = standard ? ownStdin() : createReadStream(path, { highWaterMark: 256 * 1024 })
      try {
        stream = source
        const counted = async function* () {
          for await (const chunk of source) {
            read += chunk.length
            yield chunk as Buffer
          }
        }
        yield* readable(counted(), name)
      } catch (error) {
        if (error instanceof RunError) throw error
        const { code, message } = error as NodeJS.ErrnoException
        if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') return // closed by us
        const why = code === 'EISDIR' ? 'it is a folder' : (code ?? message)
        throw new RunError(`Cannot read ${name}: ${why}`, { cause: error })
      }
    },
    close: () => void stream?.destroy(),
  }
}

/** As text can be read from them: unzipped where they are zipped. @throws {RunError} when they are UTF-16 */
async function* readable(chunks: AsyncIterable<Buffer>, name: string): AsyncIterable<Buffer> {
  let first = true
  const iterator = chunks[Symbol.asyncIterator]()
  const rest = { [Symbol.asyncIterator]: () => iterator }
  for await (const chunk of rest) {
    if (first && chunk[0] === 0x1f && chunk[1] === 0x8b) return yield* unzipped(chunk, rest)
    if (first && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)))
      throw new RunError(
        `Cannot read ${name}: it is UTF-16. Turn it into UTF-8 first: iconv -f UTF-16 -t UTF-8`,
      )
    first = false
    yield chunk
  }
}

async function* unzipped(first: Buffer, rest: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const all = async function* () {
    yield first
    yield* rest
  }
  const gunzip = createGunzip()
  const ended = pipeline(Readable.from(all()), gunzip)
  ended.catch(() => {}) // heard of by who reads it
  yield* gunzip
  await ended
}

/** Of a regular file. */
function sizeOf(path: string | undefined): number | undefined {
  try {
    const stats = path === undefined ? fstatSync(0) : statSync(path)
    return stats.isFile() ? stats.size : undefined
  } catch {
    return undefined // reading it will say why
  }
}
