/**
 * Follows an answer that is not a value yet, whatever made it: what counts is the protocol it keeps, not its class.
 *
 *     then ──────────────────────────────────────────► result
 *     Symbol.asyncIterator, Symbol.iterator and next ── value: note ── return ─► result
 *     subscribe ─────────────────────────── value: note ── complete ► result: the last value
 *
 * What can be asked for its next value is not asked before there is room for it as a note.
 */

import type { Watchable } from '../../worker/worker.ts'
import { followSliceMs } from '../limits.ts'

// Work may replace what is global where it runs.
const { AbortController, performance, Promise, RangeError, Symbol } = globalThis

export interface AnswerSink {
  /** False: there were far too many, and this work has failed. */
  note(note: unknown): boolean
  /** Whether main has heard enough of them for another one. */
  hasRoom(): boolean
  /** Calls back once there is room. */
  onRoom(run: () => void): void
  /** Holds this place up until there is room, where it can: what pushes its values can not be asked to wait. */
  waitForRoom(): void
  done(result: unknown): void
  failed(error: unknown): void
  /** Calls back after the event loop has had a turn. */
  soon(run: () => void): void
}

/** Asks what is followed to stop. It still answers. */
export type Stop = (reason: unknown) => void

export type FollowAnswer = (answer: never, sink: AnswerSink) => Stop

/** What any answer may have of the protocols. */
interface Followable {
  readonly then?: unknown
  readonly subscribe?: unknown
  readonly next?: unknown
  readonly [Symbol.asyncIterator]?: unknown
  readonly [Symbol.iterator]?: unknown
}

/** How to follow this answer; `undefined`: it is a value. May throw what a hostile getter throws. */
export function howToFollow(answer: object): FollowAnswer | undefined {
  const some = answer as Followable
  if (typeof some.then === 'function') return followPromise
  if (typeof some[Symbol.asyncIterator] === 'function') return followAsyncIterable
  // An array can be iterated, and is a value; what has a `next` is under way already.
  if (typeof some.next === 'function' && typeof some[Symbol.iterator] === 'function') return followIterator
  if (typeof some.subscribe === 'function') return followWatchable
  return undefined
}

/** Whether `task.signal` is the only way to ask this work to stop; all other is asked by the way it is followed. */
export const hearsOnlyItsSignal = (follow: FollowAnswer): boolean => follow === followPromise

const followPromise = (promise: PromiseLike<unknown>, sink: AnswerSink): Stop => {
  // A thenable of somebody else's may throw, or answer twice: a real promise does neither.
  const real = promise instanceof Promise ? promise : Promise.resolve(promise)
  real.then(
    result => sink.done(result),
    error => sink.failed(error),
  )
  return () => {} // it hears `task.signal`
}

const followAsyncIterable = (iterable: AsyncIterable<unknown>, sink: AnswerSink): Stop => {
  let stopped: { reason: unknown } | undefined
  const iterator: AsyncIterator<unknown> = iterable[Symbol.asyncIterator]()
  const room = () => new Promise<void>(resolve => sink.onRoom(resolve))
  const advance = async () => {
    for (;;) {
      const step = await iterator.next()
      if (step.done) return step.value
      if (stopped === undefined) sink.note(step.value)
      while (stopped === undefined && !sink.hasRoom()) await room()
    }
  }
  advance().then(
    result => (stopped === undefined ? sink.done(result) : sink.failed(stopped.reason)),
    error => sink.failed(error),
  )
  // A generator ends once its step is over; what only looks like one may never answer it.
  const close = async () => iterator.return?.(undefined)
  return reason => {
    if (stopped !== undefined) return
    stopped = { reason }
    close().then(
      () => sink.failed(reason),
      error => sink.failed(error),
    )
  }
}

const followIterator = (iterator: Iterator<unknown, unknown>, sink: AnswerSink): Stop => {
  let stopped: { reason: unknown } | undefined
  let isWaiting = false
  const advance = () => {
    isWaiting = false
    const began = performance.now()
    try {
      while (stopped === undefined) {
        if (!sink.hasRoom()) {
          isWaiting = true
          return sink.onRoom(advance)
        }
        const step = iterator.next()
        if (step.done) return sink.done(step.value)
        sink.note(step.value)
        if (performance.now() - began > followSliceMs) return sink.soon(advance)
      }
      iterator.return?.(undefined)
      sink.failed(stopped.reason)
    } catch (error) {
      sink.failed(error)
    }
  }
  advance()
  return reason => {
    if (stopped !== undefined) return
    stopped = { reason }
    if (isWaiting) advance()
  }
}

const followWatchable = (watchable: Watchable<unknown>, sink: AnswerSink): Stop => {
  let last: unknown
  let over = false
  const end = (tell: () => void) => {
    if (over) return
    over = true
    tell()
  }
  let subscription: { readonly unsubscribe?: () => void } | undefined
  /** The platform's own Observables are left by a signal, and return nothing. */
  const leaving = new AbortController()
  const leave = () => {
    leaving.abort()
    subscription?.unsubscribe?.()
  }
  let isUnwanted = false
  const giveUp = (reason: unknown) =>
    end(() => {
      isUnwanted = true
      leave()
      sink.failed(reason)
    })
  const observer = {
    next: (value: unknown) => {
      if (over) return
      last = value
      if (!sink.note(value)) giveUp(new RangeError('more interim reports than can be kept'))
      else if (!sink.hasRoom()) sink.waitForRoom()
    },
    error: (error: unknown) => end(() => sink.failed(error)),
    complete: () => end(() => sink.done(last)),
  }
  subscription = watchable.subscribe(observer, { signal: leaving.signal }) as typeof subscription
  if (isUnwanted) leave() // while it was being subscribed to
  return giveUp
}
