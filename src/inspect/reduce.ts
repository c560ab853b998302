/**
 * The reducer: a run and what happened next make the run as it is then. Pure; all views are built on it, so all agree,
 * and any of them can be shown again from recorded events.
 */

import type { Counts } from '../report.ts'
import { withDuration } from './durations.ts'
import type { InspectEvent, Who } from './events.ts'
import { failureInWords, withFailure } from './failure-groups.ts'
import { type Current, type LaneView, type Mark, type Run, type Span, secondAt } from './run.ts'
import { append } from './tail.ts'

type Event<T extends InspectEvent['type']> = Extract<InspectEvent, { type: T }>

/** The run to come while it is made: its own top level, everything below shared and left as it is. */
type Draft = { -readonly [Field in keyof Run]: Run[Field] }

/**
 * The run after an event. Events of one boss, in order of their `seq`; numbers that are left out are counted as missed.
 * An event of a type it does not know changes nothing but the time.
 *
 * @example
 * boss.inspect$.pipe(scan(reduceRun, emptyRun())).subscribe(run => console.log(run.counts))
 */
export function reduceRun(run: Run, event: InspectEvent): Run {
  const next: Draft = { ...run }
  passTime(next, event)
  apply(next, event)
  return next
}

function apply(run: Draft, event: InspectEvent): void {
  switch (event.type) {
    case 'boss.start':
      return tellWho(run, event)
    case 'boss.state':
      return state(run, event)
    case 'boss.phase':
      return phase(run, event)
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
      run.thisSecond = { ...run.thisSecond, pending, running, lagMs, rss }
      return
    }
    case 'worker.spawn':
      return spawn(run, event)
    case 'worker.ready':
      return ready(run, event)
    case 'worker.sample': {
      const { loop, heap } = event
      return change(run, event.ticket, lane => ({ ...lane, loop, ...(heap !== undefined && { heap }) }))
    }
    case 'worker.exit':
      return exit(run, event)
    case 'instruction.accept': {
      const { counts } = run
      run.counts = { ...counts, submitted: counts.submitted + 1, pending: counts.pending + 1 }
      return
    }
    case 'instruction.refuse':
      run.refused++
      return
    case 'instruction.start':
      return begin(run, event)
    case 'instruction.retry':
      return retry(run, event)
    case 'report':
      return event.kind === 'interim' ? progress(run, event) : settle(run, event)
    case 'drop':
      run.missed += event.count
      return mark(run, event.t, { type: 'drop', words: `${event.count} events dropped` })
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
function passTime(run: Draft, { seq, t, boss, type }: InspectEvent): void {
  if (type !== 'boss.state' && run.seq > 0 && seq > run.seq + 1) run.missed += seq - run.seq - 1
  run.boss = boss
  run.seq = Math.max(seq, run.seq)
  run.t = Math.max(t, run.t)
  const at = Math.floor(run.t / 1000)
  if (at === run.thisSecond.at) return
  const { pending, running } = run.counts
  run.seconds = append(run.seconds, { ...run.thisSecond, pending, running })
  run.thisSecond = secondAt(at, pending, running)
}

function tellWho(run: Draft, { wall, workers, crew, concurrency, node, version, total }: Who): void {
  Object.assign(run, { wall, workers, crew, concurrency, node, version })
  if (total !== undefined) run.total = total
}

/** Where it stands: the first word to an observer who then follows, or one of many to one who only looks now and then. */
function state(run: Draft, event: Event<'boss.state'>): void {
  const { counts, intake, pump, phase, t } = event
  const first = run.workers.length === 0 && run.concurrency === 0
  const lanes = event.lanes.reduce(
    (known, { ready, ...lane }) => {
      const { loop, heap, why, host, threadId } = run.lanes[lane.ticket] ?? {}
      known[lane.ticket] = {
        ...newLane(lane.ticket, lane.workerId),
        ...lane,
        ...{ ...(loop !== undefined && { loop }), ...(heap !== undefined && { heap }) },
        ...{ ...(why !== undefined && { why }), ...(host !== undefined && { host }) },
        ...(threadId !== undefined && { threadId }),
        ...(ready && { state: 'open', since: lane.since ?? t }),
      }
      return known
    },
    run.lanes.map(lane => lane && ({ ...lane, state: 'gone', current: undefined } as LaneView)),
  )
  for (const { ticket, id, name, worker, attempt, ms } of event.runningNow) {
    const lane = lanes[ticket]
    const known = run.lanes[ticket]?.current
    const current =
      known?.id === id && known.attempt === attempt
        ? known
        : { id, name, worker, attempt, began: Math.max(0, t - ms), waitMs: 0 }
    if (lane !== undefined) lanes[ticket] = { ...lane, current }
  }
  if (first) {
    run.watchedFrom = t
    run.settledBefore = counts.done + counts.failed + counts.cancelled + counts.unheard
    run.thisSecond = secondAt(Math.floor(t / 1000), counts.pending, counts.running)
  } else {
    const { done, failed, cancelled } = run.thisSecond
    run.thisSecond = {
      ...run.thisSecond,
      done: done + Math.max(0, counts.done - run.counts.done),
      failed: failed + Math.max(0, counts.failed - run.counts.failed),
      cancelled: cancelled + Math.max(0, counts.cancelled - run.counts.cancelled),
    }
  }
  tellWho(run, event)
  Object.assign(run, { counts, lanes, intake, pump, phase })
  if (lanes.some(lane => lane?.state === 'open')) run.firstReady ??= t
  if (pump === 'on') run.haltedSince = undefined
  else run.haltedSince ??= t
}

function phase(run: Draft, { intake, pump, phase, by, t }: Event<'boss.phase'>): void {
  const pumped = pump === 'off' ? 'halted' : 'working'
  const words = phase !== run.phase ? phase : pump !== run.pump ? pumped : `intake ${intake}`
  if (pump === 'on' && run.haltedSince !== undefined) {
    if (run.firstReady !== undefined)
      run.haltedMs += Math.max(0, t - Math.max(run.haltedSince, run.firstReady))
    run.haltedSince = undefined
  } else if (pump === 'off') run.haltedSince ??= t
  Object.assign(run, { intake, pump, phase })
  mark(run, t, { type: 'phase', words: by === 'api' ? words : `${words} (${by})` })
}

function spawn(run: Draft, { ticket, workerId, host }: Event<'worker.spawn'>): void {
  const before = run.lanes[ticket]
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
  const lane = { ...newLane(ticket, workerId), ...inherited, ...(host !== undefined && { host }) }
  run.lanes = withAt(run.lanes, ticket, lane)
}

function ready(run: Draft, { ticket, t, startMs, host, threadId, workerId }: Event<'worker.ready'>): void {
  const where = { ...(host !== undefined && { host }), ...(threadId !== undefined && { threadId }) }
  change(run, ticket, lane => ({ ...lane, ...where, state: 'open', since: lane.since ?? t }))
  run.firstReady ??= t
  mark(run, t, { type: 'ready', ticket, words: `${workerId} ready in ${Math.round(startMs)} ms` })
}

/** What it worked on is kept until its own end is told, which follows at once. */
function exit(run: Draft, { ticket, t, reason, why, workerId, ids }: Event<'worker.exit'>): void {
  const died = reason === 'crashed' || reason === 'outOfMemory'
  change(run, ticket, ({ current, busyMs, ...lane }) => ({
    ...lane,
    state: 'gone',
    why: reason,
    ...(current === undefined || ids.includes(current.id)
      ? { current, busyMs }
      : { current: undefined, busyMs: busyMs + Math.max(0, t - current.began) }),
  }))
  if (died) run.respawned++
  mark(run, t, {
    type: reason,
    ticket,
    words: `${workerId} ${reason}${died ? `: ${why.split('\n')[0]}` : ''}`,
  })
}

function begin(run: Draft, event: Event<'instruction.start'>): void {
  const { id, name, worker, ticket, attempt, began, waitMs } = event
  const lane = run.lanes[ticket]
  if (lane === undefined) return
  const { counts } = run
  // A lane that goes from one to the next at once had the first one's end told before.
  if (lane.current === undefined)
    run.counts = { ...counts, pending: Math.max(0, counts.pending - 1), running: counts.running + 1 }
  run.lanes = withAt(run.lanes, ticket, {
    ...lane,
    current: { id, name, worker, attempt, began, waitMs },
  })
}

/** An attempt ended, and another will follow: it waits again. */
function retry(run: Draft, { id, code, t }: Event<'instruction.retry'>): void {
  run.retried++
  const lane = laneOf(run, id)
  if (lane?.current === undefined) return
  const { counts } = run
  run.counts = { ...counts, pending: counts.pending + 1, running: Math.max(0, counts.running - 1) }
  const { name, worker, attempt, began, waitMs } = lane.current
  const span: Span = {
    ...{ id, name, worker, kind: 'retried', attempt, ticket: lane.ticket, began, ended: t, waitMs, code },
  }
  end(run, lane, span)
}

function progress(run: Draft, { id, done, total }: Event<'report'>): void {
  if (done === undefined && total === undefined) return
  const lane = laneOf(run, id)
  if (lane?.current === undefined) return
  const current: Current = {
    ...lane.current,
    ...(done !== undefined && { done }),
    ...(total !== undefined && { total }),
  }
  run.lanes = withAt(run.lanes, lane.ticket, { ...lane, current })
}

function settle(run: Draft, event: Event<'report'>): void {
  const { id, name, worker, kind, failure, reason, t, attempt = 0, waitMs = 0, workMs = 0 } = event
  if (kind === 'interim') return
  const lane = laneOf(run, id)
  const current = lane?.current
  const from = current === undefined ? 'pending' : 'running'
  run.counts = oneSettled(run.counts, from, kind)
  run.thisSecond = { ...run.thisSecond, [kind]: run.thisSecond[kind] + 1 }
  if (kind !== 'cancelled') run.durations = withDuration(run.durations, workMs)
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
  else end(run, lane, span)
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

/** The lane that works on an instruction. */
function laneOf({ lanes }: Run, id: number): LaneView | undefined {
  for (const lane of lanes) if (lane?.current?.id === id) return lane
  return undefined
}

function oneSettled(
  counts: Counts,
  from: 'pending' | 'running',
  kind: 'done' | 'failed' | 'cancelled',
): Counts {
  const next: { -readonly [Field in keyof Counts]: number } = { ...counts }
  next[kind]++
  if (next[from] > 0) next[from]--
  return next
}

/** A lane is done with what it worked on. */
function end(run: Draft, lane: LaneView, span: Span): void {
  run.lanes = withAt(run.lanes, lane.ticket, {
    ...lane,
    current: undefined,
    done: lane.done + (span.kind === 'done' ? 1 : 0),
    failed: lane.failed + (span.kind === 'failed' || span.kind === 'retried' ? 1 : 0),
    busyMs: lane.busyMs + Math.max(0, span.ended - span.began),
  })
  run.spans = append(run.spans, span)
}

function mark(run: Draft, t: number, said: Omit<Mark, 't'>): void {
  run.marks = append(run.marks, { t, ...said })
}

function change(run: Draft, ticket: number, to: (lane: LaneView) => LaneView): void {
  const lane = run.lanes[ticket]
  if (lane !== undefined) run.lanes = withAt(run.lanes, ticket, to(lane))
}

function withAt<A>(items: readonly (A | undefined)[], at: number, item: A): readonly (A | undefined)[] {
  const copy = items.slice()
  copy[at] = item
  return copy
}
