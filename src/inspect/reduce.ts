/**
 * The reducer: a run and what happened next make the run as it is then. Pure; all views are built on it, so all agree,
 * and any of them can be shown again from recorded events.
 */

import { append } from './bounded-log.ts'
import { Draft } from './draft.ts'
import { addDuration } from './durations.ts'
import type { InspectEvent, Who } from './events.ts'
import { failureInWords, withFailure } from './failure-groups.ts'
import { type Current, type LaneView, type Mark, type Run, type Span, secondAt } from './run.ts'

type Event<T extends InspectEvent['type']> = Extract<InspectEvent, { type: T }>

/**
 * The run after an event. Events of one boss, in order of their `seq`; numbers that are left out are counted as missed.
 * An event of a type it does not know changes nothing but the time.
 *
 * @example
 * boss.inspect$.pipe(scan(reduceRun, emptyRun())).subscribe(run => console.log(run.counts))
 */
export const reduceRun = (run: Run, event: InspectEvent): Run => reduceAll(run, [event])

/**
 * The run after some events: the same as one after the other, at a tenth of the price.
 *
 * @example
 * boss.inspect$.pipe(bufferTime(250), scan(reduceAll, emptyRun())).subscribe(run => console.log(run.counts))
 */
export function reduceAll(run: Run, events: readonly InspectEvent[]): Run {
  const draft = new Draft(run)
  for (const event of events) {
    passTime(draft, event)
    apply(draft, event)
  }
  return draft.run
}

function apply(draft: Draft, event: InspectEvent): void {
  const { run } = draft
  switch (event.type) {
    case 'boss.start':
      return tellWho(draft, event)
    case 'boss.state':
      return state(draft, event)
    case 'boss.phase':
      return phase(draft, event)
    case 'boss.total':
      run.total = event.total
      return
    case 'boss.report':
      run.counts = event.counts
      return
    case 'boss.end':
      run.counts = event.counts
      run.status = event.status
      return
    case 'boss.sample': {
      const { pending, running, lagMs, rss } = event
      Object.assign(draft.thisSecond, { pending, running, lagMs, rss })
      return
    }
    case 'worker.spawn':
      return spawn(draft, event)
    case 'worker.ready':
      return ready(draft, event)
    case 'worker.sample': {
      const { loop, heap } = event
      const lane = draft.lane(event.ticket)
      if (lane !== undefined) Object.assign(lane, { loop, ...(heap !== undefined && { heap }) })
      return
    }
    case 'worker.exit':
      return exit(draft, event)
    case 'instruction.accept': {
      const { counts } = draft
      counts.submitted++
      counts.pending++
      return
    }
    case 'instruction.refuse':
      run.refused++
      return
    case 'instruction.start':
      return begin(draft, event)
    case 'instruction.retry':
      return retry(draft, event)
    case 'report':
      return event.kind === 'interim' ? progress(draft, event) : settle(draft, event, event.kind)
    case 'drop':
      run.missed += event.count
      return mark(draft, event.t, { type: 'drop', words: `${event.count} events dropped` })
    case 'worker.log':
    case 'instruction.warn':
    case 'actor.spawn':
    case 'actor.restart':
    case 'actor.exit':
    case 'actor.deadLetter':
      return
    default:
      // A later version's: of ours, none is left.
      void (event satisfies never)
  }
}

/** Time goes on: whole seconds are put away, and numbers that never came are missed. */
function passTime({ run }: Draft, { seq, t, boss, type }: InspectEvent): void {
  if (type !== 'boss.state' && run.seq > 0 && seq > run.seq + 1) run.missed += seq - run.seq - 1
  run.boss = boss
  if (seq > run.seq) run.seq = seq
  if (t > run.t) run.t = t
  const at = Math.floor(run.t / 1000)
  if (at === run.thisSecond.at) return
  const { pending, running } = run.counts
  run.seconds = append(run.seconds, { ...run.thisSecond, pending, running })
  run.thisSecond = secondAt(at, pending, running)
}

function tellWho({ run }: Draft, { wall, workers, crew, concurrency, node, version, total }: Who): void {
  Object.assign(run, { wall, workers, crew, concurrency, node, version })
  if (total !== undefined) run.total = total
}

/** Where it stands: the first word to an observer who then follows, or one of many to one who only looks now and then. */
function state(draft: Draft, event: Event<'boss.state'>): void {
  const { run } = draft
  const { counts, intake, pump, phase, t } = event
  const first = run.workers.length === 0 && run.concurrency === 0
  const before = run.lanes
  for (const lane of before) {
    if (lane !== undefined)
      Object.assign(draft.lane(lane.ticket) as LaneView, { state: 'gone', current: undefined })
  }
  for (const { ready, ...told } of event.lanes) {
    const { loop, heap, why, host, threadId } = before[told.ticket] ?? {}
    draft.put({
      ...newLane(told.ticket, told.workerId),
      ...told,
      ...{ ...(loop !== undefined && { loop }), ...(heap !== undefined && { heap }) },
      ...{ ...(why !== undefined && { why }), ...(host !== undefined && { host }) },
      ...(threadId !== undefined && { threadId }),
      ...(ready && { state: 'open', since: told.since ?? t }),
    })
  }
  for (const { ticket, id, name, worker, attempt, ms } of event.runningNow) {
    const lane = draft.lane(ticket)
    if (lane === undefined) continue
    const known = before[ticket]?.current
    lane.current =
      known?.id === id && known.attempt === attempt
        ? known
        : { id, name, worker, attempt, began: Math.max(0, t - ms), waitMs: 0 }
  }
  if (first) {
    run.watchedFrom = t
    run.settledBefore = counts.done + counts.failed + counts.cancelled + counts.unheard
    run.thisSecond = secondAt(Math.floor(t / 1000), counts.pending, counts.running)
  } else {
    const { thisSecond } = draft
    for (const kind of ['done', 'failed', 'cancelled'] as const)
      thisSecond[kind] += Math.max(0, counts[kind] - run.counts[kind])
  }
  tellWho(draft, event)
  Object.assign(run, { counts, intake, pump, phase })
  if (run.lanes.some(lane => lane?.state === 'open')) run.firstReady ??= t
  if (pump === 'on') run.haltedSince = undefined
  else run.haltedSince ??= t
}

