/**
 * Any value as JSON: what reports, events, traces and pages are written with. It never throws, and is never endless.
 *
 * What JSON has words for is written as `JSON.stringify` writes it. Everything else has a form, at any depth:
 *
 *     big integers                   "12"                       bytes                 { "base64": "AQID" }
 *     dates                          "2026-11-27T21:00:00Z"     other typed arrays    [1, 2]
 *     regular expressions            "/a+/g"                    maps, sets            [[key, value]], [value]
 *     NaN, Infinity; -0              null; -0                   errors                { "name", "message", "cause", ... }
 *     undefined, a hole              null in lists, else left out; a list of holes: { "length": 1000000, "7": true }
 *     objects of a class             what `toJSON` gives, else their fields
 *     what is there already          { "$ref": "#/rows/0" } within itself, and where it was repeated often enough
 *     what cannot be shown           { "$omitted": "function parse" }: functions, objects without fields of their own,
 *                                    what is too deep, or makes the text longer than 268 million characters
 */

import { describeSafely } from './error-data.ts'
import { deepestJson, jsonPieceLength, longestJson, mostHoles, mostRepeated } from './limits.ts'
import { isPlainJson, isSmallAndPlain } from './plain-json.ts'

const loose = { exact: false } as const

/** JSON for any value; `null` for `undefined`. */
export function toJson(value: unknown): string {
  try {
    if (isSmallAndPlain(value) || isPlainJson(value, loose)) return JSON.stringify(value) ?? 'null'
  } catch {
    // Too long for one text, or a getter that throws.
  }
  const writer = new Writer()
  writer.value(value)
  return writer.text
}

/** The way from the whole value to one of its parts. */
interface Step {
  readonly up: Step | undefined
  readonly key: string
  /** How many steps it is. */
  readonly depth: number
}

class Writer {
  readonly #pieces: string[] = []
  #piece = ''
  #length = 0
  /** Where each object was met first; those that are being written are above. */
  readonly #met = new Map<object, Step | undefined>()
  readonly #above = new Set<object>()
  #repeatedLeft = mostRepeated
  #repeating = 0

  value(value: unknown, step?: Step): void {
    switch (typeof value) {
      case 'string':
        return this.#string(value)
      case 'number':
        return this.#put(numberInWords(value))
      case 'boolean':
        return this.#put(String(value))
      case 'bigint':
        return this.#put(`"${value}"`)
      case 'undefined':
        return this.#put('null')
      case 'object':
        return value === null ? this.#put('null') : this.#object(value, step)
      default:
        return this.#omit(inWords(value))
    }
  }

  get text(): string {
    return this.#pieces.join('') + this.#piece
  }

  #put(text: string): void {
    this.#length += text.length
    this.#piece += text
    if (this.#piece.length < jsonPieceLength) return
    this.#piece.charCodeAt(0) // which makes it one text
    this.#pieces.push(this.#piece)
    this.#piece = ''
  }

