/**
 * Asking: a message that carries the address for its reply.
 *
 *     ask ──► message { replyTo } ──► actor
 *      ▲                                │
 *      └── reply, or at once: it failed on it, lost it, exited · or: it takes too long
 */

import { left, right, toError } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { asyncScheduler, firstValueFrom, Observable, type Observer, type Subscriber } from 'rxjs'
import { type AsyncScope, asyncScope } from '../words/async-scope.ts'
import { checking, type Rule } from '../words/check.ts'
import { InScope } from '../words/in-scope.ts'
import { longestMs } from '../words/limits.ts'
import { showThrown } from '../words/show-value.ts'
import type { Exit, Ref } from './actor.ts'
import type { Offered } from './mailbox.ts'
import { type Leaver, onExit } from './on-exit.ts'
import {
  type Asking as Address,
  carried,
  isAtTurn,
  type NoReply,
  type Once,
  openQuestion,
  until,
} from './questions.ts'

/** Who can be asked: an actor, or `{ ref }` where only its address is known. */
export interface Asked<M> extends Leaver {
  readonly name?: string
  readonly ref: Pick<Observer<M>, 'next'> & Partial<Pick<Ref<M>, 'offer'>>
}

/** The key under which an actor answers questions by itself: what `ask` then gives is what it returns. */
export const answer: unique symbol = Symbol.for('rxboss.answer') as never

/** An actor that answers by itself: a Boss, a Worker. */
export interface Answering<Q, R> {
  readonly name?: string
  /** Cold: each subscription asks anew. */
  [answer](question: Q): Observable<R>
}

/** The questions among the messages `M`, without the address for the reply. */
export type Question<M> = M extends { readonly replyTo: unknown } ? Omit<M, 'replyTo'> : never

/** What the question `Q` is replied to with. */
export type Reply<M, Q> = M extends {
  readonly replyTo: {
    /** Takes the reply. */
    next(reply: infer R): void
  }
}
  ? Q extends Omit<M, 'replyTo'>
    ? R
    : never
  : never

/**
 * Why there was no reply. `timeout`: it took too long. `exited`: the actor ended, was stopped or failed meanwhile. `failed`:
 * its handler failed on this very question. `full`, `closed`, `refused`: its mailbox did not take it. `evicted`: a full
 * mailbox gave it up for another. `interrupted`: the handler was at work on it when its life ended. `noReply`: it completed
 * `replyTo` without a reply. `itself`: it asked itself, and could have waited only for its own handler.
 */
export type AskErrorCode = 'timeout' | 'exited' | 'noReply' | 'itself' | Exclude<NoReply, 'abandoned'>

/** Nobody replied. `cause` is what the actor failed with, if it failed. */
export class AskError extends Error {
  override readonly name = 'AskError'
  readonly code: AskErrorCode

