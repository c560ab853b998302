/**
 * How a run went, in sums over time. What is old is kept in wider and wider slices, so that a week is as bounded as an hour:
 *
 *     600 s ─────────────────────────────────────────►
 *                60 s ───────────────────────────────►
 *                            10 s ───────────────────►
 *                                       1 s ─────────►  now
 */

import { append, type BoundedLog, emptyLog, itemsOf } from './bounded-log.ts'

/** Sums of a second, or of some: what remains of a run's past, however long it is. */
export interface Second {
  /** Seconds since the boss began. */
  readonly at: number
  readonly done: number
  readonly failed: number
  readonly cancelled: number
  /** As last known in that time. */
  readonly pending: number
  readonly running: number
  /** The most there was. */
  readonly lagMs?: number
  readonly rss?: number
  /** Cores that this process used, all its threads together. */
  readonly cpu?: number
}

/** Slices of one width, the last of them still open. */
export interface SliceLevel {
  /** Seconds. */
  readonly width: number
  readonly past: BoundedLog<Second>
  readonly open: Second | undefined
}

/** A slice and how many seconds it sums. */
export interface Slice extends Second {
  readonly width: number
}

const levels = [
  [10, 8640],
  [60, 20_160],
  [600, 52_560],
] as const

export const noHistory: readonly SliceLevel[] = levels.map(([width, limit]) => ({
  width,
  past: emptyLog(limit),
  open: undefined,
}))

/** @param second  the last one that is over */
export const withSecond = (history: readonly SliceLevel[], second: Second): readonly SliceLevel[] =>
  history.map(level => added(level, second))

function added({ width, past, open }: SliceLevel, second: Second): SliceLevel {
  const at = Math.floor(second.at / width) * width
  if (open === undefined || open.at !== at)
    return { width, past: open === undefined ? past : append(past, open), open: { ...second, at } }
  return { width, past, open: sum(open, second) }
}

function sum(a: Second, b: Second): Second {
  const most = (x: number | undefined, y: number | undefined) =>
    x === undefined ? y : y === undefined ? x : Math.max(x, y)
  const lagMs = most(a.lagMs, b.lagMs)
  const rss = most(a.rss, b.rss)
  const cpu = most(a.cpu, b.cpu)
  return {
    at: a.at,
    done: a.done + b.done,
    failed: a.failed + b.failed,
    cancelled: a.cancelled + b.cancelled,
    pending: b.pending,
    running: b.running,
    ...(lagMs !== undefined && { lagMs }),
    ...(rss !== undefined && { rss }),
    ...(cpu !== undefined && { cpu }),
  }
}

/** @param from  seconds since the boss began @returns each moment once, as finely as it is kept, the oldest first */
export function slicesSince(
  { seconds, history }: { readonly seconds: BoundedLog<Second>; readonly history: readonly SliceLevel[] },
  from: number,
): readonly Slice[] {
  const stretches: (readonly Slice[])[] = []
  let known = Infinity
  const finer = [{ width: 1, past: seconds, open: undefined }, ...history]
  for (const [i, { width, past, open }] of finer.entries()) {
    const items = open === undefined ? itemsOf(past) : [...itemsOf(past), open]
    const [first] = items
    if (first === undefined) continue
    const whole = past.count === past.to - past.from
    // Where the wider slices take over, they must not share a moment with these.
    const next = finer[i + 1]
    const start = whole || next === undefined ? first.at : Math.ceil(first.at / next.width) * next.width
    stretches.unshift(
      items
        .filter(({ at }) => at >= start && at < known && at + width > from)
        .map(second => ({ ...second, width })),
    )
    known = start
    if (whole || start <= from) break
  }
  return stretches.flat()
}
