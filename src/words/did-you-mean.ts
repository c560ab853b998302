/** "Did you mean": the known word that is closest to an unknown one, where one is close. */

/** @returns the closest of `known`, or `undefined` when none is close enough to be a likely slip */
export function closest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase()
  const tolerance = Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let least = tolerance + 1
  for (const one of known) {
    if (Math.abs(one.length - word.length) > tolerance) continue
    const slips = distance(lower, one.toLowerCase())
    if (slips < least) {
      best = one
      least = slips
    }
  }
  return best
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(replaced, at(last, j) + 1, at(row, j - 1) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(at(row, j), at(beforeLast, j - 2) + 1)
      }
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

const at = (row: readonly number[], index: number): number => row[index] as number
