/**
 * A run as the lines of a terminal: pure, so that tests and pictures draw it with a clock of their own.
 *
 *     resize  01:12
 *     ███████████████████▌·················  54.2%  5420/10000  78.3/s  ETA 00:58
 *     busy 7/8  queue 4572  p50 84ms  p95 210ms  ✖ 3 failed  ↻ 11 retried  lag 2ms
 *       w1  96%  0.1s  #5431 resize img/0931.png
 *       … 5 more workers
 *       ✖ 3× RangeError: Input buffer has corrupt header    #5230 #5233 …
 */

import { lastOf } from '../bounded-log.ts'
import { cleanText } from '../clean-text.ts'
import { clockTime, shortTime } from '../clock-time.ts'
import { percentile } from '../durations.ts'
import { etaOf, rateOf, settledOf } from '../eta.ts'
import { largestGroups } from '../failure-groups.ts'
import { groupsWhileRunning, lateMs, leastColumns, leastRows, longestBar } from '../limits.ts'
import type { Run } from '../run.ts'
import { groupLine } from './group-line.ts'
import { lineOf, type Piece, type Style, widthOf } from './line.ts'
import { type Symbols, symbolsOf } from './symbols.ts'
import { workerLines } from './worker-lines.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface FrameOptions extends Size {
  /** Escape sequences for colours. Default false. */
  readonly colour?: boolean
  /** Nothing beyond ASCII. Default false. */
  readonly ascii?: boolean
  /** What is being done. Default: the names of the workers. */
  readonly title?: string
  /** Where more can be seen; stands at the right. */
  readonly link?: string
  /** How many instructions there will be. Default: what the run knows of itself. `guessed`: shown with `~`. */
  readonly total?: { readonly records: number; readonly guessed: boolean } | undefined
  /** In the place of the time that is left: `finishing`, `halted`. Default: what the run knows of itself. */
  readonly phase?: string | undefined
  /** Nothing runs though something waits, and why. */
  readonly waits?: string | undefined
  /** What an instruction is about, where its name does not say it. */
  readonly preview?: ((id: number) => string | undefined) | undefined
}

/**
 * The lines that show a run: at most `rows - 1`, none wider than `columns - 1`, so that no terminal breaks one.
 *
 * @param now  milliseconds since the boss began, on the scale of the events' `t`
 */
export function frame(run: Run, now: number, options: FrameOptions): readonly string[] {
  const { colour = false, ascii = false } = options
  // A terminal that does not know its size says 0.
  const columns = (options.columns || 80) - 1
  const rows = (options.rows || 24) - 1
  const view: View = { run, now, options, symbols: symbolsOf(ascii) }
  const draw = (pieces: readonly Piece[]) => lineOf(pieces, { columns, colour, ascii })
  if (columns + 1 < leastColumns || rows + 1 < leastRows) return [draw(inOneLine(view, columns))]
  const groups = largestGroups(run.failures, Math.min(groupsWhileRunning, Math.floor((rows - 3) / 3)))
  const waits = options.waits === undefined ? [] : [draw([['yellow', `  ${cleanText(options.waits)}`]])]
  const room = rows - 3 - groups.length - waits.length
  const { preview } = options
  return [
    draw(titleLine(view, columns)),
    draw(progressLine(view, columns)),
    draw(figuresLine(view)),
    ...waits,
    ...workerLines(run, { now, room, columns, symbols: view.symbols, preview }).map(draw),
    ...groups.map(group =>
      draw(['  ', ['red', view.symbols.failed], ' ', ...groupLine(group, view.symbols)]),
    ),
  ]
}

interface View {
  readonly run: Run
  readonly now: number
  readonly options: FrameOptions
  readonly symbols: Symbols
}

function titleLine({ run, now, options }: View, columns: number): readonly Piece[] {
  const title = cleanText(options.title ?? (run.workers.join(', ') || run.boss))
  const left: Piece[] = [['bold', title], '  ', clockTime(now)]
  const link = options.link === undefined ? '' : cleanText(options.link)
  const gap = columns - widthOf(title) - 2 - clockTime(now).length - widthOf(link)
  return link === '' || gap < 2 ? left : [...left, ' '.repeat(gap), ['dim', link]]
}

