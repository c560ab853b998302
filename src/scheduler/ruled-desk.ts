/** The desk of a scheduler with rules. */

import { ask, concurrencyOf, costOf, whyImpossible } from './rules.ts'
import type { Pending, Scheduler } from './scheduler.ts'

interface Entry<T> {
  readonly item: T
  readonly pending: Pending
  readonly back: boolean
}

export class RuledDesk<T> {
  readonly plain = false
  readonly concurrency: number
  readonly startTimes: number[] = []

  readonly #rules: readonly Scheduler[]
  readonly #view: (item: T) => Pending
  #waiting: Entry<T>[] = []
  readonly #running = new Map<T, Pending>()
  #lookAgainAt: number | undefined

  constructor(rules: readonly Scheduler[], view: (item: T) => Pending) {
    this.#rules = rules
    this.#view = view
    this.concurrency = concurrencyOf(rules)
  }

  get pending(): number {
    return this.#waiting.length
  }

  get running(): number {
    return this.#running.size
  }

  arrive(item: T): void {
    this.#waiting.push({ item, pending: this.#view(item), back: false })
  }

  requeue(item: T): void {
    this.#waiting.push({ item, pending: this.#view(item), back: true })
  }

  next(now: number): T | undefined {
    this.#lookAgainAt = undefined
    if (this.#waiting.length === 0 || this.running >= this.concurrency) return undefined
    for (const rule of this.#rules) {
      const opensAt = ask(
        rule,
        'opensAt',
        () => rule.opensAt?.(now, n => this.startTimes.at(-n) ?? -Infinity) ?? now,
      )
      if (opensAt > now) this.#lookAgainAt = Math.max(opensAt, this.#lookAgainAt ?? 0)
    }
    if (this.#lookAgainAt !== undefined) return undefined
    const running = [...this.#running.values()]
    const chosen = [...this.#waiting]
      .sort((a, b) => this.#compare(a, b))
      .find(one => this.#admits(one.pending, running))
    if (chosen === undefined) return undefined
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1)
    this.#running.set(chosen.item, chosen.pending)
    this.startTimes.push(now)
    return chosen.item
  }

  leave(item: T): void {
    this.#running.delete(item)
  }

  withdraw(item: T): boolean {
    const at = this.#waiting.findIndex(one => one.item === item)
    if (at >= 0) this.#waiting.splice(at, 1)
    return at >= 0
  }

  drain(): T[] {
    const all = this.#waiting.sort((a, b) => a.pending.id - b.pending.id).map(one => one.item)
    this.#waiting = []
    return all
  }

  lookAgainAt(_now: number): number | undefined {
    return this.#lookAgainAt
  }

  impossible(item: T): string | undefined {
    return whyImpossible(this.#rules, () => this.#view(item))
  }

  resume(running: Iterable<T>, startTimes: readonly number[]): void {
    for (const item of running) this.#running.set(item, this.#view(item))
    this.startTimes.push(...startTimes)
  }

  #compare(a: Entry<T>, b: Entry<T>): number {
    for (const rule of this.#rules) {
      const order = ask(rule, 'order', () => rule.order?.(a.pending, b.pending) ?? 0)
      if (order) return order
    }
    return Number(b.back) - Number(a.back) || a.pending.id - b.pending.id
  }

  #admits(next: Pending, running: readonly Pending[]): boolean {
    return this.#rules.every(rule => {
      if (rule.keys !== undefined) {
        const taken = new Set(running.flatMap(one => ask(rule, 'keys', () => rule.keys?.(one) ?? [])))
        if (ask(rule, 'keys', () => rule.keys?.(next) ?? []).some(key => taken.has(key))) return false
      }
      if (rule.cost !== undefined) {
        const used = running.reduce((sum, one) => sum + costOf(rule, one), 0)
        if (used + costOf(rule, next) > (rule.budget ?? Infinity)) return false
      }
      return ask(rule, 'admits', () => rule.admits?.(next, running) ?? true)
    })
  }
}
