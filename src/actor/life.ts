/**
 * One life of an actor: what its behaviour is given at setup, the children it has, and the cleanups it asked for.
 *
 *     setup ──► onCleanup(a), spawn(b), onCleanup(c) ──► messages ... ──► end: signal aborts, then c, b, a
 *                                 └── fails for good ──► the life fails, unless it watches b
 */

import { concat, defer, EMPTY, mergeMap, Observable, Subscription, throwError } from 'rxjs'

import { checking, numberFrom } from '../words/check.ts'
import type { Clock } from '../words/clock.ts'
import { showThrown } from '../words/show-value.ts'
import type { Actor, Exit, Ref } from './actor.ts'
import { askFrom } from './ask.ts'
import type { Behaviour, Cleanup, Context, SpawnOptions, Watched } from './behaviour.ts'
import { handle } from './handle.ts'
import { Mailbox } from './mailbox.ts'
import { asStream } from './output.ts'
import { together } from './together.ts'

/** What a life belongs to. */
export interface Owner<M> {
  readonly name: string
  readonly ref: Ref<M>
  readonly clock: Clock
  /** Sends it a message that a full mailbox takes, too. */
  admit(message: M): void
  spawnChild<N, P>(behaviour: Behaviour<N, P>, options: SpawnOptions<N> | undefined): Actor<N, P>
  /** Ends this life as a failure, after the handler that is running. */
  fail(life: Life<M>, error: unknown): void
}

type Ending = Exit['why']
type Child = Pick<Actor<never, unknown>, 'name' | 'end' | 'stop' | 'exit$'>

const check = /* @__PURE__ */ checking('set a timer')

export class Life<M> {
  readonly context: Context<M>
  readonly #owner: Owner<M>
  /** In order of their coming. Those of children that have exited are taken out. */
  readonly #cleanups = new Set<Cleanup>()
  readonly #children = new Set<Child>()
  readonly #watched = new WeakSet<Watched>()
  /** Timers and watches: they are of no use once this life is over. */
  readonly #ties = new Subscription()
  #controller: AbortController | undefined
  #over: Ending | undefined

  constructor(owner: Owner<M>) {
    this.#owner = owner
    const signal = () => this.#signal()
    this.context = {
      name: owner.name,
      self: owner.ref,
      get signal() {
        return signal()
      },
      onCleanup: cleanup => this.#onCleanup(cleanup),
      spawn: (behaviour, options) => this.#spawn(behaviour, options),
      watch: (actor, message) => this.#watch(actor, message),
      after: (ms, message) => this.#after(ms, message),
      ask: askFrom(owner.ref),
    }
  }

  /** Cleans up. Completes afterwards, or errors with what cleanups threw; none of them keeps the others from running. */
  end(why: Ending): Observable<never> {
    return defer(() => {
      this.#over = why
      this.#ties.unsubscribe()
      this.#controller?.abort()
      const cleanups = [...this.#cleanups].reverse()
      this.#cleanups.clear()
      return cleanUp(cleanups)
    })
  }

  /** Children that are still handling what they have are stopped. */
  hurry(): boolean {
    if (this.#over === 'ended') this.#over = 'stopped'
    const cut = this.#children.size > 0
    for (const child of this.#children) child.stop()
    return cut
  }

  #signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#over !== undefined) this.#controller.abort()
    return this.#controller.signal
  }

  #onCleanup(cleanup: Cleanup): void {
    if (this.#over === undefined) this.#cleanups.add(once(cleanup))
    else asStream(cleanup())?.subscribe()
  }

  #spawn<N, P>(behaviour: Behaviour<N, P>, options?: SpawnOptions<N>): Actor<N, P> {
    if (this.#over !== undefined)
      throw new Error(`Cannot spawn a child of "${this.#owner.name}": the life that asks for it is over`)
    const child = this.#owner.spawnChild(behaviour, options)
    const failed = (exit: Exit) => exit.why === 'failed' && !this.#watched.has(child)
    const end = () => {
      if (this.#over === 'ended') child.end()
      else child.stop()
      return child.exit$.pipe(
        mergeMap(exit => (failed(exit) ? throwError(() => failureOf(child, exit)) : EMPTY)),
      )
    }
    this.#children.add(child)
    this.#cleanups.add(end)
    child.exit$.subscribe(exit => {
      this.#children.delete(child)
      this.#cleanups.delete(end)
      if (this.#over === undefined && failed(exit)) this.#owner.fail(this, failureOf(child, exit))
    })
    return child
  }

  #watch(actor: Watched, message: (exit: Exit) => M): void {
    this.#watched.add(actor)
    if (this.#over === undefined)
      this.#ties.add(actor.exit$.subscribe(exit => this.#owner.admit(message(exit))))
  }

  #after(ms: number, message: M): Subscription {
    check('ms', ms, numberFrom(0))
    if (this.#over !== undefined) return Subscription.EMPTY
    const timer = new Subscription(
      this.#owner.clock.after(
        ms,
        () => {
          timer.unsubscribe()
          this.#owner.ref.next(message)
        },
        true,
      ),
    )
    this.#ties.add(timer)
    return timer
  }
}

/** The same function may be registered twice. */
const once =
  (cleanup: Cleanup): Cleanup =>
  () =>
    cleanup()

const failureOf = (child: Child, { error }: Exit): Error =>
  new Error(`Child "${child.name}" failed: ${showThrown(error)}`, { cause: error })

/** Cleanups are handled like messages: one at a time, each ended before the next. */
function cleanUp(cleanups: readonly Cleanup[]): Observable<never> {
  if (cleanups.length === 0) return EMPTY
  const errors: unknown[] = []
  const toDo = new Mailbox<Cleanup>()
  for (const cleanup of cleanups) toDo.next(cleanup)
  toDo.complete()
  const done$ = handle(toDo, cleanup => tolerant(cleanup, errors))
  const verdict$ = defer(() => (errors.length === 0 ? EMPTY : throwError(() => errors.reduce(together))))
  return concat(done$, verdict$)
}

/** `cleanup` as a stream without values that never errors. */
function tolerant(cleanup: Cleanup, errors: unknown[]): Observable<never> {
  return new Observable(done => {
    const note = (error: unknown) => {
      errors.push(error)
      done.complete()
    }
    try {
      const stream = asStream(cleanup())
      if (stream === undefined) return done.complete()
      return stream.subscribe({ error: note, complete: () => done.complete() })
    } catch (error) {
      return note(error)
    }
  })
}
