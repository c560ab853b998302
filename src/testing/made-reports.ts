/** Reports as a test wants them: what a boss would say, made by hand. */

import { errorToData } from '../words/error-data.ts'
import { type Failure, type FailureCode, threw } from '../words/failure.ts'
import type { CancelCode, Cancelled, Done, Failed, Settled } from '../words/report.ts'

const subject = { id: 0, name: 'fake#0' }
const attempt = { ...subject, worker: 'fake', attempt: 1 }
const times = { waitMs: 0, workMs: 0 }

/** Those made here: `fakeDelegate` knows them from results. */
const made = new WeakSet<object>()

function make<R extends Settled>(report: R): R {
  made.add(report)
  return report
}

/** Whether one of the functions below made this. */
export const isMadeHere = (value: unknown): value is Settled =>
  typeof value === 'object' && value !== null && made.has(value)

/**
 * A `done` report.
 *
 * @param some  fields that are to be otherwise
 *
 * @example
 * of(done(4)).pipe(result()).subscribe(console.log) // 4
 */
export const done = <A>(result: A, some: Partial<Done<A>> = {}): Done<A> =>
  make({ kind: 'done', ...attempt, result, ...times, ...some })

/**
 * A `failed` report.
 *
 * @param why  a code, a whole failure, or the error that the work threw
 */
export const failed = (why: FailureCode | Failure | Error = 'threw', some: Partial<Failed> = {}): Failed =>
  make({ kind: 'failed', ...attempt, failure: failureOf(why), instruction: {}, ...times, ...some })

/** A `cancelled` report. */
export const cancelled = (code: CancelCode = 'cancelled', some: Partial<Cancelled> = {}): Cancelled =>
  make({ kind: 'cancelled', ...subject, code, reason: code, instruction: {}, ...some })

function failureOf(why: FailureCode | Failure | Error): Failure {
  if (why instanceof Error) return threw('fake', errorToData(why))
  if (typeof why !== 'string') return why
  if (why === 'threw') return threw('fake', errorToData(new Error('as the test said')))
  return { code: why, what: 'The fake failed', why: 'the test said so', remedy: 'None: it was wanted' }
}
