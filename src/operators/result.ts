/** From reports to what is in them: `result`, `settled`, `interim`. */

import { filter, map, type OperatorFunction, pipe } from 'rxjs'

import { textOf } from '../words/error-data.ts'
import { failureToError, RxbossError } from '../words/failure.ts'
import { type Interim, isSettled, type Report, type Settled } from '../words/report.ts'

/** The final reports alone. */
export const settled = <A>(): OperatorFunction<Report<A>, Settled<A>> =>
  filter((report): report is Settled<A> => isSettled(report))

/** The interim reports alone. */
export const interim = <A>(): OperatorFunction<Report<A>, Interim> =>
  filter((report): report is Interim => report.kind === 'interim')

/**
 * The results alone. A failed or cancelled instruction errors the stream, and so stops the others: with the worker's own
 * error where the work threw, else with an `RxbossError` that carries the failure.
 *
 * @example
 * of({ limit: 10 }).pipe(delegate(primes), result()).subscribe(console.log) // 4
 */
export const result = <A>(): OperatorFunction<Report<A>, A> => pipe(settled<A>(), map(resultOrThrow))

function resultOrThrow<A>(report: Settled<A>): A {
  switch (report.kind) {
    case 'done':
      return report.result
    case 'failed':
      throw failureToError(report.failure, report.name)
    case 'cancelled':
      throw new CancelledError(report.name, report.reason)
    default:
      return report satisfies never
  }
}

/** What `result()` throws for an instruction that never finished. `cause` is the reason. */
export class CancelledError extends Error {
  constructor(name: string, reason: unknown) {
    const why = reason instanceof RxbossError || reason instanceof Error ? reason.message : textOf(reason)
    super(`Instruction "${name}" was cancelled: ${why}`, { cause: reason })
    this.name = 'CancelledError'
  }
}
