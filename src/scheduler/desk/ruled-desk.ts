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
  concurrencyOf,
  judgesOf,
  mayAllGoAhead,
  orderOf,
  patienceOf,
  RuleQuestions,
  whyImpossible,
} from '../combined-rules.ts'
import { lookAhead } from '../limits.ts'
import { askRule, stalemate } from '../rule-error.ts'
import type { Granted, Pending, Scheduler } from '../scheduler.ts'
import { Arrivals } from './arrivals.ts'
import { Budget, type BudgetTurn } from './budget.ts'
import type { Desk } from './desk.ts'
import { byArrival, comparing, Entry, equals, hasKeys, heldKey } from './entry.ts'
import type { DeskFacts } from './holds.ts'
import { Homes } from './homes.ts'
import { Claims } from './key-claims.ts'
import { MinTree, mostOfAll, never } from './min-tree.ts'
import { Parking } from './parking.ts'
import type { Past } from './past.ts'
import { probe, readRules } from './read-rules.ts'
import { RoundRobin } from './round-robin.ts'
import { RunningSet } from './running-set.ts'
import { StartTimes } from './start-times.ts'

const none: readonly never[] = []

export class RuledDesk<T> implements Desk<T> {
  readonly plain = false
  readonly ahead: boolean
  readonly concurrency: number
  readonly #rules: readonly Scheduler[]
  readonly #judges: readonly Scheduler[]
  readonly #view: (item: T) => Pending
  readonly #patience: number
  readonly #line: MinTree<Entry<T>> | RoundRobin<Entry<T>>
  readonly #before: (a: Entry<T>, b: Entry<T>) => boolean
  readonly #ask: RuleQuestions
  readonly #arrivals: Arrivals<T, Entry<T>>
  readonly #claims: Claims<Entry<T>>

  readonly #parking: Parking<T>
  /** Which lanes had which key, where a rule prefers those. */
  readonly #homes: Homes<Entry<T>> | undefined

  /** Passed over too often while it was first in order. */
  #passedOver: Entry<T> | undefined
  #aside: Entry<T>[] = []

  readonly #running = new RunningSet<T>()
  readonly #budget: Budget
  readonly #starts: StartTimes

