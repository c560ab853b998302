/** Virtual time for a boss: nothing happens until the test says how much of it passes. */

import type { Clock } from '../words/clock.ts'

/** A clock that a test moves. */
export interface VirtualClock extends Clock {
  /** Lets `ms` pass; timers that fall due run, in order. */
  pass(ms: number): void
  /** How many timers wait. */
  readonly waiting: number
}

/**
 * A clock that stands still until the test lets time pass.
 *
 * @example
 * const clock = virtualClock()
 * const boss = new Boss({ workers: [primes], crew: fakeCrew({ now: clock.now }), clock, timeout: 1000 })
 * clock.pass(1000) // whatever was due has happened, in order
 */
export function virtualClock(): VirtualClock {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  return {
    now: () => now,
    after: (ms, run) => {
      if (!Number.isFinite(ms)) return () => {}
      const timer = { at: now + Math.max(0, ms), run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pass: ms => {
      const until = now + ms
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers.delete(due)
        now = Math.max(now, due.at)
        due.run()
      }
      now = until
    },
    get waiting() {
      return timers.size
    },
  }
}
