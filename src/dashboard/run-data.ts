/** A run as JSON, for the page and for the report: its tails as columns, the oldest left out where there are too many. */

import { lastOf, type Tail } from '../inspect/bounded-log.ts'
import type { Mark, Run, Second, Span } from '../inspect/run.ts'
import { type Columns, fromColumns, toColumns } from './columns.ts'

export interface RunData extends Omit<Run, 'spans' | 'marks' | 'seconds' | 'lanes'> {
  readonly lanes: readonly (Run['lanes'][number] | null)[]
  readonly spans: TailData
  readonly marks: TailData
  readonly seconds: TailData
}

interface TailData {
  readonly limit: number
  /** How many there were ever. */
  readonly count: number
  readonly rows: Columns
}

/** @param spans  so many of the last ones at most */
export function toData(run: Run, spans: number): RunData {
  return {
    ...run,
    lanes: Array.from(run.lanes, lane => lane ?? null),
    spans: tailData(run.spans, spans),
    marks: tailData(run.marks, 2000),
    seconds: tailData(run.seconds, 10_000),
  }
}

const tailData = <A extends object>(tail: Tail<A>, most: number): TailData => ({
  limit: tail.limit,
  count: tail.count,
  rows: toColumns(lastOf(tail, most)),
})

export function fromData(data: RunData): Run {
  return {
    ...data,
    lanes: data.lanes.map(lane => lane ?? undefined),
    spans: tailOf<Span>(data.spans),
    marks: tailOf<Mark>(data.marks),
    seconds: tailOf<Second>(data.seconds),
  }
}

function tailOf<A>({ limit, count, rows }: TailData): Tail<A> {
  const items = fromColumns<A>(rows)
  return { limit, items, from: 0, to: items.length, count }
}
