/** The workers of a run, a line for each while there is room: what they do, for how long, how busy they are. */

import { busyOf } from '../busy.ts'
import { cleanText } from '../clean-text.ts'
import { shortTime } from '../clock-time.ts'
import { percentile } from '../durations.ts'
import type { LaneView, Run } from '../run.ts'
import type { Piece } from './line.ts'
import type { Symbols } from './symbols.ts'

/** Work that takes so many times the median, and a second, is conspicuous. */
const conspicuous = 10

export interface WorkerLinesTerms {
  readonly now: number
  /** Lines there are; where workers are more, the longest running come first, and the last line says how many more. */
  readonly room: number
  readonly symbols: Symbols
}

export function workerLines(
  run: Run,
  { now, room, symbols }: WorkerLinesTerms,
): readonly (readonly Piece[])[] {
  if (room <= 0) return []
  const lanes = run.lanes.filter((lane): lane is LaneView => lane !== undefined && isShown(lane))
  const shown = lanes.length <= room ? lanes : byConcern(lanes, now).slice(0, room - 1)
  const idWidth = Math.max(0, ...shown.map(({ workerId }) => workerId.length))
  const jobWidth = Math.max(
    0,
    ...shown.map(({ current }) => (current === undefined ? 0 : String(current.id).length + 1)),
  )
  const median = percentile(run.durations, 0.5)
  const lines = shown.map((lane): readonly Piece[] => [
    `  ${lane.workerId.padEnd(idWidth)}  `,
    ...doing(lane, { now, median, jobWidth, symbols }),
  ])
  const hidden = lanes.length - shown.length
  return hidden > 0 ? [...lines, [['dim', `  ${symbols.more} ${hidden} more workers`]]] : lines
}

interface Terms {
  readonly now: number
  readonly median: number | undefined
  readonly jobWidth: number
  readonly symbols: Symbols
}

function doing(lane: LaneView, { now, median, jobWidth, symbols }: Terms): readonly Piece[] {
  const { current, state, restarts, why, host } = lane
  const nothing = `   ${symbols.none}`
  if (state === 'gone') return [nothing, '         ', ['red', `gone (${why})`]]
  if (state === 'opening' && current === undefined) return opening(nothing, restarts, why)
  const busy = `${Math.round(100 * busyOf(lane, now))}%`.padStart(4)
  if (current === undefined) return [['dim', `${busy}       ${symbols.none}  idle`]]
  const ms = Math.max(0, now - current.began)
  const slow = median !== undefined && ms > conspicuous * median && ms > 1000
  const elapsed = shortTime(ms).padStart(6)
  const name = current.name === `${current.worker}#${current.id}` ? current.worker : current.name
  const far =
    current.total === undefined && current.done === undefined
      ? ''
      : `  ${current.done ?? 0}/${current.total ?? '?'}`
  return [
    `${busy} `,
    slow ? ['yellow', `${elapsed}!`] : `${elapsed} `,
    ` ${`#${current.id}`.padEnd(jobWidth)} `,
    cleanText(name),
    far,
    ...(current.attempt > 1 ? [['yellow', `  ${symbols.retried} attempt ${current.attempt}`] as const] : []),
    ...(host === undefined ? [] : [['dim', `  ${cleanText(host)}`] as const]),
  ]
}

function opening(nothing: string, restarts: number, why: string | undefined): readonly Piece[] {
  if (why !== 'crashed' && why !== 'outOfMemory') return [['dim', `${nothing}          starting`]]
  return [nothing, '         ', ['yellow', ` starting again (${why}), ${nth(restarts)} time`]]
}

/** Who left in peace is forgotten. */
const isShown = ({ state, why }: LaneView): boolean =>
  state !== 'gone' || why === 'crashed' || why === 'outOfMemory'

/** The longest running first, then who starts, then who is idle; else by ticket. */
const byConcern = (lanes: readonly LaneView[], now: number): readonly LaneView[] =>
  [...lanes].sort((a, b) => concern(b, now) - concern(a, now) || a.ticket - b.ticket)

function concern({ current, state }: LaneView, now: number): number {
  if (current !== undefined) return 1 + Math.max(0, now - current.began)
  return state === 'open' ? 0 : 0.5
}

function nth(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${ending}`
}
