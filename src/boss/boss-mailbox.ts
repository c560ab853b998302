/** The boss's mailbox: what comes in goes straight to the queue that the scheduler chooses from, so nothing waits twice. */

import { Mailbox, type Offered } from '../actor/mailbox.ts'
import { RxbossError } from '../words/failure.ts'

interface Terms<I> {
  readonly size: () => number
  /** @throws {RxbossError} when it is refused */
  readonly take: (instruction: I) => void
  readonly end: () => void
  /** Told of what was not taken, and why. */
  readonly refuse: (why: string) => void
}

export class BossMailbox<I> extends Mailbox<I> {
  readonly #terms: Terms<I>

  constructor(terms: Terms<I>) {
    super()
    this.#terms = terms
  }

  /** How many instructions wait for their work to begin. */
  override get size(): number {
    return this.#terms.size()
  }

  /** Gives an instruction, and says whether it was taken. What was not is on `inspect$`, with why. */
  override offer(instruction: I): Offered {
    try {
      this.#terms.take(instruction)
      return { ok: true }
    } catch (error) {
      if (!(error instanceof RxbossError)) throw error
      this.#terms.refuse(error.message)
      const { code } = error
      return { ok: false, reason: code === 'closed' || code === 'full' ? code : 'refused' }
    }
  }

  override next(instruction: I): void {
    this.offer(instruction)
  }

  override error(error: unknown): void {
    this.#terms.refuse(`a source failed: ${error instanceof Error ? error.message : String(error)}`)
  }

  /** No more instructions: the boss ends once all are settled. */
  override complete(): void {
    this.#terms.end()
  }
}
