/** Finds what it is in a value that cannot be sent, so that the failure can name it: `attributes.rows[2].fn`. */

import { describeSafely } from './error-data.ts'
import { isDetached } from './transfer.ts'

// Work may replace what is global where it runs.
const { Array, ArrayBuffer, JSON, Map, Object, Set, String, structuredClone } = globalThis

/**
 * The path to the first member that cannot be cloned, and what is there. Slow: only called once cloning has failed.
 *
 * @param value  what could not be sent
 * @param root  what the path begins with: `attributes`, `result`, `note`
 */
export function explainUncloneable(value: unknown, root: string, error: unknown): string {
  let at = value
  let path = root
  // One level deeper in each turn; 100 levels are deeper than anybody reads.
  for (let depth = 0; depth < 100; depth++) {
    const culprit = membersOf(at).find(([, member]) => !canBeCloned(member))
    if (culprit === undefined) break
    path += culprit[0]
    at = culprit[1]
  }
  if (isDetached(at)) return `${path}: the buffer was moved before`
  if (typeof at === 'function' || typeof at === 'symbol') return `${path}: ${describeSafely(at)}`
  return `${path}: ${describeSafely(at)} (${messageOf(error)})`
}

/** A value that the structured clone takes: tried, not guessed. */
export function canBeCloned(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false
  if (typeof value !== 'object' || value === null) return true
  try {
    structuredClone(value)
    return true
  } catch {
    return false // whatever it threw, a getter's error included: it cannot be cloned
  }
}

function membersOf(value: unknown): readonly (readonly [step: string, member: unknown])[] {
  try {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
    if (Array.isArray(value)) return value.map((member, i) => [`[${i}]`, member] as const)
    if (value instanceof Map) {
      return [...value].flatMap(([key, member], i) => [
        [`.keys()[${i}]`, key] as const,
        [`.get(${describeSafely(key)})`, member] as const,
      ])
    }
    if (value instanceof Set) return [...value].map((member, i) => [`.values()[${i}]`, member] as const)
    return Object.entries(value).map(([key, member]) => [
      /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
      member,
    ])
  } catch {
    return [] // a getter or a proxy that throws: this value itself is what cannot be read
  }
}

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error
    ? String((error as { message: unknown }).message)
    : describeSafely(error)

/** Nothing stands in the way of sending it, but what would arrive is not what was given. Its message says why. */
export class NotSent extends Error {}
