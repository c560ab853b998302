/** A final report as its result, or as the error that says why there is none. */

import { textOf } from './error-data.ts'
import { failureToError } from './failure.ts'
import type { CancelCode, Cancelled, Settled } from './report.ts'

/**
 * What the work answered.
 *
 * @throws the work's own error, an `RxbossError` that carries the failure, or a {@link CancelledError}
 */
export function resultOrThrow<A>(report: Settled<A>): A {
  switch (report.kind) {
    case 'done':
      return report.result
    case 'failed':
      throw failureToError(report.failure, report.name)
    case 'cancelled':
      throw cancelledToError(report)
    default:
      return report satisfies never
  }
}

/** What there is instead of the result of an instruction that never finished. `cause` is the reason, `code` says whose. */
export class CancelledError extends Error {
  readonly code: CancelCode

  constructor({ name, code, reason }: Pick<Cancelled, 'name' | 'code' | 'reason'>) {
    const why = reason instanceof Error ? reason.message : textOf(reason)
    super(`Instruction "${name}" was cancelled: ${why}`, { cause: reason })
    this.name = 'CancelledError'
    this.code = code
  }
}

/** The same where the caller's own AbortSignal ended it, by the name that the platform gives such errors. */
export class AbortError extends CancelledError {
  constructor(report: Pick<Cancelled, 'name' | 'code' | 'reason'>) {
    super(report)
    this.name = 'AbortError'
  }
}

const cancelledToError = (report: Cancelled): CancelledError =>
  report.code === 'signal' ? new AbortError(report) : new CancelledError(report)
