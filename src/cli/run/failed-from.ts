/** Where the last failed records came from: they may be tried again from the page. */

import type { RecordPlace } from '../feeder.ts'
import { mostRetryable } from '../limits.ts'

export class FailedFrom {
  readonly #places = new Map<number, RecordPlace>()

  put(id: number, place: RecordPlace): void {
    this.#places.set(id, place)
    const [oldest] = this.#places.keys()
    if (this.#places.size > mostRetryable && oldest !== undefined) this.#places.delete(oldest)
  }

  take(id: number): RecordPlace | undefined {
    const place = this.#places.get(id)
    this.#places.delete(id)
    return place
  }
}
