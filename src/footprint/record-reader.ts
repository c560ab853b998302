/** Reads instructions that have the same keys into the attributes of a record footprint. */

import { baseAttributeNames } from '../words/instruction.ts'
import type { Attribute } from './attribute.ts'
import type { Reader } from './footprint.ts'
import { undecoded } from './schema.ts'

type Given = Readonly<Record<string, unknown>>

/** An attribute that the keys supply, and the key under which they do. */
interface Supplied {
  readonly attribute: Attribute
  readonly key: string
}

const baseNames: ReadonlySet<string> = new Set(baseAttributeNames)

/** @returns `undefined` when these keys lack an attribute that is needed */
export function recordReader(
  attributes: readonly Attribute[],
  known: ReadonlySet<string>,
  keys: readonly string[],
): Reader | undefined {
  const has = new Set(keys)
  const supplied: Supplied[] = []
  const absent: Attribute[] = []
  const twice: Attribute[] = []
  for (const attribute of attributes) {
    const [key, ...others] = [attribute.name, ...attribute.aliases].filter(spelling => has.has(spelling))
    if (others.length > 0) twice.push(attribute)
    else if (key !== undefined) supplied.push({ attribute, key })
    else if (attribute.needed) return undefined
    else absent.push(attribute)
  }
  // An instruction that has these attributes and nothing else is copied in one go, which is several times faster.
  const alike =
    keys.length === supplied.length && supplied.every(({ attribute, key }) => key === attribute.name)
  return {
    unknown: keys.filter(key => !known.has(key) && !baseNames.has(key)),
    read: alike
      ? given => complete(supplied, absent, { ...given })
      : given => gather(supplied, [...absent, ...twice], given),
    supplied: given => {
      let count = 0
      for (const { key } of supplied) if (given[key] !== undefined) count++
      for (const { find } of twice) if (find?.(given) !== undefined) count++
      return count
    },
    finite: key => supplied.find(one => one.key === key)?.attribute.finite,
  }
}

/** Decodes in place. The loops have no closures: this runs for every instruction. */
function complete(
  supplied: readonly Supplied[],
  absent: readonly Attribute[],
  attributes: Record<string, unknown>,
): unknown {
  for (let i = 0; i < supplied.length; i++) {
    const { attribute, key } = supplied[i] as Supplied
    const value = attributes[key]
    if (value !== undefined && attribute.exact !== undefined) {
      if (!attribute.exact(value)) return undecoded
      continue
    }
    const decoded = value === undefined ? attribute.absent() : attribute.read(value)
    if (decoded === undecoded) return undecoded
    if (decoded !== value) attributes[key] = decoded
  }
  for (let i = 0; i < absent.length; i++) {
    const attribute = absent[i] as Attribute
    const decoded = attribute.absent()
    if (decoded === undecoded) return undecoded
    attributes[attribute.name] = decoded
  }
  return attributes
}

/** Takes the attributes out of whatever else there is. */
function gather(supplied: readonly Supplied[], others: readonly Attribute[], given: Given): unknown {
  const attributes: Record<string, unknown> = {}
  for (let i = 0; i < supplied.length; i++) {
    const { attribute, key } = supplied[i] as Supplied
    const value = given[key]
    const decoded =
      value === undefined
        ? attribute.absent()
        : attribute.exact === undefined
          ? attribute.read(value)
          : attribute.exact(value)
            ? value
            : undecoded
    if (decoded === undecoded) return undecoded
    attributes[attribute.name] = decoded
  }
  for (let i = 0; i < others.length; i++) {
    const attribute = others[i] as Attribute
    const value = attribute.find?.(given)
    const decoded = value === undefined ? attribute.absent() : attribute.read(value)
    if (decoded === undecoded) return undecoded
    attributes[attribute.name] = decoded
  }
  return attributes
}
