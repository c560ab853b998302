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

import { aFunction, aRecord, aText, checking, numberFrom, type Rule } from '../words/check.ts'
import { asClock, type Clock } from '../words/clock.ts'
import { inScope } from '../words/in-scope.ts'
import { type Actor, type Exit, type Ref, refOf } from './actor.ts'
import { type ActorDefinition, isActorDefinition } from './actor-definition.ts'
import { type ActorEvent, deadLetter, exited, restarting, spawned } from './actor-event.ts'
import type { Behaviour, PlacedOptions, SpawnOptions } from './behaviour.ts'
import { decodingQueue } from './decoding-queue.ts'
import { handle } from './handle.ts'
import { Life, type Owner } from './life.ts'
import { Mailbox } from './mailbox.ts'
import { fifoQueue } from './message-queue.ts'
import { askers, type Leaver, type Tell } from './on-exit.ts'
import { PlacedLife } from './placed-life.ts'
import { monotonic } from './rx-clock.ts'
import { type Supervision, supervise } from './supervise.ts'
import { type Lifeline, type Restart, type Supervised, Supervisor } from './supervisor.ts'
import { inTurn } from './trampoline.ts'
import { tellOfDeath } from './unobserved.ts'

const check = /* @__PURE__ */ checking('spawn an actor')

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
export function spawn<M, O>(behaviour: Behaviour<M, O>, options?: SpawnOptions<M>): Actor<M, O>
/**
 * Starts an actor that has a definition, on a thread, in a process, or here: `spawn(simulation, { on: threads() })`.
 *
 * As above, and: messages are decoded where they are sent; refs in them work on the other side; each life has a place of its
 * own, and one that dies is a failed life. The message that it died at is a dead letter, all others are handled by the next.
 *
 * @throws {TypeError} also when the crew has no place for actors, or the definition cannot be imported there
 */
export function spawn<M, O>(definition: ActorDefinition<M, O>, options?: PlacedOptions<M>): Actor<M, O>
export function spawn<M, O>(
  what: Behaviour<M, O> | ActorDefinition<M, O>,
  options: SpawnOptions<M> & PlacedOptions<M> = {},
): Actor<M, O> {
  if (isActorDefinition(what)) return actorOf(placed(what as ActorDefinition<M, O>, options))
  check('behaviour', what, aFunction)
  return actorOf(new Spawned(hereBy(what as Behaviour<M, O>), options, false))
}

/** @internal A child of an actor. Whoever spawns it, outside of any turn, may still want to watch it. */
export const spawnChild = <M, O>(behaviour: Behaviour<M, O>, options: SpawnOptions<M>): Actor<M, O> => {
  check('behaviour', behaviour, aFunction)
  return actorOf(new Spawned(hereBy(behaviour), options, !inTurn()))
}

/** Makes the next life. */
type LifeOf<M, O> = (of: Spawned<M, O>) => { readonly life: Supervised; readonly work$: Observable<O> }

const hereBy =
  <M, O>(behaviour: Behaviour<M, O>): LifeOf<M, O> =>
  of => {
    const life = new Life<M>(of)
    return { life, work$: defer(() => handle(of.mailbox, behaviour(life.context), of.ref)) }
  }

function placed<M, O>(definition: ActorDefinition<M, O>, options: PlacedOptions<M>): Spawned<M, O> {
  check('options', options, aRecord)
  const { on, mailbox = {}, blockedMs = Infinity } = options
  const { startMs = Infinity } = on ?? {}
  check('mailbox', mailbox instanceof Mailbox ? mailbox : {}, notAMailbox)
  check('blockedMs', blockedMs, numberFrom(1))
  const { decode, behaviour } = definition
  const queue = decode && decodingQueue(mailbox.queue ?? fifoQueue<M>(), decode)
  const own = { name: definition.name, ...options, mailbox: { ...mailbox, ...(queue && { queue }) } }
  const place = on?.place ?? (on === undefined ? 'here' : undefined)
  if (place === undefined)
    throw new TypeError(
      `Cannot spawn actor "${definition.name}" on ${on?.name}: that crew has no place for actors. Use threads(), processes() or inline()`,
    )
  if (place === 'here') return new Spawned(hereBy(behaviour), own, false)
  return new Spawned(
    ({ name, ref, mailbox }) => {
      const admit = (message: M) => void mailbox.admit(message)
      const life = new PlacedLife<M, O>({ name, ref, mailbox, definition, startMs, blockedMs, place, admit })
      return { life, work$: life.work$ }
    },
    own,
    false,
  )
}

