/** How many lanes are kept though idle, and waiting until they are there. */

import { BossFailure } from './boss-failure.ts'
import { tooLate } from './intake.ts'
import type { Run } from './run.ts'

export class Readiness {
  readonly #run: Run
  readonly #waiting = new Set<() => void>()

  constructor(run: Run) {
    this.#run = run
  }

  /** Lanes that are wanted whether there is work or not; one at least while somebody waits for them. */
  get least(): number {
    const { settings, limit } = this.#run
    const { min } = settings.crew
    return Math.min(limit(), this.#waiting.size > 0 ? Math.max(1, min) : min)
  }

  /** How many lanes are up. */
  get #up(): number {
    return this.#run.lanes.open.filter(({ ready, closing }) => ready && !closing).length
  }

  /** A lane got ready. */
  look(): void {
    if (this.#waiting.size === 0 || this.#up < this.least) return
    for (const resolve of [...this.#waiting]) resolve()
    this.#waiting.clear()
  }

  /** Resolves once that many are up; rejects where the boss ends before. */
  when(): Promise<void> {
    const { settings, final$, soon } = this.#run
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve)
      // Nothing happens where it has resolved before.
      final$.subscribe(report => {
        const { failure } = report
        reject(failure === undefined ? tooLate(settings.name, undefined) : new BossFailure(failure, report))
      })
      this.look()
      soon()
    })
  }
}
