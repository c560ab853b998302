/**
 * How values travel through Redis: as plain JSON wherever that loses nothing, so that people and bull-board can read
 * them, and otherwise as a structured clone of V8's in base64, so that nothing is lost.
 *
 *     { limit: 100 }                   ──► { limit: 100 }
 *     { at: new Date(0), of: 1n }      ──► { $v8: "/w9v...", shown: "{ at: 1970-01-01T00:00:00.000Z, of: 1n }" }
 */

import { inspect } from 'node:util'
import { deserialize, serialize } from 'node:v8'

import { refuseShared } from '../refuse-shared.ts'
import { explainUncloneable } from '../uncloneable.ts'

/** What JSON would lose something of. */
export interface Cloned {
  readonly $v8: string
  /** For people; never read. */
  readonly shown: string
}

/** Packs a value. @throws {TypeError} naming the member that cannot travel: `attributes.rows[2].fn` */
export function pack(value: unknown, root: string): unknown {
  if (isPlainJson(value, 0)) return value
  try {
    refuseShared(value)
    return { $v8: serialize(value).toString('base64'), shown: shown(value) } satisfies Cloned
  } catch (error) {
    throw new TypeError(explainUncloneable(value, root, error), { cause: error })
  }
}

/** Unpacks what `pack` made. */
export function unpack(packed: unknown): unknown {
  return isCloned(packed) ? deserialize(Buffer.from(packed.$v8, 'base64')) : packed
}

const shown = (value: unknown) =>
  inspect(value, { depth: 2, maxArrayLength: 10, maxStringLength: 100, breakLength: Infinity }).slice(0, 400)

const isCloned = (value: unknown): value is Cloned =>
  typeof value === 'object' && value !== null && typeof (value as Cloned).$v8 === 'string'

/** Deeper than this is left to V8, which does not recurse on our stack. */
const deepest = 200

/** True when JSON gives back exactly the same. */
function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object':
      return value === null || (depth < deepest && isPlainObject(value, depth))
    default:
      return false
  }
}

function isPlainObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    const { length } = value
    if (Object.keys(value).length !== length) return false // holes, or fields of its own
    for (let i = 0; i < length; i++) if (!isPlainJson(value[i], depth + 1)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'symbol' || key === '__proto__' || key === '$v8' || key === 'toJSON') return false
    if (!isPlainJson((value as Record<string, unknown>)[key], depth + 1)) return false
  }
  return true
}