function phase(draft: Draft, { intake, pump, phase, by, t }: Event<'boss.phase'>): void {
  const { run } = draft
  const pumped = pump === 'off' ? 'halted' : 'working'
  const words = phase !== run.phase ? phase : pump !== run.pump ? pumped : `intake ${intake}`
  if (pump === 'on' && run.haltedSince !== undefined) {
    if (run.firstReady !== undefined)
      run.haltedMs += Math.max(0, t - Math.max(run.haltedSince, run.firstReady))
    run.haltedSince = undefined
  } else if (pump === 'off') run.haltedSince ??= t
  Object.assign(run, { intake, pump, phase })
  mark(draft, t, { type: 'phase', words: by === 'api' ? words : `${words} (${by})` })
}

function spawn(draft: Draft, { ticket, workerId, host }: Event<'worker.spawn'>): void {
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

function ready(draft: Draft, { ticket, t, startMs, host, threadId, workerId }: Event<'worker.ready'>): void {
  const lane = draft.lane(ticket)
  if (lane !== undefined) {
    lane.state = 'open'
    lane.since ??= t
    Object.assign(lane, { ...(host !== undefined && { host }), ...(threadId !== undefined && { threadId }) })
  }
  draft.run.firstReady ??= t
  mark(draft, t, { type: 'ready', ticket, words: `${workerId} ready in ${Math.round(startMs)} ms` })
}

/** What it worked on is kept until its own end is told, which follows at once. */
function exit(draft: Draft, { ticket, t, reason, why, workerId, ids }: Event<'worker.exit'>): void {
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
  mark(draft, t, { type: reason, ticket, words })
}

function begin(draft: Draft, event: Event<'instruction.start'>): void {
  const { id, name, worker, ticket, attempt, began, waitMs } = event
  const lane = draft.lane(ticket)
  if (lane === undefined) return
  // A lane that goes from one to the next at once had the first one's end told before.
  if (lane.current === undefined) {
    const { counts } = draft
    counts.pending = Math.max(0, counts.pending - 1)
    counts.running++
  }
  lane.current = { id, name, worker, attempt, began, waitMs }
}

/** An attempt ended, and another will follow: it waits again. */
function retry(draft: Draft, { id, code, t }: Event<'instruction.retry'>): void {
  draft.run.retried++
  const lane = draft.laneOf(id)
  if (lane?.current === undefined) return
  const { counts } = draft
  counts.pending++
  counts.running = Math.max(0, counts.running - 1)
  const { name, worker, attempt, began, waitMs } = lane.current
  end(draft, lane, {
    ...{ id, name, worker, kind: 'retried', attempt, ticket: lane.ticket, began, ended: t, waitMs, code },
  })
}

function progress(draft: Draft, { id, ticket, done, total }: Event<'report'>): void {
  if (done === undefined && total === undefined) return
  const lane = draft.laneOf(id, ticket)
  if (lane?.current === undefined) return
  const current: Current = {
    ...lane.current,
    ...(done !== undefined && { done }),
    ...(total !== undefined && { total }),
  }
  lane.current = current
}

function settle(draft: Draft, event: Event<'report'>, kind: 'done' | 'failed' | 'cancelled'): void {
  const { run, counts, thisSecond } = draft
  const { id, name, worker, failure, reason, t, attempt = 0, waitMs = 0, workMs = 0 } = event
  const lane = draft.laneOf(id, event.ticket)
  const current = lane?.current
  const from = current === undefined ? 'pending' : 'running'
  counts[kind]++
  if (counts[from] > 0) counts[from]--
  thisSecond[kind]++
  if (kind !== 'cancelled') addDuration(draft.durations, workMs)
  if (failure !== undefined) run.failures = withFailure(run.failures, failure, { id, name })
  const began = current?.began ?? t - workMs
  const span: Span = {
    id,
    name,
    worker: worker || (current?.worker ?? ''),
    kind,
    attempt,
    ticket: lane?.ticket ?? event.ticket,
    began,
    ended: kind === 'cancelled' ? t : began + workMs,
    waitMs,
    ...(failure !== undefined && { code: failure.code, why: failureInWords(failure) }),
    ...(reason !== undefined && { why: reason }),
  }
  if (lane === undefined) run.spans = append(run.spans, span)
  else end(draft, lane, span)
}

// -- parts ---------------------------------------------------------------------------------------------------------------

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

/** A lane is done with what it worked on. */
function end({ run }: Draft, lane: NonNullable<ReturnType<Draft['lane']>>, span: Span): void {
  lane.current = undefined
  if (span.kind === 'done') lane.done++
  else if (span.kind !== 'cancelled') lane.failed++
  lane.busyMs += Math.max(0, span.ended - span.began)
  run.spans = append(run.spans, span)
}

function mark({ run }: Draft, t: number, said: Omit<Mark, 't'>): void {
  run.marks = append(run.marks, { t, ...said })
}
