/** What several rules say together. */

import { defaultPatience } from './limits.ts'
import { askRule, RuleError } from './rule-error.ts'
import type { Granted, Pending, Scheduler } from './scheduler.ts'
import { refuseMissingKeys, tooMuchOf } from './wants.ts'

/** The rules of a scheduler: what it was combined from, and its own members if it has any. */
export function rulesOf(scheduler: Scheduler): readonly Scheduler[] {
  const { rules, name: _, ...own } = scheduler
  return rules === undefined ? [scheduler] : [...rules.flatMap(rulesOf), own]
}

export function concurrencyOf(rules: readonly Scheduler[]): number {
  for (const { concurrency, name } of rules) {
    if (concurrency === Infinity || (Number.isInteger(concurrency) && concurrency > 0)) continue
    const whose = name === undefined ? '' : ` of ${name}`
    throw new TypeError(
      `Cannot schedule: 'concurrency'${whose} must be a whole number above 0, or Infinity, not ${concurrency}`,
    )
  }
  return Math.min(...rules.map(rule => rule.concurrency))
}

/** The least that a rule says. */
export function patienceOf(rules: readonly Scheduler[]): number {
  const said = rules.flatMap(({ patience }) => patience ?? [])
  return said.length === 0 ? defaultPatience : Math.min(...said)
}

/** Lexicographic, in the order in which the rules were given; `undefined`: order of arrival. */
export function orderOf(rules: readonly Scheduler[]): ((a: Pending, b: Pending) => number) | undefined {
  const ordering = rules.filter(rule => rule.order !== undefined)
  const [only] = ordering
  if (only === undefined) return undefined
  if (ordering.length === 1) {
    return (a, b) => {
      try {
        return only.order?.(a, b) ?? 0
      } catch (error) {
        throw new RuleError(only, 'order', { cause: error })
      }
    }
  }
  return (a, b) => {
    let asked = only
    try {
      for (asked of ordering) {
        const order = asked.order?.(a, b)
        if (order) return order
      }
      return 0
    } catch (error) {
      throw new RuleError(asked, 'order', { cause: error })
    }
  }
}

/** Those of the rules that may call an instruction impossible. */
export const judgesOf = (rules: readonly Scheduler[]): readonly Scheduler[] =>
  rules.filter(
    ({ impossible, cost, keys, needs, share, prefers }) =>
      impossible ?? cost ?? keys ?? needs ?? share ?? prefers,
  )

/**
 * Why an instruction can never start by these rules.
 *
 * @param judges  from {@link judgesOf}
 * @throws {TypeError} when a key of it is undefined
 */
export function whyImpossible(judges: readonly Scheduler[], view: () => Pending): string | undefined {
  if (judges.length === 0) return undefined
  const next = view()
  for (const rule of judges) {
    refuseMissingKeys(rule, next)
    const why = verdictOf(rule, next) ?? tooMuchOf(rule, next)
    if (why !== undefined) return why
    const cost = costOf(rule, next)
    if (cost > budgetOf(rule)) return `it costs ${cost}, and the budget is ${budgetOf(rule)} in all`
  }
  return undefined
}

function verdictOf(rule: Scheduler, next: Pending): string | undefined {
  try {
    return rule.impossible?.(next)
  } catch (error) {
    throw new RuleError(rule, 'impossible', { cause: error })
  }
}

export function costOf(rule: Scheduler, next: Pending): number {
  let cost: number
  try {
    cost = rule.cost?.(next) ?? 0
  } catch (error) {
    throw new RuleError(rule, 'cost', { cause: error })
  }
  if (cost >= 0) return cost
  const why = new TypeError(`a cost must be a number of at least 0, not ${cost}`)
  throw new RuleError(rule, 'cost', { cause: why })
}

const budgetOf = ({ budget = Infinity }: Scheduler) => budget

/** Which rules to ask what, found out once. */
export class RuleQuestions {
  /** The one whose budget the line itself keeps. */
  readonly cost: Scheduler | undefined
  readonly budget: number
  readonly share: Scheduler | undefined
  readonly prefers: Scheduler | undefined
  readonly admits: readonly Scheduler[]
  readonly opensAt: readonly Scheduler[]
  /** Those whose limit moves. */
  readonly limits: readonly Scheduler[]

  constructor(rules: readonly Scheduler[]) {
    const [first, ...others] = rules.filter(rule => rule.cost !== undefined)
    this.cost = first
    this.budget = first === undefined ? Infinity : budgetOf(first)
    this.share = rules.find(rule => rule.share !== undefined)
    this.prefers = rules.find(rule => rule.prefers !== undefined)
    this.admits = [...others.map(asAdmits), ...rules.filter(rule => rule.admits !== undefined)]
    this.opensAt = rules.filter(rule => rule.opensAt !== undefined)
    this.limits = rules.filter(rule => rule.limit !== undefined)
  }

  /** The least of the limits that move. With nothing running somebody may always start. */
  limitNow(running: number): number {
    let least = Infinity
    for (const rule of this.limits)
      least = Math.min(
        least,
        askRule(rule, 'limit', () => rule.limit?.(running) ?? Infinity),
      )
    return Math.max(1, least)
  }
}

/** How many turns a key has for one of the others. @throws {RuleError} */
export function weightBy(rule: Scheduler, next: Pending): number {
  if (rule.weight === undefined) return 1
  return askRule(rule, 'weight', () => {
    const weight = rule.weight?.(next)
    if (typeof weight === 'number' && weight > 0 && weight < Infinity) return weight
    throw new TypeError(`a weight must be a number above 0, not ${weight}`)
  })
}

/** A second budget is kept by asking: seldom needed, and the line has room for one. */
const asAdmits = (rule: Scheduler): Scheduler => ({
  name: rule.name ?? 'a budget',
  concurrency: Infinity,
  admits: (next, running) =>
    running.reduce((sum, one) => sum + costOf(rule, one), costOf(rule, next)) <= budgetOf(rule),
})

/** Only what waits in a lane is in the way of these, and that counts as running. */
export const mayAllGoAhead = (rules: readonly Scheduler[]): boolean =>
  rules.every(
    ({ admits, keys, needs, share, prefers, limit, order, hooks, opensAt, mayGoAhead }) =>
      !(admits || keys || needs || share || prefers || limit || order || hooks) &&
      (!opensAt || mayGoAhead !== undefined),
  )

/**
 * What was granted, as environment variables, for programs that the work starts: `{ gpu: ['0', '1'] }` is `RXBOSS_GPU=0,1`,
 * and the same in the variable that somebody named for it.
 */
export function environmentOf(
  granted: Granted,
  named: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {}
  for (const [name, parts] of Object.entries(granted)) {
    const value = parts.join(',')
    variables[`RXBOSS_${name.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`] = value
    const own = named[name]
    if (own !== undefined) variables[own] = value
  }
  return variables
}
