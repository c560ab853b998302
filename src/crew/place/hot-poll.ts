/**
 * The worker's side of hot calls (`spinUs`): after its last job it looks for the next one for so long, and a lone small
 * result goes back the same way. In between the event loop has its turns.
 */

import type { HotSlot } from '../lane/hot-slot.ts'
import { type Batch, type Results, type Section, toMain } from '../lane/wire.ts'
import { hotSliceMs } from '../limits.ts'
import type { Post } from './outbox.ts'

// Work may replace what is global where it runs.
const { Atomics, Math } = globalThis
/** Tells the processor that this is a loop that waits, where JavaScript can. */
const pause: () => void = (Atomics as { pause?: () => void }).pause ?? (() => {})

export class HotPoll {
  readonly #slot: HotSlot
  readonly #spinMs: number
  readonly #now: () => number
  #isPolling = false
  #until = 0
  /** Something was sent behind the last result: an answer through the slot would overtake it. */
  #hasSaidMore = false

  constructor(slot: HotSlot, spinUs: number, now: () => number) {
    this.#slot = slot
    this.#spinMs = spinUs / 1000
    this.#now = now
  }

  /** Looks at what is sent. Main sends a lone job once it has heard the last result, and so all before that. */
  posting(post: Post): Post {
    return (message, moving) => {
      post(message, moving)
      const last = message[0] === toMain.bundle ? (message.at(-1) as Section)[0] : message[0]
      this.#hasSaidMore = last !== toMain.results && last !== toMain.failed
    }
  }

  /** Whether a result went through the slot. */
  answer(results: Results): boolean {
    return !this.#hasSaidMore && this.#slot.answer(results)
  }

  /** What came through the slot, if anything did: it was sent before any message that is here. */
  take(): Batch | undefined {
    if (!this.#isPolling) return undefined
    const call = this.#slot.takeCall()
    if (call !== undefined) this.#isPolling = false
    return call
  }

  /** Messages are read now, and nothing is looked for. */
  leave(): Batch | undefined {
    if (!this.#isPolling || !this.#slot.stopPolling()) return this.take()
    this.#isPolling = false
    return undefined
  }

  /** Nothing is left to do, from now on. */
  begin(): void {
    this.#until = this.#now() + this.#spinMs
    if (this.#isPolling) return
    this.#isPolling = true
    this.#slot.poll()
  }

  /** Looks for a call. `again`: the event loop is to have a turn first. */
  poll(): Batch | 'again' | undefined {
    if (!this.#isPolling) return undefined
    const slot = this.#slot
    const now = this.#now()
    const limit = Math.min(this.#until, now + hotSliceMs)
    for (let i = 1; slot.isPolling && ((i & 15) !== 0 || this.#now() < limit); i++) pause()
    return slot.isPolling && limit < this.#until ? 'again' : this.leave()
  }
}