  #omit(what: string): void {
    this.#put(`{"$omitted":${JSON.stringify(what)}}`)
  }

  #hasRoomFor(characters: number): boolean {
    return this.#length + characters <= longestJson
  }

  #string(text: string): void {
    if (this.#hasRoomFor(text.length)) {
      const json = quoted(text)
      if (json !== undefined && this.#hasRoomFor(json.length)) return this.#put(json)
    }
    this.#omit(`a text of ${text.length} characters`)
  }

  #object(value: object, step: Step | undefined): void {
    const met = this.#met.has(value)
    if (this.#above.has(value) || (met && this.#repeatedLeft <= 0))
      return this.#put(`{"$ref":${JSON.stringify(pointerTo(this.#met.get(value)))}}`)
    if (step !== undefined && step.depth >= deepestJson)
      return this.#omit(`deeper than ${deepestJson} levels`)
    if (!met) this.#met.set(value, step)
    this.#above.add(value)
    if (met) this.#repeating++
    const before = { pieces: this.#pieces.length, piece: this.#piece, length: this.#length }
    try {
      this.#form(value, step)
    } catch (error) {
      // A getter, a proxy, a `toJSON`: whatever it threw is why it cannot be shown.
      this.#pieces.length = before.pieces
      this.#piece = before.piece
      this.#length = before.length
      this.#omit(`${inWords(value)}: ${describeSafely(error)}`)
    } finally {
      this.#above.delete(value)
      if (met) this.#repeating--
    }
  }

  #form(value: object, step: Step | undefined): void {
    if (Array.isArray(value)) return this.#array(value, step)
    if (ArrayBuffer.isView(value)) return this.#view(value)
    if (isBuffer(value)) return this.#bytes(new Uint8Array(value), inWords(value))
    if (value instanceof Date)
      return this.#put(Number.isNaN(value.getTime()) ? '"Invalid Date"' : `"${value.toISOString()}"`)
    if (value instanceof RegExp) return this.#string(String(value))
    if (value instanceof Map) return this.#list(value, step)
    if (value instanceof Set) return this.#list(value, step)
    if (value instanceof Error) return this.#members(fieldsOf(value), step)
    if (isBoxed(value)) return this.value(value.valueOf(), step)
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON === 'function') return this.value(toJSON.call(value, step?.key ?? ''), step)
    const names = Object.keys(value)
    if (names.length === 0 && !isPlainPrototype(value)) return this.#omit(inWords(value))
    this.#members(
      names.map(name => [name, () => (value as Record<string, unknown>)[name]] as const),
      step,
    )
  }

  #members(fields: readonly Field[], step: Step | undefined): void {
    let separator = '{'
    for (const [i, [name, read]] of fields.entries()) {
      const room = this.#hasRoomFor(name.length + 100)
      const value = room ? read() : undefined
      if (room && value === undefined) continue
      this.#put(separator)
      separator = ','
      if (!room) {
        this.#put(`"$omitted":"${fields.length - i} more"`)
        break
      }
      this.#put(`${quoted(name) ?? '""'}:`)
      this.#member(value, name, step)
    }
    this.#put(separator === '{' ? '{}' : '}')
  }

  #member(value: unknown, key: string, up: Step | undefined): void {
    if (this.#repeating > 0) this.#repeatedLeft--
    this.value(value, typeof value === 'object' ? { up, key, depth: (up?.depth ?? 0) + 1 } : undefined)
  }

  #array(value: readonly unknown[], step: Step | undefined): void {
    if (value.length <= mostHoles) return this.#list(value, step)
    const names = Object.keys(value)
    if (names.length > value.length / 2) return this.#list(value, step)
    const there = names.map(name => [name, () => value[name as unknown as number]] as const)
    this.#members([['length', () => value.length], ...there], step)
  }

  #list(values: Iterable<unknown>, step: Step | undefined): void {
    let i = 0
    this.#put('[')
    for (const value of values) {
      if (i > 0) this.#put(',')
      if (!this.#hasRoomFor(100)) {
        this.#omit('the rest')
        break
      }
      this.#member(value, String(i++), step)
    }
    this.#put(']')
  }

  #view(view: ArrayBufferView): void {
    if (view instanceof Uint8Array || view instanceof DataView)
      return this.#bytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), inWords(view))
    this.#list(view as unknown as Iterable<unknown>, undefined)
  }

  #bytes(bytes: Uint8Array, what: string): void {
    if (!this.#hasRoomFor(Math.ceil(bytes.length / 3) * 4 + 100))
      return this.#omit(`${what} of ${bytes.length} bytes`)
    this.#put(`{"base64":"${base64(bytes)}"}`)
  }
}

type Field = readonly [name: string, read: () => unknown]

/** An error without its stack: that is for people, and failures have it. */
function fieldsOf(error: Error): readonly Field[] {
  const { name, message, cause } = error
  const own = error as unknown as Readonly<Record<string, unknown>>
  const { errors } = own
  return [
    ['name', () => name],
    ['message', () => message],
    ...Object.keys(error)
      .filter(key => !['name', 'message', 'stack', 'cause', 'errors'].includes(key))
      .map((key): Field => [key, () => own[key]]),
    ['cause', () => cause],
    ['errors', () => errors],
  ]
}

function numberInWords(n: number): string {
  if (!Number.isFinite(n)) return 'null'
  return Object.is(n, -0) ? '-0' : String(n)
}

/** Nothing where it would be longer than a text may be. */
function quoted(text: string): string | undefined {
  try {
    return JSON.stringify(text)
  } catch {
    return undefined
  }
}

/** `Uint8Array`, `function parse`: what it is, not what is in it. */
function inWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return describeSafely(value).replace(/^\[(.*)\]$/, '$1')
  try {
    const { name } = value.constructor
    return typeof name === 'string' && name !== '' ? name : 'Object'
  } catch {
    return 'an object that cannot be read'
  }
}

const isBuffer = (value: object): value is ArrayBuffer =>
  value instanceof ArrayBuffer ||
  (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer)

const isBoxed = (value: object): boolean =>
  value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt

function isPlainPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** A JSON pointer, as in `#/rows/0`. */
function pointerTo(step: Step | undefined): string {
  const keys: string[] = []
  for (let at = step; at !== undefined; at = at.up)
    keys.push(at.key.replaceAll('~', '~0').replaceAll('/', '~1'))
  return ['#', ...keys.reverse()].join('/')
}

interface NodeBuffer {
  from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'base64'): string }
}

function base64(bytes: Uint8Array): string {
  const { Buffer } = globalThis as { Buffer?: NodeBuffer }
  if (Buffer !== undefined)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  let text = ''
  // Whole threes, so that the pieces fit together.
  for (let i = 0; i < bytes.length; i += 0x6000)
    text += btoa(String.fromCharCode(...bytes.subarray(i, i + 0x6000)))
  return text
}
