/**
 * Which record an instruction came from, while it is under way. Columns, not objects: with thousands in flight, what lives
 * through a collection of garbage costs more than all the rest.
 *
 * Ids come in order, so a ring of columns holds almost all; who is overtaken by a whole ring moves to a map.
 */

import type { RecordPlace } from './feeder.ts'

const size = 1 << 14
const mask = size - 1

export class Slips {
  readonly #ids = new Float64Array(size).fill(-1)
  readonly #lines = new Float64Array(size)
  readonly #inputs = new Uint32Array(size)
  readonly #records = new Float64Array(size)
  readonly #overtaken = new Map<number, RecordPlace>()
  /** How many are under way. */
  count = 0

  put(id: number, { line, input, record }: RecordPlace): void {
    const slot = id & mask
    const before = this.#ids[slot] as number
    if (before !== -1) this.#overtaken.set(before, this.#read(slot))
    this.#ids[slot] = id
    this.#lines[slot] = line
    this.#inputs[slot] = input
    this.#records[slot] = record
    this.count++
  }

  get(id: number): RecordPlace | undefined {
    const slot = id & mask
    return this.#ids[slot] === id ? this.#read(slot) : this.#overtaken.get(id)
  }

  /** Takes it away: it is settled. */
  take(id: number): RecordPlace | undefined {
    const slot = id & mask
    const place = this.get(id)
    if (place === undefined) return undefined
    if (this.#ids[slot] === id) this.#ids[slot] = -1
    else this.#overtaken.delete(id)
    this.count--
    return place
  }

  #read(slot: number): RecordPlace {
    return {
      line: this.#lines[slot] as number,
      input: this.#inputs[slot] as number,
      record: this.#records[slot] as number,
    }
  }
}
