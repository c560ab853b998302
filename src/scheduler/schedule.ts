/**
 * The scheduler as an operator: lanes over tickets, which ask the desk for work.
 *
 *     instructions ──► desk ──► idle lane, lowest ticket first ──► reports      lane = one long stream: perform, settle,
 *                       │              ▲                                         perform the next
 *              demand   └──► overTickets ──► one more lane, while RxJS's limit lets it
 *
 * `mergeMap` per instruction would take all of a generator at once, drain its buffer by a quadratic `shift`, and recurse on
 * work that ends synchronously.
 */

import {
  asyncScheduler,
  from,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  of,
  Subject,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs'
import { asyncScope } from '../words/async-scope.ts'
import type { Timers } from '../words/clock.ts'
import { Heap } from '../words/heap.ts'
import { InScope } from '../words/in-scope.ts'
import type { Instruction } from '../words/instruction.ts'
import { Credit, creditFor, subscribeWith, withAmbient } from './credit.ts'
import { type Desk, openDesk } from './desk/desk.ts'
import { lookAhead } from './limits.ts'
import { overTickets } from './over-tickets.ts'
import { Relay } from './relay.ts'
import type { AnyInstruction, Pending, Scheduler } from './scheduler.ts'

/** Does the work of one instruction, in the slot of that number. */
export type Perform<R, I extends Instruction<object> = AnyInstruction> = (
  next: Pending<I>,
  ticket: number,
) => ObservableInput<R>

/** Monotonic, as every limit here; its timers are those of RxJS. */
const monotonic: Timers = {
  now: () => performance.now(),
  schedule: (work, delayMs) => asyncScheduler.schedule(work, delayMs),
}

/**
 * Performs instructions as the scheduler lets them start, and merges what comes out.
 *
 * Cold: each subscription has a queue of its own. With `maxThreads(n)` it is `mergeMap(perform, n)`, frame by frame, but
 * for the traps above. Errors at once when the source, some work or a rule does, and when an instruction is impossible;
 * what runs is then unsubscribed. Unsubscribing unsubscribes from what runs, and starts nothing more.
 * Work, rules and whoever reads are called in the async context of the subscription.
 * A source made by `pull` is asked for no more than one ahead, or for as many as a scheduler with rules looks ahead (64);
 * and for none while a reader behind it (`eachValueFrom`) has no room.
 *
 * @param clock  what `rateLimit` and `maxLoad` go by, milliseconds; tests have their own
 *
 * @example
 * urls$.pipe(schedule(({ instruction: { url } }) => ajax(url), scheduler(maxThreads(4), rateLimit(10, 1000))))
 */
export function schedule<R, I extends Instruction<object> = AnyInstruction>(
  perform: Perform<R, I>,
  scheduler: Scheduler<NoInfer<I>>,
  clock: Timers = monotonic,
): OperatorFunction<I, R> {
  return instructions$ =>
    new Observable(out =>
      new Scheduling<R, I>({ perform, scheduler: scheduler as Scheduler, clock, out }).hear(instructions$),
    )
}

interface Terms<R, I extends Instruction<object>> {
  readonly perform: Perform<R, I>
  readonly scheduler: Scheduler
  readonly clock: Timers
  readonly out: Subscriber<R>
}

/** One subscription to what is scheduled: who waits, which lanes are idle, and when it is looked who may start. */
class Scheduling<R, I extends Instruction<object>> {
  readonly #perform: Perform<R, I>
  readonly #clock: Timers
  readonly #out: Subscriber<R>
  readonly #desk: Desk<Pending<I>>
  readonly #timed: boolean
  readonly #looks$ = new Subject<void>()
  /** Where this was subscribed to: work, rules and whoever reads are called in that async context. */
  readonly #scope = asyncScope()
  /** Tickets of lanes that wait for work. */
  readonly #idle = new Heap<number>((a, b) => a < b)
  readonly #lanes: Lane<Pending<I>>[] = []
  readonly #credit: Credit
  /** One closure for all looks: one for each would cost as much as the look. */
  readonly #startAll = (): void => {
    while (!this.#out.closed) {
      if (this.#startNext()) continue
      const before = this.#given
      this.#credit.ask()
      if (this.#given === before) return
    }
  }
  #given = 0
  #started = 0
  #ended = false
  #looking = false
  /** When the desk last let nobody start: it is asked as of then when to look again, since by now it may be open. */
  #lookedAt = 0
  #alarm: { readonly at: number; readonly subscription: Unsubscribable } | undefined

  constructor({ perform, scheduler, clock, out }: Terms<R, I>) {
    this.#perform = perform
    this.#clock = clock
    this.#out = new InScope(out, this.#scope)
    this.#desk = openDesk<Pending<I>>(scheduler, pending => pending as Pending)
    this.#timed = this.#desk.timed
    this.#credit = this.#openCredit()
  }

  hear(instructions$: Observable<I>): void {
    const lane = (ticket: number) => this.#open(ticket)
    const demand = () => this.#desk.pending > 0 && this.#idle.size === 0
    this.#out.add(() => this.#alarm?.subscription.unsubscribe())
    this.#looks$.pipe(overTickets({ lane, demand, limit$: of(this.#desk.concurrency) })).subscribe(this.#out)
    const arrive = (instruction: I) => this.#arrive(instruction)
    const intake = new Relay<I>(this.#out, arrive, () => {
      this.#ended = true
      this.#look()
    })
    subscribeWith(this.#credit, instructions$, intake)
  }

  #openCredit(): Credit {
    const { concurrency, plain } = this.#desk
    const ahead = Math.max(lookAhead, Number.isFinite(concurrency) ? 2 * concurrency : 0)
    const mayWait = plain ? 1 : ahead
    const reader = creditFor(this.#out)
    this.#out.add(reader?.join(() => this.#look()))
    return new Credit({
      left: () =>
        this.#out.closed ? 0 : Math.min(mayWait - this.#desk.pending, reader?.left(this.#given) ?? mayWait),
      arrived: () => this.#given,
    })
  }

  #arrive(instruction: I): void {
    const pending = { id: this.#given++, instruction, worker: '', expectedMs: instruction.expectedTime }
    const why = this.#scope.runInAsyncScope(this.#desk.impossible, this.#desk, pending)
    if (why !== undefined) throw new TypeError(`Cannot schedule instruction ${pending.id}: ${why}`)
    this.#desk.arrive(pending)
    this.#look()
  }

  #look(): void {
    // Work that settles synchronously calls back in here, and the loop below is already at it.
    if (this.#looking || this.#out.closed) return
    this.#looking = true
    try {
      // Work that is started is not the source that is asked.
      this.#scope.runInAsyncScope(withAmbient<void>, undefined, undefined, this.#startAll)
    } catch (error) {
      this.#out.error(error) // a rule threw
    }
    this.#looking = false
    if (this.#out.closed) return
    if (this.#ended && this.#desk.pending === 0 && this.#desk.running === 0) this.#finish()
    else if (this.#timed) this.#lookAgain()
  }

  /** True if somebody has started. */
  #startNext(): boolean {
    if (this.#desk.pending === 0) return false
    const before = this.#started
    const ticket = this.#idle.first
    if (ticket === undefined) this.#looks$.next()
    else this.#startOn(ticket)
    return this.#started > before
  }

  /** An idle lane takes who may start now; it stays idle where nobody may. */
  #startOn(lowest: number): void {
    this.#lookedAt = this.#now()
    if (this.#desk.sticky) return this.#startWhereItIsWarm(lowest)
    const next = this.#desk.next(this.#lookedAt)
    if (next === undefined) return
    this.#idle.pop()
    this.#started++
    this.#lanes[lowest]?.perform(next)
  }

  #startWhereItIsWarm(lowest: number): void {
    const free: number[] = []
    for (let ticket = this.#idle.pop(); ticket !== undefined; ticket = this.#idle.pop()) free.push(ticket)
    const next = this.#desk.next(this.#lookedAt, free)
    const chosen = next && (this.#desk.laneFor(next) ?? lowest)
    for (const ticket of free) if (ticket !== chosen) this.#idle.push(ticket)
    if (next === undefined || chosen === undefined) return
    this.#desk.placed(next, chosen)
    this.#started++
    this.#lanes[chosen]?.perform(next)
  }

  /** One long stream: it performs one after the other. */
  #open(ticket: number): Observable<R> {
    return new Observable<R>(reports => {
      let current: Pending<I> | undefined
      const settle = () => {
        if (this.#out.closed) return
        this.#desk.leave(current as Pending<I>)
        this.#idle.push(ticket)
        this.#look()
      }
      const hearPromise = hearerOfPromises(reports, settle)
      const perform = (next: Pending<I>) => {
        current = next
        let work: ObservableInput<R>
        try {
          work = this.#perform(next, ticket)
        } catch (error) {
          return reports.error(error)
        }
        if (work instanceof Promise) hearPromise(work)
        else hear(work, reports, settle)
      }
      this.#lanes[ticket] = { perform, close: () => reports.complete() }
      // It is the only idle one: a lane opens where none is.
      this.#idle.push(ticket)
      this.#startOn(ticket)
    })
  }

  #finish(): void {
    this.#looks$.complete()
    for (const { close } of this.#lanes) close()
  }

  #lookAgain(): void {
    const at = this.#desk.lookAgainAt(this.#lookedAt)
    if (at === undefined || (this.#alarm !== undefined && this.#alarm.at <= at)) return
    this.#alarm?.subscription.unsubscribe()
    const ring = () => {
      this.#alarm = undefined
      this.#look()
    }
    const ms = Math.max(0, Math.ceil(at - this.#now()))
    this.#alarm = { at, subscription: this.#clock.schedule(ring, ms) }
  }

  #now(): number {
    return this.#timed ? this.#clock.now() : 0
  }
}

interface Lane<P> {
  readonly perform: (next: P) => void
  readonly close: () => void
}

/** `settle` is the last of its teardowns: a ticket is free only once its work has let go of what it held. */
function hear<R>(work: ObservableInput<R>, reports: Subscriber<R>, settle: () => void): void {
  const relay = new Relay<R>(reports)
  try {
    from(work).subscribe(relay)
  } catch (error) {
    reports.error(error) // not something to subscribe to
  }
  relay.add(settle)
}

/** As `from(promise)`, for one after another, without the five objects that makes for each. */
function hearerOfPromises<R>(reports: Subscriber<R>, settle: () => void): (work: Promise<R>) => void {
  const done = (value: R) => {
    if (reports.closed) return
    reports.next(value)
    settle()
  }
  const failed = (error: unknown) => reports.error(error)
  return work => void work.then(done, failed)
}
