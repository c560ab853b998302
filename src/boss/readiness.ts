/** How many lanes are kept though idle, and waiting until they are there. */

import { BossFailure } from './boss-failure.ts'
import type { BossRun } from './boss-run.ts'
import { tooLate } from './intake.ts'
import { lanesKept } from './step/state.ts'

export class Readiness {
  readonly #run: BossRun
  readonly #waiting = new Set<() => void>()

  constructor(run: BossRun) {
    this.#run = run
  }

  /** Somebody waits for lanes. */
  awaited = false

  /** How many lanes are up. */
  get #up(): number {
    return this.#run.lanes.open.filter(({ ready, closing }) => ready && !closing).length
  }

  /** A lane got ready. */
  look(): void {
    const { settings, limit } = this.#run
    if (!this.awaited || this.#up < lanesKept(settings.crew.min, limit(), true)) return
    for (const resolve of [...this.#waiting]) resolve()
    this.#waiting.clear()
    this.awaited = false
  }

  /** Resolves once that many are up; rejects where the boss ends before. */
  when(): Promise<void> {
    const { settings, final$, soon } = this.#run
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve)
      this.awaited = true
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
