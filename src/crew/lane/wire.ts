/**
 * The wire: what main and a worker say to each other, whatever carries it.
 *
 *     main ── constant · batch · abort · close · nudge · receipt · times each ───────────► worker
 *          ◄─ ready · results · failed · note · log · receipt · dying · closed ──
 *
 * Messages are arrays, the first entry says which. A batch is one run of consecutive jobs of one definition, a column
 * for each attribute: neither an object nor an id for each job. Results come back the same way. Whatever interrupts a
 * run (a failure, a note, a job that was taken back) ends it, and several sections travel as one bundle.
 */

import { describeSafely, type ErrorData } from '../../words/error-data.ts'
import { type Failure, failureCodes } from '../../words/failure.ts'
import type { Path } from '../../words/survey.ts'

// Work may replace what is global where it runs.
const { Array, Math, Number, performance, process } = globalThis

export const toWorker = {
  batch: 0,
  abort: 1,
  close: 2,
  nudge: 3,
  receipt: 4,
  constant: 5,
  forget: 6,
  timesEach: 7,
} as const
export const toMain = {
  ready: 0,
  results: 1,
  failed: 2,
  note: 3,
  bundle: 4,
  log: 5,
  dying: 6,
  closed: 7,
  heap: 8,
  receipt: 9,
  askable: 10,
  nonsense: 11,
} as const

/**
 * `ids`: the first when they are consecutive, else all of them. `extras`: place in the batch, attempt, own name, trace context,
 * resources, the same as environment variables. `buffers`: where Node's Buffers are in the attributes of the only job. `constants`: what all of them share.
 */
export type Batch = [
  kind: typeof toWorker.batch,
  definition: number,
  first: number,
  count: number,
  ids: number | readonly number[],
  extras: readonly Extra[] | 0,
  columns: readonly (readonly unknown[])[],
  buffers?: readonly Path[] | undefined,
  constants?: readonly Constant[],
]
/** An attribute that is the same for all jobs of a batch, and was sent before. */
export type Constant = readonly [name: string, number: number]
export type Extra = readonly [
  index: number,
  attempt: number,
  name: string | undefined,
  traceparent?: string | undefined,
  resources?: Readonly<Record<string, readonly string[]>> | undefined,
  environment?: Readonly<Record<string, string>> | undefined,
]

/** `error`: the reason is error data, to be made an error again. */
export type Abort = [kind: typeof toWorker.abort, n: number, reason: unknown, error: boolean]
/** The worker looks again whether it should flush: a batch that it may have counted on never left. */
export type Nudge = [kind: typeof toWorker.nudge]
export type Close = [kind: typeof toWorker.close]
/** So many notes and texts, with so many bytes, have been heard. */
export type Receipt = [kind: typeof toWorker.receipt, notes: number, bytes: number]
/** A shared attribute, under its number. */
export type NewConstant = [
  kind: typeof toWorker.constant,
  number: number,
  value: unknown,
  buffers?: readonly Path[],
]
export type Forget = [kind: typeof toWorker.forget, number: number]
/** From now on the clock is read for each job: some have a timeout. */
export type TimesEach = [kind: typeof toWorker.timesEach]
export type ToWorker = Batch | Abort | Close | Nudge | Receipt | NewConstant | Forget | TimesEach

/**
 * `groups`: how many jobs, and the milliseconds they took together, again and again. `buffers`, here and below: where Node's
 * Buffers are in the results, the note or the error, which a thread's port turns into plain byte arrays.
 */
export type Results = [
  kind: typeof toMain.results,
  first: number,
  began: number,
  groups: number[],
  results: unknown[],
  buffers?: readonly Path[],
]
export type FailedMessage = [
  kind: typeof toMain.failed,
  n: number,
  failure: Failure,
  began: number,
  workMs: number,
  buffers?: readonly Path[],
]
export type Note = [kind: typeof toMain.note, n: number, note: unknown, buffers?: readonly Path[]]
/** `n`: the job at work when it was printed; -1: none. */
export type LogMessage = [kind: typeof toMain.log, stream: 'stdout' | 'stderr', text: string, n: number]
export type Bundle = [kind: typeof toMain.bundle, ...sections: Section[]]
export type Ready = [kind: typeof toMain.ready]
/** The last word of a worker that cannot go on. */
export type Dying = [kind: typeof toMain.dying, error: ErrorData]
/** The last word of a worker that was asked to close; `error`: a teardown threw. */
export type Closed = [kind: typeof toMain.closed, error: ErrorData | undefined]
export type HeapMessage = [kind: typeof toMain.heap, usedMB: number]
/** Asks for a {@link Receipt} once all before it was heard. */
export type ReceiptWanted = [kind: typeof toMain.receipt, notes: number, bytes: number]
/** The work of job `n` can be asked to stop. Said only where no memory is shared. */
export type Askable = [kind: typeof toMain.askable, n: number]
/** Something was said there that means nothing, and whoever carries it has heard why. */
export type NonsenseMessage = [kind: typeof toMain.nonsense, why: string]
export type Section = Results | FailedMessage | Note | LogMessage | ReceiptWanted
export type ToMain = Section | Bundle | Ready | Dying | Closed | HeapMessage | Askable | NonsenseMessage

