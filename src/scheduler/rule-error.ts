/** A rule that threw, and which one it was. */

import type { Scheduler } from './scheduler.ts'

/** A rule that threw; the error it threw is the cause. Or one that keeps everybody waiting for ever. */
export class RuleError extends Error {
  /** @param why  what it threw; or, of one that did not throw, what is wrong, and what to do */
  constructor(
    rule: Partial<Scheduler>,
    member: keyof Scheduler,
    why: { readonly cause: unknown } | { readonly what: string; readonly remedy: string },
  ) {
    const name = rule.name === undefined ? `'${member}'` : `'${member}' of ${rule.name}`
    super(
      'cause' in why
        ? `The scheduler's rule ${name} threw: ${why.cause instanceof Error ? why.cause.message : String(why.cause)}`
        : `${why.what}: rule ${name}. ${why.remedy}.`,
      'cause' in why ? { cause: why.cause } : {},
    )
    this.name = 'RuleError'
  }
}

/** Asks one member of one rule. */
export function askRule<R>(rule: Scheduler, member: keyof Scheduler, question: () => R): R {
  try {
    return question()
  } catch (error) {
    throw error instanceof RuleError ? error : new RuleError(rule, member, { cause: error })
  }
}

/** Rules that keep everybody waiting for ever must be heard of. */
export function stalemate(
  pending: number,
  { admits, cost }: { readonly admits: readonly Scheduler[]; readonly cost: Scheduler | undefined },
): RuleError {
  return new RuleError(admits[0] ?? cost ?? {}, admits.length > 0 ? 'admits' : 'cost', {
    what: `Nothing runs, and the scheduler lets none of the ${pending} pending instructions start`,
    remedy: `Let 'impossible' refuse what can never start, or 'opensAt' say when to look again`,
  })
}

/** What error messages call a rule. */
export const nameOf = ({ name }: { readonly name?: string }): string => name ?? 'a rule of your own'
