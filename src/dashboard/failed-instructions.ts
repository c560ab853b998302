/** The last failed instructions, their stacks and what they were to do: for whoever looks at a failure, or tries it again. */

import type { Subscription } from 'rxjs'
import { Boundary } from '../inspect/boundary.ts'
import { failureInWords, groupKey } from '../inspect/failure-groups.ts'
import type { Followed } from '../inspect/follow.ts'
import { explainFailure } from '../words/failure.ts'
import type { Instruction } from '../words/instruction.ts'
import type { Report } from '../words/report.ts'
import { keptFailed } from './limits.ts'
import type { FailureDetails } from './page-protocol.ts'
import { preview } from './preview.ts'
import { shownFailure } from './shown-failure.ts'

interface Kept {
  readonly details: FailureDetails
  readonly group: string
  readonly instruction: Instruction
}

export class FailedInstructions {
  readonly #kept = new Map<number, Kept>()
  readonly #subscription: Subscription | undefined

  constructor(boss: Followed) {
    const boundary = new Boundary({ view: 'the list of failures', broken: () => this.end() })
    this.#subscription = boss.reports$.subscribe(boundary.guard((report: Report) => this.#take(report)))
  }

  of(id: number): FailureDetails | undefined {
    return this.#kept.get(id)?.details
  }

  /** By id. */
  all(): ReadonlyMap<number, FailureDetails> {
    return new Map(Array.from(this.#kept, ([id, { details }]) => [id, details]))
  }

  /** Those that are still kept: one, a group, or all. */
  instructions({
    id,
    group,
  }: {
    readonly id?: number
    readonly group?: string
  }): readonly (readonly [id: number, instruction: Instruction])[] {
    const found: (readonly [number, Instruction])[] = []
    for (const [one, kept] of this.#kept) {
      if (id !== undefined && one !== id) continue
      if (group !== undefined && kept.group !== group) continue
      found.push([one, kept.instruction])
    }
    return found
  }

  /** It is tried again. */
  forget(id: number): void {
    this.#kept.delete(id)
  }

  end(): void {
    this.#subscription?.unsubscribe()
  }

  #take(report: Report): void {
    if (report.kind !== 'failed') return
    const { id, name, failure, instruction } = report
    const { error } = shownFailure(failure)
    const words = explainFailure(shownFailure(failure))
    const text = error?.stack === undefined ? words : `${words}\n\n${error.stack}`
    const details = { name, text, instruction: preview(instruction) }
    this.#kept.set(id, { details, group: groupKey(failure.code, failureInWords(failure)), instruction })
    if (this.#kept.size <= keptFailed) return
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined) this.#kept.delete(oldest)
  }
}
