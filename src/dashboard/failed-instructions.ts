/** What the last failed instructions were to do, in short, and their stacks: for whoever looks at a failure. */

import type { Subscription } from 'rxjs'
import type { Followed } from '../inspect/follow.ts'
import { explain } from '../words/failure.ts'
import { preview } from './preview.ts'
import type { FailureDetails } from './protocol.ts'

const kept = 1000

export class FailedInstructions {
  readonly #details = new Map<number, FailureDetails>()
  readonly #subscription: Subscription

  constructor(boss: Followed) {
    this.#subscription = boss.reports$.subscribe(report => {
      if (report.kind !== 'failed') return
      const { id, name, failure, instruction } = report
      const { error } = failure
      const text = error?.stack === undefined ? explain(failure) : `${explain(failure)}\n\n${error.stack}`
      this.#details.set(id, { name, text, instruction: preview(instruction) })
      if (this.#details.size <= kept) return
      const [oldest] = this.#details.keys()
      if (oldest !== undefined) this.#details.delete(oldest)
    })
  }

  of(id: number): FailureDetails | undefined {
    return this.#details.get(id)
  }

  end(): void {
    this.#subscription.unsubscribe()
  }
}
