/** A footprint that is one schema for the whole instruction. */

import { baseAttributeNames } from '../words/instruction.ts'
import { cannotDecode } from '../words/reason.ts'
import { type AnyCodec, unwrap } from './codec.ts'
import { decodeBy } from './decode-by.ts'
import type { Footprint, Reader, Rejection } from './footprint.ts'
import { reviverOf } from './revive.ts'
import { type AnySchema, decoderOf, isStandardSchema } from './schema.ts'

type Given = Readonly<Record<string, unknown>>

const baseNames: ReadonlySet<string> = new Set(baseAttributeNames)

/**
 * A codec that tells which keys it knows is shown these alone: `t.type` would hand on all others. Any other schema is
 * shown everything but base attributes that it does not know, which are the boss's business: a strict one refuses them.
 */
export function wholeFootprint(schema: AnySchema): Footprint {
  const decoder = decoderOf(schema)
  const ofCodec = isStandardSchema(schema) ? undefined : codecKeys(schema)
  const known = isStandardSchema(schema) ? standardKeys(schema) : ofCodec
  const isShown = ofCodec
    ? (key: string) => ofCodec.has(key)
    : (key: string) => !baseNames.has(key) || (known?.has(key) ?? false)

  const reader = (present: readonly string[]): Reader => {
    const shownKeys = present.filter(key => isShown(key) && key !== '__proto__')
    return {
      unknown: known === undefined ? [] : present.filter(key => !known.has(key) && !baseNames.has(key)),
      read: given => decoder.decode(pick(given, shownKeys)),
      supplied: given => shownKeys.filter(key => given[key] !== undefined).length,
      finite: () => undefined,
    }
  }
  const reject = (given: Given): Rejection => {
    try {
      const shown = pick(given, Object.keys(given).filter(isShown))
      return { reasons: decoder.explain(shown, '') }
    } catch (error) {
      return { reasons: [cannotDecode(error)] }
    }
  }
  const footprint = {
    attr: schema,
    names: undefined,
    keys: known && [...known],
    reader,
    decode: decodeBy(reader, reject),
  }
  const revive = reviverOf(schema)
  return revive === undefined ? footprint : { ...footprint, revive }
}

function pick(given: Given, keys: readonly string[]): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const key of keys) shown[key] = given[key]
  return shown
}

/** The properties that a codec names, through unions and intersections; `undefined` when anything goes. */
function codecKeys(codec: AnyCodec, seen = new Set<unknown>()): ReadonlySet<string> | undefined {
  const { _tag, props, types } = unwrap(codec)
  if (seen.has(codec)) return new Set() // a recursive codec, met again: it adds nothing
  seen.add(codec)
  if (props && (_tag === 'InterfaceType' || _tag === 'PartialType' || _tag === 'StrictType')) {
    return new Set(Object.keys(props))
  }
  if (types && (_tag === 'UnionType' || _tag === 'IntersectionType')) {
    const keys = new Set<string>()
    for (const one of types) {
      const its = codecKeys(one, seen)
      if (its === undefined) return undefined
      for (const key of its) keys.add(key)
    }
    return keys
  }
  return undefined
}

/** What libraries offer to tell the properties of an object schema: JSON Schema, or the record it was made of. */
interface TellingSchema {
  readonly '~standard': {
    readonly jsonSchema?: { input(options: { target: string }): { properties?: object } }
  }
  readonly shape?: unknown
  readonly entries?: unknown
}

function standardKeys(schema: unknown): ReadonlySet<string> | undefined {
  const { shape, entries, '~standard': standard } = schema as TellingSchema
  for (const record of [shape, entries]) {
    if (typeof record === 'object' && record !== null) return new Set(Object.keys(record))
  }
  try {
    const properties = standard.jsonSchema?.input({ target: 'draft-2020-12' }).properties
    return properties && new Set(Object.keys(properties))
  } catch {
    return undefined // not every schema has a JSON Schema, and libraries say so by throwing
  }
}
