/**
 * A key: what only one may have at a time, and who waits for it.
 *
 *     free ──take──► held ──release──► free, and the first of those who wait is woken
 *
 * Who finds it held is parked with it, and costs nothing more until then. Who has been overtaken too often reserves it:
 * nobody else gets it before.
 */

import { Heap } from '../../actor/heap.ts'

export class Key<W> {
  /** How many have it. More than one only after a live change of rules, until the first have ended. */
  held = 0
  /** Who is to have it before anybody else, in that order. */
  reserved: W[] | undefined
  /** How many want it or have it; without any, it is forgotten. */
  wanted = 0
  readonly parked: Heap<W>
  /** All that most of those who want it want. */
  readonly alone: readonly Key<W>[] = [this]
  readonly #name: unknown
  readonly #keys: Map<unknown, Key<W>>

  constructor(name: unknown, keys: Map<unknown, Key<W>>, before: (a: W, b: W) => boolean) {
    this.#name = name
    this.#keys = keys
    this.parked = new Heap(before)
    keys.set(name, this)
  }

  freeFor(who: W): boolean {
    return this.held === 0 && (this.reserved === undefined || this.reserved[0] === who)
  }

  reserve(who: W): void {
    this.reserved ??= []
    this.reserved.push(who)
  }

  /** It has it, or does not want it any more. */
  unreserve(who: W): void {
    const others = this.reserved?.filter(one => one !== who)
    this.reserved = others?.length ? others : undefined
  }

  forget(): void {
    if (--this.wanted === 0) this.#keys.delete(this.#name)
  }
}
