/**
 * Asking: a message that carries the address for its reply.
 *
 *     ask ──► message { replyTo } ──► actor
 *      ▲                                │
 *      └── reply, or: it exited, it takes too long
 */

import { left, right, toError } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { firstValueFrom, Observable, type Observer, timer } from 'rxjs'

import { longestMs } from './clock.ts'
import { inWords } from './in-words.ts'
import type { Exit } from './supervisor.ts'

/** Who can be asked: an actor, or `{ ref }` where only its address is known. */
export interface Asked<M> {
  readonly name?: string
  readonly ref: Pick<Observer<M>, 'next'>
  readonly exit$?: Observable<Exit>
}

/** Nobody replied. After `exited`, `cause` is what the actor failed with, if it failed. */
export class AskError extends Error {
  override readonly name = 'AskError'
  readonly code: 'timeout' | 'exited' | 'noReply'

  constructor(code: AskError['code'], message: string, options?: ErrorOptions) {
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
 * @param message  makes the message; the actor replies with `replyTo.next(reply)`, or refuses with `replyTo.error(why)`
 * @param timeoutMs  how long to wait, in milliseconds; Infinity waits until the actor exits
 * @returns errors with what the actor refuses with, or with an `AskError`: it took too long, exited without a reply, or
 *   completed `replyTo` without one
 * @throws {RangeError} at once, when `timeoutMs` is not a number from 0 to 2147483647, or Infinity
 *
 * @example
 * const account = spawn((_: Context<{ replyTo: Observer<number> }>) => ({ replyTo }) => replyTo.next(42))
 * ask(account, (replyTo: Observer<number>) => ({ replyTo }), 100).subscribe(console.log) // 42
 *
 * @see gen_server:call in Erlang/OTP
 */
export function ask<M, R>(
  actor: Asked<M>,
  message: (replyTo: Observer<R>) => M,
  timeoutMs: number,
): Observable<R> {
  if (!(timeoutMs >= 0 && (timeoutMs <= longestMs || timeoutMs === Infinity)))
    throw new RangeError(
      `Cannot wait ${timeoutMs} ms for a reply: 'timeoutMs' must be a number from 0 to ${longestMs}, or Infinity`,
    )
  const name = actor.name === undefined ? 'The actor' : `Actor "${actor.name}"`

  return new Observable<R>(reply => {
    const giveUp = (code: AskError['code'], what: string, options?: ErrorOptions) =>
      reply.error(new AskError(code, `${name} ${what}`, options))

    const replyTo: Observer<R> = {
      next: value => {
        reply.next(value)
        reply.complete()
      },
      error: why => reply.error(why),
      complete: () => giveUp('noReply', 'completed its reply without giving one'),
    }

    reply.add(actor.exit$?.subscribe(exit => giveUp('exited', ...howItEnded(exit))))
    if (reply.closed) return
    if (timeoutMs !== Infinity)
      reply.add(timer(timeoutMs).subscribe(() => giveUp('timeout', `did not reply within ${timeoutMs} ms`)))
    actor.ref.next(message(replyTo))
  })
}

/** The same, as fp-ts's TaskEither. What is not an Error on the left is made one. */
export const askTE = <M, R>(
  actor: Asked<M>,
  message: (replyTo: Observer<R>) => M,
  timeoutMs: number,
): TaskEither<Error, R> => {
  const reply$ = ask(actor, message, timeoutMs)
  return () => firstValueFrom(reply$).then(right, why => left(toError(why)))
}

function howItEnded(exit: Exit): [what: string, options?: ErrorOptions] {
  return exit.why === 'failed'
    ? [`failed before it replied: ${inWords(exit.error)}`, { cause: exit.error }]
    : [`${exit.why === 'ended' ? 'ended' : 'was stopped'} before it replied`]
}
