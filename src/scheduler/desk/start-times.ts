/**
 * When the last ones started: as many as a rule has asked for, and no more; and what the rules make of it that go by it.
 *
 *     starts now ────────────────────────► a time
 *     goes ahead ──► expected ──has left──► a time: when that is heard of, so never before it started
 *
 * Who is expected may start at any moment, and counts as if it did now.
 */

import { askRule } from '../rule-error.ts'
import type { Scheduler } from '../scheduler.ts'

export class StartTimes {
  /** How many of those who run were let go ahead. */
  expected = 0
  readonly #rules: readonly Scheduler[]
  #times: number[] = []
  #asked = 0
  /** How many have left of whom nobody knew when they started. */
  #left = 0
  #now = -Infinity

  /** @param rules  those that have `opensAt` */
  constructor(rules: readonly Scheduler[]) {
    this.#rules = rules
  }

  get all(): readonly number[] {
    return this.#times
  }

  /** So many have started, or may have, and are in no list yet. */
  get unknown(): number {
    return this.expected + this.#left
  }

  /** Takes over. @param unknown  so many have started by now, nobody knows when */
  resume(times: readonly number[], unknown: number): void {
    this.#times = [...times]
    this.#left = unknown
  }

  closedUntil(now: number): number | undefined {
    let opens = now
    this.#at(now)
    for (const rule of this.#rules) opens = Math.max(opens, this.opensAt(rule, now))
    return opens > now ? opens : undefined
  }

  /** When this one of them lets somebody start. */
  opensAt(rule: Scheduler, now: number): number {
    return askRule(rule, 'opensAt', () => rule.opensAt?.(now, this.#nth) ?? now)
  }

  mayGoAhead(now: number): boolean {
    this.#at(now)
    return this.#rules.every(rule =>
      askRule(rule, 'mayGoAhead', () => rule.mayGoAhead?.(now, this.#nth) === true),
    )
  }

  /** One goes ahead. */
  expect(): void {
    this.expected++
  }

  /** One that went ahead has left. */
  leave(): void {
    this.expected--
    this.#left++
  }

  add(now: number): void {
    if (this.#asked === 0) return
    this.#times.push(now)
    if (this.#times.length > 2 * this.#asked + 64) this.#times = this.#times.slice(-this.#asked)
  }

  #at(now: number): void {
    this.#now = now
    for (; this.#left > 0; this.#left--) this.add(now)
  }

  /** When the nth last start was; `-Infinity` if there were fewer. */
  readonly #nth = (n: number): number => {
    if (n > this.#asked) this.#asked = n
    const known = n - this.expected
    return known > 0 ? (this.#times[this.#times.length - known] ?? -Infinity) : this.#now
  }
}
