/** The stretch of time that is shown: the last minute or so as it goes on, all of it, or where somebody has stopped. */

/** `undefined`: all there is. */
export type Follows = { readonly lastMs: number | undefined } | { readonly from: number; readonly to: number }

const narrowest = 0.5

export class TimeWindow {
  #follows: Follows = { lastMs: undefined }
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get follows(): Follows {
    return this.#follows
  }

  /** Milliseconds since the boss began. */
  at(now: number): { readonly from: number; readonly to: number } {
    const follows = this.#follows
    if ('from' in follows) return follows
    const { lastMs = now } = follows
    return { from: Math.max(0, now - lastMs), to: Math.max(now, 1) }
  }

  follow(follows: Follows): void {
    this.#follows = follows
    this.#changed()
  }

  /** @param by  above 1: nearer @param around  what stays where it is */
  zoom(by: number, around: number, now: number): void {
    const { from, to } = this.at(now)
    const width = Math.max(narrowest, (to - from) / by)
    const left = Math.max(0, around - ((around - from) / (to - from)) * width)
    if (left === 0 && left + width >= now) this.follow({ lastMs: undefined })
    else this.follow({ from: left, to: left + width })
  }

  /** @param part  of what is shown */
  pan(part: number, now: number): void {
    const { from, to } = this.at(now)
    const width = to - from
    const left = Math.max(0, from + part * width)
    this.follow({ from: left, to: left + width })
  }

  /** Stops where it is, or goes on. */
  pause(now: number): void {
    this.follow('from' in this.#follows ? { lastMs: 60_000 } : this.at(now))
  }
}
