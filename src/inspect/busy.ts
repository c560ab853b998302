/** How much of its time a worker had something to do, 0 to 1. */

import type { LaneView } from './run.ts'

export function busyOf({ busyMs, current, since }: LaneView, now: number): number {
  if (since === undefined || now <= since) return 0
  const more = current === undefined ? 0 : Math.max(0, now - Math.max(since, current.began))
  return Math.min(1, (busyMs + more) / (now - since))
}
