/**
 * How far the input may run ahead of the work: enough that no worker ever waits for the next record, and not more, since
 * what is taken and not begun is given back by every stop. That is a time, not a number: 25 ms of work.
 */

import { inputAheadMs, mostRecordsAhead, paceSpanMs } from './limits.ts'

export class Room {
  /** Given, and not settled yet. */
  inFlight = 0
  /** At most so many in flight. */
  limit: number

  #least: number
  readonly #fixed: boolean
  #settled = 0
  #since: number

  /** @param fixed  where the order of starts depends on who waits, so many wait, whatever the pace */
  constructor(jobs: number, fixed?: number) {
    this.#least = 2 * jobs
    this.#fixed = fixed !== undefined
    this.limit = fixed ?? 4 * jobs
    this.#since = performance.now()
  }

  /** So many at once from now on. */
  resize(jobs: number): void {
    this.#least = 2 * jobs
    this.limit = Math.max(this.limit, this.#least)
  }

  get left(): number {
    return this.limit - this.inFlight
  }

  taken(): void {
    this.inFlight++
  }

  settled(): void {
    this.inFlight--
    this.#settled++
  }

  /** Whether it is worth taking more: seldom and many cost less than often and few. Looks at the pace as well. */
  get worthwhile(): boolean {
    if (this.inFlight > this.limit / 2 && this.inFlight > this.#least) return false
    this.#measure(performance.now())
    return true
  }

  #measure(now: number): void {
    const elapsed = now - this.#since
    if (this.#fixed || elapsed < paceSpanMs) return
    const wanted = this.#least + (this.#settled / elapsed) * inputAheadMs
    // Up at once, down by halves: one pause of the machine says little.
    this.limit = Math.round(Math.min(mostRecordsAhead, Math.max(wanted, this.limit / 2, this.#least)))
    this.#settled = 0
    this.#since = now
  }
}
