/**
 * Where the jobs are that a lane has sent, as far as can be told from outside: at work, about to be, or ended and their
 * results on the way.
 */

import type { Job } from '../crew.ts'
import { type Cells, standingOf } from './claims.ts'
import { type InFlight, sent } from './in-flight.ts'

export class Whereabouts {
  readonly #inFlight: InFlight
  readonly #cells: Cells | undefined
  /** What the place itself tells of it, where it does. */
  readonly #told: (() => { readonly n: number } | undefined) | undefined
  /** Before this number nothing is at work any more: found by looking, and never again looked at. */
  #ended = 0

  constructor(inFlight: InFlight, cells: Cells | undefined, told?: () => { readonly n: number } | undefined) {
    this.#inFlight = inFlight
    this.#cells = cells
    this.#told = told
  }

  /** The number of the job at work. */
  atWork(): number | undefined {
    const inFlight = this.#inFlight
    const cells = this.#cells
    if (this.#told !== undefined) {
      const n = this.#told()?.n
      return n !== undefined && inFlight.isUnderWay(n) ? n : undefined
    }
    let allEnded = true
    for (let n = Math.max(inFlight.low, this.#ended); n < inFlight.unsent; n++) {
      if (inFlight.isUnderWay(n)) {
        if (cells === undefined) return n
        const standing = standingOf(cells.words, n)
        if (standing === 'begun') return n
        if (standing === 'queued' && inFlight.stateOf(n) === sent) return undefined
        if (standing === 'queued') allEnded = false
      }
      if (allEnded) this.#ended = n + 1
    }
    return undefined
  }

  /** The job at work, or about to be. */
  head(): Job | undefined {
    const inFlight = this.#inFlight
    for (let n = inFlight.low; n < inFlight.unsent; n++) if (inFlight.isUnderWay(n)) return inFlight.jobOf(n)
    return undefined
  }

  /** Jobs that have ended, and whose results are on their way, in order. */
  onTheWay(): readonly Job[] {
    const inFlight = this.#inFlight
    const cells = this.#cells
    const ended: Job[] = []
    if (cells === undefined) return ended
    for (let n = inFlight.low; n < inFlight.unsent; n++) {
      if (!inFlight.isUnderWay(n)) continue
      if (standingOf(cells.words, n) !== 'finished') break
      ended.push(inFlight.jobOf(n))
    }
    return ended
  }
}
