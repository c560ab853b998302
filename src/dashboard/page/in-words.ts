/** What the canvas shows, in words: for whoever does not see it, and for what it does not show. */

import { settledOf } from '../../inspect/eta.ts'
import type { Span } from '../../inspect/run.ts'
import { firstEndingAfter, type Picture } from './picture.ts'
import { count, plural } from './words.ts'

export function inWords({ run, from, to }: Pick<Picture, 'run' | 'from' | 'to'>): string {
  const { items, from: first, to: end, count: ever } = run.spans
  let attempts = 0
  let failed = 0
  for (let i = Math.max(first, firstEndingAfter(run.spans, from)); i < end; i++) {
    const span = items[i] as Span
    if (span.ended < from || span.began > to || span.kind === 'refused') continue
    attempts++
    if (span.kind === 'failed') failed++
  }
  const kept = end - first
  const older = kept < ever ? `; of ${count(ever)} attempts the last ${count(kept)} are kept one by one` : ''
  const late =
    run.settledBefore > 0 ? `; ${count(run.settledBefore)} came to an end before anybody watched` : ''
  const missed = run.missed > 0 ? `; ${count(run.missed)} events dropped` : ''
  const refused = run.refused > 0 ? `; ${count(run.refused)} refused` : ''
  const workers = run.lanes.filter(lane => lane?.since !== undefined).length
  return `${plural(workers, 'worker')}, ${count(attempts)} attempts shown, ${count(failed)} of them failed; ${count(settledOf(run))} settled in all${refused}${older}${late}${missed}.`
}
