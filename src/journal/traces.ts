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

  began(key: string, attempt: number): void {
    const at = this.#rowOf(key)
    this.#rows[at + 1] = Math.max(attempt, this.#rows[at + 1] as number)
  }

  /** The last attempt counts; of two ends of one attempt, which only a second writer can have made, the first. */
  ended(key: string, { ended, failed, offset, length, n }: Omit<Trace, 'begun'>): void {
    const at = this.#rowOf(key)
    this.#over(at, ended)
    this.nextN = Math.max(this.nextN, n + 1)
    if (ended <= Math.abs(this.#rows[at] as number)) return
    this.#rows.set([failed ? -ended : ended], at)
    this.#rows.set([offset, length, n], at + 2)
  }

  /** An attempt came to nothing: it was cancelled, or lost in a storm. */
  cancelled(key: string, attempt: number): void {
    this.#over(this.#rowOf(key), attempt)
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
    const [ended = 0, begun = 0, offset = 0, length = 0, n = 0] = this.#rows.subarray(
      row * fieldsOfARow,
      (row + 1) * fieldsOfARow,
    )
    return { ended: Math.abs(ended), failed: ended < 0, begun, offset, length, n }
  }

  #over(at: number, attempt: number): void {
    if (attempt >= (this.#rows[at + 1] as number)) this.#rows[at + 1] = 0
  }

  #rowOf(key: string): number {
    const at = this.#keys.rowOf(key) * fieldsOfARow
    if (at + fieldsOfARow > this.#rows.length) this.#rows = enlarged(this.#rows)
    return at
  }
}

function enlarged<A extends Uint8Array | Float64Array>(column: A): A {
  const larger = new (column.constructor as new (length: number) => A)(2 * column.length)
  larger.set(column as never)
  return larger
}
