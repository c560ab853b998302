/** A value as a sentence shows it: never long, never a throw, whatever the value is. */

import { deepestShown } from './limits.ts'

/**
 * At most `limit` characters, then ` ...`: values can be huge, or secret. Texts are quoted, so that `"4"` is told from
 * `4`. Only as much of the value is looked at as is shown.
 */
export function showValue(value: unknown, limit = 40): string {
  try {
    const text = show(value, limit + 1, 0)
    return text.length > limit ? `${text.slice(0, limit).trimEnd()} ...` : text
  } catch {
    return 'a value that cannot be shown' // its getter, proxy or `toString` throws, and that is all there is to say
  }
}

function show(value: unknown, room: number, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.slice(0, room))
    case 'bigint':
      return `${value}n`
    case 'function':
      return `function ${value.name || 'without a name'}`
    case 'object':
      return value === null ? 'null' : showObject(value, room, depth)
    default:
      return String(value)
  }
}

function showObject(value: object, room: number, depth: number): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Error) return `${value.name}: ${value.message.slice(0, room)}`
  if (Array.isArray(value)) return depth < deepestShown ? list(value, room, depth) : '[...]'
  const maker = (value as { constructor?: unknown }).constructor
  if (typeof maker === 'function' && maker !== Object && maker.name !== 'Object') return `a ${maker.name}`
  return depth < deepestShown ? record(value as Record<string, unknown>, room, depth) : '{...}'
}

function list(values: readonly unknown[], room: number, depth: number): string {
  let text = '['
  for (let i = 0; i < values.length && text.length < room; i++) {
    text += (i === 0 ? '' : ', ') + show(values[i], room - text.length, depth + 1)
  }
  return `${text}]`
}

function record(values: Readonly<Record<string, unknown>>, room: number, depth: number): string {
  let text = '{'
  for (const key in values) {
    if (!Object.hasOwn(values, key)) continue
    text += `${text === '{' ? ' ' : ', '}${key}: ${show(values[key], room - text.length, depth + 1)}`
    if (text.length >= room) break
  }
  return text === '{' ? '{}' : `${text} }`
}

/** What was thrown, in one line. Anything can be thrown, even what has no text. */
export function showThrown(error: unknown): string {
  try {
    return oneLine(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  } catch {
    return typeof error // `String` fails for an object without a prototype, or whose `toString` throws
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
const control = /[\u0000-\u001f\u007f-\u009f]/

/** A text fit for any view: no control characters, at most 80 characters. */
export function oneLine(text: string): string {
  if (text.length <= 80 && !control.test(text)) return text
  const clean = text.replace(new RegExp(control, 'g'), '\ufffd')
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean
}
