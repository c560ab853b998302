/**
 * Transit: how far a source may run ahead of what arrives.
 *
 *     taken ──filter──delay──mergeMap──► arrived
 *          └───── under way: at most 2,048 ─────┘
 *
 * What is wanted says nothing of what is on its way. Values may arrive in the call that sent them, later, or never, since a
 * `filter` drops them; the source cannot know which. So:
 *
 * - those that arrive in the same call are bounded by what is wanted. After 2 ms without one the event loop has a turn;
 * - those that arrive later are bounded: 2,048 under way;
 * - while nothing has arrived yet, slices double from 64 to that bound, a turn of the loop between;
 * - nothing arrives, though the bound is reached: where nothing hangs between source and receiver they were dropped, and more
 *   are taken a turn later. Where something does (a timer, an inner subscription, the other source of a `zip`), they may still
 *   come: more are taken only after a pause, four times as long as the longest so far after which something came.
 */

import { macrotask } from '../words/macrotask.ts'
import type { Route } from './credit.ts'
import { clockEvery, firstPauseMs, firstSlice, mostUnderWay, transitSliceMs } from './limits.ts'

export class Transit {
  readonly #route: Route
  readonly #goOn: () => void
  #taken = 0
  #underWay = 0
  /** As of the last look. */
  #arrived: number
  #bound = firstSlice
  #steps = 0
  #sliceEnds = 0
  /** Pauses in a row after which nothing had come. */
  #inVain = 0
  #longestWaitMs = 0
  #waitingSince = 0
  /** Takes back the next look; absent: none is due. */
  #cancel: (() => void) | undefined
  /** What hung between before anything was taken. */
  #hung = 0
  /** The source has no more, and what it sent is still on its way. */
  #arriving = false

  /** @param goOn  more may be taken now, though nobody has asked */
  constructor(route: Route, goOn: () => void) {
    this.#route = route
    this.#goOn = goOn
    this.#arrived = route.credit?.arrived ?? 0
  }

  /** Before the first of some that are taken in one call: what has arrived meanwhile? */
  begin(): void {
    this.#steps = 0
    this.#sliceEnds = 0
    if (this.#taken === 0) this.#hung = this.#route.hanging
    const arrived = this.#route.credit?.arrived ?? 0
    const since = arrived - this.#arrived
    if (since === 0) return
    this.#arrived = arrived
    // Those of another source that this one was merged with are no sign that these have come: they still hang between.
    const still = Math.min(this.#underWay, this.#route.hanging - this.#hung)
    this.#underWay = Math.max(this.#underWay - since, still, 0)
    if (this.#cancel !== undefined)
      this.#longestWaitMs = Math.max(this.#longestWaitMs, performance.now() - this.#waitingSince)
    this.#onTime()
  }

  /** Whether one more may be taken now. */
  get wants(): boolean {
    const { credit } = this.#route
    if (credit === undefined) return this.#taken < mostUnderWay || !this.#isLong()
    return this.#underWay < this.#bound && credit.left(this.#taken) > 0 && !this.#isLong()
  }

  /** One was taken and sent. */
  sent(): void {
    this.#taken++
    this.#steps++
    const arrived = this.#route.credit?.arrived ?? 0
    if (arrived === this.#arrived) {
      this.#underWay++
      return
    }
    this.#arrived = arrived
    this.#underWay = 0
    this.#steps = 0
    this.#sliceEnds = 0
    if (this.#bound !== mostUnderWay || this.#inVain > 0) this.#onTime()
  }

  /** No more may be taken in this call. If more is wanted all the same, it goes on by itself. */
  rest(): void {
    const { credit } = this.#route
    if (this.#cancel !== undefined || (credit !== undefined && credit.left(this.#taken) <= 0)) return
    if (credit === undefined) sayThatNothingHolds()
    const full = this.#underWay >= this.#bound
    this.#waitingSince = performance.now()
    this.#cancel =
      full && this.#bound >= mostUnderWay && this.#route.hangs
        ? after(this.#pauseMs(), () => this.#look(full))
        : inATurn(() => this.#look(full))
  }

  /** There is no more. Told before the receiver is: what it sent may hang between for a while. */
  end(): void {
    this.begin()
    this.#arriving = this.#underWay > 0 && this.#route.hanging > this.#hung
  }

  /** Whether something is on its way, though there is no more. */
  get arriving(): boolean {
    if (!this.#arriving) return false
    const arrived = this.#route.credit?.arrived ?? 0
    this.#underWay -= arrived - this.#arrived
    this.#arrived = arrived
    // The source itself hangs there no more.
    this.#arriving = this.#underWay > 0 && this.#route.hanging + 1 > this.#hung
    return this.#arriving
  }

  /** Nothing is taken any more. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #look(full: boolean): void {
    const { credit } = this.#route
    if (full && credit?.arrived === this.#arrived) {
      if (this.#bound >= mostUnderWay) {
        this.#underWay = 0
        this.#inVain++
      }
      this.#bound *= 2
    }
    this.#cancel = undefined
    this.#goOn()
  }

  /** Something has come. */
  #onTime(): void {
    this.stop()
    this.#bound = mostUnderWay
    this.#inVain = 0
  }

  #pauseMs(): number {
    return Math.max(firstPauseMs * 1.5 ** this.#inVain, 4 * this.#longestWaitMs)
  }

  #isLong(): boolean {
    if (this.#steps < clockEvery) return false
    const now = performance.now()
    this.#steps = 0
    if (this.#sliceEnds === 0) this.#sliceEnds = now + transitSliceMs
    return now >= this.#sliceEnds
  }
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

function inATurn(run: () => void): () => void {
  let cancelled = false
  macrotask(() => {
    if (!cancelled) run()
  })
  return () => {
    cancelled = true
  }
}

let said = false

function sayThatNothingHolds(): void {
  if (said) return
  said = true
  globalThis.process?.stderr?.write(
    'rxboss: nothing holds a `pull` back, so all it has is taken at once. Either no `delegate`, `schedule`, `listen` or `eachValueFrom` takes its values; or it is subscribed to late, behind `share`, a Subject or an operator made by hand: place it after that\n',
  )
}
