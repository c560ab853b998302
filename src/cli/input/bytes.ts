/** Where the bytes of an input come from: stdin, or a file. Pulled: nothing is read before it is asked for. */

import { createReadStream, fstatSync, statSync } from 'node:fs'
import type { Readable } from 'node:stream'

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
      stream = standard ? ownStdin() : createReadStream(path, { highWaterMark: 256 * 1024 })
      try {
        for await (const chunk of stream) {
          read += chunk.length
          yield chunk as Buffer
        }
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') return // closed by us
        const why = code === 'EISDIR' ? 'it is a folder' : (code ?? message)
        throw new RunError(`Cannot read ${name}: ${why}`, { cause: error })
      }
    },
    close: () => void stream?.destroy(),
  }
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
