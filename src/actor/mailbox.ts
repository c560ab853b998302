/**
 * A mailbox: an RxJS Subject whose messages wait their turn.
 *
 *     next, offer ──► capacity? ──► queue ──► one at a time ──► whoever subscribed
 *                        │            └─ evicted ─┐
 *                        └─ full, closed ─────────┴──► deadLetters$
 *
 * Messages sent before anybody listens wait, and one sent from inside a handler only queues. A plain Subject drops the
 * first and hands out the second in the middle of the message before it, to several listeners in reverse order.
 * Which of those that wait is next, its queue says: `message-queue.ts`.
 */

import { Observable, type Observer, Subject, type Subscription } from 'rxjs'

import { aFunction, aRecord, checking, oneOfThese, wholeNumberFrom } from '../words/check.ts'
import { InScope, inScope } from '../words/in-scope.ts'
import { fifoQueue, type MessageQueue, type Shown } from './message-queue.ts'
import { failQuestion } from './questions.ts'
import { takeTurns } from './trampoline.ts'

/** How much a mailbox holds, what it does when it is full, and who comes first. */
export interface MailboxOptions<M = never> {
  /** How many messages may wait; the one at work is not counted. Default: no limit. */
  readonly capacity?: number
  /**
   * What a full mailbox does. `fail` refuses the message and tells who offered it; `dropNewest` refuses it, too, and it is
   * always a dead letter; `dropOldest` takes it and evicts the one that waited longest. Default `fail`.
   */
  readonly overflow?: 'fail' | 'dropNewest' | 'dropOldest'
  /** Where messages wait, and which of them is next. Default: first in, first out. */
  readonly queue?: MessageQueue<M>
}

/** Whether a message was taken. `refused`: its queue, such as the Boss's, will never take it. */
export type Offered =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly reason: 'full' | 'closed' | 'refused'
      /** What the queue threw at it. */
      readonly error?: unknown
    }

/**
 * A message that nobody will handle. `full` and `closed`: never taken. `refused`: the queue threw `error` at it. `evicted`:
 * taken, then displaced by another. `abandoned`: taken, and still waiting when the mailbox was closed for good. `failed`:
 * the place where it was handled, a thread or a process, died of it, or while at it. `error`: somebody sent an error instead.
 */
export type DeadLetter<M> =
  | {
      readonly why: 'full' | 'closed' | 'refused' | 'evicted' | 'abandoned' | 'failed'
      readonly message: M
      readonly error?: unknown
    }
  | { readonly why: 'error'; readonly error: unknown }

const taken: Offered = { ok: true }
const full: Offered = { ok: false, reason: 'full' }
const closed: Offered = { ok: false, reason: 'closed' }

const check = /* @__PURE__ */ checking('open a mailbox')

/**
 * A Subject that keeps messages until somebody listens, and hands them out one after another, oldest first.
 *
 * Hot. Several subscribers all get each message. While nobody subscribes, messages wait; unsubscribing loses none, but for
 * the one at work. `next`, `offer` and `complete` return before the message is handled when called inside a handler.
 *
 * @throws {TypeError} when `capacity` is not a whole number above 0, or another option is not what it must be
 *
 * @example
 * const mailbox = new Mailbox<string>({ capacity: 100, overflow: 'dropOldest' })
 * mailbox.next('waits')
 * mailbox.subscribe(console.log) // waits
 */
export class Mailbox<M> extends Subject<M> {
  readonly #queue: MessageQueue<M>
  readonly #capacity: number
  readonly #overflow: NonNullable<MailboxOptions['overflow']>
  /** Whoever owns the queue takes from it: we only show what was taken. */
  readonly #owned: boolean
  readonly #deadLetters$ = new Subject<DeadLetter<M>>()
  /** `closing`: no more messages, but some still wait or are at work. */
  #phase: 'open' | 'closing' | 'closed' = 'open'
  #holds = 0
  /** Whoever took messages, and may yet put some back. */
  #takers = 0
  #inLine = false
  /** Whoever subscribes is called in the async context in which it did. */
  readonly #messages$ = new Observable<M>(subscriber => super.subscribe(new InScope(subscriber)))

