/** `eachValueFrom`: an Observable for `for await`, whose source waits for a reader that is slow. */

import type { Observable, Subscription } from 'rxjs'
import { Credit, subscribeWith } from '../scheduler/credit.ts'
import { defaultReadWindow } from '../scheduler/limits.ts'
import { Fifo } from '../words/fifo.ts'

/** How {@link eachValueFrom} holds what was not read yet. */
export interface EachValueOptions {
  /**
   * While so many values wait to be read, lazy sources are asked for no more: that of a `delegate` further up, or those
   * that a Boss listens to, or a `pull` with nothing between. What workers hold still comes. Default 256; at least 1.
   */
  readonly window?: number
  /** Most values that wait at all, for sources that cannot be held. Default Infinity; at least 1. */
  readonly capacity?: number
  /** What happens to one too many: `fail` (the iteration throws), or the newest or oldest is dropped. Default `fail`. */
  readonly overflow?: 'fail' | 'dropNewest' | 'dropOldest'
}

/**
 * Iterates over the values of an Observable, one at a time, in order.
 *
 * Cold: each iteration subscribes, when its first value is asked for; leaving the loop unsubscribes. What comes while
 * nobody reads is kept, and holds lazy sources above (`pull` with `delegate`, `boss.listen`) once `window` values wait.
 * If the Observable errors, the iteration throws that, after the values before it.
 *
 * @throws {TypeError} at once, when `window` or `capacity` cannot be meant
 *
 * @example
 * for await (const report of eachValueFrom(pull(paths).pipe(delegate(resize)))) await save(report)
 */
export function eachValueFrom<A>(values$: Observable<A>, options: EachValueOptions = {}): AsyncIterable<A> {
  const { window = defaultReadWindow, capacity = Infinity, overflow = 'fail' } = options
  mustCount('window', window)
  mustCount('capacity', capacity)
  return { [Symbol.asyncIterator]: () => new Reading(values$, { window, capacity, overflow }) }
}

function mustCount(name: string, value: number): void {
  if (value >= 1 && (Number.isInteger(value) || value === Infinity)) return
  throw new TypeError(`Cannot iterate: '${name}' must be a whole number of at least 1, got ${value}`)
}

/** Somebody asked, and nothing is there yet. */
interface Asking<A> {
  readonly resolve: (result: IteratorResult<A, undefined>) => void
  readonly reject: (error: unknown) => void
}

class Reading<A> implements AsyncIterator<A, undefined> {
  readonly #values$: Observable<A>
  readonly #options: Required<EachValueOptions>
  readonly #unread = new Fifo<A>()
  readonly #asking = new Fifo<Asking<A>>()
  readonly #credit: Credit
  #heard = 0
  #subscription: Subscription | undefined
  /** Nothing more comes; `error` is thrown once. */
  #over: { error?: { readonly thrown: unknown } | undefined } | undefined

  constructor(values$: Observable<A>, options: Required<EachValueOptions>) {
    this.#values$ = values$
    this.#options = options
    this.#credit = new Credit({
      left: () => options.window - this.#unread.size,
      arrived: () => this.#heard,
    })
  }

  next(): Promise<IteratorResult<A, undefined>> {
    this.#subscribe()
    if (this.#unread.size > 0) {
      const value = this.#unread.take()
      // The source is woken once for several values, not for each.
      if (this.#unread.size === this.#options.window >> 1) this.#credit.ask()
      return Promise.resolve({ done: false, value })
    }
    if (this.#over === undefined)
      return new Promise((resolve, reject) => this.#asking.push({ resolve, reject }))
    const { error } = this.#over
    this.#over = {}
    return error === undefined ? Promise.resolve(end) : Promise.reject(error.thrown)
  }

  /** Leaves the loop: whoever asked is told that it is over. */
  return(): Promise<IteratorResult<A, undefined>> {
    this.#unread.clear()
    this.#end()
    this.#subscription?.unsubscribe()
    return Promise.resolve(end)
  }

  #subscribe(): void {
    if (this.#subscription !== undefined || this.#over !== undefined) return
    this.#subscription = subscribeWith(this.#credit, this.#values$, {
      next: value => this.#take(value),
      error: thrown => this.#end({ thrown }),
      complete: () => this.#end(),
    })
    if (this.#over !== undefined) this.#subscription.unsubscribe()
  }

  #take(value: A): void {
    this.#heard++
    if (this.#over !== undefined) return
    if (this.#asking.size > 0) return this.#asking.take().resolve({ done: false, value })
    const { capacity, overflow } = this.#options
    if (this.#unread.size >= capacity) {
      if (overflow === 'dropNewest') return
      if (overflow === 'fail') {
        this.#end({ thrown: new RangeError(tooSlow(capacity)) })
        return this.#subscription?.unsubscribe()
      }
      this.#unread.take()
    }
    this.#unread.push(value)
  }

  #end(error?: { readonly thrown: unknown }): void {
    if (this.#over !== undefined) return
    this.#over = { error }
    while (this.#asking.size > 0) {
      const asking = this.#asking.take()
      const thrown = this.#over.error
      this.#over = {}
      if (thrown === undefined) asking.resolve(end)
      else asking.reject(thrown.thrown)
    }
  }
}

const end = { done: true, value: undefined } as const

const tooSlow = (capacity: number): string =>
  `The reader is too slow: ${capacity} values wait to be read, which is all there is room for. Read faster, raise 'capacity', or drop some: 'overflow'`
