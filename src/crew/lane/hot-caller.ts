/**
 * Main's side of hot calls (`spinUs`): a lone small job goes through the hot slot, and while exactly one job is under way its
 * answer is looked for in each turn of the loop, for so long. Then main sleeps, and the answer comes as a message.
 */

import { macrotask } from '../../words/macrotask.ts'
import { hotAtOnceMs } from '../limits.ts'
import type { HotSlot } from './hot-slot.ts'
import type { InFlight } from './in-flight.ts'
import type { LanePlan } from './lane-plan.ts'
import { type Batch, type Results, type ToWorker, toWorker } from './wire.ts'

export interface HotCallerTerms {
  readonly slot: HotSlot
  readonly spinUs: number
  readonly inFlight: InFlight
  /** Hears an answer. */
  readonly hear: (answer: Results) => void
}

export class HotCaller {
  readonly #terms: HotCallerTerms
  #isListening = false
  /** A turn of the loop is coming in which it is looked. */
  #isLooking = false
  #until = 0

  constructor(terms: HotCallerTerms) {
    this.#terms = terms
  }

  /** Before a message is sent. True: it went through the slot instead. */
  takes(message: ToWorker, moves: boolean): boolean {
    const { slot, inFlight, spinUs } = this.#terms
    const isLone = message[0] === toWorker.batch && message[3] === 1 && inFlight.underWay === 1
    if (isLone) {
      this.#until = performance.now() + spinUs / 1000
      if (!this.#isListening) slot.listen()
      this.#isListening = true
    }
    if (isLone && !moves && isBare(message as Batch) && slot.offer(message as Batch)) return true
    slot.callAway()
    return false
  }

  /** After what there was has been sent. */
  look(): void {
    if (!this.#isListening || this.#isLooking) return
    const { slot, inFlight } = this.#terms
    const limit = performance.now() + hotAtOnceMs
    while (inFlight.underWay === 1 && !slot.isAnswered && performance.now() < limit);
    this.#lookAgain()
  }

  readonly #lookAgain = () => {
    this.#isLooking = false
    if (!this.#isListening) return
    const { slot, inFlight } = this.#terms
    const isOver = inFlight.underWay !== 1 || performance.now() > this.#until
    if (slot.isAnswered || (isOver && !slot.stopListening())) this.#hear()
    else if (isOver) this.#isListening = false
    else {
      this.#isLooking = true
      macrotask(this.#lookAgain)
    }
  }

  /** An answer that is in the slot was there before any message that comes now. */
  hearFirst(): void {
    if (this.#isListening && this.#terms.slot.isAnswered) this.#hear()
  }

  /** What is in the slot when the place has ended is an answer as any. */
  stop(): void {
    if (this.#isListening && !this.#terms.slot.stopListening()) this.#hear()
    this.#isListening = false
  }

  #hear(): void {
    this.#isListening = false
    this.#terms.hear(this.#terms.slot.takeAnswer())
  }
}

/** Only where the lane was told to look, and memory is shared. */
export function hotCallerOf(
  { cells, spinUs = 0 }: Pick<LanePlan, 'cells' | 'spinUs'>,
  inFlight: InFlight,
  hear: (answer: Results) => void,
): HotCaller | undefined {
  if (cells === undefined || spinUs === 0) return undefined
  return new HotCaller({ slot: cells.hot, spinUs, inFlight, hear })
}

/** Nothing but columns and an id. */
const isBare = ([, , , , ids, extras, , buffers, constants]: Batch): boolean =>
  typeof ids === 'number' && extras === 0 && buffers === undefined && constants === undefined
