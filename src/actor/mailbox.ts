/**
 * A mailbox: an RxJS Subject whose messages wait their turn.
 *
 *     next, offer ──► capacity? ──► queue ──► one at a time ──► whoever subscribed
 *                        │            └─ evicted ─┐
 *                        └─ full, closed ─────────┴──► deadLetters$
 *
 * Messages sent before anybody listens wait, and one sent from inside a handler only queues. A plain Subject drops the
 * first and hands out the second in the middle of the message before it, to several listeners in reverse order.
 */

import { type Observable, type Observer, Subject, type Subscription } from 'rxjs'

import { Fifo } from './fifo.ts'
import { takeTurns } from './trampoline.ts'

/** How much a mailbox holds, and what it does when it is full. */
export interface MailboxOptions {
  /** How many messages may wait; the one at work is not counted. Default: no limit. */
  readonly capacity?: number
  /**
   * What a full mailbox does. `fail` refuses the message and tells who offered it; `dropNewest` refuses it, too, and it is
   * always a dead letter; `dropOldest` takes it and evicts the one that waited longest. Default `fail`.
   */
  readonly overflow?: 'fail' | 'dropNewest' | 'dropOldest'
}

/** Whether a message was taken. `refused`: a mailbox that looks at what it takes, such as the Boss's, will never take it. */
export type Offered =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'full' | 'closed' | 'refused' }

/**
 * A message that nobody will handle. `full` and `closed`: never taken. `evicted`: taken, then displaced by a younger one.
 * `abandoned`: taken, and still waiting when the mailbox was closed for good. `error`: somebody sent an error instead.
 */
export type DeadLetter<M> =
  | { readonly why: 'full' | 'closed' | 'refused' | 'evicted' | 'abandoned'; readonly message: M }
  | { readonly why: 'error'; readonly error: unknown }

const taken: Offered = { ok: true }
const full: Offered = { ok: false, reason: 'full' }
const closed: Offered = { ok: false, reason: 'closed' }

/**
 * A Subject that keeps messages until somebody listens, and hands them out one after another, oldest first.
 *
 * Hot. Several subscribers all get each message. While nobody subscribes, messages wait; unsubscribing loses none, but for
 * the one at work. `next`, `offer` and `complete` return before the message is handled when called inside a handler.
 *
 * @throws {RangeError} when `capacity` is not a whole number above 0
 *
 * @example
 * const mailbox = new Mailbox<string>({ capacity: 100, overflow: 'dropOldest' })
 * mailbox.next('waits')
 * mailbox.subscribe(console.log) // waits
 */
export class Mailbox<M> extends Subject<M> {
  readonly #queue = new Fifo<M>()
  readonly #capacity: number
  readonly #overflow: NonNullable<MailboxOptions['overflow']>
  readonly #deadLetters$ = new Subject<DeadLetter<M>>()
  /** `closing`: no more messages, but some still wait or are at work. */
  #phase: 'open' | 'closing' | 'closed' = 'open'
  #holds = 0
  #inLine = false

  /** Hot; costs nothing while unobserved. Never completes: letters to the dead are among them. */
  readonly deadLetters$: Observable<DeadLetter<M>> = this.#deadLetters$.asObservable()

  constructor({ capacity = Infinity, overflow = 'fail' }: MailboxOptions = {}) {
    super()
    if (capacity !== Infinity && !(Number.isInteger(capacity) && capacity > 0))
      throw new RangeError(
        `Cannot open a mailbox for ${capacity} messages: 'capacity' must be a whole number, 1 or more`,
      )
    this.#capacity = capacity
    this.#overflow = overflow
  }

  /** How many messages wait. */
  get size(): number {
    return this.#queue.size
  }

  /** Sends a message, and says whether it was taken. */
  offer(message: M): Offered {
    if (this.#phase !== 'open') return closed
    if (this.#queue.size < this.#capacity) this.#queue.push(message)
    else if (this.#overflow === 'dropOldest') {
      const evicted = this.#queue.take()
      this.#queue.push(message)
      this.#lose({ why: 'evicted', message: evicted })
    } else {
      if (this.#overflow === 'dropNewest') this.#lose({ why: 'full', message })
      return full
    }
    this.#lineUp()
    return taken
  }

  /** Sends a message. One that is not taken becomes a dead letter. */
  override next(message: M): void {
    const offered = this.offer(message)
    if (offered.ok) return
    const told = offered.reason === 'full' && this.#overflow === 'dropNewest'
    if (!told) this.#lose({ why: offered.reason, message })
  }

  /** An error of somebody who sends here is a dead letter. The mailbox goes on. */
  override error(error: unknown): void {
    this.#lose({ why: 'error', error })
  }

  /** No more messages. What waits is still handled, then subscribers complete. */
  override complete(): void {
    if (this.#phase === 'open') this.#phase = 'closing'
    this.#lineUp()
  }

  /** No more messages, and what waits becomes dead letters. Subscribers complete after the message at work. */
  abandon(): void {
    this.complete()
    while (this.#queue.size > 0) this.#lose({ why: 'abandoned', message: this.#queue.take() })
    this.#lineUp()
  }

  /** The same as `abandon`. (A plain Subject's makes every later `next` throw.) */
  override unsubscribe(): void {
    this.abandon()
  }

  /** Nobody gets a message until the returned function is called. Several holds add up. */
  hold(): () => void {
    this.#holds++
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#holds--
      this.#lineUp()
    }
  }

  /** Hands what waits to this observer, one message at a time, then what comes. Unsubscribing loses none but the one at work. */
  override subscribe(
    observer?: Partial<Observer<M>> | ((message: M) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    const subscription = super.subscribe(observer as (message: M) => void, error, complete)
    this.#lineUp()
    return subscription
  }

  #lineUp(): void {
    if (this.#inLine || !this.#hasWork()) return
    this.#inLine = true
    takeTurns(this.#turn)
  }

  #hasWork(): boolean {
    if (this.#holds > 0) return false
    return this.#queue.size > 0 ? this.observed : this.#phase === 'closing'
  }

  readonly #turn = (): boolean => {
    let more = false
    try {
      // Much may have happened while we stood in line.
      if (this.#hasWork()) this.#deliver()
      more = this.#hasWork()
    } finally {
      this.#inLine = more
    }
    return more
  }

  #deliver(): void {
    if (this.#queue.size > 0) super.next(this.#queue.take())
    else {
      this.#phase = 'closed'
      super.complete()
    }
  }

  #lose(letter: DeadLetter<M>): void {
    if (this.#deadLetters$.observed) this.#deadLetters$.next(letter)
  }
}
