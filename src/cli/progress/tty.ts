/** Progress as one line that is written again and again, below all that stays. */

import { settledRecords } from '../tally.ts'
import { clockTime } from '../units.ts'
import { Pace } from './eta.ts'
import type { Progress, Standing } from './progress.ts'

interface Terms {
  readonly write: (text: string) => void
  readonly standing: () => Standing
  readonly workers: number
  readonly columns: () => number
  readonly ascii: boolean
}

const redrawMs = 100

export function ttyProgress({ write, standing, workers, columns, ascii }: Terms): Progress {
  const pace = new Pace(workers)
  let shown = ''
  const draw = () => {
    const line = ttyLine(standing(), pace, { columns: columns(), ascii })
    if (line === shown) return
    // Overwritten with blanks, not with an escape sequence: this works on everything that has a carriage return.
    write(`\r${line.padEnd(shown.length)}`)
    shown = line
  }
  const clear = () => {
    if (shown !== '') write(`\r${' '.repeat(shown.length)}\r`)
    shown = ''
  }
  const timer = setInterval(draw, redrawMs)
  timer.unref()
  return {
    note: text => {
      clear()
      write(`${text}\n`)
    },
    end: () => {
      clearInterval(timer)
      clear()
    },
  }
}

/** `███▌······  54.2%  5420/10000  78.3/s  ETA 00:58  ✖ 3 failed`, never wider than the terminal. */
export function ttyLine(
  now: Standing,
  pace: Pace,
  { columns, ascii }: { readonly columns: number; readonly ascii: boolean },
): string {
  const { tally, total, workingMs, elapsedMs, phase, running } = now
  const settled = settledRecords(tally)
  pace.see(workingMs, settled)
  const parts = [clockTime(elapsedMs)]
  const about = total?.guessed ? '~' : ''
  if (total !== undefined && total.records > 0) {
    parts.push(`${about}${Math.min(100, (100 * settled) / total.records).toFixed(1)}%`)
  }
  parts.push(total === undefined ? `${settled} done` : `${settled}/${about}${total.records}`)
  parts.push(`${pace.rate(workingMs, settled).toFixed(1)}/s`)
  const eta = total && phase === 'running' ? pace.eta(workingMs, settled, total.records) : undefined
  if (eta !== undefined) parts.push(`ETA ${eta.rough || total?.guessed ? '~' : ''}${clockTime(eta.ms)}`)
  if (phase === 'running') parts.push(`${running} running`)
  else parts.push(phase === 'finishing' ? `finishing ${running}` : phase)
  const failed = tally.failed + tally.refused + tally.lapsed
  if (failed > 0) parts.push(`${ascii ? 'x' : '✖'} ${failed} failed`)
  if (tally.retried > 0) parts.push(`${ascii ? 'r' : '↻'} ${tally.retried} retried`)
  const text = parts.join('  ')
  const barColumns = columns - 1 - text.length - 2
  if (total === undefined || total.records === 0 || barColumns < 10)
    return text.slice(0, Math.max(0, columns - 1))
  return `${bar(Math.min(1, settled / total.records), Math.min(40, barColumns), ascii)}  ${text}`
}

function bar(fraction: number, columns: number, ascii: boolean): string {
  const eighths = Math.round(fraction * columns * 8)
  const full = Math.floor(eighths / 8)
  if (ascii) return '#'.repeat(full) + '.'.repeat(columns - full)
  const part = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] as string
  const partly = eighths % 8 > 0
  return '█'.repeat(full) + (partly ? part : '') + '·'.repeat(columns - full - (partly ? 1 : 0))
}
