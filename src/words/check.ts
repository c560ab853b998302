/**
 * Checks of what a caller gives: one way, one class of error.
 *
 *     const check = checking('open a mailbox')
 *     check('capacity', 0, wholeNumberFrom(1))
 *     // TypeError: Cannot open a mailbox: 'capacity' must be a whole number, 1 or more, got 0
 */

import { showValue } from './show-value.ts'

/** What a value must be, in words and as a test. */
export interface Rule {
  readonly says: string
  holds(value: unknown): boolean
}

/** Refuses what is against a rule, and gives back what is not. `act` is what cannot be done then: "open a mailbox". */
export const checking =
  (act: string) =>
  <A>(name: string, value: A, rule: Rule): A => {
    if (rule.holds(value)) return value
    throw new TypeError(`Cannot ${act}: '${name}' must be ${rule.says}, got ${showValue(value)}`)
  }

/** `Infinity` included: no limit. */
export const wholeNumberFrom = (least: number): Rule => ({
  says: `a whole number, ${least} or more`,
  holds: value => value === Infinity || (Number.isInteger(value) && (value as number) >= least),
})

/** The same without an end: a limit may be absent, a count may not. */
export const countFrom = (least: number): Rule => ({
  says: `a whole number, ${least} or more`,
  holds: value => Number.isInteger(value) && (value as number) >= least,
})

/** A number of milliseconds, say; `Infinity` is the longest. */
export const numberFrom = (least: number): Rule => ({
  says: `a number, ${least} or more`,
  holds: value => typeof value === 'number' && value >= least,
})

export const aNumberAbove0: Rule = {
  says: 'a number above 0',
  holds: value => typeof value === 'number' && value > 0,
}

export const aBoolean: Rule = { says: 'true or false', holds: value => typeof value === 'boolean' }

export const oneOfThese = (...values: readonly unknown[]): Rule => ({
  says: `one of ${values.map(value => showValue(value)).join(', ')}`,
  holds: value => values.includes(value),
})

export const aFunction: Rule = { says: 'a function', holds: value => typeof value === 'function' }

export const aText: Rule = {
  says: 'a text that is not empty',
  holds: value => typeof value === 'string' && value !== '',
}

export const aRecord: Rule = {
  says: 'a record',
  holds: value => typeof value === 'object' && value !== null && !Array.isArray(value),
}
