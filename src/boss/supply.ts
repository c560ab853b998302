/** Supply: the boss's credit with lazy sources, which advance only as far as there is room for what they send. */

import { Credit } from '../scheduler/credit.ts'
import { macrotask } from '../words/macrotask.ts'

/** So many may come in one turn that take no room. */
const mostInVain = 1024

export interface SupplyTerms {
  /** How many instructions were accepted. */
  readonly accepted: () => number
  /** How many more would find a place soon; none while nothing may start. */
  readonly room: () => number
  /** Something may start now, or may be asked for. */
  readonly soon: () => void
}

export class Supply {
  /** What lazy sources send under. */
  readonly credit: Credit
  readonly #terms: SupplyTerms
  /** How many instructions were refused where nobody was there to throw at. */
  #refused = 0
  /** Sources may send until so many instructions have come, the refused ones included. */
  #wanted = 0
  #over = false
  /** Of those who read the reports. */
  readonly #readers = new Set<Credit>()
  /** The event loop has a turn before more is asked for. */
  #pausing = false

  constructor(terms: SupplyTerms) {
    this.#terms = terms
    this.credit = new Credit({
      left: () => this.#wanted - this.#come,
      arrived: () => this.#come,
      // It may send at once what there is room for.
      joined: () => {
        this.#wanted = this.#come + Math.max(0, this.#room)
      },
    })
  }

  /** From now on sources run no further ahead of a reader than it allows. What comes back lets go of it. */
  boundBy(reader: Credit): () => void {
    const { soon } = this.#terms
    this.#readers.add(reader)
    const leave = reader.join(soon)
    return () => {
      this.#readers.delete(reader)
      leave()
      soon()
    }
  }

  /** One came, and was not taken: another may come in its place. */
  refused(): void {
    this.#refused++
    if (this.credit.used) this.#terms.soon()
  }

  /**
   * Asks until there is no room, or nobody has more now. What came and takes no room (refused, aborted before it came,
   * settled by an earlier life of this run) has used up no credit: as much is asked for again.
   */
  askForMore(): void {
    if (!this.credit.used || this.#pausing || this.#over) return
    const start = this.#come
    for (let first = 0; ; ) {
      const room = this.#room
      if (room <= 0) return
      const before = this.#come
      if (before - start > first + mostInVain) return this.#pause()
      this.#wanted = before + room
      if (before === start) first = room
      this.credit.ask()
      if (this.#come === before) return
    }
  }

  end(): void {
    this.#over = true
  }

  /** A source of nothing but bad ones must not keep the event loop from turning. */
  #pause(): void {
    this.#pausing = true
    macrotask(() => {
      this.#pausing = false
      this.#terms.soon()
    })
  }

  get #come(): number {
    return this.#terms.accepted() + this.#refused
  }

  get #room(): number {
    let room = this.#terms.room()
    for (const reader of this.#readers) room = Math.min(room, reader.left(this.#terms.accepted()))
    return room
  }
}
