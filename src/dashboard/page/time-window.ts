/** The stretch of time that is shown: the last minute or so as it goes on, all of it, or where somebody has stopped. */

/** `undefined`: all there is. */
export type Follows = { readonly lastMs: number | undefined } | { readonly from: number; readonly to: number }

const narrowest = 0.5

export class TimeWindow {
  #follows: Follows
  /** What was followed before somebody stopped. */
  #live: Follows = { lastMs: undefined }
  readonly #changed: () => void

  constructor(follows: Follows, changed: () => void) {
    this.#follows = follows
    if ('lastMs' in follows) this.#live = follows
    this.#changed = changed
  }

  get follows(): Follows {
    return this.#follows
  }

  /** Whether it goes on with the run. */
  get isLive(): boolean {
    return 'lastMs' in this.#follows
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
    if ('lastMs' in follows) this.#live = follows
    this.#changed()
  }

  /** Goes on with what was followed before. */
  goLive(): void {
    this.follow(this.#live)
  }

  /** Shows a stretch, whichever of its ends comes first. */
  show(a: number, b: number): void {
    const [from, to] = a < b ? [a, b] : [b, a]
    this.follow({ from: Math.max(0, from), to: Math.max(0, from) + Math.max(narrowest, to - from) })
  }

  /** @param by  above 1: nearer @param around  what stays where it is */
  zoom(by: number, around: number, now: number): void {
    const { from, to } = this.at(now)
    const width = Math.max(narrowest, (to - from) / by)
    const left = Math.max(0, around - ((around - from) / (to - from)) * width)
    if (left === 0 && left + width >= now) this.follow({ lastMs: undefined })
    else this.follow({ from: left, to: left + width })
  }

  /** @param part  of what is shown; not beyond what there is */
  pan(part: number, now: number): void {
    const { from, to } = this.at(now)
    const width = to - from
    const left = Math.min(Math.max(0, now - width / 2), Math.max(0, from + part * width))
    this.follow({ from: left, to: left + width })
  }

  /** Stops where it is, or goes on. */
  pause(now: number): void {
    if (this.isLive) this.follow(this.at(now))
    else this.goLive()
  }
}
