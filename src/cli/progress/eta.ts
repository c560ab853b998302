/**
 * When will it be done? What remains, at the pace of the whole run; where the last minute tells a very different story,
 * at the last minute's pace, and marked so. Never an average of single instructions: they run beside each other.
 */

const minute = 60_000

export interface Eta {
  readonly ms: number
  /** The pace has changed: by that of the last minute. */
  readonly rough: boolean
}

export class Pace {
  readonly #workers: number
  /** How many were settled when, one entry a second at most, a minute back. */
  readonly #seen: { readonly at: number; readonly settled: number }[] = []

  constructor(workers: number) {
    this.#workers = workers
  }

  /** @param at  milliseconds since work began */
  see(at: number, settled: number): void {
    const last = this.#seen.at(-1)
    if (last !== undefined && at - last.at < 1000) return
    this.#seen.push({ at, settled })
    while (this.#seen.length > 2 && at - (this.#seen[1]?.at ?? at) >= minute) this.#seen.shift()
  }

  /** Per second, over the whole run. */
  rate(at: number, settled: number): number {
    return at > 0 ? (settled * 1000) / at : 0
  }

  /** `undefined` while it is too early to say. */
  eta(at: number, settled: number, total: number): Eta | undefined {
    if (at < 2000 || settled < 2 * this.#workers) return undefined
    const whole = settled / at
    const [first] = this.#seen
    const recent =
      first !== undefined && at - first.at >= 5000 ? (settled - first.settled) / (at - first.at) : whole
    const changed = recent > 0 && (recent > 2 * whole || recent < whole / 2)
    const remaining = Math.max(0, total - settled)
    return { ms: remaining / (changed ? recent : whole), rough: changed }
  }
}
