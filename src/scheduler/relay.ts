/** Hears a source on behalf of another subscriber: ends when that one does, and passes on values and errors. */

import { Subscriber } from 'rxjs'

export class Relay<T> extends Subscriber<T> {
  readonly #next: ((value: T) => void) | undefined
  readonly #complete: (() => void) | undefined

  constructor(out: Subscriber<never>, next?: (value: T) => void, complete?: () => void) {
    super(out)
    this.#next = next
    this.#complete = complete
  }

  protected override _next(value: T): void {
    try {
      if (this.#next === undefined) super._next(value)
      else this.#next(value)
    } catch (error) {
      this.destination.error(error)
    }
  }

  /** The end of this source is not the end of the other. */
  protected override _complete(): void {
    this.unsubscribe()
    this.#complete?.()
  }
}
