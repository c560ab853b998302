/**
 * The scheduler as an operator: `mergeMap` over tickets, not over instructions.
 *
 *     tickets 0..n-1 ──mergeMap(lane, n)──► reports        lane = one long stream: perform, settle, perform the next
 *                          ▲   │
 *     the desk's queue ────┘   └── settled: look again
 *
 * So RxJS's limit is the real limit, and a ticket is free only when its work has been torn down. `mergeMap` per
 * instruction would take all of a generator at once, drain its buffer by a quadratic `shift`, and recurse on work that
 * ends synchronously.
 */

import {
  asyncScheduler,
  from,
  mergeMap,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  Subject,
  Subscriber,
  type Unsubscribable,
} from 'rxjs'

import type { Instruction } from '../words/instruction.ts'
import { Credit, creditFor, subscribeWith, withAmbient } from './credit.ts'
import { openDesk } from './desk/desk.ts'
import { lookAhead } from './desk/ruled-desk.ts'
import { rulesOf } from './rules/rules.ts'
import type { AnyInstruction, Pending, Scheduler } from './scheduler.ts'
import { Tickets } from './tickets.ts'

/** Does the work of one instruction, in the slot of that number. */
export type Perform<R, I extends Instruction<object> = AnyInstruction> = (
  next: Pending<I>,
  ticket: number,
) => ObservableInput<R>

/** The time, and a way to be called later: any `SchedulerLike` of RxJS is one. */
export interface Clock {
  now(): number
  schedule(work: () => void, delayMs: number): Unsubscribable
}

/** Monotonic, as every limit here; its timers are those of RxJS. */
const monotonic: Clock = {
  now: () => performance.now(),
  schedule: (work, delayMs) => asyncScheduler.schedule(work, delayMs),
}

/**
 * Performs instructions as the scheduler lets them start, and merges what comes out.
 *
 * Cold: each subscription has a queue of its own. With `maxThreads(n)` it is `mergeMap(perform, n)`, frame by frame, but
 * for the traps above. Errors at once when the source, some work or a rule does, and when an instruction is impossible;
 * what runs is then unsubscribed. Unsubscribing unsubscribes from what runs, and starts nothing more.
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
  clock: Clock = monotonic,
): OperatorFunction<I, R> {
  return instructions$ =>
    new Observable(out => {
      const desk = openDesk<Pending<I>>(scheduler as Scheduler, pending => pending as Pending)
      const tickets = new Tickets()
      const tickets$ = new Subject<number>()
      const lanes: Lane<Pending<I>>[] = []
      const timed = rulesOf(scheduler as Scheduler).some(rule => rule.opensAt !== undefined)
      const now = () => (timed ? clock.now() : 0)
      let given = 0
      let ended = false
      let looking = false
      /** When the desk last let nobody start: it is asked as of then when to look again, since by now it may be open. */
      let lookedAt = 0
      let alarm: { readonly at: number; readonly subscription: Unsubscribable } | undefined

      const look = () => {
        // Work that settles synchronously calls back in here, and the loop below is already at it.
        if (looking || out.closed) return
        looking = true
        try {
          // Work that is started is not the source that is asked.
          withAmbient(undefined, startAll)
        } catch (error) {
          out.error(error) // a rule threw
        }
        looking = false
        if (out.closed) return
        if (ended && desk.pending === 0 && desk.running === 0) finish()
        else if (timed) lookAgain()
      }

      const startAll = () => {
        while (!out.closed) {
          lookedAt = now()
          const next = desk.running < desk.concurrency ? desk.next(lookedAt) : undefined
          if (next !== undefined) {
            start(next)
            continue
          }
          const before = given
          credit.ask()
          if (given === before) return
        }
      }

      const start = (next: Pending<I>) => {
        const ticket = tickets.take()
        if (lanes[ticket] === undefined) tickets$.next(ticket)
        lanes[ticket]?.perform(next)
      }

      const lane = (ticket: number) =>
        new Observable<R>(reports => {
          let current: Pending<I> | undefined
          const settle = () => {
            if (out.closed) return
            desk.leave(current as Pending<I>)
            tickets.free(ticket)
            look()
          }
          const hearPromise = hearerOfPromises(reports, settle)
          lanes[ticket] = {
            perform: next => {
              current = next
              let work: ObservableInput<R>
              try {
                work = perform(next, ticket)
              } catch (error) {
                return reports.error(error)
              }
              if (work instanceof Promise) hearPromise(work)
              else hear(work, reports, settle)
            },
            close: () => reports.complete(),
          }
        })

      const finish = () => {
        tickets$.complete()
        for (const { close } of lanes) close()
      }

      const lookAgain = () => {
        const at = desk.lookAgainAt(lookedAt)
        if (at === undefined || (alarm !== undefined && alarm.at <= at)) return
        alarm?.subscription.unsubscribe()
        const ring = () => {
          alarm = undefined
          look()
        }
        alarm = { at, subscription: clock.schedule(ring, Math.max(0, Math.ceil(at - now()))) }
      }

      const arrive = (instruction: I) => {
        const pending = { id: given++, instruction, worker: '', expectedMs: instruction.expectedTime }
        const why = desk.impossible(pending)
        if (why !== undefined) throw new TypeError(`Cannot schedule instruction ${pending.id}: ${why}`)
        desk.arrive(pending)
        look()
      }

      const ahead = Math.max(lookAhead, Number.isFinite(desk.concurrency) ? 2 * desk.concurrency : 0)
      const mayWait = desk.plain ? 1 : ahead
      const reader = creditFor(out)
      const credit = new Credit({
        left: () => (out.closed ? 0 : Math.min(mayWait - desk.pending, reader?.left(given) ?? mayWait)),
        arrived: () => given,
      })

      out.add(reader?.join(look))
      out.add(() => alarm?.subscription.unsubscribe())
      tickets$.pipe(mergeMap(lane, desk.concurrency)).subscribe(out)
      const intake = new Hearing<I>(out, arrive, () => {
        ended = true
        look()
      })
      subscribeWith(credit, instructions$, intake)
    })
}

interface Lane<P> {
  readonly perform: (next: P) => void
  readonly close: () => void
}

/** `settle` is the last of its teardowns: a ticket is free only once its work has let go of what it held. */
function hear<R>(work: ObservableInput<R>, reports: Subscriber<R>, settle: () => void): void {
  const hearing = new Hearing<R>(reports)
  try {
    from(work).subscribe(hearing)
  } catch (error) {
    reports.error(error) // not something to subscribe to
  }
  hearing.add(settle)
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

/** Hears a source on behalf of another subscriber: ends when that one does, and passes on values and errors. */
class Hearing<T> extends Subscriber<T> {
  readonly #next: ((value: T) => void) | undefined
  readonly #complete: (() => void) | undefined

  constructor(out: Subscriber<never>, next?: (value: T) => void, complete?: () => void) {
    super(out)
    this.#next = next
    this.#complete = complete
  }

  protected override _next(value: T): void {
    try {
      if (this.#next === undefined) super._next(value)
      else this.#next(value)
    } catch (error) {
      this.destination.error(error)
    }
  }

  /** The end of this source is not the end of the other. */
  protected override _complete(): void {
    this.unsubscribe()
    this.#complete?.()
  }
}
