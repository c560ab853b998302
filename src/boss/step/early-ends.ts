/** The rules of what ends before its time, by whether its work has begun. Asked, not told: whoever cancels wants to know now. */

import type { CancelCode } from '../../words/report.ts'

/** What an early end concerns: what waits, what runs, both, or nothing. */
export type Reach = 'waiting' | 'running' | 'both' | 'nothing'

/**
 * What is ended by this, in this attempt. A timeout counts from the first moment of its work, so what waits has not used any of
 * it. `queueTimeout` limits how long a first start is waited for: between attempts it is the backoff that says how long.
 */
export function reachOf(as: CancelCode | 'timeout', attempt: number): Reach {
  switch (as) {
    case 'timeout':
      return 'running'
    case 'queueTimeout':
      return attempt === 1 ? 'waiting' : 'nothing'
    case 'evicted':
      return 'waiting'
    default:
      return 'both'
  }
}

/** How many of those that wait must be given up so that `count` more fit in a mailbox; `undefined`: they never do. */
export function mustGiveUp(
  {
    capacity,
    overflow,
  }: { readonly capacity: number; readonly overflow: 'fail' | 'dropNewest' | 'dropOldest' },
  waiting: number,
  count: number,
): number | undefined {
  const missing = waiting + count - capacity
  if (missing <= 0) return 0
  return overflow === 'dropOldest' && count <= capacity ? missing : undefined
}
