/**
 * A key: what only so many may have at a time, and who waits for it. A file (one), a tenant (three), the GPUs (all there are).
 *
 *     room ──hold──► full ──release──► room, and the first of those who wait and fit is woken
 *
 * Who finds no room is parked with it, and costs nothing more until then. Who has been overtaken too often reserves it:
 * nobody else gets what it needs before.
 */

import { Heap } from '../../words/heap.ts'
import type { Scheduler } from '../scheduler.ts'
import { MinTree, TreeNode } from './min-tree.ts'

/** Who may want keys. */
export interface Claimant<W extends Claimant<W>> {
  readonly keys: readonly Key<W>[]
  /** How much of each; absent: one. */
  readonly amounts: readonly number[] | undefined
}

/** How much of this key somebody wants. */
export function amountOf<W extends Claimant<W>>(who: W, key: Key<W>): number {
  return who.amounts === undefined ? 1 : (who.amounts[who.keys.indexOf(key)] ?? 1)
}

/** What all keys of one rule have in common. */
export interface KeyTerms<W> {
  readonly rule: Scheduler
  /** So much may be held of each. */
  readonly most: (name: unknown) => number
  /** Wanted in amounts other than one. */
  readonly amounts: boolean
  /** Free again so long after it was taken, whatever becomes of who took it. */
  readonly perMs: number | undefined
  readonly before: (a: W, b: W) => boolean
}

export class Key<W extends Claimant<W>> {
  readonly name: unknown
  readonly terms: KeyTerms<W>
  readonly most: number
  /** How much is taken. More than there is only after a live change of rules, until the first have ended. */
  held = 0
  /** When starts that it counts cease to count, where time sets it free. */
  readonly frees: number[] = []
  /** Who is to have it before anybody else, in that order. */
  reserved: W[] | undefined
  /** How many want it or have it; without any, it is forgotten. */
  wanted = 0
  readonly #parked: Heap<W> | MinTree<Parked<W>>
  /** All that most of those who want it want. */
  readonly alone: readonly Key<W>[] = [this]
  readonly #keys: Map<unknown, Key<W>>

  constructor(name: unknown, keys: Map<unknown, Key<W>>, terms: KeyTerms<W>) {
    this.name = name
    this.terms = terms
    this.most = terms.most(name)
    this.#keys = keys
    this.#parked = terms.amounts
      ? new MinTree((a, b) => (terms.before(a.who, b.who) ? -1 : terms.before(b.who, a.who) ? 1 : 0))
      : new Heap(terms.before)
    keys.set(name, this)
  }

  /** Whether there is room for it, and nobody who has reserved it would miss that. */
  freeFor(who: W, amount: number): boolean {
    let room = this.most - this.held
    if (this.reserved === undefined) return room >= amount
    for (const one of this.reserved) {
      if (one === who) break
      room -= amountOf(one, this)
    }
    return room >= amount
  }

  /** What nobody has taken or reserved. */
  get room(): number {
    let room = this.most - this.held
    for (const one of this.reserved ?? []) room -= amountOf(one, this)
    return room
  }

  park(who: W): void {
    if (this.#parked instanceof Heap) this.#parked.push(who)
    else this.#parked.join(new Parked(who, amountOf(who, this)))
  }

  /** The first of those parked that there is room for. It may have gone on meanwhile: then `drop` it. */
  get first(): W | undefined {
    const { room } = this
    if (room <= 0) return undefined
    return this.#parked instanceof Heap ? this.#parked.first : this.#parked.first(room)?.who
  }

  /** Takes away who is `first`. */
  drop(): void {
    if (this.#parked instanceof Heap) this.#parked.pop()
    else {
      const parked = this.#parked.first(this.room)
      if (parked !== undefined) this.#parked.quit(parked)
    }
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
    this.wanted--
    this.forgetIfUnused()
  }

  forgetIfUnused(): void {
    if (this.wanted === 0 && (this.held === 0 || this.terms.perMs === undefined)) this.#keys.delete(this.name)
  }
}

class Parked<W> extends TreeNode {
  readonly who: W

  constructor(who: W, amount: number) {
    super()
    this.who = who
    this.own = amount
  }
}
