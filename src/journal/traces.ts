/**
 * What earlier lives of a run have left of each instruction, by key: whether it ended, and where the line is that says how;
 * which attempt began last; whether its report was told. Columns, so that a million of them take 60 MB.
 */

import { KeyTable } from './key-table.ts'

/** How an instruction stands. */
export interface Trace {
  /** The last attempt that ended and how, or 0. */
  readonly ended: number
  readonly failed: boolean
  /** The last attempt that began, or 0. */
  readonly begun: number
  /** Where the line of its end is. */
  readonly offset: number
  readonly length: number
  /** The number of its end. */
  readonly n: number
}

const fieldsOfARow = 5

export class Traces {
  readonly #keys = new KeyTable()
  /** Of each row: attempts ended (negative where it failed) and begun, offset, length, number. */
  #rows = new Float64Array(fieldsOfARow << 10)
  /** A bit for each end whose report was told. */
  #told = new Uint8Array(1 << 10)
  /** The number of the next end. */
  nextN = 0
  /** Whether some life has marked what it told: then what is not marked is not known to be told. */
  marksTold = false

  get size(): number {
    return this.#keys.size
  }

  /** The row of a key, as a text or as bytes of ASCII; a new one where it is new. */
  rowOf(key: string | Uint8Array, from?: number, to?: number): number {
    const row = this.#keys.rowOf(key, from, to)
    if ((row + 1) * fieldsOfARow > this.#rows.length) this.#rows = enlarged(this.#rows)
    return row
  }

  began(row: number, attempt: number): void {
    const at = row * fieldsOfARow + 1
    if (attempt > (this.#rows[at] as number)) this.#rows[at] = attempt
  }

  /** The last attempt counts; of two ends of one attempt, which only a second writer can have made, the first. */
  ended(row: number, { ended, failed, offset, length, n }: Omit<Trace, 'begun'>): void {
    const rows = this.#rows
    const at = row * fieldsOfARow
    this.#over(row, ended)
    if (n >= this.nextN) this.nextN = n + 1
    if (ended <= Math.abs(rows[at] as number)) return
    rows[at] = failed ? -ended : ended
    rows[at + 2] = offset
    rows[at + 3] = length
    rows[at + 4] = n
  }

  /** An attempt came to nothing: it was cancelled, or lost in a storm. */
  cancelled(row: number, attempt: number): void {
    this.#over(row, attempt)
  }

  told(from: number, to: number): void {
    while (to >> 3 >= this.#told.length) this.#told = enlarged(this.#told)
    for (let n = from; n <= to; n++) this.#told[n >> 3] = (this.#told[n >> 3] as number) | (1 << (n & 7))
  }

  wasTold(n: number): boolean {
    return ((this.#told[n >> 3] ?? 0) & (1 << (n & 7))) !== 0
  }

  find(key: string): Trace | undefined {
    const row = this.#keys.find(key)
    return row === -1 ? undefined : this.at(row)
  }

  at(row: number): Trace {
    const rows = this.#rows
    const at = row * fieldsOfARow
    const ended = rows[at] as number
    return {
      ended: Math.abs(ended),
      failed: ended < 0,
      begun: rows[at + 1] as number,
      offset: rows[at + 2] as number,
      length: rows[at + 3] as number,
      n: rows[at + 4] as number,
    }
  }

  #over(row: number, attempt: number): void {
    const at = row * fieldsOfARow + 1
    if (attempt >= (this.#rows[at] as number)) this.#rows[at] = 0
  }
}

function enlarged<A extends Uint8Array | Float64Array>(column: A): A {
  const larger = new (column.constructor as new (length: number) => A)(2 * column.length)
  larger.set(column as never)
  return larger
}
