/**
 * Streams that are not RxJS's: Web Streams, which are read, and the platform's own Observables, which push.
 *
 *     ReadableStream ──► an async iterable      in a browser that does not make it one itself
 *     Observable     ──► an RxJS Observable     (WICG: `subscribe(observer, { signal })`)
 */

import { isObservable, Observable } from 'rxjs'

/** What a `ReadableStream` is to who reads it, in Node and in pages. */
export interface Readable<T> {
  /** Locks it to one reader. */
  getReader(): {
    /** The next value; one at a time is asked for. */
    read(): Promise<{ readonly done: boolean; readonly value?: T | undefined }>
    /** Nobody wants more: the stream may let go of what it holds. */
    cancel(reason?: unknown): Promise<void>
    /** Another may read on. */
    releaseLock(): void
  }
}

/** An Observable of the platform. It is left by a signal. */
export interface PlatformObservable<T> {
  /** Begins to push; aborting the signal is the way to leave. */
  subscribe(
    observer: { next(value: T): void; error(error: unknown): void; complete(): void },
    options?: { readonly signal?: AbortSignal },
  ): void
}

export const isReadable = (source: unknown): source is Readable<never> =>
  typeof (source as { readonly getReader?: unknown } | null)?.getReader === 'function'

/** Neither RxJS's own, which another copy of RxJS may have made, nor one that says how it is to be observed. */
export const isPlatformObservable = (source: unknown): source is PlatformObservable<never> =>
  typeof (source as { readonly subscribe?: unknown } | null)?.subscribe === 'function' &&
  !isObservable(source) &&
  !('@@observable' in (source as object)) &&
  !(((Symbol as { readonly observable?: symbol }).observable ?? '@@observable') in (source as object))

/** Reads one value at a time; who leaves cancels the stream. */
export async function* readingOf<T>(stream: Readable<T>): AsyncGenerator<T> {
  const reader = stream.getReader()
  let over = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) {
        over = true
        return
      }
      yield value as T
    }
  } catch (error) {
    over = true
    throw error
  } finally {
    if (!over) await reader.cancel()
    reader.releaseLock()
  }
}

/** The same stream for RxJS: cold, in order; unsubscribing aborts. */
export const fromPlatform = <T>(source: PlatformObservable<T>): Observable<T> =>
  new Observable(subscriber => {
    const leaving = new AbortController()
    source.subscribe(
      {
        next: value => subscriber.next(value),
        error: error => subscriber.error(error),
        complete: () => subscriber.complete(),
      },
      { signal: leaving.signal },
    )
    return () => leaving.abort()
  })
