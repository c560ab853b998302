/** What events say of workers: they come, stand somewhere, print, are busy, and go. */

import { append } from './bounded-log.ts'
import type { Draft } from './draft.ts'
import type { InspectEvent } from './events.ts'
import { longestPrinted, mostPrinted, mostSamples } from './limits.ts'
import type { LaneView, LogLine, Mark, Run } from './run.ts'

type Event<T extends InspectEvent['type']> = Extract<InspectEvent, { type: T }>
type Writable<A> = { -readonly [Field in keyof A]: A[Field] }

const newLane = (ticket: number, workerId: string): LaneView => ({
  ticket,
  workerId,
  state: 'opening',
  current: undefined,
  done: 0,
  failed: 0,
  busyMs: 0,
  since: undefined,
  restarts: 0,
})

/** Who works where, as the boss has it; what it does not know of them stays. */
export function bossStanding(draft: Draft, { t, lanes, runningNow }: Event<'boss.state'>): void {
  const before = draft.run.lanes
  for (const lane of before) {
    if (lane !== undefined)
      Object.assign(draft.lane(lane.ticket) as LaneView, { state: 'gone', current: undefined })
  }
  for (const { ready, ...told } of lanes) {
    const { loop, heap, samples, why, host, threadId, language } = before[told.ticket] ?? {}
    draft.put({
      ...newLane(told.ticket, told.workerId),
      ...told,
      ...{ ...(loop !== undefined && { loop }), ...(heap !== undefined && { heap }) },
      ...{ ...(why !== undefined && { why }), ...(host !== undefined && { host }) },
      ...{ ...(threadId !== undefined && { threadId }), ...(samples !== undefined && { samples }) },
      ...(language !== undefined && { language }),
      ...(ready && { state: 'open', since: told.since ?? t }),
    })
  }
  for (const { ticket, id, name, worker, attempt, ms } of runningNow) {
    const lane = draft.lane(ticket)
    if (lane === undefined) continue
    const known = before[ticket]?.current
    lane.current =
      known?.id === id && known.attempt === attempt
        ? known
        : { id, name, worker, attempt, began: Math.max(0, t - ms), waitMs: 0 }
  }
}

export function laneSpawned(draft: Draft, { ticket, workerId, host }: Event<'worker.spawn'>): void {
  const before = draft.run.lanes[ticket]
  const inherited =
    before === undefined
      ? {}
      : {
          done: before.done,
          failed: before.failed,
          busyMs: before.busyMs,
          since: before.since,
          restarts: before.restarts + 1,
          ...(before.why !== undefined && { why: before.why }),
        }
  draft.put({ ...newLane(ticket, workerId), ...inherited, ...(host !== undefined && { host }) })
}

export function laneReady(
  draft: Draft,
  { ticket, t, startMs, host, threadId, pid, language, workerId }: Event<'worker.ready'>,
): void {
  const lane = draft.lane(ticket)
  if (lane !== undefined) {
    lane.state = 'open'
    lane.since ??= t
    Object.assign(lane, {
      ...(host !== undefined && { host }),
      ...(threadId !== undefined && { threadId }),
      ...(pid !== undefined && { pid }),
      ...(language !== undefined && { language }),
    })
  }
  draft.run.firstReady ??= t
  mark(draft.run, t, {
    type: 'ready',
    ticket,
    words: `${workerId}${language === undefined ? '' : ` (${language})`} ready in ${Math.round(startMs)} ms`,
  })
}

/** What it worked on is kept until its own end is told, which follows at once. */
export function laneExited(
  draft: Draft,
  { ticket, t, reason, why, workerId, ids }: Event<'worker.exit'>,
): void {
  const died = reason === 'crashed' || reason === 'outOfMemory'
  const lane = draft.lane(ticket)
  if (lane !== undefined) {
    lane.state = 'gone'
    lane.why = reason
    if (lane.current !== undefined && !ids.includes(lane.current.id)) {
      lane.busyMs += Math.max(0, t - lane.current.began)
      lane.current = undefined
    }
  }
  if (died) draft.run.respawned++
  const words = `${workerId} ${reason}${died ? `: ${why.split('\n')[0]}` : ''}`
  mark(draft.run, t, { type: reason, ticket, words })
}

export function laneSampled(draft: Draft, { ticket, t, loop, heap }: Event<'worker.sample'>): void {
  const lane = draft.lane(ticket)
  if (lane === undefined) return
  const load = { loop, ...(heap !== undefined && { heap }) }
  Object.assign(lane, load)
  lane.samples = [...(lane.samples ?? []).slice(1 - mostSamples), { t, ...load }]
}

/** By the line: what comes in pieces is seldom cut within one. */
export function lanePrinted({ run }: Draft, { type: _, ...said }: Event<'worker.log'>): void {
  const { t, workerId, ticket, id, stream, text } = said
  const from = { t, workerId, ticket, stream, ...(id !== undefined && { id }) }
  const lines = text.split('\n', mostPrinted + 1)
  for (const line of lines.slice(0, mostPrinted))
    if (line !== '') keep(run, { ...from, text: shortened(line) })
  if (lines.length > mostPrinted) keep(run, { ...from, text: '(and more lines)' })
}

function keep(run: Writable<Run>, line: LogLine): void {
  run.logs = append(run.logs, line)
}

const shortened = (line: string): string =>
  line.length > longestPrinted ? `${line.slice(0, longestPrinted - 1)}…` : line

function mark(run: Writable<Run>, t: number, said: Omit<Mark, 't'>): void {
  run.marks = append(run.marks, { t, ...said })
}
