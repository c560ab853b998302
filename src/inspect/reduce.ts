/**
 * The reducer: a run and what happened next make the run as it is then. Pure; all views are built on it, so all agree,
 * and any of them can be shown again from recorded events.
 */

import { append } from './bounded-log.ts'
import { Draft } from './draft.ts'
import type { InspectEvent, Who } from './events.ts'
import { withSecond } from './history.ts'
import {
  attemptBegan,
  attemptProgressed,
  attemptRepeats,
  attemptSettled,
  instructionRefused,
} from './reduce-attempts.ts'
import { bossStanding, laneExited, lanePrinted, laneReady, laneSampled, laneSpawned } from './reduce-lanes.ts'
import { type Mark, type Run, secondAt } from './run.ts'

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
      const { pending, running, lagMs, rss, cpu } = event
      Object.assign(draft.thisSecond, { pending, running, lagMs, rss, ...(cpu !== undefined && { cpu }) })
      return
    }
    case 'worker.spawn':
      return laneSpawned(draft, event)
    case 'worker.ready':
      return laneReady(draft, event)
    case 'worker.sample':
      return laneSampled(draft, event)
    case 'worker.log':
      return lanePrinted(draft, event)
    case 'worker.exit':
      return laneExited(draft, event)
    case 'instruction.accept': {
      const { counts } = draft
      counts.submitted++
      counts.pending++
      return
    }
    case 'instruction.refuse':
      return instructionRefused(draft, event)
    case 'instruction.start':
      return attemptBegan(draft, event)
    case 'instruction.retry':
      return attemptRepeats(draft, event)
    case 'report':
      return event.kind === 'interim'
        ? attemptProgressed(draft, event)
        : attemptSettled(draft, event, event.kind)
    case 'drop':
      run.missed += event.count
      return mark(draft, event.t, { type: 'drop', words: `${event.count} events dropped` })
    case 'source.cutOff':
    case 'boss.warn':
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
  const over = { ...run.thisSecond, pending, running }
  run.seconds = append(run.seconds, over)
  run.history = withSecond(run.history, over)
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
  bossStanding(draft, event)
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

/** A moment to be seen in the task stream. */
function mark({ run }: Draft, t: number, said: Omit<Mark, 't'>): void {
  run.marks = append(run.marks, { t, ...said })
}
