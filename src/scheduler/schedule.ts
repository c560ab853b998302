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
import { Heap } from '../actor/heap.ts'
import type { Instruction } from '../words/instruction.ts'
import { Credit, creditFor, subscribeWith, withAmbient } from './credit.ts'
import { openDesk } from './desk/desk.ts'
import { lookAhead } from './desk/ruled-desk.ts'
import { overTickets } from './over-tickets.ts'
import { Relay } from './relay.ts'
import type { AnyInstruction, Pending, Scheduler } from './scheduler.ts'

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
      const looks$ = new Subject<void>()
      /** Tickets of lanes that wait for work. */
      const idle = new Heap<number>((a, b) => a < b)
      const lanes: Lane<Pending<I>>[] = []
      const { timed } = desk
      const now = () => (timed ? clock.now() : 0)
      let given = 0
      let started = 0
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
          if (startNext()) continue
          const before = given
          credit.ask()
          if (given === before) return
        }
      }

      /** True if somebody has started. */
      const startNext = (): boolean => {
        if (desk.pending === 0) return false
        const before = started
        const ticket = idle.first
        if (ticket === undefined) looks$.next()
        else startOn(ticket)
        return started > before
      }

      /** An idle lane takes who may start now; it stays idle where nobody may. */
      const startOn = (ticket: number) => {
        lookedAt = now()
        const next = desk.next(lookedAt)
        if (next === undefined) return
        idle.pop()
        started++
        lanes[ticket]?.perform(next)
      }

      const lane = (ticket: number) =>
        new Observable<R>(reports => {
          let current: Pending<I> | undefined
          const settle = () => {
            if (out.closed) return
            desk.leave(current as Pending<I>)
            idle.push(ticket)
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
          // It is the only idle one: a lane opens where none is.
          idle.push(ticket)
          startOn(ticket)
        })

      const finish = () => {
        looks$.complete()
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
      const oneMoreLane = () => desk.pending > 0 && idle.size === 0
      looks$.pipe(overTickets({ lane, demand: oneMoreLane, limit$: of(desk.concurrency) })).subscribe(out)
      const intake = new Relay<I>(out, arrive, () => {
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
