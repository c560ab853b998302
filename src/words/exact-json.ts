/**
 * How values travel through files and through Redis: as plain JSON wherever that loses nothing, so that people can read
 * them, and otherwise as a structured clone of V8's in base64, so that nothing is lost.
 *
 *     { limit: 100 }                   ──► { limit: 100 }
 *     { at: new Date(0), of: 1n }      ──► { $v8: "/w9v...", shown: "{ at: 1970-01-01T00:00:00.000Z, of: 1n }" }
 */

import { inspect } from 'node:util'
import { deserialize, serialize } from 'node:v8'

import { isPlainJson } from './plain-json.ts'

/** What JSON would lose something of. */
export interface Cloned {
  readonly $v8: string
  /** For people; never read. */
  readonly shown: string
}

const exact = { exact: true } as const

/** Whether JSON gives back an equal value. */
export const isExactInJson = (value: unknown): boolean => isPlainJson(value, exact)

/** What JSON gives back exactly. @throws {Error} when V8 cannot clone it, or not into one text */
export const toExactJson = (value: unknown): unknown => (isExactInJson(value) ? value : cloned(value))

/** @throws {Error} when V8 cannot clone it, or not into one text */
export const cloned = (value: unknown): Cloned => ({
  $v8: serialize(value).toString('base64'),
  shown: shown(value),
})

/** An equal value of what `toExactJson` made. */
export function fromExactJson(kept: unknown): unknown {
  return isCloned(kept) ? deserialize(Buffer.from(kept.$v8, 'base64')) : kept
}

function shown(value: unknown): string {
  try {
    return inspect(value, {
      depth: 2,
      maxArrayLength: 10,
      maxStringLength: 100,
      breakLength: Infinity,
      customInspect: false,
    }).slice(0, 400)
  } catch {
    return '' // it is for people alone
  }
}

const isCloned = (value: unknown): value is Cloned =>
  typeof value === 'object' && value !== null && typeof (value as Cloned).$v8 === 'string'
