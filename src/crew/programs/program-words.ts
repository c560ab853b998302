/**
 * What a program and we say to each other: a line of JSON for each, its `type` first. docs/program-protocol.md is this file
 * in words.
 *
 *     we        start · instruction · shared · forget · cancel · ping · close ─────► stdin
 *     program   hello · ready · begun · note · result · failure · log · askable · pong ─► stdout
 */

import type { FailureCode } from '../../words/failure.ts'
import { nearCharacters } from '../limits.ts'

/** Raised when a program of before would misunderstand. */
export const protocolVersion = 1

/** A worker that a program has, as its hello tells. */
export interface ToldWorker {
  readonly name: string
  readonly version?: string
  readonly info?: string
  /** JSON Schema of its attributes, an object. */
  readonly schema?: Readonly<Record<string, unknown>>
}

/** The first line of a program, before it is told anything. */
export interface ProgramHello {
  readonly type: 'hello'
  readonly protocol: number
  readonly language?: string
  readonly languageVersion?: string
  readonly workers: readonly ToldWorker[]
  /** What it takes besides plain instructions: `shared`, `files`. */
  readonly accepts?: readonly string[]
}

/** What is wrong with what was written for a worker; all else is an ordinary failure of the work. */
export type ProgramFailureCode = Extract<FailureCode, 'threw' | 'refused' | 'unserialisable'>

export type FromProgram =
  | ProgramHello
  | { readonly type: 'ready' }
  | { readonly type: 'begun'; readonly n: number }
  | { readonly type: 'note'; readonly n: number; readonly value?: unknown }
  | { readonly type: 'result'; readonly n: number; readonly value?: unknown; readonly ms?: number }
  | {
      readonly type: 'failure'
      readonly n: number
      readonly name: string
      readonly message: string
      readonly stack?: string
      readonly code?: ProgramFailureCode
      readonly fields?: Readonly<Record<string, unknown>>
      readonly cause?: unknown
      readonly ms?: number
    }
  | { readonly type: 'log'; readonly stream?: 'stdout' | 'stderr'; readonly text: string }
  /** The work of job `n` looks whether it is cancelled. */
  | { readonly type: 'askable'; readonly n: number }
  | { readonly type: 'pong'; readonly n: number }

export type ToProgram =
  | {
      readonly type: 'start'
      readonly protocol: number
      readonly ticket: number
      /** Those of its workers that will be asked for. */
      readonly workers: readonly string[]
      /** Where files of values lie; only for those who accept files. */
      readonly folder?: string
    }
  | {
      readonly type: 'instruction'
      readonly n: number
      readonly worker: string
      readonly id: number
      readonly name: string
      readonly attempt: number
      readonly traceparent?: string
      readonly resources?: Readonly<Record<string, readonly string[]>>
      /** The same as environment variables, for what the program starts. */
      readonly environment?: Readonly<Record<string, string>>
      readonly attributes: unknown
      /** Attributes that were sent before, by the key under which they were. */
      readonly shared?: Readonly<Record<string, number>>
    }
  | { readonly type: 'shared'; readonly key: number; readonly value: unknown }
  | { readonly type: 'forget'; readonly key: number }
  | { readonly type: 'cancel'; readonly n: number; readonly reason: string; readonly name?: string }
  | { readonly type: 'ping'; readonly n: number }
  | { readonly type: 'close' }

/** What a line is: a message, something printed by mistake, or a message that cannot be read. */
export type HeardLine =
  /** `special`: there are values in it that JSON has no words for. */
  | {
      readonly is: 'message'
      readonly message: FromProgram
      readonly before: string
      readonly special: boolean
    }
  | { readonly is: 'print'; readonly text: string }
  | { readonly is: 'broken'; readonly why: string; readonly n: number | undefined; readonly before: string }

