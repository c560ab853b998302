/** Higher `priority` first, 0 where none is given. Ageing lets the low ones through: see `patience`. */

import type { AnyScheduler, Pending } from '../scheduler.ts'

/**
 * Higher `priority` first; arrival among equals. Who was overtaken 100 times is next, whatever its priority (`patience`).
 *
 * @example
 * new Boss({ workers: [primes], scheduler: scheduler(maxThreads(4), byPriority()) })
 */
export const byPriority = (): AnyScheduler => ({
  name: 'byPriority',
  concurrency: Infinity,
  order: (a: Pending, b: Pending) => (b.instruction.priority ?? 0) - (a.instruction.priority ?? 0),
})
