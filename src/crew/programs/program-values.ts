/**
 * Values on their way to a program and back. What JSON has words for is plain JSON; everything else is an object with one
 * key that begins with `$`:
 *
 *     NaN, Infinity        { "$number": "NaN" }              bytes          { "$bytes": "AQID" }, { "$file": "4.bin" }
 *     dates                { "$date": "2026-11-28T..." }     typed arrays   { "$array": { type, shape, base64 } }
 *     maps, sets           { "$map": [[k, v]] }, ...                         { "$npy": "5.npy" }
 *     such an object itself                                  { "$plain": { "$bytes": 1 } }
 *
 * Whole numbers may have any number of digits: beyond 2^53 they are big integers here.
 */

import { readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describeSafely } from '../../words/error-data.ts'
import { isExactInJson } from '../../words/exact-json.ts'
import { NotSent } from '../../words/uncloneable.ts'
import { deepestProgramValue, inlineValueBytes } from '../limits.ts'
import { arrayOver, elementType, isNdArray, type NumberArray, readNpy, writeNpy } from './npy.ts'
import { longInteger } from './program-words.ts'

let files = 0

/**
 * JSON of a value.
 *
 * @param root  what a path begins with: `attributes`
 * @param folder  where large arrays may be written; absent: everything travels in the line
 * @throws {NotSent} naming the member that cannot travel
 */
export function encodeValue(value: unknown, root: string, folder: string | undefined): string {
  if (isExactInJson(value)) {
    const json = JSON.stringify(value)
    if (!json.includes('"$') && !longInteger.test(json)) return json
  }
  return new Encoder(folder).json(value, root, 0)
}

class Encoder {
  readonly #folder: string | undefined
  readonly #above = new Set<object>()

  constructor(folder: string | undefined) {
    this.#folder = folder
  }

