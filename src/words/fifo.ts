/**
 * First in, first out, at a constant cost: an array with a head index. `Array.shift` moves all that remains, every time.
 */

import { worthACopy } from './limits.ts'

export class Fifo<A> {
  #items: (A | undefined)[] = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  /** The oldest one, which stays. */
  get first(): A | undefined {
    return this.#items[this.#head]
  }

  push(item: A): void {
    this.#items.push(item)
  }

  /** The oldest one. Look at `size` first: of an empty queue it is `undefined`. */
  take(): A {
    const item = this.#items[this.#head] as A
    this.#items[this.#head] = undefined // nobody else keeps it alive
    this.#head++
    if (this.#head === this.#items.length) this.clear()
    else if (this.#head >= worthACopy && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Puts these before all others, in this order. */
  putBack(items: readonly A[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)]
    this.#head = 0
  }

  clear(): void {
    this.#items.length = 0
    this.#head = 0
  }
}