/** How a message begins, at the first of its kind. What stands before it on its line was printed without an end of line. */
const beginning = /\{\s*"type"\s*:\s*"(hello|ready|begun|note|result|failure|log|askable|pong)"/
const number = /"n"\s*:\s*(\d{1,15})\b/
/** Reads a line. Values in it are as JSON has them: `decodeValue` makes more of them. */
export function readLine(line: string): HeardLine {
  const found = beginningOf(line)
  if (found === undefined) return { is: 'print', text: line }
  const before = line.slice(0, found)
  const text = exactly(found === 0 ? line : line.slice(found))
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch (error) {
    const near = text.slice(0, nearCharacters)
    const n = number.exec(near)?.[1]
    return { is: 'broken', why: whyBroken(text, error), n: n === undefined ? undefined : Number(n), before }
  }
  const flaw = flawOf(message)
  if (flaw === undefined)
    return { is: 'message', message: message as FromProgram, before, special: text.includes('"$') }
  const { n } = message as { n?: unknown }
  return { is: 'broken', why: flaw, n: Number.isSafeInteger(n) ? (n as number) : undefined, before }
}

/** Where a message begins in a line; `undefined`: nowhere. */
function beginningOf(line: string): number | undefined {
  const found = beginning.exec(line)?.index
  if (found === 0 || !line.startsWith('{') || !line.includes('"type"')) return found
  // Whoever writes objects from a table without an order may have put something before the type.
  try {
    const { type } = JSON.parse(line) as { type?: unknown }
    return typeof type === 'string' && Object.hasOwn(shapes, type) ? 0 : found
  } catch {
    return found // text that begins with a brace
  }
}

/** A whole number of so many digits may be more than a number of JavaScript holds. In texts this finds too many. */
export const longInteger = /[[,:\s]-?\d{16,}\s*[,\]}]/
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/gs

/** Whole numbers are exact, however large: what JSON.parse would round goes under a name of its own. */
function exactly(text: string): string {
  if (!longInteger.test(text)) return text
  return text.replace(tokens, token =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `{"$bigint":"${token}"}` : token,
  )
}

/** Says in words what JSON does not have, where that is the reason: most libraries write it unasked. */
function whyBroken(text: string, error: unknown): string {
  const token = /[[,:]\s*(-?(?:NaN|nan|Infinity|inf))\s*[,\]}]/.exec(text)?.[1]
  if (token !== undefined)
    return `it wrote ${token}, which JSON does not have: write {"$number":"${/nan/i.test(token) ? 'NaN' : token.startsWith('-') ? '-Infinity' : 'Infinity'}"}, or null`
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text
  return `a line that is not JSON: ${shown} (${(error as Error).message.slice(0, 100)})`
}

// -- shapes ------------------------------------------------------------------------------------------------------------

const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isText = (value: unknown): boolean => typeof value === 'string'
const optional = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value)
const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isMs = optional(value => typeof value === 'number' && value >= 0)
const isTold = (value: unknown): boolean =>
  isRecord(value) &&
  isText((value as ToldWorker).name) &&
  optional(isText)((value as ToldWorker).version) &&
  optional(isText)((value as ToldWorker).info) &&
  optional(isRecord)((value as ToldWorker).schema)

type Shape = Readonly<Record<string, readonly [says: string, holds: (value: unknown) => boolean]>>

const n: Shape[string] = ['the number of an instruction', isNumber]
const shapes: Readonly<Record<FromProgram['type'], Shape>> = {
  hello: {
    protocol: ['a number', isNumber],
    language: ['a text', optional(isText)],
    languageVersion: ['a text', optional(isText)],
    workers: [
      'a list of { name, version?, info?, schema? }',
      value => Array.isArray(value) && value.every(isTold),
    ],
    accepts: ['a list of texts', optional(value => Array.isArray(value) && value.every(isText))],
  },
  ready: {},
  begun: { n },
  note: { n },
  result: { n, ms: ['milliseconds', isMs] },
  failure: {
    n,
    name: ['a text', isText],
    message: ['a text', isText],
    stack: ['a text', optional(isText)],
    code: [
      '"threw", "refused" or "unserialisable"',
      optional(value => value === 'threw' || value === 'refused' || value === 'unserialisable'),
    ],
    fields: ['an object', optional(isRecord)],
    ms: ['milliseconds', isMs],
  },
  log: {
    stream: ['"stdout" or "stderr"', optional(value => value === 'stdout' || value === 'stderr')],
    text: ['a text', isText],
  },
  askable: { n },
  pong: { n },
}

/** What is wrong with a message, or `undefined`. */
function flawOf(message: unknown): string | undefined {
  const { type } = message as { type: FromProgram['type'] }
  const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined
  if (shape === undefined) return `a message of the unknown type ${String(type)}`
  for (const [key, [says, holds]] of Object.entries(shape)) {
    const value = (message as Record<string, unknown>)[key]
    if (!holds(value))
      return `the "${key}" of a ${type} must be ${says}, not ${JSON.stringify(value)?.slice(0, 60)}`
  }
  return undefined
}