function progressLine(view: View, columns: number): readonly Piece[] {
  const { ascii = false } = view.options
  const total = totalOf(view)
  const pieces = progress(view)
  const width = pieces.reduce((sum, piece) => sum + widthOf(typeof piece === 'string' ? piece : piece[1]), 0)
  const room = Math.min(longestBar, columns - width - 2)
  if (total === undefined || total.records === 0 || room < 10) return pieces
  return [...bar(Math.min(1, broughtToEnd(view.run) / total.records), room, ascii), '  ', ...pieces]
}

/** What was given back is not done: it makes the bar no longer. */
const broughtToEnd = ({ counts }: Run): number => counts.done + counts.failed + counts.unheard

/** `54.2%  5420/10000  78.3/s  ETA 00:58` */
function progress(view: View): readonly Piece[] {
  const { run, now } = view
  const settled = settledOf(run)
  const total = totalOf(view)
  const about = total?.guessed ? '~' : ''
  const counted = total === undefined ? `${settled} done` : `${settled}/${about}${total.records}`
  const percent =
    total === undefined || total.records === 0
      ? []
      : [`${about}${(Math.floor(Math.min(1, settled / total.records) * 1000) / 10).toFixed(1)}%`]
  return [[...percent, counted, paceOf(run, now)].join('  '), ...withSpace(whatIsLeft(view))]
}

/** How long it takes, or why nobody can say. */
function whatIsLeft(view: View): Piece | undefined {
  const { run, now, options } = view
  const phase = options.phase ?? phaseOf(run)
  const { running } = run.counts
  if (phase === 'halted') return ['yellow', 'halted']
  if (phase !== undefined) return ['yellow', running > 0 ? `${phase}: ${running} running` : phase]
  const total = totalOf(view)
  const settled = settledOf(run)
  const atTail =
    running > 0 &&
    (total === undefined
      ? run.intake === 'closed' && run.counts.pending === 0
      : settled + running >= total.records)
  if (atTail) return `tail: ${running} running${longest(run, now)}`
  const eta = total === undefined ? undefined : etaOf(run, now, total.records)
  if (eta === undefined) return undefined
  return ['bold', `ETA ${eta.rough || total?.guessed ? '~' : ''}${clockTime(eta.ms)}`]
}

function phaseOf({ status, phase, pump }: Run): string | undefined {
  if (status !== 'running') return status
  if (phase !== 'live') return 'stopping'
  return pump === 'off' ? 'halted' : undefined
}

/** `busy 7/8  queue 4572  p50 84ms  p95 210ms  ✖ 3 failed  ↻ 11 retried  lag 2ms` */
function figuresLine(view: View): readonly Piece[] {
  const { run, symbols } = view
  const { counts } = run
  const open = run.lanes.filter(lane => lane !== undefined && lane.state !== 'gone').length
  const pieces: Piece[] = [`busy ${counts.running}/${open}`, `queue ${queueOf(view)}`]
  for (const part of [0.5, 0.95]) {
    const ms = percentile(run.durations, part)
    if (ms !== undefined) pieces.push(`p${part * 100} ${shortTime(ms)}`)
  }
  pieces.push(...troubles(view))
  const lag = lastOf(run.seconds, 5).reduce<number | undefined>((last, { lagMs }) => lagMs ?? last, undefined)
  const lagMs = run.thisSecond.lagMs ?? lag
  if (lagMs !== undefined && lagMs > lateMs) pieces.push(['yellow', `lag ${Math.round(lagMs)}ms`])
  if (run.missed > 0) pieces.push(['yellow', `${run.missed} events dropped`])
  if (run.watchedFrom > 1000 && run.settledBefore > 0)
    pieces.push(['dim', `watched from ${clockTime(run.watchedFrom)}${symbols.more}`])
  return spaced(pieces)
}

