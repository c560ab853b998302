/**
 * Homes: which lanes had which key before, and who of those that wait would find one of them warm.
 *
 *     lane 0 ── had ──► a, c          first in line: b1      lane 0 is free: a2, though b1 came before it
 *     lane 1 ── had ──► b                                    lane 1 is free: b1
 *                                                            lane 2 is free: d1, whose key nobody had, else b1
 *
 * Among equals only: those that the rules put in no order among themselves have one rank, in which each key has a line of its
 * own. Which rank that is falls out of finding the place in line, so no rule is asked once more.
 */

import { mostFreshKeys, mostKeysRemembered } from '../limits.ts'
import { MinTree, TreeNode } from './min-tree.ts'

/** What is kept of one that waits. */
export interface Guest<G extends Guest<G>> {
  /** What it needs of the budget, `never` while it cannot start. */
  own: number
  /** Whom it is equal to. */
  rank: Rank<G> | undefined
  /** Its place in the line of its key. */
  seat: Seat<G> | undefined
}

class HomeKey<G extends Guest<G>> {
  readonly name: unknown
  /** Those that had it. */
  readonly lanes = new Set<number>()
  /** Where some of it wait. */
  readonly queues = new Set<Queue<G>>()

  constructor(name: unknown) {
    this.name = name
  }
}

/** Those of one key and one rank, by arrival. */
class Queue<G extends Guest<G>> {
  readonly key: HomeKey<G>
  readonly rank: Rank<G>
  readonly line: MinTree<Seat<G>>

  constructor(key: HomeKey<G>, rank: Rank<G>, line: MinTree<Seat<G>>) {
    this.key = key
    this.rank = rank
    this.line = line
  }

  first(most: number): G | undefined {
    return this.line.first(most)?.guest
  }
}

/** Those that are equal by the rules. */
export class Rank<G extends Guest<G>> {
  readonly queues = new Map<HomeKey<G>, Queue<G>>()
  /** Those whose key no lane had, by arrival; it may have had it since. */
  readonly fresh = new Set<Queue<G>>()
}

export class Seat<G extends Guest<G>> extends TreeNode {
  readonly guest: G
  readonly queue: Queue<G>

  constructor(guest: G, queue: Queue<G>) {
    super()
    this.guest = guest
    this.queue = queue
    this.own = guest.own
  }
}

export class Homes<G extends Guest<G>> {
  readonly #keys = new Map<unknown, HomeKey<G>>()
  /** What each lane had, the last at the end. */
  readonly #lanes = new Map<number, Set<HomeKey<G>>>()
  readonly #byArrival: (a: G, b: G) => number

  constructor(byArrival: (a: G, b: G) => number) {
    this.#byArrival = byArrival
  }

  /** It has joined the line. */
  join(guest: G, name: unknown): void {
    const key = this.#key(name)
    guest.rank ??= new Rank()
    const { rank } = guest
    let queue = rank.queues.get(key)
    if (queue === undefined) {
      queue = new Queue(key, rank, new MinTree<Seat<G>>((a, b) => this.#byArrival(a.guest, b.guest)))
      rank.queues.set(key, queue)
      key.queues.add(queue)
      if (key.lanes.size === 0) rank.fresh.add(queue)
    }
    guest.seat = new Seat(guest, queue)
    queue.line.join(guest.seat)
  }

  /** It has quit the line. */
  quit({ seat }: G): void {
    if (seat === undefined) return
    const { queue } = seat
    queue.line.quit(seat)
    if (!queue.line.empty) return
    const { key, rank } = queue
    rank.queues.delete(key)
    rank.fresh.delete(queue)
    key.queues.delete(queue)
    this.#forgetIfUnused(key)
  }

  /** It needs something else now. */
  need({ seat }: G, own: number): void {
    seat?.queue.line.need(seat, own)
  }

  /** A free lane that had its key before; `undefined`: there is none. */
  laneOf(guest: G, free: readonly number[]): number | undefined {
    const lanes = guest.seat?.queue.key.lanes
    return lanes?.size ? free.find(lane => lanes.has(lane)) : undefined
  }

  /** Who is taken in the place of the first who fits: its equal, to which one of the free lanes is a home. */
  insteadOf(first: G, most: number, free: readonly number[]): G {
    const { rank } = first
    if (rank === undefined || rank.queues.size < 2 || this.laneOf(first, free) !== undefined) return first
    return this.#warm(rank, most, free) ?? this.#fresh(rank, most) ?? first
  }

  /** One with this key is done in that lane. */
  had(name: unknown, lane: number): void {
    const key = this.#key(name)
    let keys = this.#lanes.get(lane)
    if (keys === undefined) {
      keys = new Set()
      this.#lanes.set(lane, keys)
    }
    keys.delete(key)
    keys.add(key)
    key.lanes.add(lane)
    if (keys.size <= mostKeysRemembered) return
    for (const oldest of keys) {
      keys.delete(oldest)
      this.#leave(oldest, lane)
      return
    }
  }

  /** What was warm there is gone. */
  forget(lane: number): void {
    for (const key of this.#lanes.get(lane) ?? []) this.#leave(key, lane)
    this.#lanes.delete(lane)
  }

  /** Which keys each lane had. */
  get past(): ReadonlyMap<number, readonly unknown[]> {
    return new Map([...this.#lanes].map(([lane, keys]) => [lane, [...keys].map(({ name }) => name)]))
  }

  /** The first by arrival of those for whom one of these lanes is a home. */
  #warm(rank: Rank<G>, most: number, free: readonly number[]): G | undefined {
    let warm: G | undefined
    const look = (queue: Queue<G> | undefined) => {
      const first = queue?.first(most)
      if (first !== undefined && (warm === undefined || this.#byArrival(first, warm) < 0)) warm = first
    }
    for (const lane of free) {
      const keys = this.#lanes.get(lane)
      if (keys === undefined) continue
      if (keys.size <= rank.queues.size) for (const key of keys) look(rank.queues.get(key))
      else for (const [{ lanes }, queue] of rank.queues) if (lanes.has(lane)) look(queue)
      if (warm !== undefined) return warm
    }
    return undefined
  }

  #fresh({ fresh }: Rank<G>, most: number): G | undefined {
    let looks = 0
    for (const queue of fresh) {
      if (queue.key.lanes.size > 0) {
        fresh.delete(queue)
        continue
      }
      const first = queue.first(most)
      if (first !== undefined || ++looks >= mostFreshKeys) return first
    }
    return undefined
  }

  #key(name: unknown): HomeKey<G> {
    let key = this.#keys.get(name)
    if (key === undefined) {
      key = new HomeKey(name)
      this.#keys.set(name, key)
    }
    return key
  }

  #leave(key: HomeKey<G>, lane: number): void {
    key.lanes.delete(lane)
    if (key.lanes.size === 0) for (const queue of key.queues) queue.rank.fresh.add(queue)
    this.#forgetIfUnused(key)
  }

  #forgetIfUnused(key: HomeKey<G>): void {
    if (key.lanes.size === 0 && key.queues.size === 0) this.#keys.delete(key.name)
  }
}
