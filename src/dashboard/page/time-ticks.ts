/** Round moments within a stretch of time, with what to call them. */

import { clockTime } from '../../inspect/clock-time.ts'

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 30e3, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5,
  72e5, 216e5,
]

/** @param most  how many fit */
export function timeTicks(
  from: number,
  to: number,
  most: number,
): readonly { readonly t: number; readonly label: string }[] {
  const wanted = (to - from) / most
  const step = steps.find(step => step >= wanted) ?? 864e5
  const ticks = []
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) ticks.push({ t, label: label(t, step) })
  return ticks
}

function label(t: number, step: number): string {
  if (step >= 1000) return clockTime(t)
  return `${(t / 1000).toFixed(step >= 100 ? 1 : step >= 10 ? 2 : 3)}s`
}
