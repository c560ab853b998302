/**
 * Small results of finished jobs, in the memory that main and a worker share: numbers, booleans, nothing, short text.
 *
 * Results are collected before they are sent. When the next job never ends, and its thread is terminated for that, what was
 * collected would be gone; these are still here. A job costs 3 ns for it.
 */

import { longestSharedText, ringPlaces } from '../limits.ts'

// Work may replace what is global where it runs.
const { Float64Array, Int32Array, String, Uint8Array } = globalThis

const mask = ringPlaces - 1

const kinds = { number: 1, true: 2, false: 3, undefined: 4, null: 5, text: 6 } as const

const valuesBytes = ringPlaces * 8
const tagsBytes = ringPlaces * 4
export const resultsBytes = valuesBytes + tagsBytes + ringPlaces * longestSharedText

export class FinishedResults {
  /** A number, or the length of a text. */
  readonly #values: Float64Array
  /** Which job a place speaks of, and the kind of its result. */
  readonly #tags: Int32Array
  readonly #texts: Uint8Array

  constructor(buffer: ArrayBufferLike, at: number) {
    this.#values = new Float64Array(buffer, at, ringPlaces)
    this.#tags = new Int32Array(buffer, at + valuesBytes, ringPlaces)
    this.#texts = new Uint8Array(buffer, at + valuesBytes + tagsBytes, ringPlaces * longestSharedText)
  }

  clear(): void {
    this.#tags.fill(0)
  }

  /** Worker: keeps the result of job `n`, before it says that the job is finished. False: it is not small. */
  keep(n: number, result: unknown): boolean {
    const place = n & mask
    const kind = this.#kindOf(place, result)
    if (kind !== 0) this.#tags[place] = (n << 3) | kind
    return kind !== 0
  }

  #kindOf(place: number, result: unknown): number {
    switch (typeof result) {
      case 'number':
        this.#values[place] = result
        return kinds.number
      case 'boolean':
        return result ? kinds.true : kinds.false
      case 'undefined':
        return kinds.undefined
      case 'string':
        return this.#keepText(place, result) ? kinds.text : 0
      default:
        return result === null ? kinds.null : 0
    }
  }

  #keepText(place: number, text: string): boolean {
    if (text.length > longestSharedText) return false
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 255) return false
      this.#texts[place * longestSharedText + i] = code
    }
    this.#values[place] = text.length
    return true
  }

  /** Main: the result of job `n`, if it was small. */
  resultOf(n: number): { readonly value: unknown } | undefined {
    const place = n & mask
    const tag = this.#tags[place] as number
    if (tag >> 3 !== (n << 3) >> 3) return undefined
    const value = this.#values[place] as number
    switch (tag & 7) {
      case kinds.number:
        return { value }
      case kinds.true:
        return { value: true }
      case kinds.false:
        return { value: false }
      case kinds.undefined:
        return { value: undefined }
      case kinds.null:
        return { value: null }
      case kinds.text: {
        const from = place * longestSharedText
        return { value: String.fromCharCode(...this.#texts.subarray(from, from + value)) }
      }
      default:
        return undefined
    }
  }
}
