/** From reports to what is in them: `result`, `settled`, `interim`. */

import { filter, map, type OperatorFunction, pipe } from 'rxjs'

import { type Interim, isSettled, type Report, type Settled } from '../words/report.ts'
import { resultOrThrow } from '../words/result-or-throw.ts'

/** The final reports alone. */
export const settled = <A>(): OperatorFunction<Report<A>, Settled<A>> =>
  filter((report): report is Settled<A> => isSettled(report))

/** The interim reports alone. */
export const interim = <A>(): OperatorFunction<Report<A>, Interim> =>
  filter((report): report is Interim => report.kind === 'interim')

/**
 * The results alone. A failed or cancelled instruction errors the stream, and so stops the others: with the worker's own
 * error where the work threw, with a `CancelledError` where it never finished, else with an `RxbossError` that carries the
 * failure.
 *
 * @example
 * of({ limit: 10 }).pipe(delegate(primes), result()).subscribe(console.log) // 4
 */
export const result = <A>(): OperatorFunction<Report<A>, A> => pipe(settled<A>(), map(resultOrThrow))
