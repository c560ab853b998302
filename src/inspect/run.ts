/** A run as its events tell it: a value, bounded whatever the length of the run. Every view is made of this alone. */

import type { FailureCode } from '../words/failure.ts'
import type { InstructionId } from '../words/instruction.ts'
import type { Counts, Settled } from '../words/report.ts'
import { type BoundedLog, emptyLog } from './bounded-log.ts'
import { type Durations, noDurations } from './durations.ts'
import type { PhaseFields } from './events.ts'
import { type FailureGroups, noFailures } from './failure-groups.ts'
import { noHistory, type Second, type SliceLevel } from './history.ts'
import type { KindView } from './kinds.ts'
import { keptSeconds, keptSpans } from './limits.ts'

/** What a lane works on. Times are milliseconds since the boss began. */
export interface Current {
  readonly id: InstructionId
  readonly name: string
  readonly worker: string
  readonly attempt: number
  readonly began: number
  readonly waitMs: number
  /** From its last interim report of the form `{ done, total }`. */
  readonly done?: number
  readonly total?: number
}

/** A worker in its slot: the row of every view. Of those that had the same ticket, the last. */
export interface LaneView {
  readonly ticket: number
  readonly workerId: string
  readonly state: 'opening' | 'open' | 'gone'
  readonly host?: string
  readonly threadId?: number
  /** Of a child process. */
  readonly pid?: number
  /** In what a program is written, and its version: `Python 3.11.7`. */
  readonly language?: string
  readonly current: Current | undefined
  /** What it has left for `current`, and whose end has not been told yet. */
  readonly overdue?: readonly Current[]
  readonly done: number
  readonly failed: number
  /** Milliseconds with an instruction, those of its predecessors included. */
  readonly busyMs: number
  /** When its first worker was ready. */
  readonly since: number | undefined
  /** How busy its thread's event loop was in the last second, 0 to 1. */
  readonly loop?: number
  /** MB. */
  readonly heap?: number
  /** The last samples, each second one, the oldest first. */
  readonly samples?: readonly LaneSample[]
  /** Workers that were there before. */
  readonly restarts: number
  /** Why the last worker that went there has gone. */
  readonly why?: string
}

/** A worker's load at a moment. */
export interface LaneSample {
  readonly t: number
  readonly loop: number
  readonly heap?: number
}

/** What a worker printed. */
export interface LogLine {
  readonly t: number
  readonly workerId: string
  readonly ticket: number
  /** What it worked on. */
  readonly id?: InstructionId
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** One attempt that ended: a bar in the task stream. */
export interface Span {
  readonly id: InstructionId
  readonly name: string
  readonly worker: string
  /** `refused`: never accepted, and its `id` is -1. */
  readonly kind: Settled['kind'] | 'retried' | 'refused'
  readonly attempt: number
  /** `undefined`: it ended before its work began, and is no bar. */
  readonly ticket: number | undefined
  readonly began: number
  readonly ended: number
  readonly waitMs: number
  readonly code?: FailureCode
  /** In a line of words. */
  readonly why?: string
}

/** Something that happened at a moment: a mark in the task stream. */
export interface Mark {
  readonly t: number
  readonly type: 'phase' | 'ready' | 'crashed' | 'outOfMemory' | 'terminated' | 'retired' | 'idle' | 'drop'
  readonly ticket?: number
  readonly words: string
}

/** What was started, and where. */
export interface About {
  readonly command: string
  readonly host: string
  readonly pid: number
  readonly cores: number
  readonly cpu: string
  readonly memoryMB: number
  readonly platform: string
}

/** A run as its events tell it. Made by {@link emptyRun}, changed by {@link reduceRun}; a value, never changed in place. */
export interface Run extends PhaseFields {
  readonly v: 1
  readonly boss: string
  /** Milliseconds since 1970 when the boss began, where that is known. */
  readonly wall: number | undefined
  readonly node: string | undefined
  readonly version: string | undefined
  /** Where somebody knows. No event tells it. */
  readonly about?: About
  readonly crew: string
  readonly concurrency: number
  /** The worker definitions, by name. */
  readonly workers: readonly string[]
  readonly status: 'running' | 'finished' | 'stopped' | 'failed'
  /** How many instructions there will be, where that is known. */
  readonly total: number | undefined
  /** The number and the time of the last event. */
  readonly seq: number
  readonly t: number
  /** From here on the run was watched: what happened before is known as counts alone. */
  readonly watchedFrom: number
  /** How many were settled by then: when, nobody saw. */
  readonly settledBefore: number
  /** Events that never came: numbers that were left out, and what a `drop` said. */
  readonly missed: number
  readonly counts: Counts
  readonly retried: number
  /** Never accepted, so in none of the counts. */
  readonly refused: number
  readonly refusals: FailureGroups
  /** Workers that came in the place of one that died. */
  readonly respawned: number
  /** By ticket. */
  readonly lanes: readonly (LaneView | undefined)[]
  readonly spans: BoundedLog<Span>
  readonly marks: BoundedLog<Mark>
  /** What workers printed, by the line. */
  readonly logs: BoundedLog<LogLine>
  readonly seconds: BoundedLog<Second>
  /** The same in wider slices, which reach further back. */
  readonly history: readonly SliceLevel[]
  readonly thisSecond: Second
  /** Of `workMs`, settled work. */
  readonly durations: Durations
  /** By worker definition, in order of appearance. */
  readonly kinds: readonly KindView[]
  readonly failures: FailureGroups
  /** When the first worker was ready. */
  readonly firstReady: number | undefined
  /** Milliseconds that the pump was off since then, and since when it is. */
  readonly haltedMs: number
  readonly haltedSince: number | undefined
}

const noCounts: Counts = {
  submitted: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  unheard: 0,
  pending: 0,
  running: 0,
  refused: 0,
}

export const secondAt = (at: number, pending: number, running: number): Second => ({
  at,
  done: 0,
  failed: 0,
  cancelled: 0,
  pending,
  running,
})

/**
 * A run of which nothing is known yet.
 *
 * @param state  what is known already, for instance of a run that is shown again
 */
export const emptyRun = (state: Partial<Run> = {}): Run => ({
  v: 1,
  boss: '',
  wall: undefined,
  node: undefined,
  version: undefined,
  crew: '',
  concurrency: 0,
  workers: [],
  status: 'running',
  total: undefined,
  intake: 'open',
  pump: 'off',
  phase: 'live',
  seq: 0,
  t: 0,
  watchedFrom: 0,
  settledBefore: 0,
  missed: 0,
  counts: noCounts,
  retried: 0,
  refused: 0,
  refusals: noFailures,
  respawned: 0,
  lanes: [],
  spans: emptyLog(keptSpans),
  marks: emptyLog(10_000),
  logs: emptyLog(2000),
  seconds: emptyLog(keptSeconds),
  history: noHistory,
  thisSecond: secondAt(0, 0, 0),
  durations: noDurations,
  kinds: [],
  failures: noFailures,
  firstReady: undefined,
  haltedMs: 0,
  haltedSince: undefined,
  ...state,
})
