/**
 * What is known of a child however it ends: a file without a name, which both sides have open.
 *
 *     child   begun 7 · finished 6 ──► 16 bytes       exits with messages under way ──► last words behind them
 *     parent  the child is gone ◄── which job to blame · what it had said, and the channel had not carried yet
 *
 * A channel is written when the loop turns, and an exit does not wait for that; a file is written at once. No memory can be
 * shared with a child, and these few bytes are what a job costs instead: 2 us.
 */

import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'

import type { JobStanding } from '../lane/claims.ts'

// Work may replace what is global where it runs.
const { Buffer, Math, process } = globalThis

/** The number under which a child finds the file. */
export const recorderFd = 4

const headBytes = 16
let recorders = 0

/** The parent's side. */
export interface FlightRecorder {
  readonly fd: number
  /** Where each job of the child stood by now. Its answers outlast the file: an exit is heard when it is its turn. */
  standing(): (n: number) => JobStanding
  /** Messages of the child from number `heard` on, as it counted them. */
  lastWords(heard: number): readonly unknown[]
  close(): void
}

/** `undefined` where there is no place for temporary files: then nobody can tell more than that a job was sent. */
export function openRecorder(): FlightRecorder | undefined {
  const path = join(tmpdir(), `rxboss-${process.pid}-${recorders++}-${Math.random().toString(36).slice(2)}`)
  let fd: number
  try {
    fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    writeSync(fd, headOf(-1, -1), 0, headBytes, 0)
  } catch {
    return undefined // a full or read-only disk
  }
  return {
    fd,
    standing: () => {
      const head = readFrom(fd, 0, headBytes)
      const [begun, finished] = [head.readDoubleLE(0), head.readDoubleLE(8)]
      return n => (n > begun ? 'queued' : n <= finished ? 'finished' : 'begun')
    },
    lastWords: heard => framesIn(fd).flatMap(({ at, message }) => (at >= heard ? [message] : [])),
    close: () => closeSync(fd),
  }
}

/** The child's side. */
export class Recording {
  readonly #head = headOf(-1, -1)
  #end = headBytes

  begun(n: number): void {
    this.#head.writeDoubleLE(n, 0)
    writeSync(recorderFd, this.#head, 0, headBytes, 0)
  }

  finished(n: number): void {
    this.#head.writeDoubleLE(n, 8)
    writeSync(recorderFd, this.#head, 0, headBytes, 0)
  }

  /** Leaves the message that this child counts as number `at`. */
  leave(at: number, message: unknown): void {
    const body = serialize({ at, message })
    const length = Buffer.alloc(8)
    length.writeDoubleLE(body.length)
    for (const bytes of [length, body]) {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(recorderFd, bytes, written, bytes.length - written, this.#end + written)
      }
      this.#end += bytes.length
    }
  }
}

function headOf(begun: number, finished: number): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeDoubleLE(begun, 0)
  head.writeDoubleLE(finished, 8)
  return head
}

function readFrom(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let read = 0; read < length; ) {
    const more = readSync(fd, bytes, read, length - read, at + read)
    if (more === 0) break
    read += more
  }
  return bytes
}

interface Frame {
  readonly at: number
  readonly message: unknown
}

/** All that was left whole; a disk that was full cuts off the rest. */
function framesIn(fd: number): readonly Frame[] {
  const frames: Frame[] = []
  const size = fstatSync(fd).size
  for (let at = headBytes; at + 8 <= size; ) {
    const length = readFrom(fd, at, 8).readDoubleLE()
    at += 8
    if (!(length > 0) || at + length > size) break
    frames.push(deserialize(readFrom(fd, at, length)) as Frame)
    at += length
  }
  return frames
}