  constructor(code: AskErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * Tells an actor something, and gives its reply.
 *
 * Cold: each subscription asks anew, and unsubscribing stops waiting, not the work. Emits the first value that `replyTo` is
 * given, then completes. An actor that has exited is not told anything.
 *
 * @param question  the message, but for its `replyTo`, which is added; or what makes the message of a `replyTo`
 * @param timeoutMs  how long to wait, in milliseconds; Infinity waits until the actor exits
 * @returns errors with what the actor refuses with (`replyTo.error`), or with an {@link AskError} whose `code` says why there
 *   is no reply: at once when there can be none, else when the time is over
 * @throws {TypeError} at once, when `timeoutMs` is not a number from 0 to 2147483647, or Infinity
 *
 * @example
 * const account = spawn((_: Context<{ type: 'balance'; replyTo: Ref<number> }>) => ({ replyTo }) => replyTo.next(42))
 * ask(account, { type: 'balance' }, 100).subscribe(console.log) // 42
 *
 * @see gen_server:call in Erlang/OTP
 */
export const ask: Ask = /* @__PURE__ */ askFrom(undefined)

/** The same, as fp-ts's TaskEither. What is not an Error on the left is made one. */
export const askTE = ((actor: Asked<unknown>, question: () => unknown, timeoutMs: number) => {
  const reply$ = ask(actor, question, timeoutMs)
  return () => firstValueFrom(reply$).then(right, why => left(toError(why)))
}) as AskTE

/** `ask`, for the actor with this address. */
export function askFrom(self: unknown): Ask {
  return ((actor: Asking['actor'], question: unknown, timeoutMs: number) => {
    check('timeoutMs', timeoutMs, waitable)
    return asking({ actor, question, timeoutMs, self })
  }) as Ask
}

/** See {@link ask}. */
export interface Ask {
  <Q, R>(actor: Answering<Q, R>, question: Q, timeoutMs: number): Observable<R>
  <M, R>(actor: Asked<M>, question: (replyTo: Ref<R>) => M, timeoutMs: number): Observable<R>
  <M, const Q extends Question<M>>(actor: Asked<M>, question: Q, timeoutMs: number): Observable<Reply<M, Q>>
}

/** See {@link askTE}. */
export interface AskTE {
  <Q, R>(actor: Answering<Q, R>, question: Q, timeoutMs: number): TaskEither<Error, R>
  <M, R>(actor: Asked<M>, question: (replyTo: Ref<R>) => M, timeoutMs: number): TaskEither<Error, R>
  <M, const Q extends Question<M>>(
    actor: Asked<M>,
    question: Q,
    timeoutMs: number,
  ): TaskEither<Error, Reply<M, Q>>
}

const check = /* @__PURE__ */ checking('ask')

const waitable: Rule = {
  says: `a number from 0 to ${longestMs}, or Infinity`,
  holds: ms => typeof ms === 'number' && ms >= 0 && (ms <= longestMs || ms === Infinity),
}

interface Asking {
  readonly actor: Asked<unknown> | Answering<unknown, unknown>
  readonly question: unknown
  readonly timeoutMs: number
  /** Who asks, where that is known. */
  readonly self?: unknown
}

function asking({ actor, question, timeoutMs, self }: Asking): Observable<never> {
  const name = actor.name === undefined ? 'The actor' : `Actor "${actor.name}"`

  return new Observable<unknown>(reply => {
    const scope = asyncScope()
    const giveUp = (code: AskErrorCode, what: string, cause?: unknown) => {
      if (reply.closed) return
      const error = new AskError(code, `${name} ${what}`, cause === undefined ? {} : { cause })
      scope.runInAsyncScope(reply.error, reply, error)
    }
    if (timeoutMs !== Infinity)
      reply.add(
        asyncScheduler.schedule(() => giveUp('timeout', `did not reply within ${timeoutMs} ms`), timeoutMs),
      )
    if (isAnswering(actor)) return actor[answer](question).subscribe(new InScope(reply, scope))
    const { ref } = actor
    if (ref === self || isAtTurn(ref))
      return giveUp('itself', 'asked itself: it could wait only for the handler that asks')
    reply.add(onExit(actor, exit => giveUp('exited', howItEnded(exit), exit.error)))
    if (reply.closed) return
    const address = addressOf(reply, scope, giveUp)
    const message = messageOf(question, address)
    openQuestion(message, address)
    const offered = send(ref, message)
    if (!offered.ok) giveUp(...howItWasLost(offered.reason, offered.error))
    return
  }) as Observable<never>
}

const isAnswering = (actor: Asking['actor']): actor is Answering<unknown, unknown> => answer in actor

function messageOf(question: unknown, replyTo: Ref<unknown>): unknown {
  if (typeof question === 'function') return question(replyTo)
  return { ...(question as object), replyTo }
}

const taken: Offered = { ok: true }
const late: Offered = { ok: false, reason: 'closed' }

/** Where a reply is sent to. Only the first one counts. */
function addressOf(
  reply: Subscriber<unknown>,
  scope: AsyncScope,
  giveUp: (code: AskErrorCode, what: string, cause?: unknown) => void,
): Ref<unknown> & Once & Address {
  const next = (value: unknown) => {
    scope.runInAsyncScope(answerWith, reply, value)
  }
  return {
    [until]: reply,
    [carried]: { message: undefined, fail: (why, cause) => giveUp(...howItWasLost(why, cause)) },
    next,
    error: why => scope.runInAsyncScope(reply.error, reply, why),
    complete: () => giveUp('noReply', 'completed its reply without giving one'),
    offer: value => {
      if (reply.closed) return late
      next(value)
      return taken
    },
  }
}

function answerWith(this: Subscriber<unknown>, value: unknown): void {
  this.next(value)
  this.complete()
}

function send(ref: Asked<unknown>['ref'], message: unknown): Offered {
  if (ref.offer !== undefined) return ref.offer(message)
  ref.next(message)
  return taken
}

function howItEnded({ why, error }: Exit): string {
  if (why === 'failed') return `failed before it replied: ${showThrown(error)}`
  return `${why === 'ended' ? 'ended' : 'was stopped'} before it replied`
}

function howItWasLost(why: NoReply, cause: unknown): [code: AskErrorCode, what: string, cause: unknown] {
  const because = cause === undefined ? '' : `: ${showThrown(cause)}`
  switch (why) {
    case 'failed':
      return [why, `failed on the question${because}`, cause]
    case 'full':
      return [why, 'did not take the question: its mailbox is full', cause]
    case 'closed':
      return [why, 'did not take the question: it takes no more messages', cause]
    case 'refused':
      return [why, `refused the question${because}`, cause]
    case 'evicted':
      return [why, 'gave up the question for another: its mailbox is full', cause]
    case 'interrupted':
      return [why, 'was interrupted at the question: that life of it is over', cause]
    case 'abandoned':
      return ['exited', 'exits, and will not come to the question', cause]
    default:
      return why satisfies never
  }
}
