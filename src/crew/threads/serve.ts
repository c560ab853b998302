/**
 * `serve`: for threads that the user supplies, where a bundler must see the worker file. That file imports its
 * definitions and serves them; main says `threads({ worker: () => new Worker(...) })`.
 */

import type { AnyWorker } from '../../worker/worker.ts'
import { withoutItsListeners } from '../place/thread-place.ts'
import { entryOf } from '../place/thread-side.ts'

/**
 * Makes this thread one in which `definitions` work.
 *
 * @throws {TypeError} at once, when two of them share a name
 *
 * @example
 * // my.worker.ts
 * import { serve } from 'rxboss/worker'
 * import primes from './primes.ts'
 *
 * serve([primes])
 */
export function serve(definitions: readonly AnyWorker[]): void {
  const byName = new Map(definitions.map(one => [one.name, one]))
  if (byName.size !== definitions.length)
    throw new TypeError(`Cannot serve: each worker must have a name of its own`)
  const entry = entryOf(async refs =>
    refs.map(({ name }) => {
      const found = byName.get(name)
      if (found) return found
      throw new Error(`This thread serves no worker "${name}": add it to the list in 'serve([...])'`)
    }),
  )
  // Loaded here, and not above: whoever imports `rxboss/worker` only to define a worker does not pay for it.
  void withoutItsListeners(() => import('threads/worker')).then(({ expose }) => expose(entry))
}
