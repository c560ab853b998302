/**
 * A source that is asked, not drained: it advances only as far as the receiver behind it wants (`credit.ts`), and not far
 * ahead of what has arrived there (`transit.ts`).
 *
 * RxJS's own `from(asyncIterable)` never runs the `finally` of a generator that is blocked in an `await`, and waits for it;
 * hence the iterator is handled here.
 */

import { Observable, type Subscriber } from 'rxjs'

import { asyncScope } from '../words/async-scope.ts'
import { Route, withAmbient } from './credit.ts'
import {
  fromPlatform,
  isPlatformObservable,
  isReadable,
  type PlatformObservable,
  type Readable,
  readingOf,
} from './other-streams.ts'
import { Transit } from './transit.ts'

/**
 * Turns an iterable into an Observable that `schedule`, `delegate` and `boss.listen` pull from as their workers free up.
 *
 * Cold: each subscription has an iterator of its own. Values come in order; of an async iterable one is awaited at a time.
 * Errors if the iterator throws. Unsubscribing calls the iterator's `return()` once, and does not wait for it.
 * Also where it is subscribed late (`switchMap`, `concat`) or its values arrive late (`delay`, `mergeMap`): then at most 2,048
 * are under way. Only where nobody behind it states how much it wants, all it has is taken, with a turn of the event loop
 * now and then; the first time that is said on stderr.
 *
 * A `ReadableStream` is read, and cancelled by who unsubscribes. An Observable of the platform cannot be asked: it comes as it
 * comes, as an Observable of RxJS.
 *
 * @example
 * pull(limits()).pipe(delegate(primes), result()).subscribe(console.log)
 */
export function pull<T>(
  source: Iterable<T> | AsyncIterable<T> | Readable<T> | PlatformObservable<T>,
): Observable<T> {
  if (isPlatformObservable(source)) return fromPlatform(source)
  return new Observable(out => {
    if (Symbol.asyncIterator in source) return pullAsync(source[Symbol.asyncIterator](), out)
    if (isReadable(source)) return pullAsync(readingOf(source), out)
    return pullSync((source as Iterable<T>)[Symbol.iterator](), out)
  })
}

function pullSync<T>(iterator: Iterator<T>, out: Subscriber<T>): () => void {
  /** Whoever asks for more, the iterator advances in the async context of who subscribed. */
  const scope = asyncScope()
  /** Pushing: who asks for more from within is heard by the loop. */
  let busy = false
  /** Inside `next()`: a generator that is running cannot be asked to return. */
  let inside = false
  let over = false

  const push = () => {
    transit.begin()
    while (!out.closed && transit.wants) {
      inside = true
      const { done, value } = iterator.next()
      inside = false
      if (out.closed) return void iterator.return?.()
      if (done) {
        over = true
        transit.end()
        return out.complete()
      }
      out.next(value)
      transit.sent()
    }
    if (!out.closed) transit.rest()
  }

  const more = () => {
    if (over && !transit.arriving) leave?.()
    if (busy || over || out.closed) return
    busy = true
    try {
      // A source that somebody subscribes to while this one pushes is not the one that was asked.
      scope.runInAsyncScope(withAmbient<void>, undefined, undefined, push)
    } catch (error) {
      over = true // an iterator that threw has ended
      out.error(error)
    } finally {
      busy = false
    }
  }

  const route = new Route(out)
  const transit = new Transit(route, more)
  // What it sent and has not arrived counts as its own: only then it is gone.
  const leave = route.credit?.join(more)
  more()
  return () => {
    if (!transit.arriving) leave?.()
    transit.stop()
    if (over) return
    over = true
    if (!inside && iterator.return !== undefined) scope.runInAsyncScope(iterator.return, iterator)
  }
}

function pullAsync<T>(iterator: AsyncIterator<T>, out: Subscriber<T>): () => void {
  const scope = asyncScope()
  /** One value is awaited, or being sent. */
  let busy = false
  let over = false

  const fail = (error: unknown) => {
    if (over) return
    over = true
    out.error(error)
  }

  const take = ({ done, value }: IteratorResult<T>) => {
    if (over) return
    if (done) {
      over = true
      transit.end()
      out.complete()
    } else {
      out.next(value)
      transit.sent()
      busy = false
      ask()
    }
  }

  const ask = () => {
    if (over || out.closed) return
    if (!transit.wants) return transit.rest()
    busy = true
    try {
      scope.runInAsyncScope(advance, undefined)
    } catch (error) {
      fail(error)
    }
  }

  const advance = () => void iterator.next().then(take, fail)

  const more = () => {
    if (over && !transit.arriving) leave?.()
    if (busy || over) return
    transit.begin()
    ask()
  }

  const route = new Route(out)
  const transit = new Transit(route, more)
  const leave = route.credit?.join(more)
  more()
  return () => {
    if (!transit.arriving) leave?.()
    transit.stop()
    if (over) return
    over = true
    // Not awaited: a generator blocked in an `await` gets to its `finally` when that is over. What it throws there has no hearer.
    if (iterator.return === undefined) return
    Promise.resolve(scope.runInAsyncScope(iterator.return, iterator)).catch(() => {})
  }
}
