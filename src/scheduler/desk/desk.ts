/**
 * The desk: who waits, who runs, who may start now. It knows no RxJS and has no clock.
 *
 *     arrive, requeue ──► pending ──next(now)──► running ──leave──►
 *                           └──withdraw, drain──►
 *
 * Items are whatever the caller has: objects for `schedule`, numbers for the Boss. An item is at the desk once at a time;
 * when it has left (by `leave`, `withdraw` or `drain`) the desk has forgotten it, and the caller may use it again.
 */

import { rulesOf } from '../combined-rules.ts'
import type { Granted, Pending, Scheduler } from '../scheduler.ts'
import type { DeskFacts } from './holds.ts'
import { OrderedDesk } from './ordered-desk.ts'
import type { Past } from './past.ts'
import { PlainDesk } from './plain-desk.ts'
import { RuledDesk } from './ruled-desk.ts'

export interface Desk<T> {
  /** How many wait. */
  readonly pending: number
  readonly running: number
  /** At most so many run at once. A plain desk leaves keeping it to its caller, who may hand ahead. */
  readonly concurrency: number
  /** Nothing but a limit: handing ahead breaks no promise of the scheduler.  */
  readonly plain: boolean
  /** What waits in a lane that works on something else may count as running, while `mayGoAhead` says so.  */
  readonly ahead: boolean
  /** A rule goes by the time of starts: take one only when it can begin at once.  */
  readonly timed: boolean
  /** It matters which lane does what starts: `next` is told which are free, `laneFor` is asked, and `placed` and `forget` are told. */
  readonly sticky: boolean

  arrive(item: T): void
  /**
   * Comes back, ahead of its equals: to be repeated, or handed ahead and taken back. It has left before (`leave`), and if
   * the rules have changed since it started, `impossible` has been asked again.
   */
  requeue(item: T): void
  /**
   * Takes the one that starts now; from here it counts as running. `undefined`: nobody may.
   *
   * @param free  the lanes that are free, lowest first, where the desk is sticky
   * @throws {Error} when a rule throws, naming it; nobody has started, nothing is lost
   */
  next(now: number, free?: readonly number[]): T | undefined
  /**
   * The same, for a lane that works on something else, and holds `behind`: it starts once that has ended, and counts as running
   * from here.
   */
  nextAhead(now: number, behind: T): T | undefined
  /** Whether one that waits in a lane may start in another, beside all that runs. */
  mayMove(item: T): boolean
  /** It waits in one lane, and goes to another, behind this one. False: beside all that runs there is no room for it. */
  move(item: T, behind: T | undefined): boolean
  /** What is known of one that waits, where there are rules that may hold it back. */
  facts(item: T, now: number): DeskFacts<T> | undefined
  /** Which of the free lanes is best for one that was just taken; `undefined`: any. */
  laneFor(item: T): number | undefined
  /** One that runs is done in this lane. */
  placed(item: T, lane: number): void
  /** What this lane had in its caches is gone. */
  forget(lane: number): void
  /** One that runs has ended. */
  leave(item: T): void
  /** One that waits leaves without starting. False: it does not wait here. */
  withdraw(item: T): boolean
  /** All that wait leave, in order of arrival. */
  drain(): T[]
  /** When time alone could let somebody start; `undefined`: only an arrival or a settlement can. */
  lookAgainAt(now: number): number | undefined
  /** Why it can never start; `undefined`: it can. Asked before it arrives. */
  impossible(item: T): string | undefined
  /** Which parts of supplies one that runs has. */
  granted(item: T): Granted | undefined
  /** What another desk takes over from this one, by `resume`. */
  readonly past: Past<T>
  /** Takes over from another desk: what runs, and what that one knew. A plain desk counts what runs, but does not know it. */
  resume(running: Iterable<T>, past: Past<T>): void
}

export interface Refusal<T> {
  readonly item: T
  readonly why: string
}

/** @param view  the item as the rules see it. A plain desk asks only for what comes back, or might be impossible */
export function openDesk<T>(scheduler: Scheduler, view: (item: T) => Pending): Desk<T> {
  const rules = rulesOf(scheduler)
  if (!rules.every(isOnlyOrder)) return new RuledDesk(rules, view)
  return rules.some(({ order, hooks }) => order || hooks)
    ? new OrderedDesk(rules, view)
    : new PlainDesk(rules, view)
}

/**
 * A desk by other rules, in the place of one whose use ends here. Nothing is lost, what runs goes on.
 *
 * @returns also those that can never start by these rules; they have left
 */
export function changeDesk<T>(
  from: Desk<T>,
  to: Desk<T>,
  running: Iterable<T>,
): { readonly desk: Desk<T>; readonly refusals: readonly Refusal<T>[] } {
  to.resume(running, from.past)
  const refusals: Refusal<T>[] = []
  for (const item of from.drain()) {
    const why = to.impossible(item)
    if (why === undefined) to.arrive(item)
    else refusals.push({ item, why })
  }
  return { desk: to, refusals }
}

const isOnlyOrder = ({ admits, keys, needs, cost, share, opensAt, limit, prefers }: Scheduler) =>
  !(admits || keys || needs || cost || share || opensAt || limit || prefers)
