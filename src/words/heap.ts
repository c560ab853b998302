/** A binary heap: the first of many. `before` is called about log2 n times when the first is taken, seldom on a push. */
export class Heap<T> {
  readonly #before: (a: T, b: T) => boolean
  readonly #items: T[] = []

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }

  get first(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    this.#items.push(item)
    this.#rise(item, this.#items.length - 1)
  }

  pop(): T | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (items.length === 0 || last === undefined) return first
    // Down to a leaf along the better children, then up from there: the last one belongs low, so this asks half as often.
    let at = 0
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && this.#before(items[child + 1] as T, items[child] as T)) child++
      items[at] = items[child] as T
      at = child
    }
    this.#rise(last, at)
    return first
  }

  /** Removes the one that would come last. Looks at half of them: those without children. */
  dropLast(): T | undefined {
    const items = this.#items
    let at = items.length >> 1
    for (let i = at + 1; i < items.length; i++) if (this.#before(items[at] as T, items[i] as T)) at = i
    const dropped = items[at]
    const moved = items.pop()
    if (moved !== undefined && at < items.length) this.#rise(moved, at)
    return dropped
  }

  #rise(item: T, from: number): void {
    const items = this.#items
    let at = from
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!this.#before(item, items[up] as T)) break
      items[at] = items[up] as T
      at = up
    }
    items[at] = item
  }
}
