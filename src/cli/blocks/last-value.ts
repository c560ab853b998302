/** What an answer that is no value yet comes to, where nobody wants to hear of it meanwhile. */

interface Followable {
  readonly then?: unknown
  readonly next?: unknown
  readonly subscribe?: unknown
  readonly [Symbol.iterator]?: unknown
  readonly [Symbol.asyncIterator]?: unknown
}

/** @returns `undefined` for a value */
export function lastValueOf(answer: object): Promise<unknown> | undefined {
  const some = answer as Followable
  if (typeof some.then === 'function') return Promise.resolve(answer)
  if (typeof some[Symbol.asyncIterator] === 'function')
    return returned((answer as AsyncIterable<unknown>)[Symbol.asyncIterator]())
  if (typeof some.next === 'function' && typeof some[Symbol.iterator] === 'function')
    return returned(answer as Iterator<unknown>)
  return typeof some.subscribe === 'function' ? lastOf(answer as Watchable) : undefined
}

async function returned(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<unknown> {
  for (;;) {
    const { done, value } = await iterator.next()
    if (done) return value
  }
}

interface Watchable {
  subscribe(observer: {
    next: (value: unknown) => void
    error: (error: unknown) => void
    complete: () => void
  }): unknown
}

function lastOf(watchable: Watchable): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: unknown
    watchable.subscribe({
      next: value => {
        last = value
      },
      error: reject,
      complete: () => resolve(last),
    })
  })
}
