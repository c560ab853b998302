/**
 * When will it be done? What remains, at the pace of the whole run; where the last minute tells a very different story,
 * at the last minute's pace, and marked so. Never an average of single instructions: they run beside each other.
 */

import { lastOf } from './bounded-log.ts'
import type { Run } from './run.ts'

const minute = 60_000

export interface Eta {
  readonly ms: number
  /** The pace has changed: by that of the last minute. */
  readonly rough: boolean
}

/** How many instructions came to an end. */
export const settledOf = ({ counts }: Run): number =>
  counts.done + counts.failed + counts.cancelled + counts.unheard

/** Milliseconds of work so far: without the start of the first worker, and without halts. */
export function workedMs({ firstReady, haltedMs, haltedSince }: Run, now: number): number {
  if (firstReady === undefined) return 0
  const halted = haltedSince === undefined ? 0 : Math.max(0, now - Math.max(haltedSince, firstReady))
  return Math.max(0, now - firstReady - haltedMs - halted)
}

/** What was settled while it was watched: what came before has no time that we know of. */
const settledWatched = (run: Run): number => Math.max(0, settledOf(run) - run.settledBefore)

/** Settled per second, over the whole run. */
export function rateOf(run: Run, now: number): number {
  const worked = workedMs(run, now)
  return worked > 0 ? (settledWatched(run) * 1000) / worked : 0
}

/**
 * @param total  how many instructions there will be
 * @returns `undefined` while it is too early to say: less than 2 s, or two for each worker
 */
export function etaOf(run: Run, now: number, total: number): Eta | undefined {
  const worked = workedMs(run, now)
  const settled = settledWatched(run)
  const workers = run.lanes.filter(lane => lane !== undefined).length
  if (worked < 2000 || settled === 0 || settled < 2 * workers) return undefined
  const whole = settled / worked
  const recent = recentRate(run, now) ?? whole
  const changed = recent > 0 && (recent > 2 * whole || recent < whole / 2)
  const remaining = Math.max(0, total - settledOf(run))
  return { ms: remaining / (changed ? recent : whole), rough: changed }
}

/** Settled per millisecond in the last minute of work, once the run is clearly older than that. */
function recentRate(run: Run, now: number): number | undefined {
  if (workedMs(run, now) < minute * 1.1) return undefined
  const from = now - minute
  let settled = run.thisSecond.done + run.thisSecond.failed + run.thisSecond.cancelled
  for (const second of lastOf(run.seconds, 60)) {
    if ((second.at + 1) * 1000 > from) settled += second.done + second.failed + second.cancelled
  }
  return settled / minute
}
