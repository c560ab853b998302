/** What several rules say together, and which of them it was that threw. */

import type { Pending, Scheduler } from './scheduler.ts'

/** A rule that threw. The error it threw is the cause. */
export class RuleError extends Error {
  constructor(rule: Scheduler, member: keyof Scheduler, cause: unknown) {
    const name = rule.name === undefined ? `'${member}'` : `'${member}' of ${rule.name}`
    super(`The scheduler's rule ${name} threw: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
    this.name = 'RuleError'
  }
}

/** Asks one member of one rule. */
export function ask<R>(rule: Scheduler, member: keyof Scheduler, question: () => R): R {
  try {
    return question()
  } catch (error) {
    throw error instanceof RuleError ? error : new RuleError(rule, member, error)
  }
}

export function concurrencyOf(rules: readonly Scheduler[]): number {
  const least = Math.min(...rules.map(rule => rule.concurrency))
  if (least === Infinity || (Number.isInteger(least) && least > 0)) return least
  throw new TypeError(
    `Cannot schedule: 'concurrency' must be a whole number above 0 or Infinity, not ${least}`,
  )
}

/** Why an instruction can never start by these rules. */
export function whyImpossible(rules: readonly Scheduler[], view: () => Pending): string | undefined {
  let next: Pending | undefined
  for (const rule of rules) {
    if (rule.impossible !== undefined) {
      next ??= view()
      const seen = next
      const why = ask(rule, 'impossible', () => rule.impossible?.(seen))
      if (why !== undefined) return why
    }
    if (rule.cost !== undefined) {
      next ??= view()
      const cost = costOf(rule, next)
      if (cost > (rule.budget ?? Infinity)) return `it costs ${cost}, and there are ${rule.budget} in all`
    }
  }
  return undefined
}

export function costOf(rule: Scheduler, next: Pending): number {
  const cost = ask(rule, 'cost', () => rule.cost?.(next) ?? 0)
  if (cost >= 0) return cost
  throw new RuleError(rule, 'cost', new TypeError(`a cost must be a number of at least 0, not ${cost}`))
}
