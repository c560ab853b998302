/**
 * An actor: a mailbox, and somebody who handles its messages one at a time.
 *
 *     ref ──► mailbox ──► handler ──► out$
 *                            │ throws
 *     setup ◄── backoff ◄── cleanups ──► exit$      restarted, or not: `supervise.ts`
 *
 * Everything that changes an actor's state is a turn like a message (`turns.ts`), so that a stop from inside a handler, or
 * from inside setup, comes right after it and never in the middle.
 */

import {
  AsyncSubject,
  defer,
  from,
  lastValueFrom,
  map,
  merge,
  type Observable,
  type Observer,
  type SchedulerLike,
  Subject,
  tap,
} from 'rxjs'

import { type ActorEvent, deadLetter, exited, restarting, spawned } from './actor-event.ts'
import { monotonic } from './clock.ts'
import { handle } from './handle.ts'
import { type Context, openLife } from './life.ts'
import { Mailbox, type MailboxOptions } from './mailbox.ts'
import type { Output } from './output.ts'
import { type Supervision, supervise } from './supervise.ts'
import { type Exit, Lives, type Terms } from './supervisor.ts'

/** Setup: called at the start and at every restart. Returns the handler of messages. */
export type Behaviour<M, O> = (context: Context<M>) => (message: M) => Output<O>

export interface SpawnOptions<M> {
  /** How it appears in events and errors. Default `actor#<n>`. */
  readonly name?: string
  /** A mailbox made before, or how to make one. It belongs to the actor, and closes with it. */
  readonly mailbox?: Mailbox<M> | MailboxOptions
  /** How many failures are survived. Default: none, the first ends the actor. */
  readonly supervise?: Supervision
  /** What times restarts. Default: RxJS's timers, on a monotonic clock. */
  readonly clock?: SchedulerLike
}

export interface Actor<M, O> extends AsyncDisposable {
  readonly name: string
  /** Its address. Any number of sources may feed it: their `complete` is ignored, their `error` is a dead letter. */
  readonly ref: Observer<M>
  /** What the handler puts out. Hot; completes at the exit, and never errors: how it ended, `exit$` says. */
  readonly out$: Observable<O>
  /** Exactly one value, after all cleanup, then complete; the same for who comes late. */
  readonly exit$: Observable<Exit>
  /**
   * What happens to the actor. Hot; costs nothing while unobserved. A late watcher first gets `actor.spawn`, and `actor.exit`
   * if it is over. Never completes, for letters to the dead are among it: `takeUntil(exit$)` if they do not matter.
   */
  readonly inspect$: Observable<ActorEvent>
  /** No more messages; exits once those it has are handled. */
  end(): void
  /** Exits right after the handler that may be running. Its output is cut, and waiting messages become dead letters. */
  stop(): void
  /** Stops, and resolves after the exit. */
  [Symbol.asyncDispose](): Promise<void>
}

let count = 0

/**
 * Starts an actor: something with a state of its own that handles one message at a time.
 *
 * Hot: setup runs before this returns (inside another actor's handler: right after that). Outputs come in the order of their
 * messages; each must end before the next message. When setup, the handler or its output fails, the life ends, and
 * `supervise` says whether another follows: setup runs again after its backoff, always in a later task. The mailbox survives;
 * the message that failed is not retried. Nothing here is stopped by unsubscribing: `end` and `stop` do that.
 *
 * @param behaviour  `context => message => output`; a value, a promise of one, an Observable of several, or nothing
 * @throws {RangeError} when `mailbox` or `supervise` is not what it must be
 *
 * @example
 * const counter = spawn((_: Context<number>) => {
 *   let sum = 0
 *   return n => (sum += n)
 * })
 * counter.out$.subscribe(console.log) // 1, then 3
 * of(1, 2).subscribe(counter.ref)
 *
 * @see gen_server in Erlang/OTP
 */
export function spawn<M, O>(behaviour: Behaviour<M, O>, options: SpawnOptions<M> = {}): Actor<M, O> {
  const { name = `actor#${++count}`, clock = monotonic } = options
  const mailbox = options.mailbox instanceof Mailbox ? options.mailbox : new Mailbox<M>(options.mailbox)
  const supervision = supervise(options.supervise ?? { max: 0, within: 0 })
  const ref: Observer<M> = {
    next: message => mailbox.next(message),
    error: error => mailbox.error(error),
    complete: () => {},
  }

  const out$ = new Subject<O>()
  const exit$ = new AsyncSubject<Exit>()
  const events$ = new Subject<ActorEvent>()
  let restarts = 0
  let gone: Exit | undefined

  const open = () => {
    const life = openLife(name, ref)
    const outputs$ = defer(() => handle(mailbox, behaviour(life.context)))
    return { work$: outputs$.pipe(tap(output => out$.next(output))), end$: life.end$ }
  }
  const onRestart: Terms['onRestart'] = restart => {
    restarts = restart.nth
    if (events$.observed) events$.next(restarting(name, restart))
  }
  const onExit = (exit: Exit) => {
    gone = exit
    out$.complete()
    if (events$.observed) events$.next(exited(name, exit))
    exit$.next(exit)
    exit$.complete()
  }
  const lives = new Lives({ supervision, clock, open, onRestart, onLast: () => mailbox.abandon(), onExit })

  const letters$ = mailbox.deadLetters$.pipe(map(letter => deadLetter(name, letter)))
  const sofar$ = defer(() =>
    from([spawned(name, restarts), ...(gone === undefined ? [] : [exited(name, gone)])]),
  )

  return {
    name,
    ref,
    out$: out$.asObservable(),
    exit$: exit$.asObservable(),
    inspect$: merge(events$, letters$, sofar$),
    end: () => mailbox.complete(),
    stop: () => lives.stop(),
    [Symbol.asyncDispose]: async () => {
      lives.stop()
      await lastValueFrom(exit$)
    },
  }
}
