/**
 * The queue of the boss's mailbox: the desk from which the scheduler chooses, so that nothing waits twice.
 *
 *     mailbox.offer ──► push ──► intake ──► desk ──► scheduler ──► a worker
 *                         └─ throws: refused            └── seen by whoever subscribed to the mailbox
 */

import type { DeadLetter } from '../actor/mailbox.ts'
import type { MessageQueue, Shown } from '../actor/message-queue.ts'
import { lastResort } from '../words/last-resort.ts'
import { showThrown } from '../words/show-value.ts'

/** What the queue needs of its boss. */
export interface QueueOwner<I> {
  readonly name: string
  /** How many instructions wait for their work to begin. */
  readonly waiting: () => number
  /** @throws {RxbossError} when it is refused */
  readonly give: (instruction: I) => void
  readonly end: () => void
  /** Nothing is handed to a worker, or again. */
  readonly hold: (held: boolean) => void
  /** Told of what was not taken, and why. True where somebody hears of it. */
  readonly refuse: (why: string) => boolean
}

export class BossQueue<I> implements MessageQueue<I> {
  readonly #owner: QueueOwner<I>
  /** Whoever subscribes to it looks at what is handed out. */
  mailbox: Shown<I> | undefined
  /** What was shown: work that is repeated, or was handed ahead and taken back, is handed out again. */
  readonly #shown = new WeakSet<object>()
  #warned = false

  constructor(owner: QueueOwner<I>) {
    this.#owner = owner
  }

  get size(): number {
    return this.#owner.waiting()
  }

  push(instruction: I): void {
    this.#owner.give(instruction)
  }

  /** Never called: the scheduler takes. */
  take(): never {
    throw new Error('The queue of a boss is taken from by its scheduler')
  }

  ownedBy(mailbox: Shown<I>): void {
    this.mailbox = mailbox
  }

  end(): void {
    this.#owner.end()
  }

  held(held: boolean): void {
    this.#owner.hold(held)
  }

  /** Those that the boss itself gave up have their reports. */
  lost(letter: DeadLetter<I>, observed: boolean): void {
    if (letter.why === 'evicted' || letter.why === 'abandoned') return
    const why = letter.why === 'error' ? `a source failed: ${showThrown(letter.error)}` : reasonOf(letter)
    const heard = this.#owner.refuse(why) || observed
    if (heard || this.#warned) return
    this.#warned = true
    lastResort(
      `boss "${this.#owner.name}" did not take an instruction, and nobody observes that: ${why}\nSubscribe to its mailbox.deadLetters$ or inspect$. No more of these are told here.`,
    )
  }

  // -- told by the boss --------------------------------------------------------------------------------------------------

  /** It is handed to a worker. */
  handed(instruction: object): void {
    if (this.#shown.has(instruction)) return
    this.#shown.add(instruction)
    this.mailbox?.next(instruction as I)
  }

  /** It will never begin. */
  gaveUp(instruction: unknown, why: 'evicted' | 'abandoned'): void {
    this.mailbox?.lose(instruction as I, why)
  }

  /** No more will be handed out. */
  complete(): void {
    this.mailbox?.complete()
  }
}

const reasonOf = (letter: DeadLetter<unknown>): string =>
  letter.error instanceof Error ? letter.error.message : letter.why
