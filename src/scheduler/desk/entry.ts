/** An entry: one that waits or runs at a desk with rules, what the rules said of it, and where it is now. */

import type { Granted, Pending } from '../scheduler.ts'
import type { BudgetTurn } from './budget.ts'
import type { Rank, Seat } from './homes.ts'
import type { Key } from './key.ts'
import { TreeNode } from './min-tree.ts'

type Where = 'arrived' | 'in line' | 'parked' | 'set aside' | 'running' | 'gone'

export class Entry<T> extends TreeNode {
  where: Where = 'arrived'
  cost = 0
  share: unknown
  weight = 1
  keys: readonly Key<Entry<T>>[] = noKeys
  amounts: readonly number[] | undefined
  /** Which parts of supplies it has. */
  granted: Granted | undefined
  /** The key by which it prefers lanes; of it, those it is equal to, and its place among those of the same key. */
  home: unknown
  rank: Rank<Entry<T>> | undefined
  seat: Seat<Entry<T>> | undefined
  /** The lane it is best done in. */
  lane: number | undefined
  /** It waits, and for its turn by age as well. */
  waits = true
  /** How often it was passed over while it was first. */
  passed = 0
  /** Overtaken too often, and waiting for its keys. */
  reserving = false
  /** It was let start while its lane works on something else. */
  isAhead = false
  turn: BudgetTurn = noTurn
  /** Its place in the list of what runs. */
  at = 0
  readonly item: T
  readonly pending: Pending
  readonly cameBack: boolean

  constructor(item: T, pending: Pending, cameBack: boolean) {
    super()
    this.item = item
    this.pending = pending
    this.cameBack = cameBack
  }
}

const noKeys: readonly never[] = []
const noTurn: BudgetTurn = { cost: 0, count: 0 }

export const hasKeys = <T>(entry: Entry<T>) => heldKey(entry) === undefined

/** The first of its keys that has no room for it. */
export function heldKey<T>(entry: Entry<T>): Key<Entry<T>> | undefined {
  const { keys, amounts } = entry
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as Key<Entry<T>>
    if (!key.freeFor(entry, amounts === undefined ? 1 : (amounts[i] as number))) return key
  }
  return undefined
}

/** Among equals: by arrival, and who came back before all others. */
export const byArrival = <T>(a: Entry<T>, b: Entry<T>) =>
  a.cameBack === b.cameBack ? a.pending.id - b.pending.id : a.cameBack ? -1 : 1

/** In no order but that of arrival: all are equals. */
export function equals<T>(a: Entry<T>, b: Entry<T>): number {
  a.rank ??= b.rank
  return byArrival(a, b)
}

/** By the rules. Whoever joins the line meets its equals, if there are some, and is of their rank. */
export const comparing =
  <T>(order: (a: Pending, b: Pending) => number) =>
  (a: Entry<T>, b: Entry<T>): number =>
    order(a.pending, b.pending) || equals(a, b)
