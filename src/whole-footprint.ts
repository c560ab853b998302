/** A footprint that is one schema for the whole instruction. */

import { type AnyCodec, unwrap } from './codec.ts'
import { cannotDecode, type Decoded, type Footprint, type Rejection } from './footprint.ts'
import { baseAttributeNames } from './instruction.ts'
import { needsReviving, revive } from './revive.ts'
import { type AnySchema, decoderOf, isStandardSchema, undecoded } from './schema.ts'

type Given = Readonly<Record<string, unknown>>

const baseNames: ReadonlySet<string> = new Set(baseAttributeNames)

/**
 * A codec that tells which keys it knows is shown these alone: `t.type` would hand on all others. Any other schema is
 * shown everything but base attributes that it does not know, which are the boss's business: a strict one refuses them.
 */
export function wholeFootprint(schema: AnySchema): Footprint {
  const decoder = decoderOf(schema)
  const ofCodec = isStandardSchema(schema) ? undefined : codecKeys(schema)
  const keys = isStandardSchema(schema) ? standardKeys(schema) : ofCodec
  const isShown = ofCodec
    ? (key: string) => ofCodec.has(key)
    : (key: string) => !baseNames.has(key) || (keys?.has(key) ?? false)

  const decode = (given: Given): Decoded | Rejection => {
    try {
      const shown = pick(given, isShown)
      const decoded = decoder.decode(shown)
      if (decoded !== undecoded) return { attributes: decoded, supplied: countValues(shown) }
      return {
        get reasons() {
          return decoder.explain(shown, '')
        },
      }
    } catch (error) {
      return { reasons: [cannotDecode(error)] }
    }
  }
  const footprint = { attr: schema, names: undefined, keys: keys && [...keys], decode }
  return needsReviving(schema) ? { ...footprint, revive } : footprint
}

function pick(given: Given, isShown: (key: string) => boolean): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const key of Object.keys(given)) {
    if (isShown(key) && key !== '__proto__') shown[key] = given[key]
  }
  return shown
}

function countValues(given: Given): number {
  let count = 0
  for (const key in given) if (given[key] !== undefined) count++
  return count
}

/** The properties that a codec names, through unions and intersections; `undefined` when anything goes. */
function codecKeys(codec: AnyCodec, depth = 0): ReadonlySet<string> | undefined {
  const { _tag, props, types } = unwrap(codec)
  if (depth > 16) return undefined
  if (props && (_tag === 'InterfaceType' || _tag === 'PartialType' || _tag === 'StrictType')) {
    return new Set(Object.keys(props))
  }
  if (types && (_tag === 'UnionType' || _tag === 'IntersectionType')) {
    const keys = new Set<string>()
    for (const one of types) {
      const its = codecKeys(one, depth + 1)
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
