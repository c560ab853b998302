/** How many lanes are kept though idle, and waiting until they are there. */

import type { Observable } from 'rxjs'

import type { FinalAccount } from '../words/report.ts'
import { BossFailure } from './boss-failure.ts'
import { tooLate } from './intake.ts'

export interface ReadinessTerms {
  readonly name: string
  /** Lanes that the crew keeps though idle. */
  readonly min: number
  /** Most lanes that may be open. */
  readonly limit: () => number
  /** How many lanes are up. */
  readonly up: () => number
  /** Lanes may be wanted now that were not before. */
  readonly soon: () => void
  readonly final$: Observable<FinalAccount>
}

export class Readiness {
  readonly #terms: ReadinessTerms
  readonly #waiting = new Set<() => void>()

  constructor(terms: ReadinessTerms) {
    this.#terms = terms
  }

  /** Lanes that are wanted whether there is work or not; one at least while somebody waits for them. */
  get least(): number {
    const { min, limit } = this.#terms
    return Math.min(limit(), this.#waiting.size > 0 ? Math.max(1, min) : min)
  }

  /** A lane got ready. */
  look(): void {
    if (this.#waiting.size === 0 || this.#terms.up() < this.least) return
    for (const resolve of [...this.#waiting]) resolve()
    this.#waiting.clear()
  }

  /** Resolves once that many are up; rejects where the boss ends before. */
  when(): Promise<void> {
    const { name, final$, soon } = this.#terms
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve)
      // Nothing happens where it has resolved before.
      final$.subscribe(report => {
        const { failure } = report
        reject(failure === undefined ? tooLate(name, undefined) : new BossFailure(failure, report))
      })
      this.look()
      soon()
    })
  }
}
