/**
 * The desk of a scheduler that has an order and a limit, and nothing else: a heap, and the ageing of {@link RuledDesk}.
 *
 *     arrived ──next()──► heap ──first in order, or the oldest when overtaken `patience` times──► running
 *
 * Whoever leaves from the middle (withdrawn, or started as the oldest) stays in the heap, marked, until it comes up. Who
 * waits for what is looked up only to withdraw it, so there is no index until somebody does.
 */

import { Heap } from '../../actor/heap.ts'
import { concurrencyOf, judgesOf, orderOf, patienceOf, whyImpossible } from '../rules/rules.ts'
import type { Pending, Scheduler } from '../scheduler.ts'

interface Entry<T> {
  readonly item: T
  readonly pending: Pending
  readonly cameBack: boolean
  waits: boolean
}

export class OrderedDesk<T> {
  readonly plain = false
  readonly timed = false
  readonly concurrency: number
  pending = 0
  running = 0
  readonly startTimes: readonly number[] = []

  readonly #judges: readonly Scheduler[]
  readonly #view: (item: T) => Pending
  readonly #patience: number
  readonly #before: (a: Entry<T>, b: Entry<T>) => boolean
  #heap: Heap<Entry<T>>
  /** In order of arrival; who has left is skipped. */
  #arrivals: Entry<T>[] = []
  /** Before this nobody waits. */
  #oldest = 0
  /** From here on they are not in the heap yet. */
  #joined = 0
  /** Starts since the oldest became the oldest. */
  #overtaken = 0
  #entries: Map<T, Entry<T>> | undefined

  constructor(rules: readonly Scheduler[], view: (item: T) => Pending) {
    this.#judges = judgesOf(rules)
    this.#view = view
    this.concurrency = concurrencyOf(rules)
    this.#patience = patienceOf(rules)
    const order = orderOf(rules) ?? (() => 0)
    this.#before = (a, b) => {
      const said = order(a.pending, b.pending)
      if (said < 0) return true
      if (said > 0) return false
      return a.cameBack === b.cameBack ? a.pending.id < b.pending.id : a.cameBack
    }
    this.#heap = new Heap(this.#before)
  }

  arrive(item: T): void {
    this.#enter(item, false)
  }

  requeue(item: T): void {
    this.#enter(item, true)
  }

  next(_now?: number): T | undefined {
    if (this.pending === 0 || this.running >= this.concurrency) return undefined
    const chosen = this.#choose()
    const oldest = this.#whoIsOldest()
    // Who came back has arrived before, and overtakes nobody.
    if (oldest.pending.id < chosen.pending.id) this.#overtaken++
    this.#quit(chosen)
    this.running++
    return chosen.item
  }

  leave(_item: T): void {
    this.running--
  }

  withdraw(item: T): boolean {
    if (this.pending === 0) return false
    this.#entries ??= this.#index()
    const entry = this.#entries.get(item)
    if (entry === undefined) return false
    this.#quit(entry)
    if (this.#heap.size > 4 * this.pending + 1024) this.#rejoin()
    return true
  }

  drain(): T[] {
    const waiting = this.#arrivals.slice(this.#oldest).filter(waits)
    waiting.sort((a, b) => a.pending.id - b.pending.id)
    this.pending = 0
    this.#clear()
    return waiting.map(({ item }) => item)
  }

  lookAgainAt(_now: number): undefined {
    return undefined
  }

  impossible(item: T): string | undefined {
    return whyImpossible(this.#judges, () => this.#view(item))
  }

  resume(running: Iterable<T>, _startTimes: readonly number[]): void {
    for (const _item of running) this.running++
  }

  #enter(item: T, cameBack: boolean): void {
    const entry = { item, pending: this.#view(item), cameBack, waits: true }
    this.#arrivals.push(entry)
    this.#entries?.set(item, entry)
    this.pending++
  }

  /** The rule is asked only here. If it throws, the heap is made anew at the next look: it was half way. */
  #choose(): Entry<T> {
    try {
      for (; this.#joined < this.#arrivals.length; this.#joined++) {
        const entry = this.#arrivals[this.#joined] as Entry<T>
        if (entry.waits) this.#heap.push(entry)
      }
      if (this.#overtaken >= this.#patience) {
        const oldest = this.#whoIsOldest()
        if (this.#overtaken >= this.#patience) return oldest
      }
      let first = this.#heap.pop()
      while (first !== undefined && !first.waits) first = this.#heap.pop()
      return first as Entry<T>
    } catch (error) {
      this.#rejoin()
      throw error
    }
  }

  /** Call only while somebody waits. */
  #whoIsOldest(): Entry<T> {
    for (;;) {
      const entry = this.#arrivals[this.#oldest] as Entry<T>
      if (entry.waits) return entry
      this.#oldest++
      this.#overtaken = 0
    }
  }

  #quit(entry: Entry<T>): void {
    entry.waits = false
    this.#entries?.delete(entry.item)
    if (--this.pending === 0) this.#clear()
    else if (this.#arrivals.length > 4 * this.pending + 1024) this.#forgetWhoLeft()
  }

  #clear(): void {
    this.#heap = new Heap(this.#before)
    this.#arrivals = []
    this.#oldest = this.#joined = this.#overtaken = 0
    this.#entries = undefined
  }

  #rejoin(): void {
    this.#heap = new Heap(this.#before)
    this.#joined = this.#oldest
  }

  #forgetWhoLeft(): void {
    const oldest = this.#arrivals[this.#oldest]
    const joined = this.#arrivals.slice(this.#oldest, this.#joined).filter(waits)
    const arrived = this.#arrivals.slice(this.#joined).filter(waits)
    if (oldest !== (joined[0] ?? arrived[0])) this.#overtaken = 0
    this.#arrivals = [...joined, ...arrived]
    this.#oldest = 0
    this.#joined = joined.length
  }

  #index(): Map<T, Entry<T>> {
    return new Map(
      this.#arrivals
        .slice(this.#oldest)
        .filter(waits)
        .map(entry => [entry.item, entry]),
    )
  }
}

const waits = <T>(entry: Entry<T>) => entry.waits
