/**
 * Lines out of the chunks of a pipe. A line of a hundred megabytes comes in thousands of chunks, and is put together once.
 */

import { isUtf8 } from 'node:buffer'

const newline = 10

/** A line without its end. */
export interface PipeLine {
  readonly text: string
  /** Its bytes are UTF-8; otherwise `text` is what is left of it. */
  readonly isText: boolean
}

export class PipeLines {
  /** Pieces of a line whose end has not come. */
  #begun: Buffer[] = []
  #begunBytes = 0
  #chunks: Buffer[] = []
  #at = 0
  readonly #most: number

  /** @param most  bytes of the longest line */
  constructor(most: number) {
    this.#most = most
  }

  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.push(chunk)
  }

  /** A line is longer than may be. */
  get isTooLong(): boolean {
    return this.#begunBytes > this.#most
  }

  /** The next line whose end has come. */
  next(): PipeLine | undefined {
    for (let chunk = this.#chunks[0]; chunk !== undefined && !this.isTooLong; chunk = this.#chunks[0]) {
      const end = chunk.indexOf(newline, this.#at)
      if (end >= 0) {
        const line = this.#lineOf(chunk.subarray(this.#at, end))
        this.#at = end + 1
        if (this.#at === chunk.length) this.#nextChunk()
        return line
      }
      const piece = chunk.subarray(this.#at)
      this.#begun.push(piece)
      this.#begunBytes += piece.length
      this.#nextChunk()
    }
    return undefined
  }

  /** What stands behind the last line end; nothing more comes. */
  rest(): PipeLine | undefined {
    return this.#begunBytes === 0 ? undefined : this.#lineOf(Buffer.alloc(0))
  }

  #nextChunk(): void {
    this.#chunks.shift()
    this.#at = 0
  }

  #lineOf(last: Buffer): PipeLine {
    let bytes = last
    if (this.#begun.length > 0) {
      bytes = Buffer.concat([...this.#begun, last])
      this.#begun = []
      this.#begunBytes = 0
    }
    if (bytes[bytes.length - 1] === 13) bytes = bytes.subarray(0, -1)
    return { text: bytes.toString(), isText: isUtf8(bytes) }
  }
}
