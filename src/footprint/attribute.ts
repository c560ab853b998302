/** One attribute of a record footprint, made ready: its specification checked once, its steps in order. */

import type { Reason } from '../words/reason.ts'
import { decodesOnce } from '../words/share.ts'
import { showValue } from '../words/show-value.ts'
import type { AttributeSpec } from './footprint.ts'
import { type AnySchema, type Decoder, decoderOf, isSchema, undecoded } from './schema.ts'

type Given = Readonly<Record<string, unknown>>

export interface Attribute {
  readonly name: string
  readonly aliases: readonly string[]
  /** Whether its absence is refused, whatever the rest. */
  readonly needed: boolean
  /** Where the value that was given is what the work receives: whether it is right. */
  readonly exact: ((value: unknown) => boolean) | undefined
  /** All values that are right, where they can be listed. */
  readonly finite: ReadonlySet<unknown> | undefined
  /** The value under whichever spelling; `undecoded` when there are two. Only where there are aliases. */
  readonly find: ((given: Given) => unknown) | undefined
  /** What a value becomes, or `undecoded`. */
  readonly read: (value: unknown) => unknown
  /** What its absence becomes, or `undecoded`. */
  readonly absent: () => unknown
  /** Why it is `undecoded`; empty when it is not. */
  readonly explain: (given: Given) => readonly Reason[]
}

/** An own property; what a prototype offers was not given. */
export const own = (given: Given, key: string): unknown =>
  Object.hasOwn(given, key) ? given[key] : undefined

/** @throws {TypeError} when the specification cannot be right */
export function compileAttribute(name: string, from: AnySchema | AttributeSpec): Attribute {
  const spec: AttributeSpec = isSchema(from) ? { type: from } : from
  const cannot = (rule: string, got: unknown) =>
    new TypeError(`Cannot define the attribute "${name}": ${rule}, got ${showValue(got)}`)
  if (typeof spec !== 'object' || spec === null || !isSchema(spec.type)) {
    throw cannot("'type' must be an io-ts codec or a Standard Schema", spec?.type ?? spec)
  }
  const decoder = decoderOf(spec.type)
  const aliases = aliasesOf(spec, cannot)
  const remap = remapOf(spec, cannot)
  checkLists(spec, decoder, cannot)
  checkDefault(spec, decoder, cannot)
  const isAllowed = allowance(spec)

  const hasDefault = Object.hasOwn(spec, 'default')
  const standard = () => (typeof spec.default === 'function' ? spec.default() : spec.default)
  const renewed = (value: unknown) => (remap?.has(value) ? remap.get(value) : value)
  const allowed = (decoded: unknown) => (isAllowed(decoded) ? decoded : undecoded)
  const spellings = (given: Given) => [name, ...aliases].filter(one => own(given, one) !== undefined)

  const find = (given: Given) => {
    let found: unknown
    for (const one of [name, ...aliases]) {
      const value = own(given, one)
      if (value === undefined) continue
      if (found !== undefined) return undecoded
      found = value
    }
    return found
  }
  const read = (value: unknown) => {
    if (value === undecoded) return undecoded
    const decoded = decoder.decode(renewed(value))
    return decoded === undecoded ? undecoded : allowed(decoded)
  }
  const absent = () => (hasDefault ? allowed(standard()) : read(undefined))

  const explain = (given: Given): readonly Reason[] => {
    const [first, ...others] = spellings(given)
    const path = first ?? name
    if (others.length > 0) {
      const said = `given twice, as ${[path, ...others].join(' and ')}`
      return [{ path: name, expected: 'one spelling', got: own(given, path), said }]
    }
    const value = renewed(own(given, path))
    if (first === undefined && hasDefault) return notAllowed(spec, path, standard())
    const why = decoder.explain(value, path)
    return why.length > 0 ? why : notAllowed(spec, path, decoder.decode(value))
  }

  const scalar = isScalar(spec.type)
  const exact = scalar ? decoder.exact : decoder.exact && ((value: unknown) => onceExact(value) !== undecoded)
  const onceExact = decodesOnce(value => (decoder.exact?.(value) ? value : undecoded), undecoded)
  const unchanged = exact !== undefined && remap === undefined
  const listed = spec.values === undefined ? decoder.finite : new Set(spec.values)
  const anyAllowed = spec.values === undefined && spec.outcast === undefined
  return {
    name,
    aliases,
    needed: !hasDefault && refuses(decoder, undefined),
    exact: !unchanged ? undefined : anyAllowed ? exact : value => exact(value) && isAllowed(value),
    finite: unchanged ? listed : undefined,
    find: aliases.length > 0 ? find : undefined,
    read: scalar ? read : decodesOnce(read, undecoded),
    absent,
    explain,
  }
}

