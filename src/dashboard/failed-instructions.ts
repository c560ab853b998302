/** What the last failed instructions were to do, in short, and their stacks: for whoever looks at a failure. */

import type { Subscription } from 'rxjs'
import { Boundary } from '../inspect/boundary.ts'
import type { Followed } from '../inspect/follow.ts'
import { explain } from '../words/failure.ts'
import type { Report } from '../words/report.ts'
import { preview } from './preview.ts'
import type { FailureDetails } from './protocol.ts'
import { shownFailure } from './shown-failure.ts'

const kept = 1000

export class FailedInstructions {
  readonly #details = new Map<number, FailureDetails>()
  readonly #subscription: Subscription | undefined

  constructor(boss: Followed) {
    const boundary = new Boundary({ view: 'the list of failures', broken: () => this.end() })
    this.#subscription = boss.reports$.subscribe(boundary.guard((report: Report) => this.#take(report)))
  }

  of(id: number): FailureDetails | undefined {
    return this.#details.get(id)
  }

  /** By id. */
  all(): ReadonlyMap<number, FailureDetails> {
    return new Map(this.#details)
  }

  end(): void {
    this.#subscription?.unsubscribe()
  }

  #take(report: Report): void {
    if (report.kind !== 'failed') return
    const { id, name, failure, instruction } = report
    const { error } = shownFailure(failure)
    const words = explain(shownFailure(failure))
    const text = error?.stack === undefined ? words : `${words}\n\n${error.stack}`
    this.#details.set(id, { name, text, instruction: preview(instruction) })
    if (this.#details.size <= kept) return
    const [oldest] = this.#details.keys()
    if (oldest !== undefined) this.#details.delete(oldest)
  }
}
