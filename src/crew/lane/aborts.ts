/** What the jobs of a lane are told when they are asked to stop, once they have been sent. */

import { describeSafely, errorToData } from '../../words/error-data.ts'
import { given, type InFlight } from './in-flight.ts'
import type { Link } from './link.ts'
import { toWorker } from './wire.ts'

export interface AbortTerms {
  readonly inFlight: InFlight
  readonly send: Link['send']
  /** Whether its place will not begin job `n`; see {@link Link.skip}. */
  readonly skip: (n: number) => boolean
  /** It will not, and nobody waits for it any more. */
  readonly skipped: (n: number, reason: unknown) => void
}

export class Aborts {
  /** Asked to stop, not told to the worker yet. */
  #early: { n: number; reason: unknown }[] = []
  /** The last job that was told to stop, and when. */
  #told = { n: -1, at: 0 }
  readonly #terms: AbortTerms

  constructor(terms: AbortTerms) {
    this.#terms = terms
  }

  tell(n: number, reason: unknown): void {
    const { inFlight, send, skip, skipped } = this.#terms
    if (!inFlight.isUnderWay(n)) {
      if (inFlight.stateOf(n) === given) this.#early.push({ n, reason })
      return
    }
    if (skip(n)) {
      this.#tellSkipped(n, reason)
      skipped(n, reason)
      return
    }
    this.#told = { n, at: performance.now() }
    const isError = reason instanceof Error
    try {
      send([toWorker.abort, n, isError ? errorToData(reason) : reason, isError])
    } catch {
      send([toWorker.abort, n, describeSafely(reason), false]) // a reason that cannot be cloned: as text
    }
  }

  /** What was handed ahead is not to begin while job `n`, which is at work, has its time. */
  skipAllBehind(n: number, reason: unknown): void {
    const { inFlight, skip } = this.#terms
    for (let one = n + 1; one < inFlight.unsent; one++)
      if (inFlight.isUnderWay(one) && skip(one)) this.#tellSkipped(one, reason)
  }

  #tellSkipped(n: number, reason: unknown): void {
    this.#terms.send([toWorker.abort, n, describeSafely(reason), false])
  }

  /** Tells those that have been sent meanwhile. */
  tellEarly(): void {
    if (this.#early.length === 0) return
    for (const { n, reason } of this.#early.splice(0)) this.tell(n, reason)
  }

  /** What was to be told about `n` goes with it: its number may be another's soon. */
  forget(n: number): void {
    if (this.#early.length > 0) this.#early = this.#early.filter(one => one.n !== n)
  }

  /** Milliseconds since job `n` was told; `undefined`: it was not the last. */
  toldFor(n: number | undefined): number | undefined {
    return n === this.#told.n ? performance.now() - this.#told.at : undefined
  }
}
