/**
 * What every actor is to those who deal with it: an address, a mailbox, and how it fares.
 *
 *     ref, mailbox ──► [ actor ] ──► out$
 *                          └──► inspect$ · exit$        end: after its messages · stop: now
 *
 * What `spawn` returns is one, and so are Boss and Worker: `test/actor/contract.ts` runs on all of them.
 */

import type { Observable, Observer } from 'rxjs'

import type { ActorEvent } from './actor-event.ts'
import type { Mailbox, Offered } from './mailbox.ts'

/**
 * An actor's address. Any number of sources may feed it: their `complete` is ignored, and their `error` is a dead letter.
 */
export interface Ref<M> extends Observer<M> {
  /** Sends a message, and says whether it was taken. `next` sends it, too; there, one that is not taken is a dead letter. */
  offer(message: M): Offered
}

/** How an actor ended: after all its messages, because it was stopped, or by an error that it is not restarted after. */
export interface Exit {
  readonly why: 'ended' | 'stopped' | 'failed'
  /** What it failed with. */
  readonly error?: unknown
  /** How often it was set up again, where it can be. */
  readonly restarts?: number
}

/**
 * An actor that takes messages `M` and puts out `O`; `E` is what its `inspect$` tells.
 */
export interface Actor<M, O, E = ActorEvent> extends AsyncDisposable {
  readonly name: string
  /** Where its messages wait. A Subject: `source$.subscribe(actor.mailbox)`; the source's end is the actor's end. */
  readonly mailbox: Mailbox<M>
  /** Its address: as the mailbox, but the end of a source is not the actor's end. */
  readonly ref: Ref<M>
  /** What it puts out. Hot; completes at the exit, and never errors: how it ended, `exit$` says. */
  readonly out$: Observable<O>
  /** Exactly one value, after all cleanup, then complete; the same for a late subscriber. */
  readonly exit$: Observable<Exit>
  /** What happens to it. Hot; costs nothing while unobserved. */
  readonly inspect$: Observable<E>
  /** No more messages; it exits once those it has are handled. */
  end(): void
  /** It exits as soon as it gently can: right after the handler that may be running. */
  stop(): unknown
  /** Stops, and resolves after the exit. */
  [Symbol.asyncDispose](): Promise<void>
}

/** The address of whoever reads this mailbox. */
export const refOf = <M>(mailbox: Mailbox<M>): Ref<M> => ({
  next: message => mailbox.next(message),
  error: error => mailbox.error(error),
  complete: () => {},
  offer: message => mailbox.offer(message),
})
