/**
 * A line: those who wait, in order, and of them the first who fits, in O(log n).
 *
 *            [ own 3, least 1 ]            `own`: what one needs, `never` while it cannot start at all
 *             ╱              ╲             `least`: the least of its own and all below
 *     [ 5, least 1 ]     [ own 2 ]
 *        ╲                                 first(2): wherever the left side's `least` is at most 2, go left
 *      [ own 1 ]
 *
 * A balanced tree (AVL) rather than a heap: a heap knows its first only, and would have to set aside, and put back, all
 * those before the first who fits. `compare` is called about log2 n times when somebody joins, and never again.
 */

/**
 * What one needs who cannot start at all: more than anybody has. A small integer where V8 keeps these in the object itself,
 * since `Infinity` would cost every place a box for each of its numbers.
 */
export const never = 2 ** 31 - 1
export const mostOfAll = never - 1

/** A place in a line. What stands in it extends it, so that a line makes no objects. */
export class TreeNode {
  up: this | undefined = undefined
  left: this | undefined = undefined
  right: this | undefined = undefined
  height = 1
  own = 0
  least = 0
}

export class MinTree<P extends TreeNode> {
  #root: P | undefined = undefined
  readonly #compare: (a: P, b: P) => number

  constructor(compare: (a: P, b: P) => number) {
    this.#compare = compare
  }

  get least(): number {
    return this.#root === undefined ? never : this.#root.least
  }

  get empty(): boolean {
    return this.#root === undefined
  }

  /** Behind its equals. If `compare` throws, the line is as before. */
  join(place: P): void {
    let up = this.#root
    let before = false
    for (let at = up; at !== undefined; at = before ? at.left : at.right) {
      up = at
      before = this.#compare(place, at) < 0
    }
    place.up = up
    place.left = place.right = undefined
    place.height = 1
    place.least = place.own
    if (up === undefined) this.#root = place
    else if (before) up.left = place
    else up.right = place
    this.#settle(up)
  }

  quit(place: P): void {
    const { left, right } = place
    if (left === undefined || right === undefined) {
      this.#put(left ?? right, place)
      this.#settle(place.up)
      return
    }
    // The next in order takes over its place in the tree.
    let next = right
    while (next.left !== undefined) next = next.left
    const changed = next === right ? next : next.up
    if (next !== right) {
      this.#put(next.right, next)
      next.right = right
      right.up = next
    }
    next.left = left
    left.up = next
    this.#put(next, place)
    next.height = 0 // not known yet, so that nothing is taken for unchanged there
    this.#settle(changed)
    this.#settle(next)
  }

  /** It needs something else now. */
  need(place: P, own: number): void {
    place.own = own
    for (let at: P | undefined = place; at !== undefined; at = at.up) {
      const least = leastOf(at)
      if (least === at.least) return
      at.least = least
    }
  }

  /** The first in order that needs at most this. */
  first(most: number): P | undefined {
    let at = this.#root
    if (at === undefined || at.least > most) return undefined
    for (;;) {
      if (at.left !== undefined && at.left.least <= most) at = at.left
      else if (at.own <= most) return at
      else at = at.right as P
    }
  }

  /** `child` comes where `place` was. */
  #put(child: P | undefined, place: P): void {
    const { up } = place
    if (child !== undefined) child.up = up
    if (up === undefined) this.#root = child
    else if (up.left === place) up.left = child
    else up.right = child
  }

  /** Balances from here to the root. */
  #settle(from: P | undefined): void {
    for (let at = from; at !== undefined; at = at.up) {
      const lean = heightOf(at.left) - heightOf(at.right)
      if (lean > 1) {
        const left = at.left as P
        if (heightOf(left.left) < heightOf(left.right)) this.#turnLeft(left)
        at = this.#turnRight(at)
      } else if (lean < -1) {
        const right = at.right as P
        if (heightOf(right.right) < heightOf(right.left)) this.#turnRight(right)
        at = this.#turnLeft(at)
      } else if (!refresh(at)) return
    }
  }

  #turnLeft(place: P): P {
    const right = place.right as P
    this.#put(right, place)
    place.right = right.left
    if (place.right !== undefined) place.right.up = place
    right.left = place
    place.up = right
    refresh(place)
    refresh(right)
    return right
  }

  #turnRight(place: P): P {
    const left = place.left as P
    this.#put(left, place)
    place.left = left.right
    if (place.left !== undefined) place.left.up = place
    left.right = place
    place.up = left
    refresh(place)
    refresh(left)
    return left
  }
}

const heightOf = (place: TreeNode | undefined) => (place === undefined ? 0 : place.height)

function leastOf({ own, left, right }: TreeNode): number {
  let least = own
  if (left !== undefined && left.least < least) least = left.least
  if (right !== undefined && right.least < least) least = right.least
  return least
}

/** False: nothing changed, so nothing above does either. */
function refresh(place: TreeNode): boolean {
  const height = 1 + Math.max(heightOf(place.left), heightOf(place.right))
  const least = leastOf(place)
  if (height === place.height && least === place.least) return false
  place.height = height
  place.least = least
  return true
}