  json(value: unknown, path: string, depth: number): string {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return JSON.stringify(value)
      case 'number':
        if (Object.is(value, -0)) return '-0.0'
        // Beyond 2^53 a number is a float, and written as one: whole ones are big integers there.
        if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21)
          return `${value}.0`
        return Number.isFinite(value) ? JSON.stringify(value) : `{"$number":"${value}"}`
      case 'bigint':
        return String(value)
      case 'undefined':
        return 'null'
      case 'object':
        return value === null ? 'null' : this.#object(value, path, depth)
      default:
        throw cannotTravel(path, value)
    }
  }

  #object(value: object, path: string, depth: number): string {
    if (depth > deepestProgramValue)
      throw new NotSent(`${path}: it is nested deeper than ${deepestProgramValue} levels`)
    if (this.#above.has(value)) throw new NotSent(`${path}: it is within itself, which JSON has no words for`)
    this.#above.add(value)
    try {
      return this.#form(value, path, depth + 1)
    } finally {
      this.#above.delete(value)
    }
  }

  #form(value: object, path: string, depth: number): string {
    if (Array.isArray(value)) return this.#list(value, path, depth)
    if (value instanceof ArrayBuffer) return this.#bytes(new Uint8Array(value))
    if (ArrayBuffer.isView(value)) return this.#view(value, path)
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) throw new NotSent(`${path}: an invalid Date`)
      return `{"$date":"${value.toISOString()}"}`
    }
    if (value instanceof Map) return `{"$map":${this.#list([...value], path, depth)}}`
    if (value instanceof Set) return `{"$set":${this.#list([...value], path, depth)}}`
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null && !hasFields(value))
      throw cannotTravel(path, value)
    return isNdArray(value) ? this.#array(value.data, value.shape, path) : this.#fields(value, path, depth)
  }

  #list(values: readonly unknown[], path: string, depth: number): string {
    // A hole is written as nothing is.
    return `[${Array.from(values, (one, i) => this.json(one, `${path}[${i}]`, depth)).join(',')}]`
  }

  #fields(value: object, path: string, depth: number): string {
    const keys = Object.keys(value)
    const parts: string[] = []
    for (const key of keys) {
      const part = (value as Record<string, unknown>)[key]
      if (part !== undefined) parts.push(`${JSON.stringify(key)}:${this.json(part, step(path, key), depth)}`)
    }
    const json = `{${parts.join(',')}}`
    return keys.length === 1 && keys[0]?.startsWith('$') ? `{"$plain":${json}}` : json
  }

  #view(view: ArrayBufferView, path: string): string {
    if (view instanceof Uint8Array && view.constructor !== Uint8ClampedArray) return this.#bytes(view, path)
    if (elementType(view) === undefined) return this.#bytes(bytesOf(view), path)
    return this.#array(view as NumberArray, [(view as NumberArray).length], path)
  }

  #bytes(bytes: Uint8Array, path = ''): string {
    mustBeOwn(bytes, path)
    const file = this.#file(bytes.length, 'bin', () => [bytes])
    return file === undefined ? `{"$bytes":"${base64(bytes)}"}` : `{"$file":"${file}"}`
  }

  #array(array: NumberArray, shape: readonly number[], path: string): string {
    mustBeOwn(array, path)
    const type = elementType(array) as string
    const bytes = bytesOf(array)
    const file = this.#file(bytes.length, 'npy', () => writeNpy(type, shape, bytes))
    if (file !== undefined) return `{"$npy":"${file}"}`
    return `{"$array":{"type":"${type}","shape":${JSON.stringify(shape)},"base64":"${base64(bytes)}"}}`
  }

  /** The name of a file with these parts; `undefined` where it goes into the line. */
  #file(length: number, extension: string, parts: () => readonly Uint8Array[]): string | undefined {
    if (this.#folder === undefined || length < inlineValueBytes) return undefined
    const name = `to-${files++}.${extension}`
    writeFileSync(join(this.#folder, name), Buffer.concat(parts()))
    return name
  }
}

/** Shared memory would silently become a copy. */
function mustBeOwn(view: ArrayBufferView, path: string): void {
  if (typeof SharedArrayBuffer !== 'undefined' && view.buffer instanceof SharedArrayBuffer)
    throw new NotSent(
      `${path}: shared memory cannot be shared with another process: send a copy, or use threads()`,
    )
}

/** An object of a class is data where it has fields, and would arrive empty where it has none. */
const hasFields = (value: object): boolean => Object.keys(value).length > 0

const cannotTravel = (path: string, value: unknown): NotSent =>
  new NotSent(`${path}: ${describeSafely(value)}, for which JSON has no words`)

const step = (path: string, key: string): string =>
  /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

/**
 * What a value means that a line of JSON gave.
 *
 * @param special  whether its line has a `$` at all: where it has none, there is nothing to look for
 * @param folder  where its files lie; each is read once, and is gone then
 * @throws {TypeError} when it is malformed, naming the path
 */
export function decodeValue(value: unknown, special: boolean, folder: string | undefined): unknown {
  return special ? decode(value, folder) : value
}

function decode(value: unknown, folder: string | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(one => decode(one, folder))
  const keys = Object.keys(value)
  const [key] = keys
  const own = value as Readonly<Record<string, unknown>>
  if (key !== undefined && keys.length === 1 && key.startsWith('$')) return meaningOf(key, own[key], folder)
  const decoded: Record<string, unknown> = {}
  for (const one of keys) {
    const part = decode(own[one], folder)
    if (one === '__proto__')
      Object.defineProperty(decoded, one, {
        value: part,
        enumerable: true,
        writable: true,
        configurable: true,
      })
    else decoded[one] = part
  }
  return decoded
}

function meaningOf(key: string, told: unknown, folder: string | undefined): unknown {
  switch (key) {
    case '$plain':
      return Object.fromEntries(
        Object.entries(told as object).map(([own, part]) => [own, decode(part, folder)]),
      )
    case '$number':
      return oneOf(told, { NaN: Number.NaN, Infinity, '-Infinity': -Infinity, '-0': -0 })
    case '$bigint':
      return BigInt(textOf(told, key))
    case '$date':
      return dateOf(textOf(told, key))
    case '$bytes':
      return unpooled(Buffer.from(textOf(told, key), 'base64'))
    case '$file':
      return unpooled(take(textOf(told, key), folder))
    case '$npy':
      return readNpy(take(textOf(told, key), folder))
    case '$array': {
      const { type, shape, base64: text } = told as { type: string; shape: readonly number[]; base64: string }
      if (!Array.isArray(shape)) throw new TypeError('the shape of an array must be a list')
      return arrayOver(unpooled(Buffer.from(textOf(text, key), 'base64')), String(type), shape)
    }
    case '$map':
      return new Map(entries(told).map(([own, part]) => [decode(own, folder), decode(part, folder)]))
    case '$set':
      return new Set((decode(told, folder) as unknown[]).values())
    default:
      throw new TypeError(
        `{"${key}": ...} means nothing: an object with such a key goes into {"$plain": ...}`,
      )
  }
}

function entries(told: unknown): readonly (readonly [unknown, unknown])[] {
  if (Array.isArray(told) && told.every(one => Array.isArray(one) && one.length === 2)) return told
  throw new TypeError('a $map must be a list of pairs')
}

function oneOf(told: unknown, known: Readonly<Record<string, number>>): number {
  const found = typeof told === 'string' && Object.hasOwn(known, told) ? known[told] : undefined
  if (found === undefined) throw new TypeError(`a $number must be one of ${Object.keys(known).join(', ')}`)
  return found
}

function dateOf(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new TypeError(`${JSON.stringify(text)} is no date`)
  return date
}

function textOf(told: unknown, key: string): string {
  if (typeof told === 'string') return told
  throw new TypeError(`what stands under ${key} must be a text`)
}

/** A file that the program left for us. */
function take(name: string, folder: string | undefined): Uint8Array {
  if (folder === undefined) throw new TypeError(`it speaks of the file ${name}, and was given no folder`)
  if (!/^[\w-][\w.-]*$/.test(name))
    throw new TypeError(`${JSON.stringify(name)} is not the name of a file in its folder`)
  const path = join(folder, name)
  const bytes = readFileSync(path)
  unlinkSync(path)
  return bytes
}

/** Small buffers of Node lie in a common one: an array over them would hold all of it, and send it along. */
const unpooled = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength
    ? new Uint8Array(bytes.buffer, 0, bytes.byteLength)
    : new Uint8Array(bytes)