/** Numbers, text and the like are never shared. */
const isScalar = (type: unknown): boolean =>
  ['NumberType', 'StringType', 'BooleanType'].includes((type as { _tag?: string })._tag ?? '')

function refuses(decoder: Decoder, value: unknown): boolean {
  try {
    return decoder.decode(value) === undecoded
  } catch {
    return false // a schema that throws is heard when there is an instruction to refuse
  }
}

type Cannot = (rule: string, got: unknown) => TypeError

function aliasesOf({ alias }: AttributeSpec, cannot: Cannot): readonly string[] {
  const aliases = typeof alias === 'string' ? [alias] : (alias ?? [])
  if (!Array.isArray(aliases) || aliases.some(one => typeof one !== 'string' || one === '')) {
    throw cannot("'alias' must be a name or a list of names", alias)
  }
  return [...aliases]
}

/** Chains are legal, since it is applied once; a way back to where it began can only be a slip. */
function remapOf({ remap }: AttributeSpec, cannot: Cannot): ReadonlyMap<unknown, unknown> | undefined {
  if (remap === undefined) return undefined
  if (typeof remap !== 'object' || remap === null) throw cannot("'remap' must be a record", remap)
  const map = new Map<unknown, unknown>(Object.entries(remap))
  for (const start of map.keys()) {
    const way = [start]
    for (let next = map.get(start); map.has(next); next = map.get(next)) {
      way.push(next)
      if (next === start) throw cannot(`'remap' must not run in a circle`, way.join(' -> '))
      if (way.length > map.size) break // a circle further on, which is found from its own members
    }
  }
  return map
}

function allowance({ values, outcast }: AttributeSpec): (decoded: unknown) => boolean {
  const these = values && new Set(values)
  const never = outcast && new Set(outcast)
  return decoded => (these === undefined || these.has(decoded)) && !never?.has(decoded)
}

function checkLists(spec: AttributeSpec, decoder: Decoder, cannot: Cannot): void {
  for (const key of ['values', 'outcast'] as const) {
    const listed = spec[key]
    if (listed === undefined) continue
    if (!Array.isArray(listed)) throw cannot(`'${key}' must be a list`, listed)
    const wrong = listed.findIndex(value => decoder.is(value) === false)
    if (wrong >= 0) throw cannot(`'${key}' must be of its type, ${decoder.name}`, listed[wrong])
  }
}

/** What a function makes is looked at when it has made it. */
function checkDefault(spec: AttributeSpec, decoder: Decoder, cannot: Cannot): void {
  if (!Object.hasOwn(spec, 'default') || typeof spec.default === 'function') return
  if (decoder.is(spec.default) === false) {
    throw cannot(`'default' must be of its type once decoded, ${decoder.name}`, spec.default)
  }
  if (!allowance(spec)(spec.default)) throw cannot("'default' must be an allowed value", spec.default)
}

function notAllowed({ values, outcast }: AttributeSpec, path: string, got: unknown): readonly Reason[] {
  const because = (expected: string, rule: string) => {
    const said = `expected ${expected}, got ${showValue(got)} (${rule})`
    return [{ path, expected, got, said }]
  }
  if (values && !values.includes(got)) return because(`one of ${listed(values)}`, 'not in values')
  if (outcast?.includes(got)) return because(`none of ${listed(outcast)}`, 'outcast')
  return []
}

function listed(values: readonly unknown[]): string {
  const shown = values.slice(0, 12).map(value => showValue(value))
  return shown.join(', ') + (values.length > shown.length ? ` ... (${values.length} in all)` : '')
}
