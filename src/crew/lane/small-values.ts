/**
 * Small values in shared memory, one after the other: numbers, booleans, nothing, short text, and flat records of them.
 * What arrives is what the structured clone would make of it; what is not small is not written.
 */

import { longestSmallText, mostSmallText, mostSmallValues } from '../limits.ts'

// Work may replace what is global where it runs.
const { Array, Float64Array, Object, String, Uint8Array } = globalThis

const kinds = { number: 0, true: 1, false: 2, undefined: 3, null: 4, text: 5, record: 6 } as const

export const smallValuesBytes = mostSmallValues * 8 + mostSmallValues + mostSmallText

export class SmallValues {
  /** A number, the length of a text, or how many fields a record has. */
  readonly #numbers: Float64Array
  readonly #kinds: Uint8Array
  readonly #texts: Uint8Array
  #at = 0
  #textAt = 0

  constructor(buffer: ArrayBufferLike, at: number) {
    this.#numbers = new Float64Array(buffer, at, mostSmallValues)
    this.#kinds = new Uint8Array(buffer, at + mostSmallValues * 8, mostSmallValues)
    this.#texts = new Uint8Array(buffer, at + mostSmallValues * 9, mostSmallText)
  }

  /** From the first one again: to write, or to read what was written. */
  rewind(): void {
    this.#at = 0
    this.#textAt = 0
  }

  /** False: it is not small, and nothing that was written counts. */
  write(value: unknown): boolean {
    if (typeof value === 'object' && value !== null) return this.#writeRecord(value)
    return this.#writeScalar(value)
  }

  #writeScalar(value: unknown): boolean {
    switch (typeof value) {
      case 'number':
        return this.#put(kinds.number, value)
      case 'boolean':
        return this.#put(value ? kinds.true : kinds.false, 0)
      case 'undefined':
        return this.#put(kinds.undefined, 0)
      case 'string':
        return this.#writeText(value)
      default:
        return value === null && this.#put(kinds.null, 0)
    }
  }

  #writeText(text: string): boolean {
    const { length } = text
    if (length > longestSmallText || this.#textAt + length > mostSmallText) return false
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code > 255) return false
      this.#texts[this.#textAt + i] = code
    }
    this.#textAt += length
    return this.#put(kinds.text, length)
  }

  #writeRecord(record: object): boolean {
    if (Array.isArray(record) || Object.getPrototypeOf(record) !== Object.prototype) return false
    const keys = Object.keys(record)
    if (!this.#put(kinds.record, keys.length)) return false
    for (const key of keys) {
      if (key === '__proto__' || !this.#writeText(key)) return false
      if (!this.#writeScalar((record as Record<string, unknown>)[key])) return false
    }
    return true
  }

  #put(kind: number, number: number): boolean {
    if (this.#at >= mostSmallValues) return false
    this.#kinds[this.#at] = kind
    this.#numbers[this.#at++] = number
    return true
  }

  /** The next value. */
  read(): unknown {
    const number = this.#numbers[this.#at] as number
    switch (this.#kinds[this.#at++]) {
      case kinds.number:
        return number
      case kinds.true:
        return true
      case kinds.false:
        return false
      case kinds.null:
        return null
      case kinds.text:
        return this.#readText(number)
      case kinds.record:
        return this.#readRecord(number)
      default:
        return undefined
    }
  }

  #readText(length: number): string {
    const from = this.#textAt
    this.#textAt += length
    let text = ''
    for (let i = from; i < from + length; i++) text += String.fromCharCode(this.#texts[i] as number)
    return text
  }

  #readRecord(fields: number): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    for (let f = 0; f < fields; f++) {
      const key = this.read() as string
      record[key] = this.read()
    }
    return record
  }
}
