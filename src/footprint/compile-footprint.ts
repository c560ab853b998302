/** Compiles `attr` into a footprint: what decides, for each instruction, whether it fits. */

import { cannotDecode, type Reason } from '../words/reason.ts'
import { showValue } from '../words/show-value.ts'
import { type Attribute, compileAttribute } from './attribute.ts'
import { decodeBy } from './decode-by.ts'
import type { AttributeRecord, Attributes, Footprint, Rejection } from './footprint.ts'
import { recordReader } from './record-reader.ts'
import { reviverOf } from './revive.ts'
import { isSchema } from './schema.ts'
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
  const known: ReadonlySet<string> = new Set(keysOf(attributes))
  const reader = (keys: readonly string[]) => recordReader(attributes, known, keys)
  const decode = decodeBy(reader, given => new Refusal(attributes, given))
  const footprint = { attr, names, keys: [...known], reader, decode }
  const revive = reviverOf({ props: attr })
  return revive === undefined ? footprint : { ...footprint, revive }
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
