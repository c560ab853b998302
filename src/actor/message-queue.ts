/**
 * Where the messages of a mailbox wait, and which of them is next.
 *
 *     offer ──► room? ──► push ──► [ waiting ] ──► take ──► one at a time ──► whoever subscribed
 *                                       └── evict, under `dropOldest`
 *
 * First in, first out, unless a mailbox is given another: `priorityQueue(compare)`, or one of your own. A queue may also
 * have an owner that does the taking: the Boss's is the desk from which its scheduler chooses. Then the mailbox hands
 * nothing out by itself; it shows its subscribers what the owner has taken.
 */

import { Fifo } from '../words/fifo.ts'
import type { DeadLetter } from './mailbox.ts'

/** What a mailbox keeps its messages in. One mailbox has it to itself. */
export interface MessageQueue<M> {
  /** How many messages wait. */
  readonly size: number
  /** Takes a message in. What it throws refuses that message, which is then a dead letter with this `error`. */
  push(message: M): void
  /** Removes the next message, and gives it. Called only while `size` is above 0. */
  take(): M
  /** Removes the message that a full mailbox gives up under `dropOldest`. Default: the next one. */
  evict?(): M
  /** Puts messages that were taken back to the front, in this order. Default: they are pushed again. */
  putBack?(messages: readonly M[]): void
  /**
   * Where the owner of the queue takes from it: called once, when the mailbox is made. From then on the mailbox never calls
   * `take` to hand a message out, and the owner tells it what it has taken.
   */
  ownedBy?(mailbox: Shown<M>): void
  /** For a queue with an owner: nobody may be given a message, because the mailbox is held; or somebody may, again. */
  held?(held: boolean): void
  /** No more messages will be pushed. */
  end?(): void
  /** Told of each dead letter, and whether anybody observes `deadLetters$`. */
  lost?(letter: DeadLetter<M>, observed: boolean): void
}

/** How the owner of a queue tells a mailbox's subscribers what becomes of the messages. */
export interface Shown<M> {
  /** Whether anybody looks. Telling nobody costs nothing. */
  readonly observed: boolean
  /** This message was taken. */
  next(message: M): void
  /** This message will not be handled. */
  lose(message: M, why: 'evicted' | 'abandoned'): void
  /** There will be no more. */
  complete(): void
}

/** First in, first out. */
export const fifoQueue = <M>(): MessageQueue<M> => new Fifo<M>()
