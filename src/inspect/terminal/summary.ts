/** The end of a run in a few lines: how many, how fast, and what went wrong, grouped. */

import { clockTime } from '../clock-time.ts'
import { settledOf } from '../eta.ts'
import { largestGroups } from '../failure-groups.ts'
import { groupsInSummary } from '../limits.ts'
import type { LaneView, Run } from '../run.ts'
import { groupLine } from './group-line.ts'
import { lineOf, type Piece } from './line.ts'
import { symbolsOf } from './symbols.ts'

export interface SummaryOptions {
  readonly colour?: boolean
  readonly ascii?: boolean
  /** Default: as wide as it is. */
  readonly columns?: number
  /** Settled in an earlier life of this run, by its journal. Default 0. */
  readonly recorded?: number
  /** Those of them that failed. Default 0. */
  readonly recordedFailed?: number
  /** Of all work, in milliseconds. Default: what the run knows, which is what it was told of. */
  readonly busyMs?: number
}

/** @param now  milliseconds since the boss began: how long it took */
export function summary(run: Run, now: number, options: SummaryOptions = {}): readonly string[] {
  const { colour = false, ascii = false, columns = Infinity, recorded = 0, recordedFailed = 0 } = options
  const symbols = symbolsOf(ascii)
  const { done, failed, cancelled, pending, running, unheard } = run.counts
  const notDone = cancelled + pending + running
  const counted: Piece[] = [['green', `${symbols.done} ${done} done`]]
  if (failed > 0) counted.push('  ', ['red', `${symbols.failed} ${failed} failed`])
  if (notDone > 0) counted.push('  ', ['yellow', `${symbols.notDone} ${notDone} not done`])
  if (unheard > 0) counted.push('  ', ['yellow', `${unheard} unheard`])
  if (recorded > 0) counted.push('  ', `${symbols.recorded} ${recorded} in the journal`)
  if (recordedFailed > 0) counted.push(', ', ['red', `${recordedFailed} of them failed`])
  if (run.retried > 0) counted.push('  ', `${symbols.retried} ${run.retried} retried`)
  const terms = { columns, colour, ascii }
  return [
    lineOf([...counted, '   ', pace(run, now, options.busyMs)], terms),
    ...groupLines(run).map(line => lineOf(line, terms)),
  ]

  function groupLines({ failures }: Run): readonly (readonly Piece[])[] {
    const shown = largestGroups(failures, groupsInSummary)
    const width = String(shown[0]?.count ?? 0).length
    const lines: (readonly Piece[])[] = shown.map(group => ['  ', ...groupLine(group, symbols, width)])
    const hidden = failures.groups.length - shown.length + failures.others
    return hidden > 0 ? [...lines, [`  and other kinds of failure: ${hidden}`]] : lines
  }
}

/** `10000 in 02:07  78.7/s  8 workers 94 % busy` */
function pace(run: Run, now: number, busyMs: number | undefined): string {
  const settled = settledOf(run)
  const rate = now > 0 ? (settled * 1000) / now : 0
  const lanes = run.lanes.filter((lane): lane is LaneView => lane?.since !== undefined)
  const took = now < 10_000 ? `${(now / 1000).toFixed(1)}s` : clockTime(now)
  const busy = busyOf(lanes, now, busyMs)
  const workers = `${lanes.length} ${lanes.length === 1 ? 'worker' : 'workers'}`
  return `${settled} in ${took}  ${rate.toFixed(1)}/s  ${workers}${busy === undefined ? '' : ` ${Math.round(100 * busy)} % busy`}`
}

/** How much of the time since the first of them was ready they had something to do. */
function busyOf(lanes: readonly LaneView[], now: number, known: number | undefined): number | undefined {
  let busy = 0
  let there = 0
  for (const { busyMs, since = now } of lanes) {
    busy += busyMs
    there += now - since
  }
  return there > 0 ? Math.min(1, (known ?? busy) / there) : undefined
}
