/** What was measured: every value of every round, and what is made of them. */

export class Figures {
  /** Workload, then adapter, then a list of what each round gave. */
  #all

  constructor(all = {}) {
    this.#all = all
  }

  add(id, adapter, figures) {
    this.#all[id] ??= {}
    this.#all[id][adapter] ??= []
    this.#all[id][adapter].push(figures)
  }

  of(id, adapter) {
    return this.#all[id]?.[adapter] ?? []
  }

  /** `undefined` where nothing was measured. */
  median(id, adapter, key = 'value') {
    const sorted = this.#values(id, adapter, key)
    return sorted[sorted.length >> 1]
  }

  least(id, adapter, key = 'value') {
    return this.#values(id, adapter, key)[0]
  }

  /** Cores that others used, in the median run and in the worst, of one workload or of all. */
  foreign(ids = Object.keys(this.#all)) {
    const cores = ids
      .flatMap(id => Object.values(this.#all[id] ?? {}).flat())
      .map(({ foreign }) => foreign)
      .filter(Number.isFinite)
      .sort((a, b) => a - b)
    return { median: cores[cores.length >> 1], most: cores.at(-1) }
  }

  get ids() {
    return Object.keys(this.#all)
  }

  adapters(id) {
    return Object.keys(this.#all[id] ?? {})
  }

  toJSON() {
    return this.#all
  }

  #values(id, adapter, key) {
    return this.of(id, adapter)
      .map(figures => figures[key])
      .filter(Number.isFinite)
      .sort((a, b) => a - b)
  }
}
