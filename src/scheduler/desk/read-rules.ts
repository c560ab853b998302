/** What the rules say of one that waits: asked once, when it joins the line, or when somebody wants to know before. */

import { costOf, type RuleQuestions, weightBy } from '../combined-rules.ts'
import { homeBy, shareBy } from '../wants.ts'
import { Entry } from './entry.ts'
import type { Claims } from './key-claims.ts'

/** @throws {RuleError} */
export function readRules<T>(entry: Entry<T>, ask: RuleQuestions, claims: Claims<Entry<T>>): void {
  const { pending } = entry
  const { cost, share, prefers } = ask
  entry.cost = cost === undefined ? 0 : costOf(cost, pending)
  if (share !== undefined) {
    entry.share = shareBy(share, pending)
    entry.weight = weightBy(share, pending)
  }
  if (prefers !== undefined) entry.home = homeBy(prefers, pending)
  if (!claims.none) claims.read(entry)
}

/** The same for a copy of it, which wants nothing. */
export function probe<T>(
  { item, pending }: Entry<T>,
  ask: RuleQuestions,
  claims: Claims<Entry<T>>,
): Entry<T> {
  const copy = new Entry(item, pending, false)
  readRules(copy, ask, claims)
  for (const key of copy.keys) key.forget()
  return copy
}
