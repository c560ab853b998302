/**
 * The desk of a scheduler that has an order and a limit, and nothing else: a heap, and the ageing of {@link RuledDesk}.
 *
 *     arrived ──next()──► heap ──first in order, or the oldest when overtaken `patience` times──► running
 *
 * Whoever leaves from the middle (withdrawn, or started as the oldest) stays in the heap, marked, until it comes up. Who
 * waits for what is looked up only to withdraw it, so there is no index until somebody does.
 */

import { Heap } from '../../words/heap.ts'
import { concurrencyOf, judgesOf, orderOf, patienceOf, whyImpossible } from '../combined-rules.ts'
import type { Pending, Scheduler } from '../scheduler.ts'
import { Arrivals } from './arrivals.ts'
import type { Desk } from './desk.ts'
import { noPast, type Past } from './past.ts'

interface Entry<T> {
  readonly item: T
  readonly pending: Pending
  readonly cameBack: boolean
  waits: boolean
}

export class OrderedDesk<T> implements Desk<T> {
  readonly plain = false
  readonly ahead = false
  readonly timed = false
  readonly sticky = false
  readonly concurrency: number
  running = 0
  readonly past: Past<T> = noPast()

  readonly #judges: readonly Scheduler[]
  readonly #view: (item: T) => Pending
  readonly #before: (a: Entry<T>, b: Entry<T>) => boolean
  readonly #arrivals: Arrivals<T, Entry<T>>
  #heap: Heap<Entry<T>>

  constructor(rules: readonly Scheduler[], view: (item: T) => Pending) {
    this.#judges = judgesOf(rules)
    this.#view = view
    this.concurrency = concurrencyOf(rules)
    this.#arrivals = new Arrivals(patienceOf(rules))
    const order = orderOf(rules) ?? (() => 0)
    this.#before = (a, b) => {
      const said = order(a.pending, b.pending)
      if (said < 0) return true
      if (said > 0) return false
      return a.cameBack === b.cameBack ? a.pending.id < b.pending.id : a.cameBack
    }
    this.#heap = new Heap(this.#before)
  }

  get pending(): number {
    return this.#arrivals.waiting
  }

  arrive(item: T): void {
    this.#arrivals.add({ item, pending: this.#view(item), cameBack: false, waits: true })
  }

  requeue(item: T): void {
    this.#arrivals.add({ item, pending: this.#view(item), cameBack: true, waits: true })
  }

  nextAhead(): undefined {
    return undefined
  }

  mayMove(): boolean {
    return false
  }

  move(): boolean {
    return false
  }

  next(_now?: number): T | undefined {
    if (this.pending === 0 || this.running >= this.concurrency) return undefined
    const chosen = this.#choose()
    this.#arrivals.overtakes(chosen)
    this.#quit(chosen)
    this.running++
    return chosen.item
  }

  leave(_item: T): void {
    this.running--
  }

  withdraw(item: T): boolean {
    const entry = this.#arrivals.find(item)
    if (entry === undefined) return false
    this.#quit(entry)
    if (this.#heap.size > 4 * this.pending + 1024) this.#rejoin()
    return true
  }

  drain(): T[] {
    const waiting = this.#arrivals.all()
    for (const entry of waiting) this.#quit(entry)
    return waiting.map(({ item }) => item)
  }

  lookAgainAt(_now: number): undefined {
    return undefined
  }

  impossible(item: T): string | undefined {
    return whyImpossible(this.#judges, () => this.#view(item))
  }

  granted(_item: T): undefined {
    return undefined
  }

  facts(_item: T, _now: number): undefined {
    return undefined
  }

  laneFor(_item: T): undefined {
    return undefined
  }

  placed(_item: T, _lane: number): void {}

  forget(_lane: number): void {}

  resume(running: Iterable<T>, _past: Past<T>): void {
    for (const _item of running) this.running++
  }

  readonly #joins = (entry: Entry<T>) => this.#heap.push(entry)

  /** The rule is asked only here. If it throws, the heap is made anew at the next look: it was half way. */
  #choose(): Entry<T> {
    try {
      this.#arrivals.letJoin(this.#joins)
      const due = this.#arrivals.overdue()
      if (due !== undefined) return due
      let first = this.#heap.pop()
      while (first !== undefined && !first.waits) first = this.#heap.pop()
      return first as Entry<T>
    } catch (error) {
      this.#rejoin()
      throw error
    }
  }

  #quit(entry: Entry<T>): void {
    this.#arrivals.leave(entry)
    if (this.pending === 0) this.#heap = new Heap(this.#before)
  }

  #rejoin(): void {
    this.#heap = new Heap(this.#before)
    this.#arrivals.rejoin()
  }
}
