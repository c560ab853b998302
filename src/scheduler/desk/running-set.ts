/** Those who run at a desk with rules, and what the rules see of them. */

import { fewRunning } from '../limits.ts'
import type { Pending } from '../scheduler.ts'
import type { Entry } from './entry.ts'

export class RunningSet<T> {
  /** In no order. */
  readonly views: Pending[] = []
  readonly entries: Entry<T>[] = []
  /** By item, from the moment when there are more than a few until nobody is left. */
  #index: Map<T, Entry<T>> | undefined

  get size(): number {
    return this.entries.length
  }

  add(entry: Entry<T>): void {
    entry.at = this.entries.length
    this.entries.push(entry)
    this.views.push(entry.pending)
    if (this.#index !== undefined) this.#index.set(entry.item, entry)
    else if (this.size > fewRunning) this.#index = new Map(this.entries.map(one => [one.item, one]))
  }

  /** `undefined`: it does not run here. */
  take(item: T): Entry<T> | undefined {
    const entry = this.find(item)
    if (entry === undefined) return undefined
    const last = this.entries.pop() as Entry<T>
    const view = this.views.pop() as Pending
    if (last !== entry) {
      this.entries[entry.at] = last
      this.views[entry.at] = view
      last.at = entry.at
    }
    if (this.size === 0) this.#index = undefined
    else this.#index?.delete(item)
    return entry
  }

  find(item: T): Entry<T> | undefined {
    if (this.#index !== undefined) return this.#index.get(item)
    for (const entry of this.entries) if (entry.item === item) return entry
    return undefined
  }
}
