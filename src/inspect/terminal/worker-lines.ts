/**
 * The workers of a run, a line for each while there is room: what they do, for how long, how busy they are. A worker keeps
 * its line: what changes places cannot be read.
 */

import { busyOf } from '../busy.ts'
import { cleanText } from '../clean-text.ts'
import { shortTime } from '../clock-time.ts'
import { percentile } from '../durations.ts'
import { barColumns, conspicuous, leastName, mostWorkerLines } from '../limits.ts'
import type { Current, LaneView, Run } from '../run.ts'
import { cutMiddle, type Piece, widthOf } from './line.ts'
import type { Symbols } from './symbols.ts'

export interface WorkerLinesTerms {
  readonly now: number
  /** Lines there are; where workers are more, the last line says how many, and who of them is at it for longest. */
  readonly room: number
  readonly columns: number
  readonly symbols: Symbols
  /** What an instruction is about, where its name does not say it. */
  readonly preview?: ((id: number) => string | undefined) | undefined
}

export function workerLines(run: Run, terms: WorkerLinesTerms): readonly (readonly Piece[])[] {
  const room = Math.min(terms.room, mostWorkerLines)
  if (room <= 0) return []
  const lanes = run.lanes.filter((lane): lane is LaneView => lane !== undefined && isShown(lane))
  const shown = lanes.length <= room ? lanes : lanes.slice(0, room - 1)
  const hidden = lanes.slice(shown.length)
  const idWidth = Math.max(0, ...shown.map(({ workerId }) => workerId.length))
  const jobWidth = Math.max(
    0,
    ...shown.map(({ current }) => (current === undefined ? 0 : String(current.id).length + 1)),
  )
  const median = percentile(run.durations, 0.5)
  const lines = shown.map((lane): readonly Piece[] => [
    `  ${lane.workerId.padEnd(idWidth)}  `,
    ...doing(lane, { ...terms, median, jobWidth, taken: idWidth + 4 }),
  ])
  return hidden.length > 0 ? [...lines, hiddenLine(hidden, terms)] : lines
}

interface Terms extends WorkerLinesTerms {
  readonly median: number | undefined
  readonly jobWidth: number
  /** Columns before it. */
  readonly taken: number
}

function doing(lane: LaneView, terms: Terms): readonly Piece[] {
  const { now, median, jobWidth, symbols } = terms
  const { current, state, restarts, why } = lane
  const nothing = `   ${symbols.none}`
  if (state === 'gone') return [nothing, '         ', ['red', `gone (${why})`]]
  if (state === 'opening' && current === undefined) return opening(nothing, restarts, why)
  const busy = `${Math.round(100 * busyOf(lane, now))}%`.padStart(4)
  if (current === undefined) {
    const told = lane.language === undefined ? '' : `  ${cleanText(lane.language)}`
    return [['dim', `${busy}       ${symbols.none}  idle${told}`]]
  }
  const ms = Math.max(0, now - current.began)
  const slow = median !== undefined && ms > conspicuous * median && ms > 1000
  const elapsed = shortTime(ms).padStart(6)
  const before: readonly Piece[] = [
    `${busy} `,
    slow ? ['yellow', `${elapsed}!`] : `${elapsed} `,
    ` ${`#${current.id}`.padEnd(jobWidth)} `,
  ]
  const after = behind(lane, current, symbols)
  const room = terms.columns - terms.taken - columnsOf(before) - columnsOf(after)
  return [
    ...before,
    cutMiddle(nameOf(current, terms), Math.max(leastName, room), symbols.more !== '…'),
    ...after,
  ]
}

/** Its own name, else what it is about; what the title says already is no name. */
function nameOf({ id, name, worker }: Current, { preview }: Terms): string {
  if (name !== `${worker}#${id}`) return cleanText(name)
  return cleanText(preview?.(id) ?? worker)
}

/** How far it says it is, the attempt, the host, the language. */
function behind(
  { host, language }: LaneView,
  { done, total, attempt }: Current,
  symbols: Symbols,
): readonly Piece[] {
  return [
    ...(done === undefined && total === undefined ? [] : far(done, total, symbols)),
    ...(attempt > 1 ? [['yellow', `  ${symbols.retried} attempt ${attempt}`] as const] : []),
    ...[host, language].flatMap(told =>
      told === undefined ? [] : [['dim', `  ${cleanText(told)}`] as const],
    ),
  ]
}

function far(done: number | undefined, total: number | undefined, symbols: Symbols): readonly Piece[] {
  const words = `${done ?? 0}/${total ?? '?'}`
  if (done === undefined || total === undefined || !(total > 0)) return [`  ${words}`]
  const full = Math.round(Math.max(0, Math.min(1, done / total)) * barColumns)
  return [
    '  ',
    ['green', symbols.full.repeat(full)],
    ['dim', symbols.empty.repeat(barColumns - full)],
    ` ${words}`,
  ]
}

const columnsOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + widthOf(typeof piece === 'string' ? piece : piece[1]), 0)

/** Those without a line of their own: how many, and who is at it for longest. */
function hiddenLine(lanes: readonly LaneView[], terms: WorkerLinesTerms): readonly Piece[] {
  const { now, symbols, columns, preview } = terms
  const longest = lanes.reduce<LaneView | undefined>(
    (most, lane) =>
      lane.current !== undefined && lane.current.began < (most?.current?.began ?? Infinity) ? lane : most,
    undefined,
  )
  const words = `  ${symbols.more} ${lanes.length} more workers`
  if (longest?.current === undefined) return [['dim', words]]
  const { current, workerId } = longest
  const start = `${words}, longest ${workerId} ${shortTime(Math.max(0, now - current.began))} #${current.id} `
  const own = current.name !== `${current.worker}#${current.id}`
  const name = cleanText(own ? current.name : (preview?.(current.id) ?? ''))
  return [['dim', start + cutMiddle(name, Math.max(0, columns - widthOf(start)), symbols.more !== '…')]]
}

function opening(nothing: string, restarts: number, why: string | undefined): readonly Piece[] {
  if (why !== 'crashed' && why !== 'outOfMemory') return [['dim', `${nothing}          starting`]]
  return [nothing, '         ', ['yellow', ` starting again (${why}), ${nth(restarts)} time`]]
}

/** A worker that left in peace needs no line. */
const isShown = ({ state, why }: LaneView): boolean =>
  state !== 'gone' || why === 'crashed' || why === 'outOfMemory'

function nth(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${ending}`
}
