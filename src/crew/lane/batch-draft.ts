/**
 * A batch in the making: a run of jobs of one definition, a column for each attribute. Ids that are consecutive are one
 * number, and what most jobs do not have (an attempt beyond the first, a name of their own) is said of the others alone.
 */

import type { Movable } from '../../words/transfer.ts'
import type { Job, Orders } from '../crew.ts'
import { type Batch, type Constant, type Extra, toWorker } from './wire.ts'

export class BatchDraft {
  /** How many jobs are in it. */
  count = 0
  /** What all of them share. */
  constants: readonly Constant[] | undefined
  /** What moves with it. */
  moved: Movable[] | undefined
  readonly #orders: Orders
  readonly #names: readonly string[] | undefined
  /** The only column, where there is one. */
  readonly #only: unknown[] | undefined
  readonly #columns: unknown[][]
  #firstId = 0
  #ids: number[] | undefined
  #extras: Extra[] | undefined

  /** @param names  of the attributes; `undefined`: they are no record, and each goes as one value */
  constructor(orders: Orders, names: readonly string[] | undefined) {
    this.#orders = orders
    this.#names = names
    this.#columns = names === undefined ? [[]] : names.map(() => [])
    this.#only = this.#columns.length === 1 ? this.#columns[0] : undefined
  }

  add(job: Job, attributes: Readonly<Record<string, unknown>>): void {
    const orders = this.#orders
    const names = this.#names
    const only = this.#only
    if (names === undefined) (only as unknown[]).push(attributes)
    else if (only !== undefined) only.push(attributes[names[0] as string])
    else
      for (let c = 0; c < names.length; c++)
        (this.#columns[c] as unknown[]).push(attributes[names[c] as string])
    this.#addId(orders.idOf(job))
    const attempt = orders.attemptOf(job)
    const name = orders.nameOf(job)
    const traceparent = orders.traceparentOf?.(job)
    const resources = orders.resourcesOf?.(job)
    if (attempt !== 1 || name !== undefined || traceparent !== undefined || resources !== undefined) {
      this.#extras ??= []
      this.#extras.push([
        this.count,
        attempt,
        name,
        traceparent,
        resources,
        resources && orders.environmentOf?.(job),
      ])
    }
    this.count++
  }

  #addId(id: number): void {
    const { count } = this
    if (count === 0) this.#firstId = id
    else if (this.#ids !== undefined) this.#ids.push(id)
    else if (id !== this.#firstId + count) {
      this.#ids = Array.from({ length: count }, (_, i) => this.#firstId + i)
      this.#ids.push(id)
    }
  }

  addMoved(moved: readonly Movable[]): void {
    this.moved ??= []
    for (const one of moved) this.moved.push(one)
  }

  /** The batch, whose first job has the number `first`. */
  batch(definition: number, first: number): Batch {
    const { count, constants } = this
    const batch: Batch = [
      toWorker.batch,
      definition,
      first,
      count,
      this.#ids ?? this.#firstId,
      this.#extras ?? 0,
      this.#columns,
    ]
    if (constants !== undefined) batch.push(undefined, constants)
    return batch
  }
}
