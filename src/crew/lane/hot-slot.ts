/**
 * The hot slot of a lane: one call and its answer in shared memory, without a message, while both sides are looking.
 *
 *     main:   offer ── polling → called ──► worker: takeCall → asleep       each step is one compare-and-swap: whoever comes
 *     worker: answer ─ polling → called ──► main:   takeAnswer → asleep     too late knows it, and a message goes instead
 *
 * Who looks says so (`polling`), and for how long is his own business. The slot carries what is small; the cells decide who
 * has a job, as ever.
 */

import { SmallValues, smallValuesBytes } from './small-values.ts'
import { type Batch, type Results, toMain, toWorker } from './wire.ts'

// Work may replace what is global where it runs.
const { Atomics, Float64Array, Int32Array } = globalThis
const { compareExchange, load, store } = Atomics

const asleep = 0
const polling = 1
const called = 2

/** Each word on a cache line of its own. */
const workerAt = 0
const mainAt = 16
const wordsBytes = 128
const headBytes = 64

export const hotSlotBytes = wordsBytes + 2 * (headBytes + smallValuesBytes)

/** One direction: who waits for it, and what is in it. */
export class HotSlot {
  readonly #words: Int32Array
  readonly #callHead: Float64Array
  readonly #call: SmallValues
  readonly #answerHead: Float64Array
  readonly #answer: SmallValues

  constructor(buffer: ArrayBufferLike, at: number) {
    this.#words = new Int32Array(buffer, at, wordsBytes / 4)
    const callAt = at + wordsBytes
    this.#callHead = new Float64Array(buffer, callAt, headBytes / 8)
    this.#call = new SmallValues(buffer, callAt + headBytes)
    const answerAt = callAt + headBytes + smallValuesBytes
    this.#answerHead = new Float64Array(buffer, answerAt, headBytes / 8)
    this.#answer = new SmallValues(buffer, answerAt + headBytes)
  }

  // -- main --------------------------------------------------------------------------------------------------------------

  /** Puts the only job of a batch into the slot. False: it is not small, or the worker does not look. */
  offer([, definition, first, , ids, , columns]: Batch): boolean {
    if (load(this.#words, workerAt) !== polling) return false
    const call = this.#call
    call.rewind()
    for (let c = 0; c < columns.length; c++)
      if (!call.write((columns[c] as readonly unknown[])[0])) return false
    const head = this.#callHead
    head[0] = definition
    head[1] = first
    head[2] = ids as number
    head[3] = columns.length
    return compareExchange(this.#words, workerAt, polling, called) === polling
  }

  /** A message is on its way: the worker has to look for it. */
  callAway(): void {
    compareExchange(this.#words, workerAt, polling, asleep)
  }

  listen(): void {
    store(this.#words, mainAt, polling)
  }

  get isAnswered(): boolean {
    return load(this.#words, mainAt) === called
  }

  /** Main looks no longer. False: there is an answer. */
  stopListening(): boolean {
    return compareExchange(this.#words, mainAt, polling, asleep) !== called
  }

  takeAnswer(): Results {
    const head = this.#answerHead
    this.#answer.rewind()
    const value = this.#answer.read()
    store(this.#words, mainAt, asleep)
    return [toMain.results, head[0] as number, head[1] as number, [1, head[2] as number], [value]]
  }

  // -- worker ------------------------------------------------------------------------------------------------------------

  poll(): void {
    store(this.#words, workerAt, polling)
  }

  get isPolling(): boolean {
    return load(this.#words, workerAt) === polling
  }

  /** The worker looks no longer. False: there is a call. */
  stopPolling(): boolean {
    return compareExchange(this.#words, workerAt, polling, asleep) !== called
  }

  /** The call, if there is one, as the batch that it would have come in. */
  takeCall(): Batch | undefined {
    if (load(this.#words, workerAt) !== called) return undefined
    const head = this.#callHead
    this.#call.rewind()
    const columns: unknown[][] = []
    for (let c = 0; c < (head[3] as number); c++) columns.push([this.#call.read()])
    store(this.#words, workerAt, asleep)
    return [toWorker.batch, head[0] as number, head[1] as number, 1, head[2] as number, 0, columns]
  }

  /** Answers with a single result. False: it is not small, or main does not look. */
  answer([, n, began, groups, results]: Results): boolean {
    if (results.length !== 1 || groups.length !== 2 || load(this.#words, mainAt) !== polling) return false
    const answer = this.#answer
    answer.rewind()
    if (!answer.write(results[0])) return false
    const head = this.#answerHead
    head[0] = n
    head[1] = began
    head[2] = groups[1] as number
    return compareExchange(this.#words, mainAt, polling, called) === polling
  }
}
