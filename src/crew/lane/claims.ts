/**
 * Cells: what main and a worker share about the jobs of one lane.
 *
 *     main:   queued ──────────────────────────► withdrawn      compare-and-swap: exactly one of the two
 *     worker:    └────► claimed ──► finished                    gets the job, and neither asks the other
 *
 * One Int32 each in a ring of 4096; jobs are numbered on and on, and number `n` lives in place `n mod 4096`. The word
 * holds number *and* state, so that a message that arrives late finds another number there and claims nothing.
 *
 * What is finished needs no word of its own: a lane works in order, so one shared number says it for all.
 */

import { ringPlaces } from '../limits.ts'
import { FinishedResults, resultsBytes } from './finished-results.ts'
import { HotSlot, hotSlotBytes } from './hot-slot.ts'

// Work may replace what is global where it runs.
const { Atomics, Float64Array, Int32Array } = globalThis
const { compareExchange, load, store } = Atomics

const mask = ringPlaces - 1

// `queued` is 0: a word is then the number alone.
const claimedState = 1
const withdrawnState = 2

/** Each on a cache line of its own: one side writes what the other reads. */
const finishedAt = ringPlaces + 16
const tailAt = ringPlaces + 32
const beganAt = ringPlaces + 48
const askableAt = ringPlaces + 64
const words = ringPlaces + 80

/** The place of job number `n`. */
export const placeOf = (n: number): number => n & mask

export interface Cells {
  readonly words: Int32Array
  /** Small results of jobs that are finished, for the case that they reach main in no other way. */
  readonly results: FinishedResults
  /** One number: when the job at work began, on main's clock. */
  readonly began: Float64Array
  /** A call and its answer without a message, while both sides look. */
  readonly hot: HotSlot
}

const hotAt = words * 4 + resultsBytes
export const cellsBytes = hotAt + hotSlotBytes

/** Cells over memory of {@link cellsBytes}: shared between threads, or a plain buffer within one. */
export function cellsOver(buffer: ArrayBufferLike): Cells {
  return {
    words: new Int32Array(buffer, 0, words),
    results: new FinishedResults(buffer, words * 4),
    began: new Float64Array(buffer, beganAt * 4, 1),
    hot: new HotSlot(buffer, hotAt),
  }
}

/** Nothing queued, nothing finished. */
export function clearCells({ words, results }: Cells): void {
  words.fill(withdrawnState, 0, ringPlaces)
  results.clear()
  words[finishedAt] = -1
  words[tailAt] = -1
  words[askableAt] = -1
}

/** Main: job `n` may be claimed. A plain store: the message that follows makes it visible. */
export function queueCell(words: Int32Array, n: number): void {
  words[n & mask] = n << 2
}

/** Main: the last number queued, so that the worker knows how much is coming. */
export function setTail(words: Int32Array, n: number): void {
  words[tailAt] = n
}

/** Worker: how many numbers are queued from `n` on, as far as main has said. */
export const queuedFrom = (words: Int32Array, n: number): number => ((words[tailAt] as number) - n + 1) | 0

/** Worker: takes job `n`; false when main took it back. */
export function claimCell(words: Int32Array, n: number): boolean {
  const queued = n << 2
  return compareExchange(words, n & mask, queued, queued | claimedState) === queued
}

/** Main: takes job `n` back; false when the worker has begun it. */
export function withdrawCell(words: Int32Array, n: number): boolean {
  const queued = n << 2
  return compareExchange(words, n & mask, queued, queued | withdrawnState) === queued
}

/** Worker: job `n`, and so every one before it, is finished. */
export function finishCell(words: Int32Array, n: number): void {
  words[finishedAt] = n
}

/** Worker: the work of job `n` can be asked to stop. */
export function markAskable(words: Int32Array, n: number): void {
  store(words, askableAt, n)
}

/** Main: the last job whose work could be asked to stop. */
export const askableJob = (words: Int32Array): number => load(words, askableAt)

/** How far a job that was sent has come. */
export type JobStanding = 'queued' | 'begun' | 'finished'

/** Where job `n`, which main has sent, stands. */
export function standingOf(words: Int32Array, n: number): JobStanding {
  if (load(words, n & mask) !== ((n << 2) | claimedState)) return 'queued'
  return ((n - load(words, finishedAt)) | 0) > 0 ? 'begun' : 'finished'
}

/** True while main's message with job `n` is on its way or here. */
export const isQueued = (words: Int32Array, n: number): boolean => words[n & mask] === n << 2
