/**
 * Follows an answer that is not a value yet: a promise, a generator, an async generator, an Observable.
 *
 *     promise           ──────────────────────────► result
 *     (async) generator ── yield: note ── return ─► result
 *     watchable         ── value: note ── complete ► result: the last value
 */

import type { Watchable } from '../../worker/worker.ts'

export interface Sink {
  note(note: unknown): void
  done(result: unknown): void
  failed(error: unknown): void
  /** Calls back after the event loop has had a turn. */
  soon(run: () => void): void
}

/** Asks what is followed to stop. It still answers. */
export type Stop = (reason: unknown) => void

export type Follow = (answer: never, sink: Sink) => Stop

/** How to follow this answer; `undefined`: it is a value. May throw what a hostile getter throws. */
export function howToFollow(answer: object): Follow | undefined {
  if (typeof (answer as PromiseLike<unknown>).then === 'function') return followPromise
  const tag = (answer as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  if (tag === 'AsyncGenerator') return followAsyncGenerator
  if (tag === 'Generator') return followGenerator
  if (typeof (answer as Watchable<unknown>).subscribe === 'function') return followWatchable
  return undefined
}

const followPromise = (promise: PromiseLike<unknown>, sink: Sink): Stop => {
  // A thenable of somebody else's may throw, or answer twice: a real promise does neither.
  const real = promise instanceof Promise ? promise : Promise.resolve(promise)
  real.then(
    result => sink.done(result),
    error => sink.failed(error),
  )
  return () => {} // it hears `task.signal`
}

const followAsyncGenerator = (generator: AsyncGenerator<unknown, unknown>, sink: Sink): Stop => {
  let stopped: { reason: unknown } | undefined
  const advance = async () => {
    for (;;) {
      const step = await generator.next()
      if (step.done) return step.value
      if (stopped === undefined) sink.note(step.value)
    }
  }
  advance().then(
    result => (stopped === undefined ? sink.done(result) : sink.failed(stopped.reason)),
    error => sink.failed(error),
  )
  return reason => {
    stopped ??= { reason }
    generator.return(undefined).catch(() => {}) // `advance` hears of the same error
  }
}

/** Lets the event loop have a turn now and then, so that it can be stopped between two steps. */
const sliceMs = 10

const followGenerator = (generator: Generator<unknown, unknown>, sink: Sink): Stop => {
  let stopped: { reason: unknown } | undefined
  const advance = () => {
    const began = performance.now()
    try {
      while (stopped === undefined) {
        const step = generator.next()
        if (step.done) return sink.done(step.value)
        sink.note(step.value)
        if (performance.now() - began > sliceMs) return sink.soon(advance)
      }
      generator.return(undefined)
      sink.failed(stopped.reason)
    } catch (error) {
      sink.failed(error)
    }
  }
  advance()
  return reason => {
    stopped ??= { reason }
  }
}

const followWatchable = (watchable: Watchable<unknown>, sink: Sink): Stop => {
  let last: unknown
  let over = false
  const end = (tell: () => void) => {
    if (over) return
    over = true
    tell()
  }
  const subscription = watchable.subscribe({
    next: value => {
      if (over) return
      last = value
      sink.note(value)
    },
    error: error => end(() => sink.failed(error)),
    complete: () => end(() => sink.done(last)),
  })
  return reason =>
    end(() => {
      subscription.unsubscribe()
      sink.failed(reason)
    })
}
