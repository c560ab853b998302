/**
 * A run as JSON, for the page and for the report: its logs as columns, the oldest left out where there are too many.
 *
 * Columns are made of so many rows at a time, and in pieces where somebody else waits for the thread meanwhile.
 */

import { type BoundedLog, lastOf } from '../inspect/bounded-log.ts'
import type { Second, SliceLevel } from '../inspect/history.ts'
import type { LogLine, Mark, Run, Span } from '../inspect/run.ts'
import { toJson } from '../words/to-json.ts'
import { type Columns, fromColumns, toColumns } from './columns.ts'
import { mostMarks, rowsOfPiece } from './limits.ts'
import type { FailureDetails } from './page-protocol.ts'
import { shownGroups } from './shown-failure.ts'

type Logs = 'spans' | 'marks' | 'logs' | 'seconds'

export interface RunData extends Omit<Run, Logs | 'lanes' | 'history'> {
  readonly lanes: readonly (Run['lanes'][number] | null)[]
  readonly history: readonly (Omit<SliceLevel, 'past' | 'open'> & {
    readonly past: LogData
    readonly open: Second | null
  })[]
  readonly spans: LogData
  readonly marks: LogData
  readonly logs: LogData
  readonly seconds: LogData
  /** In a report: what is known of the last failures besides, by id. */
  readonly details?: readonly (readonly [number, FailureDetails])[]
}

export interface LogData {
  readonly limit: number
  /** How many there were ever. */
  readonly count: number
  readonly rows: readonly Columns[]
}

/** @param spans  so many of the last ones at most */
export function toData(run: Run, spans: number): RunData {
  return { ...frameOf(run), spans: logData(run.spans, spans) }
}

/** The same as JSON, in pieces that take a few milliseconds each. */
export function* jsonOf(run: Run, failures: ReadonlyMap<number, FailureDetails>): Generator<string> {
  const { limit, count } = run.spans
  const details = [...failures]
  yield `${toJson({ ...frameOf(run), details }).slice(0, -1)},"spans":{"limit":${limit},"count":${count},"rows":[`
  const rows = lastOf(run.spans, limit)
  for (let i = 0; i < rows.length; i += rowsOfPiece)
    yield `${i > 0 ? ',' : ''}${toJson(toColumns(rows.slice(i, i + rowsOfPiece)))}`
  yield ']}}'
}

/** All but the spans. */
function frameOf(run: Run): Omit<RunData, 'spans'> {
  const { spans: _, ...rest } = run
  return {
    ...rest,
    failures: shownGroups(run.failures),
    refusals: shownGroups(run.refusals),
    lanes: Array.from(run.lanes, lane => lane ?? null),
    history: run.history.map(({ width, past, open }) => ({
      width,
      past: logData(past, past.limit),
      open: open ?? null,
    })),
    marks: logData(run.marks, mostMarks),
    logs: logData(run.logs, run.logs.limit),
    seconds: logData(run.seconds, run.seconds.limit),
  }
}

function logData<A extends object>(log: BoundedLog<A>, most: number): LogData {
  const { limit, count } = log
  const rows = lastOf(log, most)
  const pieces: Columns[] = []
  for (let i = 0; i < rows.length; i += rowsOfPiece) pieces.push(toColumns(rows.slice(i, i + rowsOfPiece)))
  return { limit, count, rows: pieces }
}

export function fromData(data: RunData): Run {
  return {
    ...data,
    lanes: data.lanes.map(lane => lane ?? undefined),
    history: data.history.map(({ width, past, open }) => ({
      width,
      past: logOf<Second>(past),
      open: open ?? undefined,
    })),
    spans: logOf<Span>(data.spans),
    marks: logOf<Mark>(data.marks),
    logs: logOf<LogLine>(data.logs),
    seconds: logOf<Second>(data.seconds),
  }
}

function logOf<A>({ limit, count, rows }: LogData): BoundedLog<A> {
  const items = rows.flatMap(columns => fromColumns<A>(columns))
  return { limit, items, from: 0, to: items.length, count }
}

/** A log with older ones in front of those that it has. */
export function withOlder<A>(log: BoundedLog<A>, older: readonly A[]): BoundedLog<A> {
  const room = Math.max(0, log.limit - (log.to - log.from))
  const items = [...(room > 0 ? older.slice(-room) : []), ...log.items.slice(log.from, log.to)]
  return { ...log, items, from: 0, to: items.length }
}
