/** Compiles `attr` into a footprint: what decides, for each instruction, whether it fits. */

import { type Attribute, compileAttribute } from './attribute.ts'
import {
  type AttributeRecord,
  type Attributes,
  cannotDecode,
  type Decoded,
  type Footprint,
  type Reason,
  type Rejection,
} from './footprint.ts'
import { needsReviving, revive } from './revive.ts'
import { isSchema, undecoded } from './schema.ts'
import { showValue } from './show-value.ts'
import { wholeFootprint } from './whole-footprint.ts'

type Given = Readonly<Record<string, unknown>>

/** @throws {TypeError} when a specification cannot be right */
export function compileFootprint(attr: Attributes): Footprint {
  if (isSchema(attr)) return wholeFootprint(attr)
  if (typeof attr === 'object' && attr !== null) return recordFootprint(attr)
  throw new TypeError(`Cannot define a worker: 'attr' must be a record or a schema, got ${showValue(attr)}`)
}

function recordFootprint(attr: AttributeRecord): Footprint {
  const names = Object.keys(attr)
  const attributes = names.map(name => compileAttribute(name, attr[name] as AttributeRecord[string]))
  const footprint = {
    attr,
    names,
    keys: keysOf(attributes),
    decode: (given: Given) => {
      try {
        return decode(attributes, given)
      } catch {
        return new Refusal(attributes, given) // which meets the same error again, attribute by attribute
      }
    },
  }
  return Object.values(attr).some(needsReviving) ? { ...footprint, revive } : footprint
}

/** One pass, no closures: this runs for every instruction, and with several definitions for each of them. */
function decode(attributes: readonly Attribute[], given: Given): Decoded | Rejection {
  const decoded: Record<string, unknown> = {}
  let supplied = 0
  for (let i = 0; i < attributes.length; i++) {
    const attribute = attributes[i] as Attribute
    const { name, exact, find } = attribute
    const value = find === undefined ? (Object.hasOwn(given, name) ? given[name] : undefined) : find(given)
    let result: unknown
    if (value === undefined) result = attribute.absent()
    else {
      supplied++
      result = exact === undefined ? attribute.read(value) : exact(value) ? value : undecoded
    }
    if (result === undecoded) return new Refusal(attributes, given)
    decoded[name] = result
  }
  return { attributes: decoded, supplied }
}

/** Most refusals are never read: with several definitions, one that fits makes all others irrelevant. */
class Refusal implements Rejection {
  readonly #attributes: readonly Attribute[]
  readonly #given: Given

  constructor(attributes: readonly Attribute[], given: Given) {
    this.#attributes = attributes
    this.#given = given
  }

  get reasons(): readonly Reason[] {
    return this.#attributes.flatMap(attribute => {
      try {
        return attribute.explain(this.#given)
      } catch (error) {
        return [cannotDecode(error, attribute.name)]
      }
    })
  }
}

function keysOf(attributes: readonly Attribute[]): readonly string[] {
  const keys = new Set<string>(['__proto__']) // could not be set on what the work receives
  for (const { name, aliases } of attributes) {
    for (const key of [name, ...aliases]) {
      if (keys.has(key))
        throw new TypeError(`Cannot define the attribute "${name}": the name "${key}" is taken`)
      keys.add(key)
    }
  }
  keys.delete('__proto__')
  return [...keys]
}
