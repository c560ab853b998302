/** What waiting for a boss rejects with when a failure ended it. */

import { type Failure, failureToError, RxbossError } from '../words/failure.ts'
import type { FinalAccount } from '../words/report.ts'

/** The boss was ended by a failure. `cause` is that failure as an error; `report` has everything that was finished. */
export class BossFailure extends RxbossError {
  readonly report: FinalAccount

  constructor(failure: Failure, report: FinalAccount) {
    super(failure, { cause: failureToError(failure) })
    this.name = 'BossFailure'
    this.report = report
  }
}
