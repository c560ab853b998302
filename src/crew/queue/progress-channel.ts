/** Says what comes during a job, in order: what piles up while one message is on its way goes with the next. */

import { mostSayingsTogether } from '../limits.ts'
import { type Progress, type Saying, type Where, wordsVersion } from './messages.ts'

export class ProgressChannel {
  readonly #tell: (progress: Progress) => Promise<unknown>
  #sayings: Saying[] = []
  #from = 0
  #where: Where | undefined
  #sending: Promise<void> | undefined

  constructor(tell: (progress: Progress) => Promise<unknown>) {
    this.#tell = tell
  }

  say(saying: Saying): void {
    this.#sayings.push(saying)
    this.#sending ??= this.#send()
  }

  isAt(where: Where): void {
    this.#where = where
    this.#sending ??= this.#send()
  }

  /** Resolves once everything was said. */
  async finish(): Promise<void> {
    await this.#sending
  }

  async #send(): Promise<void> {
    // What comes in the same turn goes together.
    await new Promise(resolve => setImmediate(resolve))
    while (this.#sayings.length > 0 || this.#where !== undefined) {
      const sayings = this.#sayings.splice(0, mostSayingsTogether)
      const where = this.#where
      this.#where = undefined
      const from = this.#from
      this.#from += sayings.length
      try {
        await this.#tell({ v: wordsVersion, from, sayings, ...(where !== undefined && { where }) })
      } catch {
        // The job is gone, or its lock: the outcome says how many went before it, and its boss that they are missing.
      }
    }
    this.#sending = undefined
  }
}
