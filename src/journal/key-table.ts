/**
 * Numbers by key, for millions of keys: columns and fingerprints of 64 bits instead of texts, 24 bytes a key. Two keys with
 * one fingerprint are not told apart: once in 10^11 pairs of a million keys. Who must be sure compares what the number leads to.
 */

const emptyRow = 0xffffffff

export class KeyTable {
  #high = new Uint32Array(1 << 10)
  #low = new Uint32Array(1 << 10)
  #rows = new Uint32Array(1 << 10).fill(emptyRow)
  /** How many keys there are. */
  size = 0

  /** The row of a key, or -1. */
  find(key: string): number {
    const row = this.#rows[this.#slotOf(key)] as number
    return row === emptyRow ? -1 : row
  }

  /** The row of a key: that of a new one is the next number. */
  rowOf(key: string): number {
    const slot = this.#slotOf(key)
    const row = this.#rows[slot] as number
    if (row !== emptyRow) return row
    this.#high[slot] = high
    this.#low[slot] = low
    this.#rows[slot] = this.size++
    const added = this.size - 1
    if (2 * this.size > this.#rows.length) this.#grow()
    return added
  }

  #slotOf(key: string): number {
    fingerprint(key)
    return this.#probe(this.#rows.length - 1)
  }

  #probe(mask: number): number {
    let slot = low & mask
    while (this.#rows[slot] !== emptyRow && !(this.#low[slot] === low && this.#high[slot] === high))
      slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [highs, lows, rows] = [this.#high, this.#low, this.#rows]
    this.#high = new Uint32Array(2 * rows.length)
    this.#low = new Uint32Array(2 * rows.length)
    this.#rows = new Uint32Array(2 * rows.length).fill(emptyRow)
    for (let at = 0; at < rows.length; at++) {
      if (rows[at] === emptyRow) continue
      high = highs[at] as number
      low = lows[at] as number
      const slot = this.#probe(this.#rows.length - 1)
      this.#high[slot] = high
      this.#low[slot] = low
      this.#rows[slot] = rows[at] as number
    }
  }
}

let high = 0
let low = 0

/** Of a text, into the two variables above: an object for each would be garbage. */
function fingerprint(key: string): void {
  let a = 0x811c9dc5
  let b = 0x9e3779b1
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13)
  }
  a = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d)
  b = Math.imul(b ^ (b >>> 16), 0xc2b2ae35)
  high = (a ^ (a >>> 12)) >>> 0
  low = (b ^ (b >>> 15) ^ Math.imul(a, 0x27d4eb2f)) >>> 0
}
