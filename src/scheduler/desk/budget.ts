/**
 * A budget, and who takes of it. Those who run one after the other in one lane, and cost the same, take a *turn* each: together
 * they take what one takes.
 */

import { mostOfAll } from './min-tree.ts'

export interface BudgetTurn {
  readonly cost: number
  /** How many are in it. */
  count: number
}

interface Spender {
  readonly cost: number
  turn: BudgetTurn
}

export class Budget {
  /** Costs are kept in a {@link MinTree} in units in which `never` is more than the budget. */
  readonly scale: number
  readonly #budget: number
  #used = 0

  constructor(budget: number) {
    this.#budget = budget
    this.scale = budget === Infinity ? 0 : budget < mostOfAll / 2 ? 1 : mostOfAll / 2 / budget
  }

  /** What is left, or what those before it leave; a little more, since sums of fractions are not exact. */
  room(after?: BudgetTurn): number {
    const budget = this.#budget
    if (budget === Infinity) return mostOfAll
    return Math.max(after?.cost ?? 0, budget - this.#used + budget * 1e-12)
  }

  /** Whether it takes what those before it leave, or there is room for it beside them. */
  mayFollow({ cost }: Spender, after: BudgetTurn): boolean {
    return cost === after.cost || cost <= this.room()
  }

  /** Whether it may start beside all that runs, though it was to follow another. */
  mayMove({ cost, turn }: Spender): boolean {
    return turn.count === 1 || cost <= this.room()
  }

  take(who: Spender, after?: BudgetTurn): void {
    if (after !== undefined && after.count > 0 && after.cost === who.cost) {
      who.turn = after
      after.count++
      return
    }
    who.turn = { cost: who.cost, count: 1 }
    this.#used += who.cost
  }

  /** @param last  nobody else runs: sums of fractions drift, and are exact again then */
  leave({ turn }: Spender, last: boolean): void {
    if (--turn.count === 0) this.#used -= turn.cost
    if (last) this.#used = 0
  }
}
