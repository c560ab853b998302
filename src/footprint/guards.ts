/**
 * Guards: conditions on an instruction that its attributes alone cannot express.
 *
 *     only: { year: [since(2003), before(2008)], kind: oneOf('a', 'b'), node: node('>=22') }
 *
 * They are looked at once the attributes are accepted. A key is an attribute, else an entry of the boss's `context`;
 * one without a value is a reason like any other. All guards must hold.
 */

import type { Reason } from '../words/reason.ts'
import { showValue } from '../words/show-value.ts'
import { own } from './attribute.ts'
import { matchesRange, parseRange } from './node-range.ts'

type Values = Readonly<Record<string, unknown>>

/** What a guard may look at besides the value under its key. */
export interface Circumstances {
  readonly attributes: Values
  readonly context: Values
}

/** Answers with true, or false or the reason why not. */
export interface Guard {
  // biome-ignore lint/suspicious/noExplicitAny: a predicate may say what type it knows its attribute to have
  (value: any, circumstances: Circumstances): boolean | string
  /** What it expects, for people. */
  readonly expects?: string
  /** It knows what to look at where its key has no value. */
  readonly needsNoValue?: boolean
}

/** What a key of `only` takes: a guard, a plain value meaning equality, or a list of which all must hold. */
export type Only = Readonly<Record<string, unknown>>

const guard = (expects: string, test: (value: unknown) => boolean, needsNoValue = false): Guard =>
  Object.assign((value: unknown) => test(value), { expects, needsNoValue })

type Comparable = number | string | bigint | Date

/** At or after `bound`: the bound is included. Numbers, texts and dates, each compared with its own kind. */
export const since = (bound: Comparable): Guard =>
  guard(`at least ${showValue(checked('since', bound))}`, value => compare(value, bound) >= 0)

/** Before `bound`: the bound is excluded. */
export const before = (bound: Comparable): Guard =>
  guard(`less than ${showValue(checked('before', bound))}`, value => compare(value, bound) < 0)

/** One of these values, compared by `===`. */
export const oneOf = (...values: readonly unknown[]): Guard =>
  guard(`one of ${values.map(value => showValue(value)).join(', ')}`, value => values.includes(value))

/** A text that the expression matches. */
export function matching(expression: RegExp): Guard {
  if (!(expression instanceof RegExp)) throw cannot('matching', 'a regular expression', expression)
  const stateless = new RegExp(expression.source, expression.flags.replace(/[gy]/g, ''))
  return guard(`a text matching ${expression}`, value => typeof value === 'string' && stateless.test(value))
}

/** One of these platforms, as in `process.platform`; that of the boss, unless its key has a value. */
export const platform = (...names: readonly string[]): Guard =>
  guard(
    `the platform ${names.join(' or ')}`,
    value => names.includes(typeof value === 'string' ? value : (host()?.platform ?? 'browser')),
    true,
  )

/** A version of Node in this range: `'>=20.19'`, `'^20.19 || >=22'`, `'20.x'`; the boss's own, unless its key has a value. */
export function node(range: string): Guard {
  const parsed = parseRange(range)
  if (parsed === undefined) throw cannot('node', "a range such as '>=20.19'", range)
  const version = (value: unknown) => (typeof value === 'string' ? value : (host()?.versions?.node ?? ''))
  return guard(`Node ${range}`, value => matchesRange(version(value), parsed), true)
}

interface Host {
  readonly platform?: string
  readonly versions?: { readonly node?: string }
}

const host = () => (globalThis as { readonly process?: Host }).process

const cannot = (act: string, rule: string, got: unknown) =>
  new TypeError(`Cannot guard with ${act}(${showValue(got)}): it must be ${rule}`)

function checked(act: string, bound: unknown): unknown {
  if (Number.isNaN(compare(bound, bound))) throw cannot(act, 'a number, a text or a date', bound)
  return bound
}

/** Below, at or above 0 as `<` has it; NaN for what cannot be compared, so that no guard holds. */
function compare(a: unknown, b: unknown): number {
  const [x, y] = a instanceof Date && b instanceof Date ? [a.getTime(), b.getTime()] : [a, b]
  const numbers = isNumeric(x) && isNumeric(y)
  if (!numbers && !(typeof x === 'string' && typeof y === 'string')) return Number.NaN
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN
}

const isNumeric = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint'

interface CompiledGuard {
  readonly key: string
  readonly test: Guard
  readonly expects: string
}

export interface Guards {
  /** For people: what each key must be. */
  readonly list: readonly CompiledGuard[]
  /** Whether all hold. */
  hold(attributes: unknown, context: Values): boolean
  /** Those that do not, and why. */
  explain(attributes: unknown, context: Values): readonly Reason[]
}

/** @returns `undefined` where there is nothing to guard */
export function compileGuards(only: Only | undefined): Guards | undefined {
  if (only !== undefined && (typeof only !== 'object' || only === null || Array.isArray(only))) {
    throw new TypeError(`Cannot define a worker: 'only' must be a record of guards, got ${showValue(only)}`)
  }
  const list = Object.entries(only ?? {}).flatMap(([key, guards]) =>
    (Array.isArray(guards) ? guards : [guards]).map(one => compileGuard(key, one)),
  )
  if (list.length === 0) return undefined
  return {
    list,
    hold: (attributes, context) => {
      for (const one of list) if (ask(one, attributes, context) !== true) return false
      return true
    },
    explain: (attributes, context) => list.flatMap(one => refusal(one, attributes, context)),
  }
}

function compileGuard(key: string, given: unknown): CompiledGuard {
  if (typeof given !== 'function') {
    const expects = showValue(given)
    return { key, expects, test: value => Object.is(value, given) }
  }
  const test = given as Guard
  return {
    key,
    expects: test.expects ?? (given.name ? `what ${given.name} accepts` : 'what its guard accepts'),
    test,
  }
}

const isRecord = (value: unknown): value is Values => typeof value === 'object' && value !== null

function ask({ key, test }: CompiledGuard, attributes: unknown, context: Values): unknown {
  const known = isRecord(attributes) ? attributes : {}
  const value = own(known, key) ?? own(context, key)
  if (value === undefined && !test.needsNoValue) return false
  try {
    return test(value, { attributes: known, context })
  } catch (error) {
    return `its guard threw ${showValue(error)}`
  }
}

function refusal(one: CompiledGuard, attributes: unknown, context: Values): readonly Reason[] {
  const answer = ask(one, attributes, context)
  if (answer === true) return []
  const { key: path, expects: expected } = one
  const got = (isRecord(attributes) ? own(attributes, path) : undefined) ?? own(context, path)
  if (got === undefined && !one.test.needsNoValue) {
    return [{ path, expected, got, said: `expected ${expected}, got no value (guard)` }]
  }
  const shown = got === undefined ? '' : `, got ${showValue(got)}`
  const said = typeof answer === 'string' ? answer : `expected ${expected}${shown} (guard)`
  return [{ path, expected, got, said }]
}
