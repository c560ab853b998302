/** A run as a line for logs: `00:10 done=812/10000 8% rate=81.2/s eta=01:53 failed=0` */

import { clockTime } from '../clock-time.ts'
import { etaOf, rateOf, settledOf } from '../eta.ts'
import type { Run } from '../run.ts'
import type { FrameOptions } from './frame.ts'

/** @param now  milliseconds since the boss began */
export function plainLine(
  run: Run,
  now: number,
  { total: given, phase: said }: Pick<FrameOptions, 'total' | 'phase'> = {},
): string {
  const { counts, retried } = run
  const settled = settledOf(run)
  const total = given ?? (run.total === undefined ? undefined : { records: run.total, guessed: false })
  const phase = said ?? (run.phase === 'live' ? (run.pump === 'off' ? 'halted' : undefined) : 'stopping')
  const about = total?.guessed ? '~' : ''
  const parts = [clockTime(now)]
  parts.push(total === undefined ? `done=${settled}` : `done=${settled}/${about}${total.records}`)
  if (total !== undefined && total.records > 0)
    parts.push(`${about}${Math.min(100, Math.floor((100 * settled) / total.records))}%`)
  parts.push(`rate=${rateOf(run, now).toFixed(1)}/s`)
  const eta = total !== undefined && phase === undefined ? etaOf(run, now, total.records) : undefined
  if (eta !== undefined) parts.push(`eta=${eta.rough || total?.guessed ? '~' : ''}${clockTime(eta.ms)}`)
  parts.push(`failed=${counts.failed}`)
  if (retried > 0) parts.push(`retried=${retried}`)
  if (phase !== undefined) parts.push(phase === 'finishing' ? `finishing=${counts.running}` : phase)
  return parts.join(' ')
}
