/**
 * The desk of a scheduler with rules. Choosing costs O(log n): nobody who is blocked is looked at again in vain.
 *
 *     arrived ──► in line ──first who fits──► running
 *                 ▲  │ a key is held: parked with the key until it is released        `keys`
 *                 └──┤ too dear for now: the line itself passes over it               `cost`
 *                    └ not admitted: set aside until something settles                `admits`
 *
 * Ageing. Starts are counted against the one who has waited longest, and against the first in line while it is passed over.
 * After `patience` of them it is next: nobody starts before it does. If what it lacks is a key, that key is reserved,
 * and those who do not want the key go on.
 */

import {
  Asked,
  ask,
  concurrencyOf,
  costOf,
  judgesOf,
  orderOf,
  patienceOf,
  RuleError,
  whyImpossible,
} from '../rules/rules.ts'
import type { Pending, Scheduler } from '../scheduler.ts'
import { Entry, hasKeys, heldKey, waits } from './entry.ts'
import type { Key } from './key.ts'
import { Line, mostOfAll, never } from './min-tree.ts'
import { Rota } from './round-robin.ts'
import { AtWork } from './running-set.ts'
import { StartTimes } from './start-times.ts'

/** So many are set aside or woken in one look, and no more: what is behind them waits for the next settlement. */
export const lookAhead = 64

/** Among equals: by arrival, and who came back before all others. */
const byArrival = <T>(a: Entry<T>, b: Entry<T>) =>
  a.cameBack === b.cameBack ? a.pending.id - b.pending.id : a.cameBack ? -1 : 1

export class RuledDesk<T> {
  readonly plain = false
  readonly concurrency: number
  readonly #judges: readonly Scheduler[]
  readonly #view: (item: T) => Pending
  readonly #patience: number
  readonly #line: Line<Entry<T>> | Rota<Entry<T>>
  readonly #before: (a: Entry<T>, b: Entry<T>) => boolean
  readonly #ask: Asked

  #waiting = 0
  /** Those that wait, by item: made by the first `withdraw`, kept until nobody waits. */
  #index: Map<T, Entry<T>> | undefined
  /** They wait, though no longer among the arrivals. */
  readonly #reserving = new Set<Entry<T>>()
  /** In order of arrival; who has left is skipped. */
  #arrivals: Entry<T>[] = []
  /** Before this nobody waits, or it is reserving. */
  #oldest = 0
  /** From here on they have not joined the line. */
  #joined = 0
  /** Starts since the oldest became the oldest. */
  #overtaken = 0
  /** Passed over too often while it was first in order. */
  #passedOver: Entry<T> | undefined
  /** Reserving ones whose keys have all become free. */
  #ready: Entry<T>[] = []

  #aside: Entry<T>[] = []
  /** Free keys with somebody still parked. */
  readonly #halfOpen = new Set<Key<Entry<T>>>()
  #wakings = 0

  readonly #atWork = new AtWork<T>()
  #used = 0
  /** Costs are kept in the line in units in which `never` is more than the budget. */
  readonly #scale: number
  #starts = new StartTimes()

  constructor(rules: readonly Scheduler[], view: (item: T) => Pending) {
    this.#judges = judgesOf(rules)
    this.#view = view
    this.concurrency = concurrencyOf(rules)
    this.#patience = patienceOf(rules)
    this.#ask = new Asked(rules)
    const { budget } = this.#ask
    this.#scale = budget === Infinity ? 0 : budget < mostOfAll / 2 ? 1 : mostOfAll / 2 / budget
    const order = orderOf(rules)
    const compare =
      order === undefined
        ? byArrival
        : (a: Entry<T>, b: Entry<T>) => order(a.pending, b.pending) || byArrival(a, b)
    this.#before = (a, b) => compare(a, b) < 0
    this.#line = this.#ask.share === undefined ? new Line(compare) : new Rota(({ share }) => share, compare)
  }

  get pending(): number {
    return this.#waiting
  }

  get startTimes(): readonly number[] {
    return this.#starts.all
  }

  get timed(): boolean {
    return this.#ask.opensAt.length > 0
  }