const notAMailbox: Rule = {
  says: 'the options of one, since it decodes what it takes: { capacity, overflow, queue }',
  holds: mailbox => !(mailbox instanceof Mailbox),
}

/** What those who deal with it see of it. Its functions may be handed out on their own: `subscribe(actor.stop)`. */
const actorOf = <M, O>(spawned: Spawned<M, O>): Actor<M, O> & Leaver => ({
  name: spawned.name,
  mailbox: spawned.mailbox,
  ref: spawned.ref,
  out$: spawned.observable(spawned.out$),
  exit$: spawned.observable(spawned.exit$),
  inspect$: spawned.observable(spawned.inspect$),
  [askers]: () => spawned.askers,
  end: () => spawned.mailbox.complete(),
  stop: () => spawned.supervisor.stop(),
  [Symbol.asyncDispose]: async () => {
    spawned.supervisor.stop()
    await lastValueFrom(spawned.exit$)
  },
})

class Spawned<M, O> implements Lifeline<Supervised>, Owner<M> {
  readonly name: string
  readonly mailbox: Mailbox<M>
  readonly ref: Ref<M>
  readonly clock: Clock
  readonly supervision: Required<Supervision>
  readonly out$ = new Subject<O>()
  readonly exit$ = new AsyncSubject<Exit>()
  /** A late observer first gets `actor.spawn`, and `actor.exit` if it is over. Never completes: letters to the dead are among it. */
  readonly inspect$: Observable<ActorEvent>
  readonly supervisor: Supervisor<Supervised>
  /** Until its exit. */
  askers: Set<Tell> | undefined = new Set()
  readonly #lifeOf: LifeOf<M, O>
  readonly #events$ = new Subject<ActorEvent>()
  #restarts = 0
  #children = 0
  #gone: Exit | undefined
  /** Somebody began to observe it, at any time. */
  #noticed = false

  /** @param later  setup does not run before the next microtask */
  constructor(lifeOf: LifeOf<M, O>, options: SpawnOptions<M>, later: boolean) {
    check('options', options, aRecord)
    const { name = `actor#${++count}`, mailbox, supervise: supervision = never, clock = monotonic } = options
    check('name', name, aText)
    this.name = name
    this.mailbox = mailbox instanceof Mailbox ? mailbox : new Mailbox<M>(mailbox)
    this.ref = refOf(this.mailbox)
    this.clock = asClock(clock)
    this.supervision = supervise(supervision)
    this.#lifeOf = lifeOf
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
      return inScope(stream$).subscribe(observer)
    })
  }

  open(): { readonly life: Supervised; readonly work$: Observable<unknown> } {
    const { life, work$ } = this.#lifeOf(this)
    return { life, work$: work$.pipe(tap(output => this.out$.next(output))) }
  }

  onRestart(restart: Restart): void {
    this.#restarts = restart.nth
    if (this.#events$.observed) this.#events$.next(restarting(this.name, restart))
  }

  onLast(): void {
    this.mailbox.abandon()
  }

  onExit(exit: Exit): void {
    const { askers = new Set() } = this
    const observed = askers.size > 0 || this.exit$.observed || this.out$.observed || this.#events$.observed
    this.#gone = exit
    this.askers = undefined
    this.out$.complete()
    if (this.#events$.observed) this.#events$.next(exited(this.name, exit))
    this.exit$.next(exit)
    this.exit$.complete()
    for (const tell of [...askers]) tell(exit)
    if (exit.why !== 'failed' || observed) return
    this.#noticed = false
    tellOfDeath(this.name, exit.error, () => this.#noticed)
  }

  admit(message: M): void {
    this.mailbox.admit(message)
  }

  spawnChild<N, P>(behaviour: Behaviour<N, P>, options: SpawnOptions<N> = {}): Actor<N, P> {
    return spawnChild(behaviour, { name: `${this.name}/${++this.#children}`, clock: this.clock, ...options })
  }

  fail(life: Life<M>, error: unknown): void {
    this.supervisor.fail(life, error)
  }

  #soFar(): Observable<ActorEvent> {
    const begun = spawned(this.name, this.#restarts)
    return from(this.#gone === undefined ? [begun] : [begun, exited(this.name, this.#gone)])
  }
}
