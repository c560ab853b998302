/**
 * An actor: a mailbox, and somebody who handles its messages one at a time.
 *
 *     ref ──► mailbox ──► handler ──► out$
 *                            │ throws
 *     setup ◄── backoff ◄── cleanups ──► exit$      restarted, or not: `supervise.ts`
 *
 * Everything that changes an actor's state is a turn like a message (`trampoline.ts`), so that a stop from inside a handler,
 * or from inside setup, comes right after it and never in the middle.
 */

import { AsyncSubject, defer, from, lastValueFrom, map, merge, Observable, Subject, tap } from 'rxjs'

import { aFunction, aRecord, aText, checking } from '../words/check.ts'
import { asClock, type Clock } from '../words/clock.ts'
import { type Actor, type Exit, type Ref, refOf } from './actor.ts'
import { type ActorEvent, deadLetter, exited, restarting, spawned } from './actor-event.ts'
import type { Behaviour, SpawnOptions } from './behaviour.ts'
import { monotonic } from './clock.ts'
import { handle } from './handle.ts'
import { Life, type Owner } from './life.ts'
import { Mailbox } from './mailbox.ts'
import { type Supervision, supervise } from './supervise.ts'
import { type Lifeline, type Restart, Supervisor } from './supervisor.ts'
import { inTurn } from './trampoline.ts'
import { tellOfDeath } from './unobserved.ts'

const check = checking('spawn an actor')

/** Without supervision: the first failure is the last. */
const never: Supervision = { max: 0, within: 0 }

let count = 0

/**
 * Starts an actor: something with a state of its own that handles one message at a time.
 *
 * Hot: setup runs before this returns (inside another actor's handler: right after that). Outputs come in the order of their
 * messages; each must end before the next message. When setup, the handler or its output fails, the life ends, and
 * `supervise` says whether another follows: setup runs again after its backoff, always in a later task. The mailbox survives;
 * the message that failed is not retried. Nothing here is stopped by unsubscribing: `end` and `stop` do that.
 * An actor that fails for good while nobody observes its `exit$`, `out$` or `inspect$` is told once on stderr, or to
 * RxJS's `config.onUnhandledError` where that is set.
 *
 * @param behaviour  `context => message => output`; a value, a promise of one, an Observable of several, or nothing
 * @throws {TypeError} when `behaviour` is not a function, or an option is not what it must be
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
  return actorOf(new Spawned(behaviour, options, false))
}

/** What those who deal with it see of it. Its functions may be handed out on their own: `subscribe(actor.stop)`. */
const actorOf = <M, O>(spawned: Spawned<M, O>): Actor<M, O> => ({
  name: spawned.name,
  mailbox: spawned.mailbox,
  ref: spawned.ref,
  out$: spawned.observable(spawned.out$),
  exit$: spawned.observable(spawned.exit$),
  inspect$: spawned.observable(spawned.inspect$),
  end: () => spawned.mailbox.complete(),
  stop: () => spawned.supervisor.stop(),
  [Symbol.asyncDispose]: async () => {
    spawned.supervisor.stop()
    await lastValueFrom(spawned.exit$)
  },
})

class Spawned<M, O> implements Lifeline<Life<M>>, Owner<M> {
  readonly name: string
  readonly mailbox: Mailbox<M>
  readonly ref: Ref<M>
  readonly clock: Clock
  readonly supervision: Required<Supervision>
  readonly out$ = new Subject<O>()
  readonly exit$ = new AsyncSubject<Exit>()
  /** A late observer first gets `actor.spawn`, and `actor.exit` if it is over. Never completes: letters to the dead are among it. */
  readonly inspect$: Observable<ActorEvent>
  readonly supervisor: Supervisor<Life<M>>
  readonly #behaviour: Behaviour<M, O>
  readonly #events$ = new Subject<ActorEvent>()
  #restarts = 0
  #children = 0
  #gone: Exit | undefined
  /** Somebody began to observe it, at any time. */
  #noticed = false

  /** @param later  setup does not run before the next microtask */
  constructor(behaviour: Behaviour<M, O>, options: SpawnOptions<M>, later: boolean) {
    check('behaviour', behaviour, aFunction)
    check('options', options, aRecord)
    const { name = `actor#${++count}`, mailbox, supervise: supervision = never, clock = monotonic } = options
    check('name', name, aText)
    this.name = name
    this.mailbox = mailbox instanceof Mailbox ? mailbox : new Mailbox<M>(mailbox)
    this.ref = refOf(this.mailbox)
    this.clock = asClock(clock)
    this.supervision = supervise(supervision)
    this.#behaviour = behaviour
    const letters$ = this.mailbox.deadLetters$.pipe(map(letter => deadLetter(name, letter)))
    this.inspect$ = merge(
      this.#events$,
      letters$,
      defer(() => this.#soFar()),
    )
    this.supervisor = new Supervisor(this, later)
  }

  /** The same stream. Whoever subscribes to it knows of this actor. */
  observable<A>(stream$: Observable<A>): Observable<A> {
    return new Observable(observer => {
      this.#noticed = true
      return stream$.subscribe(observer)
    })
  }

  open(): { readonly life: Life<M>; readonly work$: Observable<unknown> } {
    const life = new Life<M>(this)
    const outputs$ = defer(() => handle(this.mailbox, this.#behaviour(life.context), this.ref))
    return { life, work$: outputs$.pipe(tap(output => this.out$.next(output))) }
  }

  onRestart(restart: Restart): void {
    this.#restarts = restart.nth
    if (this.#events$.observed) this.#events$.next(restarting(this.name, restart))
  }

  onLast(): void {
    this.mailbox.abandon()
  }

  onExit(exit: Exit): void {
    const observed = this.exit$.observed || this.out$.observed || this.#events$.observed
    this.#gone = exit
    this.out$.complete()
    if (this.#events$.observed) this.#events$.next(exited(this.name, exit))
    this.exit$.next(exit)
    this.exit$.complete()
    if (exit.why !== 'failed' || observed) return
    this.#noticed = false
    tellOfDeath(this.name, exit.error, () => this.#noticed)
  }

  admit(message: M): void {
    this.mailbox.admit(message)
  }

  spawnChild<N, P>(behaviour: Behaviour<N, P>, options: SpawnOptions<N> = {}): Actor<N, P> {
    const own = { name: `${this.name}/${this.#children + 1}`, clock: this.clock }
    // Outside of any turn, whoever spawns it may still want to watch it.
    const child = new Spawned(behaviour, { ...own, ...options }, !inTurn())
    this.#children++
    return actorOf(child)
  }

  fail(life: Life<M>, error: unknown): void {
    this.supervisor.fail(life, error)
  }

  #soFar(): Observable<ActorEvent> {
    const begun = spawned(this.name, this.#restarts)
    return from(this.#gone === undefined ? [begun] : [begun, exited(this.name, this.#gone)])
  }
}
