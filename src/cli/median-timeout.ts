/** `--timeout 200%`: a limit that is learnt, that much of the median time of the work so far. */

import { keptForMedian, neededForMedian } from './limits.ts'

export class MedianTimeout {
  readonly #factor: number
  readonly #times: number[] = []
  #next = 0
  #since = 0
  #limit: number | undefined

  constructor(factor: number) {
    this.#factor = factor
  }

  done(workMs: number): void {
    this.#times[this.#next] = workMs
    this.#next = (this.#next + 1) % keptForMedian
    this.#since++
    // Sorting is dear: at the tenth, and whenever a tenth of what is known has changed.
    if (
      this.#times.length >= neededForMedian &&
      (this.#limit === undefined || this.#since > this.#times.length / 10)
    )
      this.#learn()
  }

  /** Milliseconds; `undefined` before ten are done. */
  get limit(): number | undefined {
    return this.#limit
  }

  #learn(): void {
    this.#since = 0
    const sorted = [...this.#times].sort((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0
    this.#limit = Math.max(1, median * this.#factor)
  }
}
