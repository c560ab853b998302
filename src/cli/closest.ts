/** "Did you mean": the known name that is closest to what was typed, if one is close. */

export function closest(typed: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(typed.length * 0.4)) + 1
  for (const name of names) {
    const steps = distance(typed.toLowerCase(), name.toLowerCase())
    if (steps >= least) continue
    least = steps
    best = name
  }
  return best
}

/** How many letters to insert, delete, replace, or swap with the next. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let steps = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) steps = Math.min(steps, (before[j - 2] ?? 0) + 1)
      row.push(steps)
    }
    before = above
    above = row
  }
  return above[b.length] ?? 0
}
