/**
 * Parking: those who find no room on a key wait with it, and cost nothing until there may be.
 *
 *     in line ──park──► parked with the key ──offer: there may be room──► woken, in line again
 *                                        └── whoever has reserved it: ready once all its keys are free
 *
 * One look wakes so many and no more; what is behind them waits for the next settlement.
 */

import { lookAhead } from '../limits.ts'
import { type Entry, hasKeys } from './entry.ts'
import type { Key } from './key.ts'

/** What it needs of the desk. */
export interface ParkingTerms<T> {
  readonly before: (a: Entry<T>, b: Entry<T>) => boolean
  /** Whether nothing runs: then nobody may be left waiting for a settlement. */
  readonly nothingRuns: () => boolean
  /** One was woken. */
  readonly woken: (entry: Entry<T>) => void
}

export class Parking<T> {
  readonly #terms: ParkingTerms<T>
  /** Reserving ones whose keys have all become free. */
  readonly #ready: Entry<T>[] = []
  /** Keys with room, and somebody still parked. */
  readonly #halfOpen = new Set<Key<Entry<T>>>()
  #wakings = 0

  constructor(terms: ParkingTerms<T>) {
    this.#terms = terms
  }

  /** A new look. */
  begin(): void {
    this.#wakings = 0
  }

  /** The first of those that have reserved their keys, and found them all free. */
  get ready(): Entry<T> | undefined {
    for (; this.#ready.length > 0; this.#ready.shift()) {
      const entry = this.#ready[0] as Entry<T>
      if (entry.where !== 'running' && entry.where !== 'gone') return entry
    }
    return undefined
  }

  park(entry: Entry<T>, key: Key<Entry<T>>): void {
    key.park(entry)
    entry.where = 'parked'
    // It may have been woken for another key, which is free still: somebody else's turn.
    for (const other of entry.keys) if (other !== key) this.offer(other)
  }

  /** There may be room for whoever has reserved it, else for the first who waits for it. */
  offer(key: Key<Entry<T>>): void {
    if (key.held >= key.most) return
    const reserving = key.reserved?.[0]
    if (reserving !== undefined && hasKeys(reserving)) this.#ready.push(reserving)
    if (reserving === undefined || key.most > 1) this.#wake(key)
  }

  /** Of two who want the same key, the first is looked at first, even if it was parked with another key. */
  wakesAnother(entry: Entry<T>): boolean {
    for (const key of entry.keys) if (this.#wakeBefore(key, entry)) return true
    return false
  }

  /** Who was woken for a key does not fit: perhaps the next who waits for it does. */
  wakeMore(): boolean {
    if (this.#isEnough) return false
    for (const key of this.#halfOpen) {
      this.#halfOpen.delete(key)
      if (this.#wake(key)) return true
    }
    return false
  }

  get #isEnough(): boolean {
    return this.#wakings >= lookAhead && !this.#terms.nothingRuns()
  }

  /** False: nobody waits for it whom there is room for. */
  #wake(key: Key<Entry<T>>): boolean {
    for (let entry = key.first; entry !== undefined; entry = key.first) {
      if (this.#isEnough) break
      key.drop()
      if (entry.where !== 'parked') continue
      this.#wakings++
      this.#terms.woken(entry)
      if (key.first !== undefined) this.#halfOpen.add(key)
      return true
    }
    if (key.first !== undefined) this.#halfOpen.add(key)
    return false
  }

  #wakeBefore(key: Key<Entry<T>>, entry: Entry<T>): boolean {
    for (let first = key.first; first !== undefined; first = key.first) {
      if (first.where === 'parked') return this.#terms.before(first, entry) && this.#wake(key)
      key.drop()
    }
    return false
  }
}
