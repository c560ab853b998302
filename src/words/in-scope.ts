/** A stream whose subscribers are each called in the async context in which they subscribed. */

import { Observable, Subscriber } from 'rxjs'

import { type AsyncScope, asyncScope } from './async-scope.ts'

export const inScope = <T>(source$: Observable<T>): Observable<T> =>
  new Observable(subscriber => source$.subscribe(new InScope(subscriber)))

/** Hears a source for another subscriber, and tells it in the async context in which this was made. */
export class InScope<T> extends Subscriber<T> {
  readonly #to: ReturnType<typeof scoped<T>>

  constructor(subscriber: Subscriber<T>, scope = asyncScope()) {
    super(subscriber)
    this.#to = scoped(subscriber, scope)
  }

  protected override _next(value: T): void {
    this.#to.next(value)
  }

  protected override _error(error: unknown): void {
    this.#to.error(error)
    this.unsubscribe()
  }

  protected override _complete(): void {
    this.#to.complete()
    this.unsubscribe()
  }
}

/** What is told to this subscriber is told in that context. */
export const scoped = <T>(subscriber: Subscriber<T>, scope: AsyncScope) => ({
  next: (value: T) => scope.runInAsyncScope(subscriber.next, subscriber, value),
  error: (error: unknown) => scope.runInAsyncScope(subscriber.error, subscriber, error),
  complete: () => scope.runInAsyncScope(subscriber.complete, subscriber),
})
