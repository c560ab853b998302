/** Tickets: the numbers of the slots 0, 1, 2 ... of those who run. The lowest free one goes first. */

import { Heap } from '../words/heap.ts'

export class Tickets {
  readonly #returned = new Heap<number>((a, b) => a < b)
  #issued = 0

  take(): number {
    return this.#returned.pop() ?? this.#issued++
  }

  free(ticket: number): void {
    this.#returned.push(ticket)
  }
}
