/**
 * Numbers by key, for millions of keys: columns and fingerprints of 64 bits instead of texts, 24 bytes a key. Two keys with
 * one fingerprint are not told apart: once in 10^11 pairs of a million keys. Who must be sure compares what the number leads to.
 */

const emptyRow = 0xffffffff

/** Low and high half of the fingerprint, and the row: beside each other, since each look-up misses the cache. */
const width = 3

export class KeyTable {
  #slots = 1 << 10
  #cells = emptyCells(1 << 10)
  /** How many keys there are. */
  size = 0

  /** The row of a key, or -1. */
  find(key: string): number {
    fingerprint(key, 0, key.length)
    const row = this.#cells[this.#probe() + 2] as number
    return row === emptyRow ? -1 : row
  }

  /** The row of a key, a text or bytes of ASCII: that of a new one is the next number. */
  rowOf(key: string | Uint8Array, from = 0, to = key.length): number {
    fingerprint(key, from, to)
    const cell = this.#probe()
    const row = this.#cells[cell + 2] as number
    if (row !== emptyRow) return row
    this.#put(cell, this.size++)
    const added = this.size - 1
    if (2 * this.size > this.#slots) this.#grow()
    return added
  }

  #put(cell: number, row: number): void {
    this.#cells[cell] = low
    this.#cells[cell + 1] = high
    this.#cells[cell + 2] = row
  }

  /** The cell of the fingerprint, or the empty one where it would be. */
  #probe(): number {
    const cells = this.#cells
    const mask = this.#slots - 1
    let slot = low & mask
    for (;;) {
      const cell = width * slot
      if (cells[cell + 2] === emptyRow || (cells[cell] === low && cells[cell + 1] === high)) return cell
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    const before = this.#cells
    this.#slots *= 2
    this.#cells = emptyCells(this.#slots)
    for (let cell = 0; cell < before.length; cell += width) {
      const row = before[cell + 2] as number
      if (row === emptyRow) continue
      low = before[cell] as number
      high = before[cell + 1] as number
      this.#put(this.#probe(), row)
    }
  }
}

const emptyCells = (slots: number): Uint32Array => new Uint32Array(width * slots).fill(emptyRow)

let high = 0
let low = 0

/** Into the two variables above: an object for each would be garbage. Of bytes, the same as of the text that they are. */
function fingerprint(key: string | Uint8Array, from: number, to: number): void {
  let a = 0x811c9dc5
  let b = 0x9e3779b1
  const text = typeof key === 'string' ? key : undefined
  for (let i = from; i < to; i++) {
    const code = text === undefined ? (key[i] as number) : text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13)
  }
  a = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d)
  b = Math.imul(b ^ (b >>> 16), 0xc2b2ae35)
  high = (a ^ (a >>> 12)) >>> 0
  low = (b ^ (b >>> 15) ^ Math.imul(a, 0x27d4eb2f)) >>> 0
}
