/**
 * What is in flight in one lane: which jobs it holds, in order, and how far each has come.
 *
 *     low            sent              high
 *      │ settled, at work, queued │ given │
 *      └───────── a ring of 4096 places ──┘ ··· overflow
 *
 * Jobs get numbers, on and on; the ring finds a number's job without a map. Jobs that are taken back leave holes.
 */

import type { Job } from '../crew.ts'
import { ringPlaces } from '../limits.ts'
import { placeOf } from './claims.ts'

export const free = 0
export const given = 1
export const sent = 2
/** Sent, and its buffers with it: it cannot be taken back. */
export const moved = 3
export type JobState = typeof free | typeof given | typeof sent | typeof moved

export class InFlight {
  /** The lowest number that may be held, the lowest not yet sent, the next one to give. */
  low = 0
  unsent = 0
  high = 0
  /** How many jobs are held, those in `overflow` included. */
  held = 0
  /** How many of them have been sent. */
  underWay = 0
  readonly jobs: Job[] = new Array(ringPlaces).fill(0)
  readonly states = new Uint8Array(ringPlaces)
  readonly definitions: number[] = new Array(ringPlaces).fill(0)
  /** How many are held of each definition. */
  readonly heldOf: number[]
  /** Jobs for which the ring has no place; only a caller that gives more than there is room for gets here. */
  private overflow: { job: Job; definition: number }[] = []

  constructor(definitions: number) {
    this.heldOf = new Array(definitions).fill(0)
  }

  give(job: Job, definition: number): void {
    this.held++
    this.heldOf[definition] = (this.heldOf[definition] as number) + 1
    if (this.overflow.length > 0 || this.high - this.low >= ringPlaces)
      this.overflow.push({ job, definition })
    else this.place(job, definition)
  }

  private place(job: Job, definition: number): void {
    const place = placeOf(this.high++)
    this.jobs[place] = job
    this.definitions[place] = definition
    this.states[place] = given
  }

  /** Fills the ring from the overflow: one slice, however many there are. */
  private refill(): void {
    if (this.overflow.length === 0) return
    const room = ringPlaces - (this.high - this.low)
    if (room < ringPlaces / 4 && (room === 0 || this.unsent !== this.high)) return
    for (const { job, definition } of this.overflow.slice(0, room)) this.place(job, definition)
    this.overflow = this.overflow.slice(room)
  }

  /** True when `n` is held and was sent: when a word about it can be right. */
  isUnderWay(n: number): boolean {
    return n >= this.low && n < this.unsent && (this.states[placeOf(n)] as number) >= sent
  }

  /** The lane lets go of `n`. Call `tidy` after the last one. */
  release(n: number): Job {
    const place = placeOf(n)
    const definition = this.definitions[place] as number
    if ((this.states[place] as number) >= sent) this.underWay--
    this.states[place] = free
    this.held--
    this.heldOf[definition] = (this.heldOf[definition] as number) - 1
    return this.jobs[place] as Job
  }

  /** Moves the ends of the ring past what was let go of. */
  tidy(): void {
    while (this.high > this.unsent && this.states[placeOf(this.high - 1)] === free) this.high--
    while (this.low < this.high && this.states[placeOf(this.low)] === free) this.low++
    if (this.unsent < this.low) this.unsent = this.low
    this.refill()
  }

  markSent(n: number, state: typeof sent | typeof moved): void {
    this.states[placeOf(n)] = state
    this.underWay++
  }

  stateOf(n: number): JobState {
    return this.states[placeOf(n)] as JobState
  }

  jobOf(n: number): Job {
    return this.jobs[placeOf(n)] as Job
  }

  /** The number of a job, by looking: cancelling is rare. */
  numberOf(job: Job): number | undefined {
    for (let n = this.low; n < this.high; n++) {
      if (this.states[placeOf(n)] !== free && this.jobs[placeOf(n)] === job) return n
    }
    return undefined
  }

  /** Takes a job out of the overflow. */
  dropOverflow(job: Job): boolean {
    const at = this.overflow.findIndex(one => one.job === job)
    if (at < 0) return false
    const [one] = this.overflow.splice(at, 1)
    this.forget(one?.definition as number)
    return true
  }

  /** Takes up to `count` jobs out of the overflow, from its tail. */
  popOverflow(count: number): Job[] {
    const taken = this.overflow.splice(Math.max(0, this.overflow.length - count))
    for (const { definition } of taken) this.forget(definition)
    return taken.map(({ job }) => job).reverse()
  }

  private forget(definition: number): void {
    this.held--
    this.heldOf[definition] = (this.heldOf[definition] as number) - 1
  }

  /** Everything held, in order: the numbers in the ring, then the overflow. */
  *heldNumbers(): Generator<number> {
    for (let n = this.low; n < this.high; n++) if (this.states[placeOf(n)] !== free) yield n
  }

  /** The first of them; the next to be given, where none is held. */
  get firstHeld(): number {
    for (const n of this.heldNumbers()) return n
    return this.high
  }

  overflowing(): Job[] {
    return this.overflow.map(({ job }) => job)
  }
}
