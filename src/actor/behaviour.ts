/** What an actor does, and what it is given to do it with. */

import type { Subscription } from 'rxjs'

import type { Clock, Timers } from '../words/clock.ts'
import type { Actor, Exit, Ref } from './actor.ts'
import type { Placer } from './actor-place.ts'
import type { Ask } from './ask.ts'
import type { Mailbox, MailboxOptions } from './mailbox.ts'
import type { Output } from './output.ts'
import type { Supervision } from './supervise.ts'

/** Setup: called at the start and at every restart. Returns the handler of messages. */
export type Behaviour<M, O> = (context: Context<M>) => (message: M) => Output<O>

/** How an actor is spawned. */
export interface SpawnOptions<M> {
  /** How it appears in events and errors. Default `actor#<n>`, and `<parent>/<n>` for a child. */
  readonly name?: string
  /** A mailbox made before, or how to make one. It belongs to the actor, and closes with it. */
  readonly mailbox?: Mailbox<M> | MailboxOptions<M>
  /** How many failures are survived. Default: none, the first ends the actor. */
  readonly supervise?: Supervision
  /** What times restarts and `after`; any `SchedulerLike` of RxJS will do. Default: RxJS's timers, on a monotonic clock. */
  readonly clock?: Clock | Timers
}

/** How an actor is spawned that has a definition, and so may live elsewhere. */
export interface PlacedOptions<M> extends Omit<SpawnOptions<M>, 'mailbox'> {
  /** Where it lives: `threads()`, `processes()`, `inline()`. Default: here. */
  readonly on?: Placer
  readonly mailbox?: MailboxOptions<M>
  /**
   * A place that says nothing for so many milliseconds, while it has a message, is ended: that life has failed. Default: it may
   * block for as long as it likes.
   */
  readonly blockedMs?: number
}

/** Undoes what setup did. What it returns must end before the next cleanup, the next setup, and `exit$`. */
export type Cleanup = () => Output<unknown>

/** What a behaviour is given each time it is set up: the means of this life, all of which end with it. */
export interface Context<M> {
  readonly name: string
  /** The actor's own `ref`: it may tell itself something, or give its address away. */
  readonly self: Ref<M>
  /** Aborts when this life ends, whatever the reason, before its cleanups. */
  readonly signal: AbortSignal
  /** Cleanups run once, last first, when this life ends. One that comes too late for that runs at once. */
  onCleanup(cleanup: Cleanup): void
  /**
   * Starts a child: an actor that ends with this life. It is ended, where this actor ends after its messages, else stopped;
   * in its turn among the cleanups, and so before `exit$`. One that fails for good fails this life, unless it is watched.
   *
   * @throws {Error} when this life is over
   */
  spawn<N, P>(behaviour: Behaviour<N, P>, options?: SpawnOptions<N>): Actor<N, P>
  /**
   * Sends this actor a message when `actor` has exited, also one that already has. The message passes a full mailbox. A
   * child that is watched may fail: what that means is then decided here.
   */
  watch(actor: Watched, message: (exit: Exit) => M): void
  /** Sends this actor a message after `ms` milliseconds, unless this life is over by then, or it is unsubscribed. */
  after(ms: number, message: M): Subscription
  /** As `ask`; and fails at once where this actor asks itself, which could only wait for its own handler. */
  readonly ask: Ask
}

/** Anything that exits: an actor of ours, a Boss, a Worker. */
export interface Watched {
  readonly exit$: Actor<never, unknown>['exit$']
}
