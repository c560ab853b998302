/**
 * Pace: how long the jobs of one definition take, and so how many of them are worth having in a lane.
 *
 * Handing ahead hides the way there and back; too much of it strands work behind a slow job. Five milliseconds' worth
 * is enough for the first and, since an idle lane can take work back, harmless for the second.
 */

import type { AnyWorker } from '../../worker/worker.ts'
import { aheadMs, leastAhead, mostAhead } from '../limits.ts'

export interface Pace {
  /** 0: not known yet. */
  meanMs: number
  /** One of its jobs has taken a lane down: results are not held back any more. */
  cautious: boolean
}

export const newPace = (): Pace => ({ meanMs: 0, cautious: false })

/** One for each definition, for all lanes of a crew: what the first learns, the others know. */
export function sharedPaces(): (worker: AnyWorker) => Pace {
  const paces = new WeakMap<AnyWorker, Pace>()
  return worker => {
    const pace = paces.get(worker) ?? newPace()
    paces.set(worker, pace)
    return pace
  }
}

/** `count` jobs took `ms`. One preemption fakes a slow job, so the mean grows by half at most. */
export function learn(pace: Pace, ms: number, count: number): void {
  const sample = ms / count
  const weight = Math.max(0.2, count / (count + 16))
  const next = pace.meanMs === 0 ? sample : pace.meanMs + weight * (sample - pace.meanMs)
  pace.meanMs = pace.meanMs === 0 ? next : Math.min(next, pace.meanMs * 1.5)
  if (!(pace.meanMs > 0)) pace.meanMs = 1e-5 // a clock that stood still
}

/** How many more jobs of this pace a lane wants that holds `held` jobs worth `heldMs`. */
export function wanted(pace: Pace, held: number, heldMs: number): number {
  const more = pace.meanMs === 0 ? 0 : Math.floor((aheadMs - heldMs) / pace.meanMs)
  return Math.max(0, Math.min(Math.max(more, leastAhead - held), mostAhead - held))
}
