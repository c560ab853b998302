/** When the last ones started: as many as a rule has asked for, and no more. */
export class StartTimes {
  #times: number[]
  #asked = 0

  constructor(times: readonly number[] = []) {
    this.#times = [...times]
  }

  get all(): readonly number[] {
    return this.#times
  }

  /** When the nth last start was; `-Infinity` if there were fewer. */
  readonly nth = (n: number): number => {
    if (n > this.#asked) this.#asked = n
    return this.#times[this.#times.length - n] ?? -Infinity
  }

  add(now: number): void {
    if (this.#asked === 0) return
    this.#times.push(now)
    if (this.#times.length > 2 * this.#asked + 64) this.#times = this.#times.slice(-this.#asked)
  }
}
