/** Who must be done first goes first. */

import type { AnyScheduler, Pending } from '../scheduler.ts'

/**
 * The earliest `deadline` first; those without one come after the others. A deadline orders, and stops nothing: what is late
 * is done all the same.
 *
 * @example
 * new Boss({ workers: [render], scheduler: scheduler(maxThreads(4), byDeadline()) })
 */
export const byDeadline = (): AnyScheduler => ({
  name: 'byDeadline',
  concurrency: Infinity,
  order: (a, b) => compare(deadlineOf(a), deadlineOf(b)),
})

const deadlineOf = ({ instruction: { deadline } }: Pending): number =>
  deadline === undefined ? Infinity : typeof deadline === 'string' ? Date.parse(deadline) : Number(deadline)

const compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0)
