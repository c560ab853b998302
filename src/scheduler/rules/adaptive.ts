/**
 * As many at once as help: the limit climbs while more is done in a second, and falls back when it is not.
 *
 *     done per second ▲      ·  ·
 *                     │    ·      ·        a step up, or down, then a look: what helped is gone on with,
 *                     │  ·                 what did not is taken back
 *                     └──────────────► limit
 *
 * It looks after some dozen ends, so that one slow instruction says little; and a change must be worth a few per cent, so that
 * noise does not drive it. Once it has turned round it waits longer between looks.
 */

import { checking, type Rule, wholeNumberFrom } from '../../words/check.ts'
import { adaptiveLeastEnds, adaptiveLeastMs } from '../limits.ts'
import type { AnyScheduler } from '../scheduler.ts'
import { parallelism } from './machine.ts'

/** Between what {@link adaptive} looks for the best. */
export interface AdaptiveLimits {
  /** Whole, 1 or more. Default 1. */
  readonly min?: number
  /** Whole, `min` or more. Default four times the parallelism available. */
  readonly max?: number
}

/** What is done in a second must differ by so much to be told from noise. */
const noise = 0.03

/**
 * @param now  milliseconds, monotonic; tests have their own
 * @throws {TypeError} when a limit is no whole number of at least 1, or `max` is below `min`
 *
 * @example
 * new Boss({ workers: [fetchPage], crew: threads({ size: 32 }), scheduler: adaptive({ min: 2, max: 32 }) })
 */
export function adaptive(
  limits: AdaptiveLimits = {},
  now: () => number = () => performance.now(),
): AnyScheduler {
  const { min = 1, max = Math.max(min, 4 * parallelism()) } = limits
  const check = checking('adapt the limit')
  check('min', min, wholeAndFinite)
  check('max', max, wholeAndFinite)
  check('max', max, { ...wholeNumberFrom(min), says: `at least 'min', which is ${min}` })

  let limit = Math.min(max, Math.max(min, parallelism()))
  /** Where it goes next, by how much: a quarter while it has never turned round, later a little. */
  let upwards = true
  let turns = 0
  let ends = 0
  let since: number | undefined
  /** The best that was seen, and where; it fades, since work changes. */
  let best = { rate: 0, limit }
  /** Whether the limit has held anybody up since the last look: else it is not what decides. */
  let bound = false

  const look = (at: number, ms: number) => {
    const rate = ends / ms
    if (rate > best.rate * (1 + noise)) best = { rate, limit }
    else {
      // It does not help to go on this way: back to the best, and then the other way from there.
      if (turns > 0 || limit !== best.limit) upwards = !upwards
      if (limit !== best.limit) turns++
      best.rate = Math.max(rate * (limit === best.limit ? 1 : 0), best.rate * 0.98)
      limit = best.limit
    }
    const step = turns === 0 ? Math.max(1, Math.round(limit / 4)) : Math.max(1, Math.round(limit / 16))
    limit = Math.min(max, Math.max(min, limit + (upwards ? step : -step)))
    ends = 0
    since = at
    bound = false
  }

  return {
    name: 'adaptive',
    concurrency: max,
    leastAtOnce: min,
    limit: running => {
      if (running >= limit) bound = true
      return limit
    },
    ended: () => {
      const at = now()
      since ??= at
      ends++
      const ms = at - since
      const wanted = Math.max(adaptiveLeastEnds, 4 * limit) * Math.min(4, 1 + turns / 4)
      if (ends < wanted || ms < adaptiveLeastMs) return
      if (bound) look(at, ms)
      else {
        ends = 0
        since = at
      }
    },
  }
}

const wholeAndFinite: Rule = {
  says: 'a whole number, 1 or more',
  holds: value => Number.isInteger(value) && (value as number) >= 1,
}
