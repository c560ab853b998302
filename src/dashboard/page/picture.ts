/** What is drawn of a run: which stretch of it, and what stands out. */

import type { BoundedLog } from '../../inspect/bounded-log.ts'
import type { Run, Span } from '../../inspect/run.ts'
import type { RunClock } from './run-clock.ts'

export interface Picture {
  readonly run: Run
  readonly now: number
  readonly from: number
  readonly to: number
  readonly selected: Span | undefined
  /** A row that is made to stand out. */
  readonly ticket: number | undefined
  /** Worker definitions that are not drawn. */
  readonly hidden: ReadonlySet<string>
  readonly clock: RunClock
  /** A stretch that is being marked. */
  readonly marked: { readonly from: number; readonly to: number } | undefined
}

/** The first of the spans, which are in the order of their ends, that ends after a moment. */
export function firstEndingAfter({ items, from, to }: BoundedLog<Span>, t: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    // Ends are told in bursts: a little disorder is allowed for.
    if ((items[middle] as Span).ended < t - 1000) low = middle + 1
    else high = middle
  }
  return low
}
