/** A stream whose subscribers are each called in the async context in which they subscribed. */

import { Observable, type Subscriber } from 'rxjs'

import { type AsyncScope, asyncScope } from '../words/async-scope.ts'

export const inScope = <T>(source$: Observable<T>): Observable<T> =>
  new Observable(subscriber => source$.subscribe(scoped(subscriber, asyncScope())))

/** What is told to this subscriber is told in that context. */
export const scoped = <T>(subscriber: Subscriber<T>, scope: AsyncScope) => ({
  next: (value: T) => scope.runInAsyncScope(subscriber.next, subscriber, value),
  error: (error: unknown) => scope.runInAsyncScope(subscriber.error, subscriber, error),
  complete: () => scope.runInAsyncScope(subscriber.complete, subscriber),
})
