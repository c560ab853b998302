/** Where in its input each record of a block begins. Asked for in their order, and only for those that are told of. */

import { borderIn } from './block-borders.ts'

const newline = 10
const carriageReturn = 13

export class RecordOffsets {
  readonly #bytes: Buffer
  /** Rows of a table: empty lines are none, and quotes may hold newlines. */
  readonly #table: { readonly quoted: boolean } | undefined
  readonly #from: number
  #index = 0
  #at = 0

  /** @param from  where the block begins */
  constructor(bytes: Buffer, table: { readonly quoted: boolean } | undefined, from: number) {
    this.#bytes = bytes
    this.#table = table
    this.#from = from
    this.#passEmpty()
  }

  /** @param index  not before the last one that was asked for */
  of(index: number): number {
    for (; this.#index < index; this.#index++) {
      this.#at = this.#behindRecord()
      this.#passEmpty()
    }
    return this.#from + this.#at
  }

  #behindRecord(): number {
    if (!this.#table?.quoted) return this.#behindNewline()
    const { border } = borderIn(this.#bytes.subarray(this.#at), { open: false, least: 1 })
    return border === undefined ? this.#bytes.length : this.#at + border
  }

  #behindNewline(): number {
    const found = this.#bytes.indexOf(newline, this.#at)
    return found === -1 ? this.#bytes.length : found + 1
  }

  #passEmpty(): void {
    if (this.#table === undefined) return
    for (;;) {
      const [first, second] = [this.#bytes[this.#at], this.#bytes[this.#at + 1]]
      if (first !== newline && !(first === carriageReturn && second === newline)) return
      this.#at = this.#behindNewline()
    }
  }
}