function troubles({ run, symbols }: View): readonly Piece[] {
  const { failed, cancelled } = run.counts
  const told = (count: number, style: Style, words: string): readonly Piece[] =>
    count > 0 ? [[style, words]] : []
  return [
    ...told(failed, 'red', `${symbols.failed} ${failed} failed`),
    ...told(cancelled, 'yellow', `${symbols.notDone} ${cancelled} not done`),
    ...told(run.retried, 'yellow', `${symbols.retried} ${run.retried} retried`),
  ]
}

/** What matters least is left out first where a line is too short; that something failed, never. */
function inOneLine(view: View, columns: number): readonly Piece[] {
  const { run, now } = view
  const total = totalOf(view)
  const settled = settledOf(run)
  const about = total?.guessed ? '~' : ''
  const part = total === undefined || total.records === 0 ? undefined : Math.min(1, settled / total.records)
  const rest = whatIsLeft(view)
  const parts: readonly { readonly piece: Piece; readonly matters: number }[] = [
    { piece: clockTime(now), matters: 3 },
    ...(part === undefined
      ? []
      : [{ piece: `${about}${(Math.floor(part * 1000) / 10).toFixed(1)}%`, matters: 6 }]),
    { piece: total === undefined ? `${settled} done` : `${settled}/${about}${total.records}`, matters: 5 },
    { piece: paceOf(run, now), matters: 1 },
    ...(rest === undefined ? [] : [{ piece: rest, matters: 4 }]),
    ...troubles(view).map((piece, i) => ({ piece, matters: i === 0 ? 7 : 2 })),
  ]
  let kept = parts
  while (kept.length > 1 && columnsOf(spacedInLine(kept)) > columns) {
    const least = Math.min(...kept.map(({ matters }) => matters))
    kept = kept.filter(({ matters }) => matters !== least)
  }
  return spacedInLine(kept)
}

/** Two blanks after the time and before what went wrong, else one. */
const spacedInLine = (
  parts: readonly { readonly piece: Piece; readonly matters: number }[],
): readonly Piece[] =>
  parts.flatMap(({ piece, matters }, i) =>
    i === 0 ? [piece] : [parts[i - 1]?.matters === 3 || matters === 7 || matters === 2 ? '  ' : ' ', piece],
  )

const columnsOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + widthOf(typeof piece === 'string' ? piece : piece[1]), 0)

function paceOf(run: Run, now: number): string {
  const rate = rateOf(run, now)
  return rate >= 10_000
    ? `${Math.round(rate / 1000)}k/s`
    : rate >= 1000
      ? `${Math.round(rate)}/s`
      : `${rate.toFixed(1)}/s`
}

function totalOf({ run, options }: View): FrameOptions['total'] {
  if ('total' in options) return options.total
  if (run.total !== undefined) return { records: run.total, guessed: false }
  // When no more are taken, all that will be have come.
  return run.intake === 'closed' ? { records: run.counts.submitted, guessed: false } : undefined
}

/** What has not begun: of all there will be, where that is known. */
function queueOf(view: View): number {
  const { run } = view
  const total = totalOf(view)
  if (total === undefined || total.guessed) return run.counts.pending
  return Math.max(run.counts.pending, total.records - settledOf(run) - run.counts.running)
}

function longest({ lanes }: Run, now: number): string {
  const began = lanes.flatMap(lane => lane?.current?.began ?? [])
  return began.length === 0 ? '' : `, longest ${shortTime(Math.max(0, now - Math.min(...began)))}`
}

function bar(fraction: number, columns: number, ascii: boolean): readonly Piece[] {
  const eighths = Math.floor(fraction * columns * 8)
  const full = Math.floor(eighths / 8)
  if (ascii)
    return [
      '[',
      ['green', '#'.repeat(Math.min(full, columns - 2))],
      '.'.repeat(columns - 2 - Math.min(full, columns - 2)),
      ']',
    ]
  const part = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] as string
  return [
    ['green', '█'.repeat(full) + part],
    ['dim', '·'.repeat(columns - full - part.length)],
  ]
}

const withSpace = (piece: Piece | undefined): readonly Piece[] => (piece === undefined ? [] : ['  ', piece])

const spaced = (pieces: readonly Piece[]): readonly Piece[] =>
  pieces.flatMap((piece, i) => (i === 0 ? [piece] : ['  ', piece]))
