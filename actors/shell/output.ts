/** What a command writes, on its way to whoever hears of it: kept while it is short, in a file once it is long. */

import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** So much of a command's output is kept in memory. */
const mostKept = 64 * 1024
const newline = 10

/** Text where it is text, else bytes. */
export const textOrBytes = (bytes: Buffer): string | Uint8Array =>
  isUtf8(bytes) ? bytes.toString() : new Uint8Array(bytes)

/** All that a command writes, up to its end. */
export class Spool {
  readonly #tagged: Tagged
  #kept: Buffer[] = []
  #size = 0
  #file: { readonly path: string; readonly fd: number } | undefined

  constructor(tag: string | undefined) {
    this.#tagged = new Tagged(tag)
  }

  take(chunk: Buffer): void {
    this.#put(this.#tagged.take(chunk))
  }

  /** @returns what was written; nothing where it wrote nothing */
  close(): string | Uint8Array | { readonly file: string; readonly bytes: number } | undefined {
    if (this.#file === undefined) return this.#size === 0 ? undefined : textOrBytes(Buffer.concat(this.#kept))
    closeSync(this.#file.fd)
    return { file: this.#file.path, bytes: this.#size }
  }

  #put(bytes: Buffer): void {
    this.#size += bytes.length
    if (this.#file === undefined && this.#size <= mostKept) {
      this.#kept.push(bytes)
      return
    }
    this.#file ??= open()
    for (const piece of [...this.#kept, bytes])
      for (let from = 0; from < piece.length; ) from += writeSync(this.#file.fd, piece, from)
    this.#kept = []
  }
}

function open(): { readonly path: string; readonly fd: number } {
  const path = join(tmpdir(), `rxboss-${process.pid}-${randomUUID()}.out`)
  return { path, fd: openSync(path, 'wx', 0o600) }
}

/** Whole lines, as they come; a line that is long goes on in pieces. */
export class Lines {
  readonly #tagged: Tagged
  #rest: Buffer = Buffer.alloc(0)

  constructor(tag: string | undefined) {
    this.#tagged = new Tagged(tag)
  }

  take(chunk: Buffer): string | Uint8Array | undefined {
    const all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const end = all.length > mostKept ? all.length : all.lastIndexOf(newline) + 1
    this.#rest = all.subarray(end)
    return end === 0 ? undefined : textOrBytes(this.#tagged.take(all.subarray(0, end)))
  }

  end(): string | Uint8Array | undefined {
    return this.#rest.length === 0 ? undefined : textOrBytes(this.#tagged.take(this.#rest))
  }
}

/** A tag and a tab before each line. */
class Tagged {
  readonly #tag: Buffer | undefined
  #atStart = true

  constructor(tag: string | undefined) {
    this.#tag = tag === undefined ? undefined : Buffer.from(`${tag}\t`)
  }

  take(bytes: Buffer): Buffer {
    if (this.#tag === undefined) return bytes
    const pieces: Buffer[] = []
    for (let from = 0; from < bytes.length; ) {
      const at = bytes.indexOf(newline, from)
      const end = at === -1 ? bytes.length : at + 1
      if (this.#atStart) pieces.push(this.#tag)
      pieces.push(bytes.subarray(from, end))
      this.#atStart = at !== -1
      from = end
    }
    return Buffer.concat(pieces)
  }
}
