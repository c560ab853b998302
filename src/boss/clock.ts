/** The boss's clock: monotonic milliseconds and single timers. Tests give it virtual time. */

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number
  /** Runs `run` once after `ms`; what it returns takes that back. `holds`: the process stays alive for it. */
  after(ms: number, run: () => void, holds: boolean): () => void
}

/** Beyond this, timers fire at once (a signed 32-bit number of milliseconds: 24.8 days). */
const longest = 2 ** 31 - 1

export const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, run, holds) => {
    if (!Number.isFinite(ms)) return () => {}
    let timer: ReturnType<typeof setTimeout>
    const arm = (left: number) => {
      timer = setTimeout(() => (left > longest ? arm(left - longest) : run()), Math.min(left, longest))
      // A browser's timers are numbers, and nothing there stays alive for them.
      if (!holds && typeof timer === 'object') timer.unref()
    }
    arm(Math.max(0, ms))
    return () => clearTimeout(timer)
  },
}
