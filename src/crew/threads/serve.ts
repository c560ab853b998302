/**
 * `serve`: for threads that the user supplies, where a bundler must see the worker file. That file imports its
 * definitions and serves them; main says `threads({ worker: () => new Worker(...) })`.
 */

import type { AnyWorker } from '../../worker/worker.ts'
import { answerHandshake } from '../place/handshake.ts'
import { mainSide } from '../place/thread-place.ts'
import { entryOf } from '../place/thread-side.ts'

/**
 * Makes this thread one in which `definitions` work.
 *
 * @throws {TypeError} at once, when two of them share a name
 * @throws {Error} at once, where this is no thread: one file for both calls it only where `isMainThread` is false
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
  answerHandshake(mainSide(), entry)
}
