/** Durations, counted in classes that grow by a fifth: percentiles of any number of them in a hundred numbers. */

export type Durations = readonly number[]

const growth = 1.2
/** Milliseconds: the first class holds all that is shorter. */
const shortest = 0.01
const classes = 128
const logGrowth = Math.log(growth)

export const noDurations: Durations = []

/** Sorts in place, for callers who own the array. */
export function addDuration(durations: number[], ms: number): void {
  const at = ms <= shortest ? 0 : Math.min(classes - 1, Math.ceil(Math.log(ms / shortest) / logGrowth))
  while (durations.length <= at) durations.push(0)
  durations[at] = (durations[at] as number) + 1
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
