/** Progress as lines, for logs: one every ten seconds, changes and the first failures at once. */

import { settledRecords } from '../tally.ts'
import { clockTime } from '../units.ts'
import { Pace } from './eta.ts'
import type { Progress, Standing } from './progress.ts'

interface Terms {
  readonly write: (text: string) => void
  readonly standing: () => Standing
  readonly workers: number
  readonly intervalMs: number
}

export function plainProgress({ write, standing, workers, intervalMs }: Terms): Progress {
  const pace = new Pace(workers)
  const line = () => write(`[rxboss] ${plainLine(standing(), pace)}\n`)
  const timer = setInterval(line, intervalMs)
  timer.unref()
  return {
    note: text => write(`${text}\n`),
    end: () => clearInterval(timer),
  }
}

/** `00:10 done=812/10000 8% rate=81.2/s eta=01:53 failed=0` */
export function plainLine(now: Standing, pace: Pace): string {
  const { tally, total, workingMs, elapsedMs, phase } = now
  const settled = settledRecords(tally)
  pace.see(workingMs, settled)
  const parts = [clockTime(elapsedMs)]
  const about = total?.guessed ? '~' : ''
  parts.push(total === undefined ? `done=${settled}` : `done=${settled}/${about}${total.records}`)
  if (total !== undefined && total.records > 0) {
    parts.push(`${about}${Math.min(100, Math.floor((100 * settled) / total.records))}%`)
  }
  parts.push(`rate=${pace.rate(workingMs, settled).toFixed(1)}/s`)
  const eta = total && phase === 'running' ? pace.eta(workingMs, settled, total.records) : undefined
  if (eta !== undefined) parts.push(`eta=${eta.rough || total?.guessed ? '~' : ''}${clockTime(eta.ms)}`)
  parts.push(`failed=${tally.failed + tally.refused + tally.lapsed}`)
  if (tally.retried > 0) parts.push(`retried=${tally.retried}`)
  if (phase !== 'running') parts.push(phase === 'finishing' ? `finishing=${now.running}` : phase)
  return parts.join(' ')
}
