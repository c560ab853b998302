/**
 * A result as it was when it was returned, though it is sent a moment later: the next job may change the object.
 *
 * Small plain objects and arrays are copied, which costs less than a message; whatever is larger or not plain is left
 * alone, and the caller sends it before anything else runs.
 */

import { snapshotFields, snapshotObjects } from '../limits.ts'

// Work may replace what is global where it runs.
const { Array, Object } = globalThis

/** The value itself when it cannot change, a copy when it is small and plain, `undefined` otherwise. */
export function snapshot(value: object): object | undefined {
  const nested: object[] = []
  return copy(value, nested)
}

function copy(value: object, seen: object[]): object | undefined {
  // The same object twice must stay the same object twice: that is the structured clone's business.
  if (seen.length >= snapshotObjects || seen.includes(value)) return undefined
  seen.push(value)
  if (Array.isArray(value)) {
    if (value.length > snapshotFields) return undefined
    const items: unknown[] = []
    for (const item of value) {
      if (typeof item === 'object' && item !== null) {
        const inner = copy(item, seen)
        if (inner === undefined) return undefined
        items.push(inner)
      } else items.push(item)
    }
    return Object.keys(value).length === value.length ? items : undefined
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  const fields = value as Record<string, unknown>
  const made: Record<string, unknown> = {}
  let count = 0
  for (const key in fields) {
    if (++count > snapshotFields || key === '__proto__') return undefined
    const field = fields[key]
    if (typeof field === 'object' && field !== null) {
      const inner = copy(field, seen)
      if (inner === undefined) return undefined
      made[key] = inner
    } else made[key] = field
  }
  return made
}
