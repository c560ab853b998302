/**
 * The last so many of something, as a value: appending makes a new log and costs no copy, since the two share their items
 * and each sees its own part of them.
 */

export interface BoundedLog<A> {
  readonly limit: number
  /** Shared: read through `itemsOf`. */
  readonly items: A[]
  readonly from: number
  readonly to: number
  /** How many were ever appended. */
  readonly count: number
}

/** @param limit  how many are kept, at least 1 */
export const emptyLog = <A>(limit: number): BoundedLog<A> => ({ limit, items: [], from: 0, to: 0, count: 0 })

export function append<A>(log: BoundedLog<A>, item: A): BoundedLog<A> {
  const { limit, count } = log
  // Only the newest owner of the shared items appends in place; who branches off an older one gets a copy. So does, once
  // in a while, who has left as many behind as are kept.
  const mine = log.items.length === log.to && log.from < limit
  const items = mine ? log.items : log.items.slice(log.from, log.to)
  const from = mine ? log.from : 0
  items.push(item)
  const to = items.length
  return { limit, items, from: to - from > limit ? from + 1 : from, to, count: count + 1 }
}

/** The oldest first. A copy. */
export const itemsOf = <A>({ items, from, to }: BoundedLog<A>): readonly A[] => items.slice(from, to)

/** The last `count` of them, the oldest first. A copy. */
export const lastOf = <A>({ items, from, to }: BoundedLog<A>, count: number): readonly A[] =>
  items.slice(Math.max(from, to - count), to)
