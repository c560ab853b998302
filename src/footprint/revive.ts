/**
 * Shared arrays among the attributes of an instruction get their methods back in the thread where the work is.
 * Footprints without any never come here.
 */

import { isPlainSharedArray, SharedArray } from '../shared-memory/shared-array.ts'
import { unwrap, type WalkedCodec } from './codec.ts'

// Work may replace what is global where it runs.
const { Array, Object } = globalThis

/** Whether a schema, or the specification of an attribute, has a shared array somewhere in it. */
export function needsReviving(from: unknown, seen = new Set<unknown>()): boolean {
  if (typeof from !== 'object' || from === null || seen.has(from)) return false
  seen.add(from) // recursive codecs meet themselves again
  const { _tag, type, types, props, codomain } = unwrap(from as WalkedCodec)
  if (_tag === 'SharedArray') return true
  const parts = [type, codomain, ...(types ?? []), ...Object.values(props ?? {})]
  return parts.some(part => needsReviving(part, seen))
}

/** The same value with methods on its shared arrays; a copy of only what holds them. */
export function revive(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > 16) return value
  if (isPlainSharedArray(value)) return SharedArray.from(value)
  if (Array.isArray(value)) return value.map(one => revive(one, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revive(one, depth + 1)]))
}
