/** Round moments within a stretch of time, with what to call them. */

import type { RunClock } from './run-clock.ts'

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 30e3, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5,
  72e5, 216e5, 432e5, 864e5,
]

/** @param most  how many fit */
export function timeTicks(
  { from, to, clock }: { readonly from: number; readonly to: number; readonly clock: RunClock },
  most: number,
): readonly { readonly t: number; readonly label: string }[] {
  const wanted = (to - from) / most
  const step = steps.find(step => step >= wanted) ?? 864e5
  // Round by the clock that is shown.
  const { offset } = clock
  const ticks = []
  for (let t = Math.ceil((from + offset) / step) * step - offset; t <= to; t += step)
    ticks.push({ t, label: label(t, step, clock) })
  return ticks
}

function label(t: number, step: number, clock: RunClock): string {
  if (step >= 60_000) return clock.minute(t)
  if (step >= 1000) return clock.time(t)
  const digits = step >= 100 ? 1 : step >= 10 ? 2 : 3
  if (clock.kind === 'elapsed') return `${(t / 1000).toFixed(digits)}s`
  return `${clock.time(t)}${(((t + clock.offset) % 1000) / 1000).toFixed(digits).slice(1)}`
}
