/** Time, as actors, boss and schedulers are given it: monotonic milliseconds and single timers. Tests give virtual time. */

import { longestMs } from './limits.ts'

/** What tells the time, and calls back later. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number
  /** Runs `run` once after `ms`; what it returns takes that back. `holds`: the process stays alive for it. */
  after(ms: number, run: () => void, holds: boolean): () => void
}

/** What any `SchedulerLike` of RxJS is, and can tell time by: a TestScheduler, a VirtualTimeScheduler. */
export interface Timers {
  now(): number
  schedule(work: () => void, delayMs: number): { unsubscribe(): void }
}

export const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, run, holds) => {
    if (!Number.isFinite(ms)) return () => {}
    let timer: ReturnType<typeof setTimeout>
    const arm = (left: number) => {
      timer = setTimeout(() => (left > longestMs ? arm(left - longestMs) : run()), Math.min(left, longestMs))
      // A browser's timers are numbers, and nothing there stays alive for them.
      if (!holds && typeof timer === 'object') timer.unref()
    }
    arm(Math.max(0, ms))
    return () => clearTimeout(timer)
  },
}

/** The same time, as a clock. */
export function asClock(time: Clock | Timers): Clock {
  if ('after' in time) return time
  return {
    now: () => time.now(),
    after: (ms, run) => {
      if (!Number.isFinite(ms)) return () => {}
      const timer = time.schedule(run, Math.min(Math.max(0, ms), longestMs))
      return () => timer.unsubscribe()
    },
  }
}
