/** Lines of a file again, by their places. Who asks in the order of the file, as a resumed run does, reads it once. */

import { closeSync, openSync, readSync } from 'node:fs'
import { windowBytes } from './limits.ts'

export class PastLines {
  readonly #file: number
  #window: Buffer = Buffer.alloc(0)
  #from = 0

  constructor(path: string) {
    this.#file = openSync(path, 'r')
  }

  /** @returns what the line says; it was checked when it was read first */
  at(offset: number, length: number): Readonly<Record<string, unknown>> {
    return JSON.parse(this.#bytes(offset, length).toString('utf8')) as Readonly<Record<string, unknown>>
  }

  close(): void {
    closeSync(this.#file)
  }

  #bytes(offset: number, length: number): Buffer {
    const at = offset - this.#from
    const held = this.#window.length
    if (at >= 0 && at + length <= held) return this.#window.subarray(at, at + length)
    // A little further on: the next window. Elsewhere: this line alone.
    const isNext = at >= 0 && at <= held + windowBytes && length <= windowBytes
    if (!isNext) {
      if (held === 0) this.#from = offset + length
      return this.#read(Buffer.allocUnsafe(length), offset)
    }
    this.#from = offset
    this.#window = this.#read(Buffer.allocUnsafe(windowBytes), offset)
    return this.#window.subarray(0, length)
  }

  #read(into: Buffer, offset: number): Buffer {
    return into.subarray(0, readSync(this.#file, into, 0, into.length, offset))
  }
}
