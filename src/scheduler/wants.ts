/** What a rule says an instruction wants for itself while it runs: keys, and so much of each supply. */

import { showValue } from '../words/show-value.ts'
import { nameOf, RuleError } from './rule-error.ts'
import type { Pending, Scheduler } from './scheduler.ts'

/** @throws {RuleError} */
export function keysBy(rule: Scheduler, next: Pending): readonly unknown[] {
  try {
    return rule.keys?.(next) ?? none
  } catch (error) {
    throw new RuleError(rule, 'keys', { cause: error })
  }
}

const none: readonly never[] = []

/** How much of which supply; nothing of the others. @throws {RuleError} */
export function needsBy(rule: Scheduler, next: Pending): Readonly<Record<string, number>> {
  try {
    const wanted = Object.entries(rule.needs?.(next) ?? {}).filter(([, amount]) => amount !== 0)
    for (const [name, amount] of wanted) {
      if (!(amount > 0))
        throw new TypeError(`'${name}' must be a number of at least 0, not ${showValue(amount)}`)
    }
    return Object.fromEntries(wanted)
  } catch (error) {
    throw new RuleError(rule, 'needs', { cause: error })
  }
}

/** How much of something there is. */
export function supplyOf(supplies: NonNullable<Scheduler['supplies']>, name: string): number {
  const supply = Object.hasOwn(supplies, name) ? supplies[name] : undefined
  return typeof supply === 'number' ? supply : (supply?.length ?? 0)
}

/** Why there will never be as much as it needs; `undefined`: there is. */
export function tooMuchOf(rule: Scheduler, next: Pending): string | undefined {
  if (rule.needs === undefined) return undefined
  const supplies = rule.supplies ?? {}
  for (const [name, amount] of Object.entries(needsBy(rule, next))) {
    const supply = supplyOf(supplies, name)
    if (amount <= supply) continue
    const others = Object.keys(supplies).map(known => `"${known}"`)
    return Object.hasOwn(supplies, name)
      ? `it needs ${amount} of "${name}", and there are ${supply} in all`
      : `it needs ${amount} of "${name}", and ${nameOf(rule)} has ${others.length === 0 ? 'nothing' : `only ${others.join(', ')}`}`
  }
  return undefined
}

/**
 * A key that is not there would be the same for all that lack it: they would wait for each other, in silence.
 *
 * @throws {TypeError} naming the rule
 */
export function refuseMissingKeys(rule: Scheduler, next: Pending): void {
  const missing =
    (rule.keys !== undefined && keysBy(rule, next).includes(undefined)) ||
    (rule.share !== undefined && shareBy(rule, next) === undefined) ||
    (rule.prefers !== undefined && homeBy(rule, next) === undefined)
  if (!missing) return
  throw new TypeError(
    `Cannot schedule the instruction: its key for ${nameOf(rule)} is undefined. Give it what the rule's function reads, or let that give another key${rule.keys !== undefined ? ' ([] for none)' : ''}`,
  )
}

/** @throws {RuleError} */
export function shareBy(rule: Scheduler, next: Pending): unknown {
  try {
    return rule.share?.(next)
  } catch (error) {
    throw new RuleError(rule, 'share', { cause: error })
  }
}

/** @throws {RuleError} */
export function homeBy(rule: Scheduler, next: Pending): unknown {
  try {
    return rule.prefers?.(next)
  } catch (error) {
    throw new RuleError(rule, 'prefers', { cause: error })
  }
}
