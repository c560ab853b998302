/**
 * The longest first, so that no long one is left alone at the end. taylorism's LongerFirstScheduler.
 *
 * How long is the instruction's `expectedTime`, else what its worker took so far. Of whom nothing is known comes after
 * the others: who knows that some are long says so of these.
 */

import type { AnyScheduler, Pending } from '../scheduler.ts'

/**
 * The longest first: by `expectedTime`, else by what the worker took so far; those of whom nothing is known come last.
 *
 * @example
 * scheduler(maxThreads(4), longestFirst())
 */
export const longestFirst = (): AnyScheduler => ({
  name: 'longestFirst',
  concurrency: Infinity,
  order: (a: Pending, b: Pending) => (b.expectedMs ?? -1) - (a.expectedMs ?? -1),
})
