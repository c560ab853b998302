/** Moments of a run in words: since it began, or as the clock on the wall shows them. */

import { clockTime } from '../../inspect/clock-time.ts'

export type ClockKind = 'elapsed' | 'local' | 'UTC'

export const clockKinds: readonly ClockKind[] = ['elapsed', 'local', 'UTC']

export class RunClock {
  readonly kind: ClockKind
  readonly #wall: number | undefined

  /** @param wall  milliseconds since 1970 when the run began */
  constructor(kind: ClockKind, wall: number | undefined) {
    this.kind = wall === undefined || wall === 0 ? 'elapsed' : kind
    this.#wall = wall
  }

  /** Milliseconds from the beginning of the run to a moment at which a round one on the wall was. */
  get offset(): number {
    if (this.kind === 'elapsed' || this.#wall === undefined) return 0
    const zone = this.kind === 'local' ? new Date(this.#wall).getTimezoneOffset() * 60_000 : 0
    return this.#wall - zone
  }

  /** To the second. */
  time(t: number): string {
    if (this.kind === 'elapsed' || this.#wall === undefined) return clockTime(t)
    return new Date(t + this.offset).toISOString().slice(11, 19)
  }

  /** To the minute, where days may lie between. */
  minute(t: number): string {
    return this.kind === 'elapsed' ? clockTime(t) : this.time(t).slice(0, 5)
  }

  /** In full, with the zone. */
  full(t: number): string {
    if (this.#wall === undefined || this.#wall === 0) return `${clockTime(t)} after the start`
    return `${stamp(this.#wall + t)} (${clockTime(t)} after the start)`
  }
}

/** A date with its zone. @param ms  since 1970 */
export const stamp = (ms: number): string =>
  new Date(ms).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' })