  get running(): number {
    return this.#atWork.size
  }

  arrive(item: T): void {
    this.#enter(new Entry(item, this.#view(item), false))
  }

  requeue(item: T): void {
    this.#enter(new Entry(item, this.#view(item), true))
  }

  next(now: number): T | undefined {
    if (this.pending === 0 || this.running >= this.concurrency || this.#closedUntil(now) !== undefined)
      return undefined
    this.#letJoin()
    this.#wakings = 0
    const next = this.#whoIsNext()
    const chosen = next === undefined ? this.#firstWhoFits() : this.#mayStart(next) ? next : undefined
    if (chosen !== undefined) {
      this.#countOvertaking(chosen)
      this.#starts.add(now)
      this.#start(chosen)
      return chosen.item
    }
    if (this.running === 0) throw this.#stalemate()
    return undefined
  }

  leave(item: T): void {
    const entry = this.#atWork.take(item)
    if (entry === undefined) return
    entry.where = 'gone'
    this.#wakings = 0
    // Sums of fractions drift; with nothing running they are exact again.
    this.#used = this.running === 0 ? 0 : this.#used - entry.cost
    for (const key of entry.keys) {
      key.held--
      this.#offer(key)
      key.forget()
    }
    if (this.#aside.length > 0) for (const one of this.#aside.splice(0)) this.#backInLine(one)
  }

  withdraw(item: T): boolean {
    const entry = this.#indexed().get(item)
    if (entry === undefined) return false
    const { where } = entry
    entry.where = 'gone'
    this.#quit(entry)
    if (this.#passedOver === entry) this.#passedOver = undefined
    if (where === 'set aside') this.#aside.splice(this.#aside.indexOf(entry), 1)
    if (where !== 'arrived') {
      this.#line.quit(entry)
      for (const key of entry.keys) {
        if (entry.reserving) key.unreserve(entry)
        this.#offer(key)
        key.forget()
      }
    }
    if (this.#arrivals.length > 4 * this.pending + 1024) this.#forgetWhoLeft()
    return true
  }

  drain(): T[] {
    const waiting = [...this.#indexed().values()]
    waiting.sort((a, b) => a.pending.id - b.pending.id)
    for (const { item } of waiting) this.withdraw(item)
    return waiting.map(({ item }) => item)
  }

  lookAgainAt(now: number): number | undefined {
    return this.pending === 0 || this.running >= this.concurrency ? undefined : this.#closedUntil(now)
  }

  impossible(item: T): string | undefined {
    return whyImpossible(this.#judges, () => this.#view(item))
  }

  /** Takes over from another desk: what runs, and when the last ones started. */
  resume(running: Iterable<T>, startTimes: readonly number[]): void {
    for (const item of running) {
      const entry = new Entry(item, this.#view(item), false)
      this.#readRules(entry)
      this.#run(entry)
    }
    this.#starts = new StartTimes(startTimes)
  }

  #enter(entry: Entry<T>): void {
    this.#waiting++
    this.#index?.set(entry.item, entry)
    this.#arrivals.push(entry)
  }

  /** It waits no longer. */
  #quit(entry: Entry<T>): void {
    if (entry.reserving) this.#reserving.delete(entry)
    if (--this.#waiting === 0) this.#index = undefined
    else this.#index?.delete(entry.item)
  }

  #indexed(): Map<T, Entry<T>> {
    if (this.#index === undefined) {
      this.#index = new Map()
      for (const entry of this.#arrivals) if (waits(entry)) this.#index.set(entry.item, entry)
      for (const entry of this.#reserving) this.#index.set(entry.item, entry)
    }
    return this.#index
  }

  /** Those that arrived since the last look. Here rules are asked, and may throw: who has not joined waits to join again. */
  #letJoin(): void {
    for (; this.#joined < this.#arrivals.length; this.#joined++) {
      const entry = this.#arrivals[this.#joined] as Entry<T>
      if (entry.where !== 'arrived') continue
      this.#readRules(entry)
      try {
        this.#line.join(entry)
      } catch (error) {
        for (const key of entry.keys) key.forget()
        throw error
      }
      entry.where = 'in line'
    }
  }

  #readRules(entry: Entry<T>): void {
    const { pending } = entry
    entry.cost = this.#ask.cost === undefined ? 0 : costOf(this.#ask.cost, pending)
    const { share } = this.#ask
    if (share !== undefined) entry.share = ask(share, 'share', () => share.share?.(pending))
    if (this.#ask.keys.length > 0) entry.keys = this.#ask.keysOf(pending, this.#before)
    for (const key of entry.keys) key.wanted++
    entry.own = entry.cost * this.#scale
  }

  /** Who has been overtaken too often: nobody starts before it. */
  #whoIsNext(): Entry<T> | undefined {
    for (; this.#ready.length > 0; this.#ready.shift()) {
      const entry = this.#ready[0] as Entry<T>
      if (waits(entry)) return entry
    }
    for (let oldest = this.#whoIsOldest(); oldest !== undefined && this.#overtaken >= this.#patience; ) {
      const entry = oldest
      if (hasKeys(entry)) return entry
      entry.reserving = true
      this.#reserving.add(entry)
      for (const key of entry.keys) key.reserve(entry)
      oldest = this.#whoIsOldest()
    }
    // Somebody who was next before it may have taken its key: then it waits for that, like others.
    if (this.#passedOver !== undefined && !hasKeys(this.#passedOver)) this.#passedOver = undefined
    return this.#passedOver
  }

  #whoIsOldest(): Entry<T> | undefined {
    for (; this.#oldest < this.#joined; this.#oldest++) {
      const entry = this.#arrivals[this.#oldest] as Entry<T>
      if (waits(entry) && !entry.reserving) return entry
      this.#overtaken = 0
    }
    return undefined
  }

  #firstWhoFits(): Entry<T> | undefined {
    for (;;) {
      if (this.#aside.length >= lookAhead && this.running > 0) return undefined
      const entry = this.#line.first(this.#scale === 0 ? 0 : this.#room * this.#scale)
      if (entry === undefined) {
        if (this.#wakeMore()) continue
        return undefined
      }
      const held = heldKey(entry)
      if (held !== undefined) this.#park(entry, held)
      if (held !== undefined || this.#wakesAnother(entry)) continue
      if (this.#isAdmitted(entry)) return entry
      this.#setAside(entry)
    }
  }

  #mayStart(entry: Entry<T>): boolean {
    return entry.cost <= this.#room && this.#isAdmitted(entry)
  }

  /** What is left of the budget; a little more, since sums of fractions are not exact. */
  get #room(): number {
    const budget = this.#ask.budget
    return budget === Infinity ? mostOfAll : budget - this.#used + budget * 1e-12
  }

  #isAdmitted({ pending }: Entry<T>): boolean {
    const running = this.#atWork.views
    return (
      this.#ask.admits.length === 0 ||
      this.#ask.admits.every(rule => ask(rule, 'admits', () => rule.admits?.(pending, running) ?? true))
    )
  }

  /** Against the oldest, and against who is first in order and passed over. */
  #countOvertaking(chosen: Entry<T>): void {
    const oldest = this.#whoIsOldest()
    // Who came back has arrived before, and overtakes nobody.
    if (oldest !== undefined && oldest.pending.id < chosen.pending.id) this.#overtaken++
    if (this.#ask.budget < Infinity) this.#passOver(this.#line.first(mostOfAll), chosen)
    if (this.#aside.length > 0)
      this.#passOver(
        this.#aside.find(one => one.where === 'set aside'),
        chosen,
      )
  }

  #passOver(entry: Entry<T> | undefined, chosen: Entry<T>): void {
    if (entry === undefined || entry === chosen) return
    if (++entry.passed >= this.#patience && hasKeys(entry)) this.#passedOver ??= entry
  }

  #start(entry: Entry<T>): void {
    if (this.#passedOver === entry) this.#passedOver = undefined
    if (entry.where === 'set aside') this.#aside.splice(this.#aside.indexOf(entry), 1)
    if (this.#line instanceof Rota) this.#line.start(entry)
    else this.#line.quit(entry)
    for (const key of entry.keys) if (entry.reserving) key.unreserve(entry)
    this.#quit(entry)
    this.#run(entry)
    if (this.#arrivals.length > 4 * this.pending + 1024) this.#forgetWhoLeft()
  }

  #run(entry: Entry<T>): void {
    entry.where = 'running'
    this.#atWork.add(entry)
    this.#used += entry.cost
    for (const key of entry.keys) key.held++
  }

  #park(entry: Entry<T>, key: Key<Entry<T>>): void {
    key.parked.push(entry)
    entry.where = 'parked'
    this.#line.need(entry, never)
    // It may have been woken for another key, which is free still: somebody else's turn.
    for (const other of entry.keys) if (other !== key) this.#offer(other)
  }

  #setAside(entry: Entry<T>): void {
    this.#aside.push(entry)
    entry.where = 'set aside'
    this.#line.need(entry, never)
  }

  #backInLine(entry: Entry<T>): void {
    entry.where = 'in line'
    this.#line.need(entry, entry.cost * this.#scale)
  }

  /** A key may have become free: for who has reserved it, else for the first who waits for it. */
  #offer(key: Key<Entry<T>>): void {
    if (key.held > 0) return
    const reserving = key.reserved?.[0]
    if (reserving === undefined) this.#wake(key)
    else if (hasKeys(reserving)) this.#ready.push(reserving)
  }

  /** False: nobody waits for it. */
  #wake(key: Key<Entry<T>>): boolean {
    while (key.parked.size > 0) {
      if (this.#wakings >= lookAhead && this.running > 0) break
      const entry = key.parked.pop() as Entry<T>
      if (entry.where !== 'parked') continue
      this.#wakings++
      this.#backInLine(entry)
      if (key.parked.size > 0) this.#halfOpen.add(key)
      return true
    }
    if (key.parked.size > 0) this.#halfOpen.add(key)
    return false
  }

  /** Of two who want the same key, the first is looked at first, even if it was parked with another key. */
  #wakeBefore(key: Key<Entry<T>>, entry: Entry<T>): boolean {
    for (let first = key.parked.first; first !== undefined; first = key.parked.first) {
      if (first.where === 'parked') return this.#before(first, entry) && this.#wake(key)
      key.parked.pop()
    }
    return false
  }

  #wakesAnother(entry: Entry<T>): boolean {
    for (const key of entry.keys) if (this.#wakeBefore(key, entry)) return true
    return false
  }

  /** Who was woken for a key does not fit: perhaps the next who waits for it does. */
  #wakeMore(): boolean {
    if (this.#wakings >= lookAhead && this.running > 0) return false
    for (const key of this.#halfOpen) {
      this.#halfOpen.delete(key)
      if (key.held === 0 && key.reserved === undefined && this.#wake(key)) return true
    }
    return false
  }

  #closedUntil(now: number): number | undefined {
    let opens = now
    for (const rule of this.#ask.opensAt) {
      const at = ask(rule, 'opensAt', () => rule.opensAt?.(now, this.#starts.nth) ?? now)
      if (at > opens) opens = at
    }
    return opens > now ? opens : undefined
  }

  #forgetWhoLeft(): void {
    const stays = (entry: Entry<T>) => waits(entry) && !entry.reserving
    const joined = this.#arrivals.slice(this.#oldest, this.#joined).filter(stays)
    const arrived = this.#arrivals.slice(this.#joined).filter(stays)
    const oldest = this.#arrivals[this.#oldest]
    if (oldest !== joined[0]) this.#overtaken = 0
    this.#arrivals = [...joined, ...arrived]
    this.#oldest = 0
    this.#joined = joined.length
  }

  /** A rule that keeps everybody waiting for ever must be heard of. */
  #stalemate(): Error {
    const rule = this.#ask.admits[0] ?? this.#ask.cost ?? {}
    const member = this.#ask.admits.length > 0 ? 'admits' : 'cost'
    const what = `Nothing runs, and the scheduler lets none of the ${this.pending} pending instructions start`
    const remedy = `Let 'impossible' refuse what can never start, or 'opensAt' say when to look again`
    return new RuleError(rule, member, undefined, what, remedy)
  }
}
