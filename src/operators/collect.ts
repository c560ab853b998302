/** The edges to fp-ts: reports as `Either`, a whole run as a `TaskEither`. */

import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { map, type Observable, type OperatorFunction, pipe, toArray } from 'rxjs'

import type { Cancelled, Failed, Report } from '../words/report.ts'
import { result, settled } from './result.ts'

/** Why an instruction has no result: its `failed` or `cancelled` report. */
export type NoResult = Failed | Cancelled

/**
 * Each final report as an `Either`: the report that has no result, or the result. Nothing errors the stream.
 *
 * @example
 * reports$.pipe(toEither()).subscribe(either => console.log(isRight(either)))
 */
export const toEither = <A>(): OperatorFunction<Report<A>, Either<NoResult, A>> =>
  pipe(
    settled<A>(),
    map(report => (report.kind === 'done' ? right(report.result) : left(report))),
  )

/**
 * Runs a stream of reports and collects its results. Cold, like every `TaskEither`: nothing starts before it is called.
 * The first instruction without a result makes it `Left` and, where the reports come from `delegate`, stops the others.
 *
 * @param reports$  such as `instructions$.pipe(delegate(primes))`
 * @returns results in the order in which they came; `Left` is the error that `result()` throws, or that of the stream
 *
 * @example
 * const counts = await collect(of({ limit: 10 }).pipe(delegate(primes)))() // right([4])
 */
export function collect<A>(reports$: Observable<Report<A>>): TaskEither<Error, readonly A[]> {
  return () =>
    new Promise(resolve => {
      reports$.pipe(result(), toArray()).subscribe({
        next: results => resolve(right(results)),
        error: (error: unknown) => resolve(left(error instanceof Error ? error : new Error(String(error)))),
      })
    })
}
