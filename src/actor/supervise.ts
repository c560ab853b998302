/**
 * Restart intensity: how often something may fail before restarting it is no longer worth it.
 *
 *     failures  ──x────x──x───x──►        max 3, within 10 s: the fourth in any 10 s is a storm
 *                 └── within ──┘          and slides along: what is older is forgotten
 *
 * RxJS's `retry({ count, resetOnSuccess })` is no such thing: one success per life, and it restarts for ever.
 */

import { aFunction, aRecord, checking, numberFrom, wholeNumberFrom } from '../words/check.ts'
import { longestMs } from '../words/limits.ts'

/** How many failures, in how long, are survived. */
export interface Supervision {
  /** This many failures within `within` milliseconds are survived; one more is a storm. */
  readonly max: number
  readonly within: number
  /** Milliseconds before the restart after the nth failure in the window, counted from 1. Default 0. */
  readonly backoff?: (nth: number) => number
}

const check = /* @__PURE__ */ checking('supervise')

/**
 * Lets an actor, or a crew, be started again after it failed: at most `max` times in any `within` milliseconds. One failure
 * more ends it.
 *
 * @throws {TypeError} when `max` is not a whole number, 0 or more (or Infinity), or `within` is negative or not a number
 *
 * @example
 * spawn(parser, { supervise: supervise({ max: 3, within: 5_000, backoff: nth => 100 * 2 ** nth }) })
 *
 * @see supervisor in Erlang/OTP, whose `intensity` and `period` these are
 */
export function supervise(supervision: Supervision): Required<Supervision> {
  check('supervise', supervision, aRecord)
  const { max, within, backoff = () => 0 } = supervision
  check('max', max, wholeNumberFrom(0))
  check('within', within, numberFrom(0))
  check('backoff', backoff, aFunction)
  return { max, within, backoff }
}

/**
 * The window after a failure at `now`: its failures, oldest first, this one last; and whether they are too many.
 * A failure exactly `within` milliseconds old still counts.
 */
export function recordRestart(
  deaths: readonly number[],
  now: number,
  { max, within }: Pick<Supervision, 'max' | 'within'>,
): { readonly deaths: readonly number[]; readonly storm: boolean } {
  const recent = [...deaths.filter(death => death >= now - within), now]
  return { deaths: recent, storm: recent.length > max }
}

/**
 * Milliseconds to wait after the nth failure in the window.
 *
 * @throws {TypeError} when `backoff` gives no such number, and whatever it throws itself
 */
export function backoffMs({ backoff }: Required<Supervision>, nth: number): number {
  const ms = backoff(nth)
  if (!(ms >= 0))
    throw new TypeError(`Cannot restart after ${ms} ms: 'backoff' must give a number, 0 or more`)
  return Math.min(ms, longestMs)
}
