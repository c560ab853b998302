/**
 * Errors as plain data, and back.
 *
 * A structured clone loses an error's class, `code`, `cause` and own fields, and throws on a field it cannot clone. So
 * errors cross threads as data: everything kept, what cannot travel turned into text, built-in classes restored.
 */

import { deepestError, widestError } from './limits.ts'

// Work may replace what is global where it runs.
const {
  AggregateError,
  Array,
  ArrayBuffer,
  Date,
  Error,
  EvalError,
  Object,
  RangeError,
  ReferenceError,
  RegExp,
  Set,
  String,
  SyntaxError,
  TypeError,
  URIError,
} = globalThis

/** An error in transit. Own fields of the error are kept beside the known ones. */
export interface ErrorData {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: unknown
  readonly cause?: unknown
  readonly [field: string]: unknown
}

/** Turns whatever was thrown into data that every channel can carry. Never throws, whatever the value does. */
export function errorToData(thrown: unknown): ErrorData {
  try {
    return encode(thrown, 0, new Set())
  } catch (hostile) {
    return { name: 'Error', message: `an error that cannot be read: ${describeSafely(hostile)}` }
  }
}

function encode(thrown: unknown, depth: number, seen: Set<unknown>): ErrorData {
  if (typeof thrown !== 'object' || thrown === null || !isErrorLike(thrown)) {
    return { name: 'NonError', message: describeSafely(thrown), value: toPlain(thrown, depth + 1, seen) }
  }
  seen.add(thrown)
  const data: Record<string, unknown> = {}
  for (const key of Object.keys(thrown).slice(0, widestError)) {
    if (key === '__proto__') continue
    data[key] = toPlain(read(thrown, key), depth + 1, seen)
  }
  const own = (key: string) => read(thrown, key)
  const className = own('name')
  data.name = typeof className === 'string' && className !== '' ? className : 'Error'
  data.message = String(own('message') ?? '')
  const stack = own('stack')
  if (typeof stack === 'string') data.stack = stack
  if (own('code') !== undefined) data.code = toPlain(own('code'), depth + 1, seen)
  if ('cause' in thrown) data.cause = toPlain(own('cause'), depth + 1, seen)
  if (Array.isArray(own('errors'))) data.errors = toPlain(own('errors'), depth + 1, seen)
  seen.delete(thrown)
  return data as unknown as ErrorData
}

/** Plain data as it is; errors as error data; what cannot travel, is circular or too deep, as text. */
function toPlain(value: unknown, depth: number, seen: Set<unknown>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return describeSafely(value)
  if (typeof value !== 'object' || value === null) return value
  if (seen.has(value)) return '[circular]'
  if (depth > deepestError) return describeSafely(value)
  if (isErrorLike(value)) return encode(value, depth, seen)
  if (value instanceof Date || value instanceof RegExp || ArrayBuffer.isView(value)) return value
  seen.add(value)
  const plain = Array.isArray(value)
    ? value.slice(0, widestError).map(item => toPlain(item, depth + 1, seen))
    : isPlainObject(value)
      ? Object.fromEntries(
          Object.keys(value)
            .slice(0, widestError)
            .filter(key => key !== '__proto__')
            .map(key => [key, toPlain(read(value, key), depth + 1, seen)]),
        )
      : describeSafely(value)
  seen.delete(value)
  return plain
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key]
  } catch (hostile) {
    return `[unreadable: ${describeSafely(hostile)}]`
  }
}

/** Errors of other realms and of DataCloneError are no `instanceof Error` here; their shape tells. */
function isErrorLike(value: unknown): boolean {
  if (value instanceof Error) return true
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof read(value, 'message') === 'string' &&
    typeof read(value, 'name') === 'string'
  )
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** A short text for any value, also one whose `toString` throws. At most 200 characters. */
export function describeSafely(value: unknown): string {
  try {
    const text =
      typeof value === 'function'
        ? `[function ${value.name || 'anonymous'}]`
        : typeof value === 'object' && value !== null
          ? objectToText(value)
          : String(value)
    return text.length > 200 ? `${text.slice(0, 200)} ...` : text
  } catch {
    return '[a value that cannot be shown]' // its own toString or getter throws, and that is all there is to say
  }
}

/** Text as it is, anything else as {@link describeSafely} shows it: what a user gave as a reason may be any value. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : describeSafely(value))

function objectToText(value: object): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  const className = value.constructor?.name
  return className && className !== 'Object' && !Array.isArray(value)
    ? `[${className}]`
    : JSON.stringify(value)
}

const builtIn: Readonly<Record<string, new (message?: string) => Error>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/** A real error made of data: built-in classes restored, every field back, `cause` an error again where it was one. */
export function restoreError(data: ErrorData): Error {
  const Class = Object.hasOwn(builtIn, data.name) ? builtIn[data.name] : undefined
  const error =
    data.name === 'AggregateError' ? new AggregateError([], data.message) : new (Class ?? Error)(data.message)
  for (const [field, value] of Object.entries(data)) {
    if (field === 'message' || field === '__proto__') continue
    const restored =
      field === 'cause' && isErrorData(value)
        ? restoreError(value)
        : field === 'errors' && Array.isArray(value)
          ? value.map(one => (isErrorData(one) ? restoreError(one) : one))
          : value
    const hidden = field === 'stack' || field === 'cause' || field === 'name' || field === 'errors'
    if (field === 'name' && Class !== undefined) continue
    Object.defineProperty(error, field, {
      value: restored,
      enumerable: !hidden,
      writable: true,
      configurable: true,
    })
  }
  return error
}

function isErrorData(value: unknown): value is ErrorData {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as ErrorData).name === 'string' &&
    typeof (value as ErrorData).message === 'string'
  )
}
