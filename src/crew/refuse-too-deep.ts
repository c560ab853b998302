/**
 * A thread has a deeper stack than the program it belongs to: it can send what cannot be received there, and the receiver
 * then throws where nobody can catch it. So the sender looks first.
 */

/** A third of what the stack of a program takes, with V8's clone. */
const deepest = 1000
/** More are not looked at, so that parts that occur again and again cost no time without end. */
const mostLookedAt = 1_000_000

let left = 0
/** What was looked at: a clone goes into nothing twice. */
let seen: Set<object> | undefined

/** @throws {RangeError} when a message is nested too deep to be received */
export function refuseTooDeep(message: unknown): void {
  left = mostLookedAt
  if (!isTooDeep(message, 0)) return
  left = mostLookedAt
  seen = new Set()
  const tooDeep = isTooDeep(message, 0)
  seen = undefined
  if (tooDeep) throw new RangeError(`it is nested deeper than ${deepest} levels`)
}

function isTooDeep(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false
  if (seen?.has(value)) return false
  seen?.add(value)
  if (depth > deepest) return true
  if (Array.isArray(value)) return value.length <= left && isOneTooDeep(value, depth)
  if (value instanceof Map) return isOneTooDeep(value.keys(), depth) || isOneTooDeep(value.values(), depth)
  if (value instanceof Set) return isOneTooDeep(value, depth)
  for (const key in value) {
    if (--left < 0) return false
    if (isTooDeep((value as Record<string, unknown>)[key], depth + 1)) return true
  }
  return false
}

function isOneTooDeep(values: Iterable<unknown>, depth: number): boolean {
  for (const one of values) {
    if (--left < 0) return false
    if (isTooDeep(one, depth + 1)) return true
  }
  return false
}
