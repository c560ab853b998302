/**
 * Whether JSON has words for all of a value, at any depth: most values are like that, and are then written by
 * `JSON.stringify`. Asking costs a small part of writing, and runs no getter twice that a writer would not run.
 */

import { deepestJson, fewMembers, mostJsonCharacters, mostJsonMembers } from './limits.ts'

/** How strict to be. */
export interface PlainTerms {
  /** What is read again must be equal: `NaN`, `undefined`, holes and fields of lists are refused as well. */
  readonly exact: boolean
}

/** So many members, and so long a text, are looked at by themselves. */
const small = 32
const short = 4096

/**
 * The same, loosely, for what most values are: asking costs next to nothing. False: look thoroughly.
 *
 * @throws what a getter throws
 */
export function isSmallAndPlain(value: unknown): boolean {
  return isSmall(value, 2)
}

/** @param levels  of objects; each has few members, so all together are few */
function isSmall(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return value.length <= short
  if (typeof value === 'number') return value !== 0 || 1 / value > 0
  if (typeof value !== 'object') return value === undefined || typeof value === 'boolean'
  if (value === null) return true
  return levels > 0 && (Array.isArray(value) ? isSmallList(value, levels) : isSmallObject(value, levels))
}

function isSmallList(list: readonly unknown[], levels: number): boolean {
  if (list.length > small || (list as { toJSON?: unknown }).toJSON !== undefined) return false
  for (let i = 0; i < list.length; i++) if (!isSmall(list[i], levels - 1)) return false
  return true
}

function isSmallObject(value: object, levels: number): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  const own = value as Readonly<Record<string, unknown>>
  if (own.toJSON !== undefined) return false
  let left = small
  for (const key in own) {
    const member = own[key]
    left--
    // The usual ones are not worth a call.
    if (typeof member === 'string' && member.length <= short) continue
    if (typeof member === 'number' && member !== 0) continue
    if (!isSmall(member, levels - 1)) return false
  }
  return left >= 0
}

let members = 0
let characters = 0
let exactly = false
let seen: Set<object> | undefined

/** Never throws. Parts that occur several times are plain while there are few members, which JSON then repeats. */
export function isPlainJson(value: unknown, { exact }: PlainTerms): boolean {
  exactly = exact
  characters = mostJsonCharacters
  members = fewMembers
  try {
    if (isPlain(value, 0)) return true
    // Not for what it is, but since there is too much of it: look again, and more thoroughly.
    if (members >= 0) return false
    characters = mostJsonCharacters
    members = mostJsonMembers
    seen = new Set()
    return isPlain(value, 0)
  } catch {
    return false // a getter or a proxy that throws
  } finally {
    seen = undefined
  }
}

function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      characters -= value.length
      return characters >= 0
    case 'number':
      return (value !== 0 || 1 / value > 0) && !(exactly && value - value !== 0)
    case 'boolean':
      return true
    case 'undefined':
      return !exactly
    case 'object':
      if (value === null) return true
      if (depth >= deepestJson || (seen !== undefined && isSeen(value, seen))) return false
      return Array.isArray(value) ? isPlainArray(value, depth + 1) : isPlainObject(value, depth + 1)
    default:
      return false
  }
}

function isSeen(value: object, seen: Set<object>): boolean {
  if (seen.has(value)) return true
  seen.add(value)
  return false
}

function isPlainArray(value: readonly unknown[], depth: number): boolean {
  const { length } = value
  members -= length
  if (members < 0 || (value as { toJSON?: unknown }).toJSON !== undefined) return false
  // Holes, fields of its own.
  if (exactly && (Object.keys(value).length !== length || Object.getPrototypeOf(value) !== Array.prototype))
    return false
  for (let i = 0; i < length; i++) if (!isPlain(value[i], depth)) return false
  return true
}

function isPlainObject(value: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  const own = value as Readonly<Record<string, unknown>>
  if (own.toJSON !== undefined) return false
  if (exactly && (own.$v8 !== undefined || Object.hasOwn(own, '__proto__'))) return false
  for (const key in own) {
    if (--members < 0) return false
    characters -= key.length
    if (!isPlain(own[key], depth)) return false
  }
  return characters >= 0 && (!exactly || Object.getOwnPropertySymbols(value).length === 0)
}
