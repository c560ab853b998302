/** Durations, counted in classes that grow by a fifth: percentiles of any number of them in a hundred numbers. */

export type Durations = readonly number[]

const growth = 1.2
/** Milliseconds: the first class holds all that is shorter. */
const shortest = 0.01
const classes = 128

export const noDurations: Durations = []

export function withDuration(durations: Durations, ms: number): Durations {
  const at = ms <= shortest ? 0 : Math.min(classes - 1, Math.ceil(Math.log(ms / shortest) / Math.log(growth)))
  const next = durations.slice()
  for (let i = next.length; i <= at; i++) next.push(0)
  next[at] = (next[at] ?? 0) + 1
  return next
}

/**
 * @param part  0.5 for the median
 * @returns milliseconds, right within a tenth; `undefined` while there are none
 */
export function percentile(durations: Durations, part: number): number | undefined {
  let all = 0
  for (const count of durations) all += count
  if (all === 0) return undefined
  let left = part * all
  const at = durations.findIndex(count => {
    left -= count
    return left <= 0
  })
  return at === 0 ? shortest : shortest * growth ** (at - 0.5)
}
