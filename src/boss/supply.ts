/** Supply: lazy sources, which advance only as far as there is room for what they send. */

import type { Demand } from '../scheduler/demand.ts'
import type { Window } from '../scheduler/window.ts'
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
  readonly #terms: SupplyTerms
  readonly #demands = new Set<Demand>()
  /** How many instructions were refused where nobody was there to throw at. */
  #refused = 0
  /** Sources may send until so many instructions have come, the refused ones included. */
  #wanted = 0
  readonly #windows = new Set<Window>()
  /** The event loop has a turn before more is asked for. */
  #pausing = false

  constructor(terms: SupplyTerms) {
    this.#terms = terms
  }

  /** Adds a source that can wait. What comes back takes it away. */
  add(): { demand: Demand; remove: () => void } {
    const demand: Demand = { wants: () => this.#come() < this.#wanted }
    this.#demands.add(demand)
    this.#wanted = this.#come() + this.#room()
    return { demand, remove: () => this.#demands.delete(demand) }
  }

  /** From now on sources run no further ahead of a reader than its window says. What comes back lets go of it. */
  boundBy(window: Window): () => void {
    const { soon } = this.#terms
    this.#windows.add(window)
    window.more = soon
    return () => {
      this.#windows.delete(window)
      soon()
    }
  }

  /** One came, and was not taken: another may come in its place. */
  refused(): void {
    this.#refused++
    if (this.#demands.size > 0) this.#terms.soon()
  }

  /**
   * Asks until there is no room, or nobody has more now. What came and takes no room (refused, aborted before it came,
   * settled by an earlier life of this run) has used up no demand: as much is asked for again.
   */
  askForMore(): void {
    if (this.#demands.size === 0 || this.#pausing) return
    const start = this.#come()
    for (let first = 0; ; ) {
      const room = this.#room()
      if (room <= 0) return
      const before = this.#come()
      if (before - start > first + mostInVain) return this.#pause()
      this.#wanted = before + room
      if (before === start) first = room
      for (const demand of [...this.#demands]) demand.more?.()
      if (this.#come() === before) return
    }
  }

  /** A source of nothing but bad ones must not keep the event loop from turning. */
  #pause(): void {
    this.#pausing = true
    macrotask(() => {
      this.#pausing = false
      this.#terms.soon()
    })
  }

  end(): void {
    this.#demands.clear()
  }

  #come(): number {
    return this.#terms.accepted() + this.#refused
  }

  #room(): number {
    let room = this.#terms.room()
    for (const window of this.#windows) room = Math.min(room, window.room(this.#terms.accepted()))
    return room
  }
}