  /** Hot; costs nothing while unobserved. Never completes: letters to the dead are among them. */
  readonly deadLetters$: Observable<DeadLetter<M>> = inScope(this.#deadLetters$)

  constructor(options: MailboxOptions<M> = {}) {
    super()
    check('options', options, aRecord)
    const { capacity = Infinity, overflow = 'fail', queue = fifoQueue<M>() } = options
    check('capacity', capacity, wholeNumberFrom(1))
    check('overflow', overflow, oneOfThese('fail', 'dropNewest', 'dropOldest'))
    check('queue', queue, aRecord)
    check('queue.push', queue.push, aFunction)
    check('queue.take', queue.take, aFunction)
    this.#queue = queue
    this.#capacity = capacity
    this.#overflow = overflow
    this.#owned = queue.ownedBy !== undefined
    queue.ownedBy?.(this.#shown())
  }

  /** How many messages wait. */
  get size(): number {
    return this.#queue.size
  }

  /** Sends a message, and says whether it was taken. */
  offer(message: M): Offered {
    // An owner says itself, and why.
    if (this.#phase !== 'open' && !this.#owned) return closed
    const isFull = this.#queue.size >= this.#capacity
    if (isFull && this.#overflow !== 'dropOldest') {
      if (this.#overflow === 'dropNewest') this.#lose({ why: 'full', message })
      return full
    }
    try {
      this.#queue.push(message)
    } catch (error) {
      return this.#refuse(message, error)
    }
    if (isFull) this.#lose({ why: 'evicted', message: this.#evict() })
    this.#lineUp()
    return taken
  }

  /** Sends a message. One that is not taken becomes a dead letter. */
  override next(message: M): void {
    const offered = this.offer(message)
    if (offered.ok) return
    const { reason: why, error } = offered
    const told = why === 'full' && this.#overflow === 'dropNewest'
    if (!told) this.#lose(error === undefined ? { why, message } : { why, message, error })
  }

  /**
   * Sends a message that a full mailbox takes, too: what a life is told by those it watches. `false` where it is closed.
   *
   * @internal
   */
  admit(message: M): boolean {
    if (this.#phase !== 'open') return false
    this.#queue.push(message)
    this.#lineUp()
    return true
  }

  /** An error of somebody who sends here is a dead letter. The mailbox goes on. */
  override error(error: unknown): void {
    this.#lose({ why: 'error', error })
  }

  /**
   * Messages that were taken out, and not handled, are the next again, in this order. Dead letters, where it is over.
   *
   * @internal
   */
  putBack(messages: readonly M[]): void {
    if (this.#phase === 'closed') for (const message of messages) this.#lose({ why: 'abandoned', message })
    else if (this.#queue.putBack !== undefined) this.#queue.putBack(messages)
    else for (const message of messages) this.#queue.push(message)
    this.#lineUp()
  }

  /**
   * A message that was taken out will not be handled after all.
   *
   * @internal
   */
  lose(letter: DeadLetter<M>): void {
    this.#lose(letter)
  }

  /** Whether there is a limit to how many may wait. */
  get bounded(): boolean {
    return this.#capacity !== Infinity
  }

  /** No more messages. What waits is still handled, then subscribers complete. */
  override complete(): void {
    if (this.#phase !== 'open') return
    this.#phase = 'closing'
    this.#queue.end?.()
    this.#lineUp()
  }

  /**
   * No more messages, and what waits becomes dead letters. Subscribers complete after the message at work. Where the queue
   * has an owner, what waits is the owner's to give up.
   */
  abandon(): void {
    this.complete()
    if (this.#owned) return
    while (this.#queue.size > 0) this.#lose({ why: 'abandoned', message: this.#queue.take() })
    this.#lineUp()
  }

  /** The same as `abandon`. (A plain Subject's makes every later `next` throw.) */
  override unsubscribe(): void {
    this.abandon()
  }

  /**
   * Nobody gets a message until the returned function is called. Several holds add up. That of a Boss hands no instruction to a
   * worker meanwhile; that of shards holds each of them.
   */
  hold(): () => void {
    if (++this.#holds === 1) this.#queue.held?.(true)
    let held = true
    return () => {
      if (!held) return
      held = false
      if (--this.#holds === 0) this.#queue.held?.(false)
      this.#lineUp()
    }
  }

  /**
   * Messages that were taken out may yet be put back: until the returned function is called, the mailbox is not at its end.
   *
   * @internal
   */
  keepOpen(): () => void {
    this.#takers++
    return () => {
      this.#takers--
      this.#lineUp()
    }
  }

  /** Hands what waits to this observer, one message at a time, then what comes. Unsubscribing loses none but the one at work. */
  override subscribe(
    observer?: Partial<Observer<M>> | ((message: M) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    const subscription = this.#messages$.subscribe(observer as (message: M) => void, error, complete)
    this.#lineUp()
    return subscription
  }

  #refuse(message: M, error: unknown): Offered {
    const reason = reasonOf(error)
    if (reason === 'full' && this.#overflow === 'dropNewest') this.#lose({ why: reason, message, error })
    return { ok: false, reason, error }
  }

  #evict(): M {
    return this.#queue.evict === undefined ? this.#queue.take() : this.#queue.evict()
  }

  #lineUp(): void {
    if (this.#inLine || !this.#hasWork()) return
    this.#inLine = true
    takeTurns(this.#turn)
  }

  #hasWork(): boolean {
    if (this.#holds > 0 || this.#owned) return false
    return this.#queue.size > 0 ? this.observed : this.#phase === 'closing' && this.#takers === 0
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
    if (letter.why !== 'error') failQuestion(letter.message, letter.why, letter.error)
    const { observed } = this.#deadLetters$
    if (observed) this.#deadLetters$.next(letter)
    this.#queue.lost?.(letter, observed)
  }

  /** For whoever owns the queue. */
  #shown(): Shown<M> {
    const isObserved = () => this.observed
    return {
      get observed() {
        return isObserved()
      },
      next: message => super.next(message),
      lose: (message, why) => this.#lose({ why, message }),
      complete: () => {
        if (this.#phase === 'closed') return
        this.#phase = 'closed'
        super.complete()
      },
    }
  }
}

/** A queue may say that it is full or closed by the `code` of what it throws. */
function reasonOf(error: unknown): 'full' | 'closed' | 'refused' {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code
  return code === 'full' || code === 'closed' ? code : 'refused'
}
