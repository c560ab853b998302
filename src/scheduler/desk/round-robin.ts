/**
 * A line for each key, and the keys take turns: who has had least for its weight is looked at first. `last` is virtual time:
 * a start moves its key on by 1 / weight, and a new key comes behind those that have waited.
 */

import { MinTree, TreeNode } from './min-tree.ts'

class Turn<P extends TreeNode> extends TreeNode {
  last: number
  readonly key: unknown
  readonly line: MinTree<P>

  constructor(key: unknown, line: MinTree<P>, last: number) {
    super()
    this.key = key
    this.line = line
    this.last = last
  }
}

/** Speaks as a {@link MinTree} does, so that the desk need not know which of the two it has. */
export class RoundRobin<P extends TreeNode> {
  readonly #keyOf: (place: P) => unknown
  readonly #weightOf: (place: P) => number
  readonly #compare: (a: P, b: P) => number
  readonly #turns = new Map<unknown, Turn<P>>()
  readonly #order = new MinTree<Turn<P>>((a, b) => a.last - b.last)
  #clock = 0

  constructor(keyOf: (place: P) => unknown, weightOf: (place: P) => number, compare: (a: P, b: P) => number) {
    this.#keyOf = keyOf
    this.#weightOf = weightOf
    this.#compare = compare
  }

  /** A new key has the last turn. */
  join(place: P): void {
    const key = this.#keyOf(place)
    const turn = this.#turns.get(key)
    if (turn !== undefined) {
      turn.line.join(place)
      this.#order.need(turn, turn.line.least)
      return
    }
    const added = new Turn(key, new MinTree(this.#compare), this.#clock + 1 / this.#weightOf(place))
    added.line.join(place)
    added.own = added.line.least
    this.#turns.set(key, added)
    this.#order.join(added)
  }

  quit(place: P): void {
    const turn = this.#turnOf(place)
    turn.line.quit(place)
    if (turn.line.empty) {
      this.#order.quit(turn)
      this.#turns.delete(turn.key)
    } else {
      this.#order.need(turn, turn.line.least)
    }
  }

  need(place: P, own: number): void {
    const turn = this.#turnOf(place)
    turn.line.need(place, own)
    this.#order.need(turn, turn.line.least)
  }

  first(most: number): P | undefined {
    return this.#order.first(most)?.line.first(most)
  }

  /** It starts: it quits, and its key goes behind those that have had less. */
  start(place: P): void {
    const turn = this.#turnOf(place)
    this.#clock = Math.max(this.#clock, turn.last)
    this.quit(place)
    if (turn.line.empty) return
    this.#order.quit(turn)
    turn.last = this.#clock + 1 / this.#weightOf(place)
    this.#order.join(turn)
  }

  #turnOf(place: P): Turn<P> {
    return this.#turns.get(this.#keyOf(place)) as Turn<P>
  }
}
