/** What the canvas shows, in words: for who does not see it, and for what it does not show. */

import { settledOf } from '../../inspect/eta.ts'
import type { Span } from '../../inspect/run.ts'
import { firstEndingAfter, type Picture } from './picture.ts'
import { count } from './tiles.ts'

export function inWords({ run, from, to }: Picture): string {
  const { items, from: first, to: end, count: ever } = run.spans
  let attempts = 0
  let failed = 0
  for (let i = Math.max(first, firstEndingAfter(run.spans, from)); i < end; i++) {
    const span = items[i] as Span
    if (span.ended < from || span.began > to) continue
    attempts++
    if (span.kind === 'failed') failed++
  }
  const kept = end - first
  const older = kept < ever ? `; of ${count(ever)} attempts the last ${count(kept)} are kept one by one` : ''
  const late =
    run.settledBefore > 0 ? `; ${count(run.settledBefore)} came to an end before anybody watched` : ''
  const missed = run.missed > 0 ? `; ${count(run.missed)} events dropped` : ''
  const workers = run.lanes.filter(lane => lane?.state === 'open').length
  return `${workers} workers, ${count(attempts)} attempts shown, ${count(failed)} of them failed; ${count(settledOf(run))} settled in all${older}${late}${missed}.`
}