/** What a lane tells the thread it connects to. */
export interface ConnectTerms {
  readonly ticket: number
  readonly definitions: readonly DefinitionRef[]
  readonly hooks: readonly { readonly module: string; readonly export: string; readonly argument: unknown }[]
  /** Main's {@link clockBase}, so that times from the thread are on main's clock. */
  readonly clockBase: number
  /** Whether the thread tells how large its heap is. */
  readonly tellHeap: boolean
  /** How long the thread looks for a next call, in microseconds. */
  readonly spinUs: number
}

export interface DefinitionRef {
  readonly name: string
  readonly url: string
  /** Its results are sent before the next job begins: one of its jobs has taken a thread down before. */
  readonly cautious: boolean
}

/** What this thread's `performance.now()` must be added to, for a monotonic time that all threads share. */
export function clockBase(): number {
  if (typeof process !== 'object' || typeof process.hrtime?.bigint !== 'function')
    return performance.timeOrigin
  // The first readings load code between the two clocks; the largest difference had the least between them.
  let base = Number.NEGATIVE_INFINITY
  for (let i = 0; i < 4; i++) base = Math.max(base, Number(process.hrtime.bigint()) / 1e6 - performance.now())
  return base
}

/** Says what is wrong with a message to main, or `undefined`. Loose: enough that reading it cannot throw. */
export function flawOf(message: unknown): string | undefined {
  if (!Array.isArray(message)) return 'it is not an array'
  const kind: unknown = message[0]
  const fine = typeof kind === 'number' ? shapes[kind] : undefined
  if (fine === undefined) return `its kind is ${describeSafely(kind)}`
  return fine(message) ? undefined : `it is malformed, of kind ${kind}`
}

const isErrorData = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as ErrorData).name === 'string' &&
  typeof (value as ErrorData).message === 'string'

const isFailure = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  failureCodes.includes((value as Failure).code) &&
  typeof (value as Failure).why === 'string' &&
  typeof (value as Failure).what === 'string' &&
  typeof (value as Failure).remedy === 'string' &&
  ((value as Failure).error === undefined || isErrorData((value as Failure).error))

const arePaths = (paths: unknown): boolean =>
  paths === undefined || (Array.isArray(paths) && paths.every(path => Array.isArray(path)))

const shapes: Readonly<Record<number, (message: readonly unknown[]) => boolean>> = {
  [toMain.ready]: () => true,
  [toMain.results]: ([, first, began, groups, results, buffers]) => {
    if (!arePaths(buffers)) return false
    if (!Number.isSafeInteger(first) || !Number.isFinite(began)) return false
    if (!Array.isArray(groups) || !Array.isArray(results)) return false
    let counted = 0
    for (let g = 0; g < groups.length; g += 2) {
      if (!Number.isSafeInteger(groups[g]) || groups[g] < 1 || !Number.isFinite(groups[g + 1])) return false
      counted += groups[g]
    }
    return counted === results.length
  },
  [toMain.failed]: ([, n, failure, began, workMs, buffers]) =>
    Number.isSafeInteger(n) &&
    isFailure(failure) &&
    Number.isFinite(began) &&
    Number.isFinite(workMs) &&
    arePaths(buffers),
  [toMain.note]: message =>
    Number.isSafeInteger(message[1]) && message.length >= 3 && message.length <= 4 && arePaths(message[3]),
  [toMain.bundle]: () => true, // its sections are looked at one by one
  [toMain.log]: ([, stream, text, n]) =>
    (stream === 'stdout' || stream === 'stderr') && typeof text === 'string' && Number.isInteger(n),
  [toMain.dying]: ([, error]) => isErrorData(error),
  [toMain.closed]: ([, error]) => error === undefined || isErrorData(error),
  [toMain.heap]: ([, usedMB]) => typeof usedMB === 'number',
  [toMain.receipt]: ([, notes, bytes]) => Number.isSafeInteger(notes) && Number.isSafeInteger(bytes),
  [toMain.askable]: ([, n]) => Number.isSafeInteger(n),
  [toMain.nonsense]: ([, why]) => typeof why === 'string',
}
