/**
 * Those that wait, in order of arrival, and the one of them that has waited longest: how many have overtaken it.
 *
 *     add ──► [ left · left · OLDEST · waits · left · waits | not yet joined · not yet joined ]
 *                                                           └── letJoin: the desk reads its rules, and puts it in its order
 *
 * Both desks with an order age by it. Who leaves is skipped, and cut off when most have left.
 */

import type { Pending } from '../scheduler.ts'

/** Who arrived, as far as arrival is concerned. */
export interface Arrived<T> {
  readonly item: T
  readonly pending: Pending
  /** It waits, and for its turn by age as well. */
  waits: boolean
}

export class Arrivals<T, A extends Arrived<T>> {
  /** How many wait, those included that have left the order of arrival with `pass`. */
  waiting = 0
  readonly #patience: number
  #list: A[] = []
  /** Before this nobody waits. */
  #oldest = 0
  /** From here on they have not joined. */
  #joined = 0
  /** Starts since the oldest became the oldest. */
  #overtaken = 0
  /** They wait, though no longer in order of arrival. */
  readonly #passed = new Set<A>()
  /** Those that wait, by item: made when one is looked up, kept until nobody waits. */
  #index: Map<T, A> | undefined

  constructor(patience: number) {
    this.#patience = patience
  }

  add(one: A): void {
    this.#list.push(one)
    this.#index?.set(one.item, one)
    this.waiting++
  }

  /** Calls `join` for each that arrived since. If it throws, the next call begins with the same one. */
  letJoin(join: (one: A) => void): void {
    for (; this.#joined < this.#list.length; this.#joined++) {
      const one = this.#list[this.#joined] as A
      if (one.waits) join(one)
    }
  }

  /** The order of the desk is lost: all have to join again. */
  rejoin(): void {
    this.#joined = this.#oldest
  }

  /** The one that has waited longest, of those that have joined. */
  oldest(): A | undefined {
    for (; this.#oldest < this.#joined; this.#oldest++) {
      const one = this.#list[this.#oldest] as A
      if (one.waits) return one
      this.#overtaken = 0
    }
    return undefined
  }

  /** The oldest, if it has been overtaken too often: it is next. */
  overdue(): A | undefined {
    if (this.#overtaken < this.#patience) return undefined
    const oldest = this.oldest()
    return this.#overtaken < this.#patience ? undefined : oldest
  }

  /** How often it was overtaken, as far as that is counted: of all that wait, against the oldest alone. */
  overtakenOf(one: A): number {
    return this.oldest() === one ? this.#overtaken : 0
  }

  /** One is about to start. Who came back has arrived before, and overtakes nobody. */
  overtakes(one: A): void {
    const oldest = this.oldest()
    if (oldest !== undefined && oldest.pending.id < one.pending.id) this.#overtaken++
  }

  /** It goes on waiting, but its age has had its effect. */
  pass(one: A): void {
    one.waits = false
    this.#passed.add(one)
  }

  /** It waits no longer. */
  leave(one: A): void {
    one.waits = false
    if (this.#passed.size > 0) this.#passed.delete(one)
    this.#index?.delete(one.item)
    if (--this.waiting === 0) this.#clear()
    else if (this.#list.length > 4 * this.waiting + 1024) this.#pack()
  }

  find(item: T): A | undefined {
    if (this.waiting === 0) return undefined
    this.#index ??= new Map(this.all().map(one => [one.item, one]))
    return this.#index.get(item)
  }

  /** All that wait, by arrival. */
  all(): A[] {
    const all = this.#list.slice(this.#oldest).filter(waits)
    all.push(...this.#passed)
    return all.sort((a, b) => a.pending.id - b.pending.id)
  }

  #clear(): void {
    this.#list = []
    this.#oldest = this.#joined = this.#overtaken = 0
    this.#index = undefined
  }

  #pack(): void {
    const joined = this.#list.slice(this.#oldest, this.#joined).filter(waits)
    const arrived = this.#list.slice(this.#joined).filter(waits)
    if (this.#list[this.#oldest] !== joined[0]) this.#overtaken = 0
    this.#list = [...joined, ...arrived]
    this.#oldest = 0
    this.#joined = joined.length
  }
}

const waits = ({ waits }: Arrived<unknown>) => waits
