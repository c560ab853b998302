/**
 * Instructions come in few shapes: the same keys in the same order, over and over. What follows from the keys alone is
 * found once for each shape, and finding a shape again costs a comparison per key:
 *
 *     root ──limit──► ● ──name──► ●        { limit, name }
 *       └───path────► ●                    { path }
 */

import { mostKeyShapes } from './limits.ts'

interface Node<T> {
  /** The key that came here last, and where it led: usually it comes again. */
  likely: string | undefined
  likelyNext: Node<T> | undefined
  readonly next: Map<string, Node<T>>
  made: T | undefined
}

const isOwn = Object.prototype.hasOwnProperty // in a `for ... in`, V8 sees through this one, not through Object.hasOwn

const emptyNode = <T>(): Node<T> => ({
  likely: undefined,
  likelyNext: undefined,
  next: new Map(),
  made: undefined,
})

export class KeyShapes<T extends object> {
  readonly #make: (keys: readonly string[]) => T
  #root = emptyNode<T>()
  #nodes = 0

  /** @param make  what follows from the own, enumerable keys of an instruction */
  constructor(make: (keys: readonly string[]) => T) {
    this.#make = make
  }

  of(given: object): T {
    let node = this.#root
    for (const key in given) {
      if (!isOwn.call(given, key)) continue
      node = key === node.likely ? (node.likelyNext as Node<T>) : this.#step(node, key)
    }
    node.made ??= this.#make(Object.keys(given))
    return node.made
  }

  #step(from: Node<T>, key: string): Node<T> {
    let node = from.next.get(key)
    if (node === undefined) {
      // Keys that never repeat would fill the memory: forget all, and learn the shapes in use again.
      if (++this.#nodes > mostKeyShapes) {
        this.#root = emptyNode()
        this.#nodes = 0
      }
      node = emptyNode()
      from.next.set(key, node)
    }
    from.likely = key
    from.likelyNext = node
    return node
  }
}