  constructor(rules: readonly Scheduler[], view: (item: T) => Pending) {
    this.#rules = rules
    this.#judges = judgesOf(rules)
    this.#view = view
    this.concurrency = concurrencyOf(rules)
    this.#patience = patienceOf(rules)
    this.#arrivals = new Arrivals(this.#patience)
    this.#ask = new RuleQuestions(rules)
    this.ahead = mayAllGoAhead(rules)
    const { budget, share, opensAt } = this.#ask
    this.#budget = new Budget(budget)
    this.#starts = new StartTimes(opensAt)
    const order = orderOf(rules)
    const compare = order === undefined ? equals<T> : comparing<T>(order)
    this.#before = (a, b) => compare(a, b) < 0
    this.#claims = new Claims(rules, this.#before)
    this.#homes = this.#ask.prefers && new Homes<Entry<T>>(byArrival)
    this.#parking = new Parking({
      before: this.#before,
      nothingRuns: () => this.running === 0,
      woken: entry => this.#backInLine(entry),
    })
    const keyOf = (entry: Entry<T>) => entry.share
    const weightOf = (entry: Entry<T>) => entry.weight
    this.#line = share === undefined ? new MinTree(compare) : new RoundRobin(keyOf, weightOf, compare)
  }

  get pending(): number {
    return this.#arrivals.waiting
  }

  get past(): Past<T> {
    const granted = new Map<T, Granted>()
    for (const { item, granted: parts } of this.#running.entries) if (parts) granted.set(item, parts)
    const had = this.#homes?.past ?? new Map()
    const { all: startTimes, unknown: unknownStarts } = this.#starts
    return { startTimes, unknownStarts, recent: this.#claims.recent, granted, had }
  }

  get timed(): boolean {
    return this.#ask.opensAt.length > 0 || this.#claims.timed
  }

  get sticky(): boolean {
    return this.#homes !== undefined
  }

  get running(): number {
    return this.#running.size
  }

  arrive(item: T): void {
    this.#arrivals.add(new Entry(item, this.#view(item), false))
  }

  requeue(item: T): void {
    this.#arrivals.add(new Entry(item, this.#view(item), true))
  }

  next(now: number, free: readonly number[] = none): T | undefined {
    return this.#isFull() ? undefined : this.#next(now, free)
  }

  nextAhead(now: number, behind: T): T | undefined {
    if (!this.ahead || !this.#starts.mayGoAhead(now)) return undefined
    const before = this.#running.find(behind)
    return before && this.#next(now, none, before.turn)
  }

  mayMove(item: T): boolean {
    const entry = this.#running.find(item)
    return entry !== undefined && this.#budget.mayMove(entry)
  }

  move(item: T, behind: T | undefined): boolean {
    const entry = this.#running.find(item)
    if (entry === undefined) return false
    const after = behind === undefined ? undefined : this.#running.find(behind)?.turn
    if (after?.cost !== entry.cost && !this.mayMove(item)) return false
    this.#budget.leave(entry, false)
    this.#budget.take(entry, after)
    return true
  }

  /** @param after  it starts some time from now on, once they have ended: nobody knows when until it has ended, too */
  #next(now: number, free: readonly number[], after?: BudgetTurn): T | undefined {
    if (this.pending === 0 || this.#starts.closedUntil(now) !== undefined) return undefined
    this.#parking.begin()
    if (this.#claims.timed) for (const key of this.#claims.pass(now)) this.#parking.offer(key)
    this.#arrivals.letJoin(this.#joins)
    const next = this.#whoIsNext()
    const room = this.#budget.room(after)
    const chosen =
      next === undefined ? this.#firstWhoFits(room, free) : this.#mayStart(next, room) ? next : undefined
    if (chosen !== undefined && (after === undefined || this.#budget.mayFollow(chosen, after))) {
      chosen.lane = this.#homes?.laneOf(chosen, free)
      this.#countOvertaking(chosen)
      this.#start(chosen, now, after)
      return chosen.item
    }
    if (after === undefined && this.running === 0 && this.#claims.nextAt === undefined)
      throw stalemate(this.pending, this.#ask)
    return undefined
  }

  leave(item: T): void {
    const entry = this.#running.take(item)
    if (entry === undefined) return
    entry.where = 'gone'
    this.#parking.begin()
    this.#budget.leave(entry, this.running === 0)
    if (entry.isAhead) this.#starts.leave()
    this.#claims.release(entry)
    for (const key of entry.keys) {
      this.#parking.offer(key)
      key.forget()
    }
    if (this.#aside.length > 0) for (const one of this.#aside.splice(0)) this.#backInLine(one)
    for (const rule of this.#ask.limits) askRule(rule, 'ended', () => rule.ended?.())
  }

  withdraw(item: T): boolean {
    const entry = this.#arrivals.find(item)
    if (entry === undefined) return false
    const { where } = entry
    entry.where = 'gone'
    this.#arrivals.leave(entry)
    if (this.#passedOver === entry) this.#passedOver = undefined
    if (where === 'set aside') this.#aside.splice(this.#aside.indexOf(entry), 1)
    if (where === 'arrived') return true
    this.#line.quit(entry)
    this.#homes?.quit(entry)
    for (const key of entry.keys) {
      if (entry.reserving) key.unreserve(entry)
      this.#parking.offer(key)
      key.forget()
    }
    return true
  }

  drain(): T[] {
    const waiting = this.#arrivals.all()
    for (const { item } of waiting) this.withdraw(item)
    return waiting.map(({ item }) => item)
  }

  lookAgainAt(now: number): number | undefined {
    if (this.pending === 0 || this.#isFull()) return undefined
    const opens = this.#starts.closedUntil(now)
    const { nextAt } = this.#claims
    return opens === undefined ? nextAt : nextAt === undefined ? opens : Math.max(opens, now)
  }

  impossible(item: T): string | undefined {
    return whyImpossible(this.#judges, () => this.#view(item))
  }

  granted(item: T): Granted | undefined {
    return this.#running.find(item)?.granted
  }

  facts(item: T, now: number): DeskFacts<T> | undefined {
    const waiting = this.#arrivals.find(item)
    if (waiting === undefined) return undefined
    const entry = waiting.where === 'arrived' ? probe(waiting, this.#ask, this.#claims) : waiting
    const next = this.#parking.ready ?? this.#arrivals.overdue() ?? this.#passedOver
    return {
      entry,
      rules: this.#rules,
      admits: this.#ask.admits,
      running: this.#running.entries,
      room: this.#budget.room(),
      budget: this.#ask.budget,
      next: next === waiting ? entry : next,
      first: this.#line.first(mostOfAll),
      overtaken: Math.max(waiting.passed, this.#arrivals.overtakenOf(waiting)),
      opensAt: rule => this.#starts.opensAt(rule, now),
    }
  }

  laneFor(item: T): number | undefined {
    return this.#running.find(item)?.lane
  }

  placed(item: T, lane: number): void {
    const entry = this.#running.find(item)
    if (entry !== undefined) this.#homes?.had(entry.home, lane)
  }

  forget(lane: number): void {
    this.#homes?.forget(lane)
  }

  /** Takes over from another desk: what runs and what it has, and when the last ones started. */
  resume(running: Iterable<T>, { startTimes, unknownStarts, recent, granted, had }: Past<T>): void {
    const entries: Entry<T>[] = []
    for (const item of running) {
      const entry = new Entry(item, this.#view(item), false)
      entry.granted = granted.get(item)
      this.#readRules(entry)
      entry.where = 'running'
      this.#running.add(entry)
      this.#budget.take(entry)
      entries.push(entry)
    }
    this.#claims.resume(entries, recent)
    for (const [lane, keys] of had) for (const key of keys) this.#homes?.had(key, lane)
    this.#starts.resume(startTimes, unknownStarts)
  }

  #isFull(): boolean {
    // How many of those who went ahead are at work is the affair of their lanes.
    const size = this.running - this.#starts.expected
    return size >= this.concurrency || size >= this.#ask.limitNow(size)
  }

  readonly #joins = (entry: Entry<T>) => this.#join(entry)

  /** Here rules are asked, and may throw: then it waits to join again. */
  #join(entry: Entry<T>): void {
    this.#readRules(entry)
    try {
      this.#line.join(entry)
    } catch (error) {
      for (const key of entry.keys) key.forget()
      throw error
    }
    this.#homes?.join(entry, entry.home)
    entry.where = 'in line'
  }

  #readRules(entry: Entry<T>): void {
    readRules(entry, this.#ask, this.#claims)
    entry.own = entry.cost * this.#budget.scale
  }

  /** Who has been overtaken too often: nobody starts before it. */
  #whoIsNext(): Entry<T> | undefined {
    const { ready } = this.#parking
    if (ready !== undefined) return ready
    for (let due = this.#arrivals.overdue(); due !== undefined; due = this.#arrivals.overdue()) {
      if (hasKeys(due)) return due
      due.reserving = true
      this.#arrivals.pass(due)
      for (const key of due.keys) key.reserve(due)
    }
    // Somebody who was next before it may have taken its key: then it waits for that, like others.
    if (this.#passedOver !== undefined && !hasKeys(this.#passedOver)) this.#passedOver = undefined
    return this.#passedOver
  }

  #firstWhoFits(most: number, free: readonly number[]): Entry<T> | undefined {
    const { scale } = this.#budget
    const room = scale === 0 ? 0 : most * scale
    for (;;) {
      if (this.#aside.length >= lookAhead && this.running > 0) return undefined
      const first = this.#line.first(room)
      if (first === undefined) {
        if (this.#parking.wakeMore()) continue
        return undefined
      }
      const entry = this.#homes === undefined ? first : this.#homes.insteadOf(first, room, free)
      const held = heldKey(entry)
      if (held !== undefined) {
        this.#need(entry, never)
        this.#parking.park(entry, held)
      }
      if (held !== undefined || this.#parking.wakesAnother(entry)) continue
      if (this.#isAdmitted(entry)) return entry
      this.#setAside(entry)
    }
  }

  #mayStart(entry: Entry<T>, room: number): boolean {
    return entry.cost <= room && this.#isAdmitted(entry)
  }

  #isAdmitted({ pending }: Entry<T>): boolean {
    const running = this.#running.views
    return (
      this.#ask.admits.length === 0 ||
      this.#ask.admits.every(rule => askRule(rule, 'admits', () => rule.admits?.(pending, running) ?? true))
    )
  }

  /** Against the oldest, and against who is first in order and passed over. */
  #countOvertaking(chosen: Entry<T>): void {
    this.#arrivals.overtakes(chosen)
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

  #start(entry: Entry<T>, now: number, after?: BudgetTurn): void {
    entry.isAhead = after !== undefined
    if (entry.isAhead) this.#starts.expect()
    else this.#starts.add(now)
    if (this.#passedOver === entry) this.#passedOver = undefined
    if (entry.where === 'set aside') this.#aside.splice(this.#aside.indexOf(entry), 1)
    if (this.#line instanceof RoundRobin) this.#line.start(entry)
    else this.#line.quit(entry)
    this.#homes?.quit(entry)
    for (const key of entry.keys) if (entry.reserving) key.unreserve(entry)
    this.#arrivals.leave(entry)
    entry.where = 'running'
    this.#running.add(entry)
    this.#budget.take(entry, after)
    if (entry.keys.length === 0) return
    this.#claims.hold(entry, now)
    // There may be room for another one still.
    for (const key of entry.keys) if (key.most > 1) this.#parking.offer(key)
  }

  #setAside(entry: Entry<T>): void {
    this.#aside.push(entry)
    entry.where = 'set aside'
    this.#need(entry, never)
  }

  #backInLine(entry: Entry<T>): void {
    entry.where = 'in line'
    this.#need(entry, entry.cost * this.#budget.scale)
  }

  #need(entry: Entry<T>, own: number): void {
    this.#line.need(entry, own)
    this.#homes?.need(entry, own)
  }
}
