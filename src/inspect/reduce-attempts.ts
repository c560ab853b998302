/** What events say of instructions: refused, begun, under way, to be repeated, settled. All that ends is counted by its ticket. */

import type { Failure } from '../words/failure.ts'
import { attemptTimes } from './attempt-times.ts'
import { append } from './bounded-log.ts'
import type { Draft } from './draft.ts'
import { addDuration } from './durations.ts'
import type { InspectEvent } from './events.ts'
import { failureInWords, withFailure } from './failure-groups.ts'
import { mostOverdue } from './limits.ts'
import type { Current, LaneView, Run, Span } from './run.ts'

type Event<T extends InspectEvent['type']> = Extract<InspectEvent, { type: T }>
type Writable<A> = { -readonly [Field in keyof A]: A[Field] }

/** It was never accepted: it is in none of the counts, and not done either. */
export function instructionRefused(
  { run }: Draft,
  { t, name, why, failure }: Event<'instruction.refuse'>,
): void {
  takeRefusal(run, { t, name: name ?? '', failure: failure ?? { ...refusedFailure, why } })
}

const refusedFailure = { code: 'refused', what: 'An instruction was not taken', remedy: '' } as const

/** The run after something was refused. In place: of a run that is nobody else's. */
export function takeRefusal(
  run: Writable<Run>,
  { t, name, failure }: { readonly t: number; readonly name: string; readonly failure: Failure },
): void {
  run.refused++
  run.refusals = withFailure(run.refusals, failure, { id: -1, name })
  run.spans = append(run.spans, {
    ...{ id: -1, name, worker: '', kind: 'refused', attempt: 0, ticket: undefined },
    ...{ began: t, ended: t, waitMs: 0, code: failure.code, why: failureInWords(failure) },
  })
}

export function attemptBegan(draft: Draft, event: Event<'instruction.start'>): void {
  const { id, name, worker, ticket, attempt, began, waitMs } = event
  const lane = draft.lane(ticket)
  if (lane === undefined) return
  const { counts } = draft
  const { current, overdue = [] } = lane
  // A worker does one thing at a time: what it did before has ended, whoever says so later.
  if (current === undefined) {
    counts.pending = Math.max(0, counts.pending - 1)
    counts.running++
  } else if (current.id !== id && overdue.length < mostOverdue) lane.overdue = [...overdue, current]
  lane.current = { id, name, worker, attempt, began, waitMs }
}

export function attemptProgressed(draft: Draft, { id, ticket, done, total }: Event<'report'>): void {
  if (done === undefined && total === undefined) return
  const lane = draft.laneOf(id, ticket)
  if (lane?.current?.id !== id) return
  lane.current = {
    ...lane.current,
    ...(done !== undefined && { done }),
    ...(total !== undefined && { total }),
  }
}

/** An attempt ended, and another will follow: it waits again. */
export function attemptRepeats(draft: Draft, event: Event<'instruction.retry'>): void {
  const { id, ticket, code, failure, t, waitMs, workMs } = event
  draft.run.retried++
  const lane = draft.laneOf(id, ticket)
  const begun = lane && leave(lane, id)
  if (lane === undefined || begun === undefined) return
  const { counts } = draft
  counts.pending++
  counts.running = Math.max(0, counts.running - 1)
  const { name, worker, attempt } = begun
  const measured = { t, ...(waitMs !== undefined && { waitMs }), ...(workMs !== undefined && { workMs }) }
  end(draft, lane, {
    ...{ id, name, worker, kind: 'retried', attempt, ticket: lane.ticket, code },
    ...attemptTimes(begun, measured),
    waitMs: waitMs ?? begun.waitMs,
    ...(failure !== undefined && { why: failureInWords(failure) }),
  })
}

export function attemptSettled(
  draft: Draft,
  event: Event<'report'>,
  kind: 'done' | 'failed' | 'cancelled',
): void {
  const { run, counts, thisSecond } = draft
  const { id, name, worker, failure, reason, t, attempt, waitMs, workMs } = event
  const lane = draft.laneOf(id, event.ticket)
  const isCurrent = lane?.current?.id === id
  const begun = lane && leave(lane, id)
  const from = isCurrent ? 'running' : 'pending'
  counts[kind]++
  if (counts[from] > 0) counts[from]--
  thisSecond[kind]++
  if (kind !== 'cancelled') addDuration(draft.durations, workMs ?? 0)
  if (failure !== undefined) run.failures = withFailure(run.failures, failure, { id, name })
  const measured = {
    t,
    ...(waitMs !== undefined && { waitMs }),
    ...(kind !== 'cancelled' && { workMs: workMs ?? 0 }),
  }
  const span: Span = {
    id,
    name,
    worker: worker || (begun?.worker ?? ''),
    kind,
    attempt: attempt ?? begun?.attempt ?? 0,
    // What was taken back before it began is no bar.
    ticket: kind === 'cancelled' && begun === undefined ? undefined : (lane?.ticket ?? event.ticket),
    ...attemptTimes(begun, measured),
    waitMs: waitMs ?? begun?.waitMs ?? 0,
    ...(failure !== undefined && { code: failure.code, why: failureInWords(failure) }),
    ...(reason !== undefined && { why: reason }),
  }
  if (lane !== undefined && span.ticket !== undefined) return end(draft, lane, span)
  draft.count(span)
  run.spans = append(run.spans, span)
}

/** Takes an attempt out of its lane. @returns how it began, where that was heard */
function leave(lane: Writable<LaneView>, id: number): Current | undefined {
  const { current, overdue } = lane
  if (current?.id === id) {
    lane.current = undefined
    return current
  }
  const begun = overdue?.find(one => one.id === id)
  if (begun !== undefined) lane.overdue = (overdue as readonly Current[]).filter(one => one !== begun)
  return begun
}

/** A lane is done with what it worked on. */
function end(draft: Draft, lane: Writable<LaneView>, span: Span): void {
  const { run } = draft
  if (span.kind === 'done') lane.done++
  else if (span.kind !== 'cancelled') lane.failed++
  lane.busyMs += span.ended - span.began
  draft.count(span)
  run.spans = append(run.spans, span)
}
