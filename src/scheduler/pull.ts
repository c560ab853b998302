/**
 * A source that is asked, not drained: it advances only as far as the operator behind it wants (see `demand.ts`).
 *
 * RxJS's own `from(asyncIterable)` never runs the `finally` of a generator that is blocked in an `await`, and waits for it;
 * hence the iterator is handled here.
 */

import { Observable, type Subscriber } from 'rxjs'

import { ambientDemand, type Demand, withDemand } from './demand.ts'

/**
 * Turns an iterable into an Observable that `schedule`, `delegate` and `boss.listen` pull from as their workers free up.
 *
 * Cold: each subscription has an iterator of its own. Values come in order; of an async iterable one is awaited at a time.
 * Errors if the iterator throws. Unsubscribing calls the iterator's `return()` once, and does not wait for it.
 * Subscribed by anything that states no demand, it pushes all it has, until unsubscribed.
 *
 * @example
 * pull(limits()).pipe(delegate(primes), result()).subscribe(console.log)
 */
export function pull<T>(iterable: Iterable<T> | AsyncIterable<T>): Observable<T> {
  return new Observable(out => {
    const demand = ambientDemand()
    return Symbol.asyncIterator in iterable
      ? pullAsync(iterable[Symbol.asyncIterator](), out, demand)
      : pullSync(iterable[Symbol.iterator](), out, demand)
  })
}

function pullSync<T>(iterator: Iterator<T>, out: Subscriber<T>, demand: Demand | undefined): () => void {
  /** Pushing: who asks for more from within is heard by the loop. */
  let busy = false
  /** Inside `next()`: a generator that is running cannot be asked to return. */
  let inside = false
  let over = false

  const push = () => {
    while (!out.closed && (demand === undefined || demand.wants())) {
      inside = true
      const { done, value } = iterator.next()
      inside = false
      if (out.closed) return void iterator.return?.()
      if (done) {
        over = true
        return out.complete()
      }
      out.next(value)
    }
  }

  const more = () => {
    if (busy || over) return
    busy = true
    try {
      // A source that somebody subscribes to while this one pushes is not the one that was asked.
      withDemand(undefined, push)
    } catch (error) {
      over = true // an iterator that threw has ended
      out.error(error)
    } finally {
      busy = false
    }
  }

  if (demand !== undefined) answer(demand, more)
  more()
  return () => {
    if (over) return
    over = true
    if (!inside) iterator.return?.()
  }
}

function pullAsync<T>(
  iterator: AsyncIterator<T>,
  out: Subscriber<T>,
  demand: Demand | undefined,
): () => void {
  /** One value is awaited. */
  let asked = false
  let over = false

  const fail = (error: unknown) => {
    if (over) return
    over = true
    out.error(error)
  }

  const take = ({ done, value }: IteratorResult<T>) => {
    asked = false
    if (over) return
    if (done) {
      over = true
      out.complete()
    } else {
      out.next(value)
      more()
    }
  }

  const more = () => {
    if (asked || over || out.closed || (demand !== undefined && !demand.wants())) return
    asked = true
    try {
      iterator.next().then(take, fail)
    } catch (error) {
      fail(error)
    }
  }

  if (demand !== undefined) answer(demand, more)
  more()
  return () => {
    if (over) return
    over = true
    // Not awaited: a generator blocked in an `await` gets to its `finally` when that is over. What it throws there has no hearer.
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

/** Several sources of one pipe (`merge`) are asked by turns. */
function answer(demand: Demand, more: () => void): void {
  const { more: others } = demand
  if (others === undefined) {
    demand.more = more
    return
  }
  let first = false
  demand.more = () => {
    if (!demand.wants()) return
    first = !first
    if (first) more()
    others()
    if (!first) more()
  }
}
