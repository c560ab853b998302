/** What became of the instructions of each worker definition: a row for each in every view. */

import { addDuration, type Durations, noDurations } from './durations.ts'
import { mostSlow } from './limits.ts'
import type { Span } from './run.ts'

/** One worker definition's part of a run. */
export interface KindView {
  readonly name: string
  readonly done: number
  readonly failed: number
  readonly cancelled: number
  readonly retried: number
  /** Milliseconds of work, all attempts. */
  readonly busyMs: number
  readonly durations: Durations
  /** The longest attempts, the longest first. */
  readonly slowest: readonly Span[]
}

export const newKind = (name: string): KindView => ({
  name,
  done: 0,
  failed: 0,
  cancelled: 0,
  retried: 0,
  busyMs: 0,
  durations: noDurations,
  slowest: [],
})

type Own = { -readonly [Field in keyof KindView]: KindView[Field] }

/** In place. @param kind  nobody else's, and its durations too */
export function countInto(kind: Own, span: Span): void {
  if (span.kind === 'refused') return
  kind[span.kind]++
  if (span.ticket === undefined) return
  const ms = span.ended - span.began
  kind.busyMs += ms
  if (span.kind === 'cancelled') return
  addDuration(kind.durations as number[], ms)
  const shortest = kind.slowest[mostSlow - 1]
  if (shortest !== undefined && ms <= shortest.ended - shortest.began) return
  const at = kind.slowest.findIndex(one => one.ended - one.began < ms)
  const before = at === -1 ? kind.slowest.length : at
  kind.slowest = [...kind.slowest.slice(0, before), span, ...kind.slowest.slice(before, mostSlow - 1)]
}
