/**
 * How long jobs take, without a reading of the clock for each: 1, 4 or 32 of them share one, by their length.
 *
 * A reading costs 40 ns; jobs of 20 us and more get their own time, shorter ones the mean of their group.
 */

import type { Outbox } from './outbox.ts'

export class ClockGroups {
  /** When the group at work began; main sees it in shared memory. */
  began = 0
  /** How many of its jobs have finished. */
  count = 0
  readonly #shown: Float64Array
  readonly #outbox: Outbox

  constructor(shown: Float64Array, outbox: Outbox) {
    this.#shown = shown
    this.#outbox = outbox
  }

  begin(now: number): void {
    this.began = now
    this.#shown[0] = now
  }

  /** Ends the group with the last job that finished, and begins another. */
  end(now: number): void {
    this.#outbox.group(this.count, now - this.began)
    this.count = 0
    this.begin(now)
  }

  /** Ends the group before the job at work, which shares the time since the clock was read. When that job began. */
  endBefore(now: number): number {
    if (this.count > 0) {
      const ms = ((now - this.began) / (this.count + 1)) * this.count
      this.#outbox.group(this.count, ms)
      this.count = 0
      this.began += ms
    }
    return this.began
  }
}
