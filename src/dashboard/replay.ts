/** What is kept of a run, told again as events: for views that are made of events, when nobody kept those. */

import { itemsOf } from '../inspect/bounded-log.ts'
import type { InspectEvent } from '../inspect/events.ts'
import type { LaneView, Run, Span } from '../inspect/run.ts'

/** In order of time. Ends of workers are left out but for accidents, of which the trace has marks. */
export function replay(run: Run): readonly InspectEvent[] {
  const { boss, status, counts, wall = 0, workers, crew, concurrency, node = '', version = '' } = run
  let seq = 0
  const stamp = (t: number) => ({ v: 1, seq: ++seq, t, boss }) as const
  const told: { readonly t: number; readonly tell: () => InspectEvent }[] = []
  const at = (t: number, tell: () => InspectEvent) => told.push({ t, tell })
  for (const lane of run.lanes) {
    if (lane === undefined) continue
    const { ticket, workerId } = lane
    const t = lane.since ?? 0
    at(t, () => ({ ...stamp(t), type: 'worker.spawn', ticket, workerId }))
    at(t, () => ({ ...stamp(t), type: 'worker.ready', ticket, workerId, startMs: 0 }))
  }
  for (const span of itemsOf(run.spans)) {
    const { ticket } = span
    if (ticket === undefined) continue
    at(span.began, () => start(span, ticket, run.lanes[ticket]))
    at(span.ended, () => ended(span, ticket))
  }
  for (const mark of itemsOf(run.marks)) {
    const { t, ticket, type, words } = mark
    if (ticket === undefined || (type !== 'crashed' && type !== 'outOfMemory')) continue
    const workerId = run.lanes[ticket]?.workerId ?? ''
    at(t, () => ({ ...stamp(t), type: 'worker.exit', ticket, workerId, reason: type, why: words, ids: [] }))
  }
  told.sort((a, b) => a.t - b.t)
  const who = { wall, workers, crew, concurrency, node, version }
  const events: InspectEvent[] = [
    { ...stamp(0), type: 'boss.start', ...who },
    ...told.map(({ tell }) => tell()),
  ]
  if (status !== 'running') events.push({ ...stamp(run.t), type: 'boss.end', status, counts, ms: run.t })
  return events

  function start(span: Span, ticket: number, lane: LaneView | undefined): InspectEvent {
    const { id, name, worker, attempt, waitMs, began } = span
    const workerId = lane?.workerId ?? ''
    return {
      ...stamp(began),
      ...{ type: 'instruction.start', id, name, worker, ticket, workerId, attempt, waitMs, began },
    }
  }

  function ended(span: Span, ticket: number): InspectEvent {
    const { id, name, worker, attempt, waitMs, ended: t, began, kind, code = 'threw', why } = span
    if (kind === 'retried') return { ...stamp(t), type: 'instruction.retry', id, attempt, delayMs: 0, code }
    return {
      ...stamp(t),
      ...{ type: 'report', kind, id, name, worker, ticket, attempt, waitMs, workMs: t - began },
      ...(why !== undefined && { reason: why }),
    }
  }
}
