/** What the figures of a run add up to: counts in which everything is somewhere, efficiency, what is still to come. */

import { busyOf } from '../../inspect/busy.ts'
import { settledOf } from '../../inspect/eta.ts'
import type { LaneView, Run } from '../../inspect/run.ts'

export interface Account {
  /** Settled or refused, of all there will be. */
  readonly accounted: number
  readonly total: number | undefined
  readonly failed: number
  readonly refused: number
  readonly cancelled: number
  /** Of a run that has ended: given back, to be given again; and never read. */
  readonly givenBack: number
  readonly unread: number
}

export function accountOf(run: Run): Account {
  const { counts, total, status } = run
  // Some are told as events, some are only counted.
  const refused = Math.max(run.refused, counts.refused ?? 0)
  const accounted = settledOf(run) + refused
  const ended = status !== 'running'
  const givenBack = ended ? counts.pending + counts.running : 0
  return {
    accounted,
    total,
    failed: counts.failed,
    refused,
    cancelled: counts.cancelled,
    givenBack,
    unread: ended && total !== undefined ? Math.max(0, total - accounted - givenBack) : 0,
  }
}

/** Workers that have been there, also after they have gone. */
export const lanesOf = ({ lanes }: Run): readonly LaneView[] =>
  lanes.filter((lane): lane is LaneView => lane?.since !== undefined)

export function efficiency(run: Run, now: number): number | undefined {
  const lanes = lanesOf(run)
  if (lanes.length === 0) return undefined
  const ended = run.status === 'running' ? now : run.t
  return lanes.reduce((sum, lane) => sum + busyOf(lane, ended), 0) / lanes.length
}

/** Milliseconds of work, all workers together. */
export const workMsOf = (run: Run): number => run.lanes.reduce((sum, lane) => sum + (lane?.busyMs ?? 0), 0)

/** How long fewer than all workers had something to do in the end. */
export function tailMs(run: Run): number | undefined {
  if (run.status === 'running') return undefined
  const last = new Map<number, number>()
  const { items, from, to } = run.spans
  const lanes = lanesOf(run).length
  for (let i = to - 1; i >= from && last.size < lanes; i--) {
    const span = items[i]
    if (span?.ticket !== undefined && !last.has(span.ticket)) last.set(span.ticket, span.ended)
  }
  if (last.size < 2) return undefined
  const ends = [...last.values()]
  return Math.max(...ends) - Math.min(...ends)
}
