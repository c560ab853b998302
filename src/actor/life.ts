/**
 * One life of an actor: what its behaviour is given at setup, and the cleanups it asked for.
 *
 *     setup ──► onCleanup(a), onCleanup(b) ──► messages ... ──► end: signal aborts, b, then a
 */

import { concat, defer, EMPTY, Observable, type Observer, throwError } from 'rxjs'

import { handle } from './handle.ts'
import { together } from './in-words.ts'
import { Mailbox } from './mailbox.ts'
import { asStream, type Output } from './output.ts'

/** Undoes what setup did. What it returns must end before the next cleanup, the next setup, and `exit$`. */
export type Cleanup = () => Output<unknown>

/** What a behaviour is given each time it is set up. */
export interface Context<M> {
  readonly name: string
  /** The actor's own `ref`: it may tell itself something, or give its address away. */
  readonly self: Observer<M>
  /** Aborts when this life ends, whatever the reason, before its cleanups. */
  readonly signal: AbortSignal
  /** Cleanups run once, last first, when this life ends. One that comes too late for that runs at once. */
  onCleanup(cleanup: Cleanup): void
}

export interface Life<M> {
  readonly context: Context<M>
  /** Cleans up. Completes afterwards, or errors with what cleanups threw; none of them keeps the others from running. */
  readonly end$: Observable<never>
}

export function openLife<M>(name: string, self: Observer<M>): Life<M> {
  const cleanups: Cleanup[] = []
  let controller: AbortController | undefined
  let over = false

  const context: Context<M> = {
    name,
    self,
    get signal() {
      controller ??= new AbortController()
      if (over) controller.abort()
      return controller.signal
    },
    onCleanup: cleanup => {
      if (over) asStream(cleanup())?.subscribe()
      else cleanups.push(cleanup)
    },
  }

  const end$ = defer(() => {
    over = true
    controller?.abort()
    return cleanUp(cleanups.splice(0).reverse())
  })

  return { context, end$ }
}

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
