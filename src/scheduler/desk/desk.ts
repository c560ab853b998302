/**
 * The desk: who waits, who runs, who may start now. It knows no RxJS and has no clock.
 *
 *     arrive, requeue ──► pending ──next(now)──► running ──leave──►
 *                           └──withdraw, drain──►
 *
 * Items are whatever the caller has: objects for `schedule`, numbers for the Boss. An item is at the desk once at a time;
 * when it has left (by `leave`, `withdraw` or `drain`) the desk has forgotten it, and the caller may use it again.
 */

import { rulesOf } from '../rules/rules.ts'
import type { Pending, Scheduler } from '../scheduler.ts'
import { OrderedDesk } from './ordered-desk.ts'
import { PlainDesk } from './plain-desk.ts'
import { RuledDesk } from './ruled-desk.ts'

export interface Desk<T> {
  /** How many wait. */
  readonly pending: number
  readonly running: number
  /** At most so many run at once. A plain desk leaves keeping it to its caller, who may hand ahead. */
  readonly concurrency: number
  /** Nothing but a limit: handing ahead breaks no promise of the scheduler. May change with `reschedule`. */
  readonly plain: boolean
  /** A rule goes by the time of starts: take one only when it can begin at once. May change with `reschedule`. */
  readonly timed: boolean

  arrive(item: T): void
  /**
   * Comes back, ahead of its equals: to be repeated, or handed ahead and taken back. It has left before (`leave`), and if
   * the rules have changed since it started, `impossible` has been asked again.
   */
  requeue(item: T): void
  /**
   * Takes the one that starts now; from here it counts as running. `undefined`: nobody may.
   *
   * @throws {Error} when a rule throws, naming it; nobody has started, nothing is lost
   */
  next(now: number): T | undefined
  /** One that runs has ended. */
  leave(item: T): void
  /** One that waits leaves without starting. False: it does not wait here. */
  withdraw(item: T): boolean
  /** All that wait leave, in order of arrival. */
  drain(): T[]
  /** When time alone could let somebody start; `undefined`: only an arrival or a settlement can. */
  lookAgainAt(now: number): number | undefined
  /**
   * From now on by these rules. Nothing is lost, what runs goes on.
   *
   * @param running  what runs now: a plain desk counts it, but does not know it
   * @returns those that can never start by these rules; they have left
   */
  reschedule(scheduler: Scheduler, running: Iterable<T>): readonly Refusal<T>[]
  /** Why it can never start; `undefined`: it can. Asked before it arrives. */
  impossible(item: T): string | undefined
}

export interface Refusal<T> {
  readonly item: T
  readonly why: string
}

/** @param view  the item as the rules see it. A plain desk asks only for what comes back, or might be impossible */
export function openDesk<T>(scheduler: Scheduler, view: (item: T) => Pending): Desk<T> {
  let desk = deskFor(scheduler, view)
  return {
    get pending() {
      return desk.pending
    },
    get running() {
      return desk.running
    },
    get concurrency() {
      return desk.concurrency
    },
    get plain() {
      return desk.plain
    },
    get timed() {
      return desk.timed
    },
    arrive: item => desk.arrive(item),
    requeue: item => desk.requeue(item),
    next: now => desk.next(now),
    leave: item => desk.leave(item),
    withdraw: item => desk.withdraw(item),
    drain: () => desk.drain(),
    lookAgainAt: now => desk.lookAgainAt(now),
    impossible: item => desk.impossible(item),
    reschedule: (rules, running) => {
      const changed = deskFor(rules, view)
      changed.resume(running, desk.startTimes)
      const refused: Refusal<T>[] = []
      for (const item of desk.drain()) {
        const why = changed.impossible(item)
        if (why === undefined) changed.arrive(item)
        else refused.push({ item, why })
      }
      desk = changed
      return refused
    },
  }
}

type AnyDesk<T> = PlainDesk<T> | OrderedDesk<T> | RuledDesk<T>

function deskFor<T>(scheduler: Scheduler, view: (item: T) => Pending): AnyDesk<T> {
  const rules = rulesOf(scheduler)
  if (!rules.every(isOnlyOrder)) return new RuledDesk(rules, view)
  return rules.some(({ order, hooks }) => order || hooks)
    ? new OrderedDesk(rules, view)
    : new PlainDesk(rules, view)
}

const isOnlyOrder = ({ admits, keys, cost, share, opensAt }: Scheduler) =>
  !(admits || keys || cost || share || opensAt)
