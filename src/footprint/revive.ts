/**
 * What loses its methods on the way to a thread, a shared array among attributes, gets them back there: by the codec that asks
 * for it, so that footprints without any bring nothing of it along.
 */

import { unwrap, type WalkedCodec } from './codec.ts'

// Work may replace what is global where it runs.
const { Array, Object } = globalThis

type Revive = NonNullable<WalkedCodec['revive']>

/** How the attributes of a schema, or of a specification, are revived; `undefined`: nothing in it needs that. */
export function reviverOf(from: unknown): ((attributes: unknown) => unknown) | undefined {
  const one = findReviver(from, new Set())
  return one && (attributes => revive(attributes, one, 0))
}

function findReviver(from: unknown, seen: Set<unknown>): Revive | undefined {
  if (typeof from !== 'object' || from === null || seen.has(from)) return undefined
  seen.add(from) // recursive codecs meet themselves again
  const { _tag, revive, type, types, props, codomain } = unwrap(from as WalkedCodec)
  if (_tag === 'SharedArray') return revive
  for (const part of [type, codomain, ...(types ?? []), ...Object.values(props ?? {})]) {
    const found = findReviver(part, seen)
    if (found !== undefined) return found
  }
  return undefined
}

/** The same value with methods on what had lost them; a copy of only what holds that. */
function revive(value: unknown, one: Revive, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 16) return value
  const revived = one(value)
  if (revived !== undefined) return revived
  if (Array.isArray(value)) return value.map(inner => revive(inner, one, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner, one, depth + 1)]))
}
