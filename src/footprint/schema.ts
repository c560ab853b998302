/** A schema: what says whether a value is right, and what it then becomes. An io-ts codec, or any Standard Schema. */

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type * as t from 'io-ts'
import type { Reason } from '../words/reason.ts'
import { type AnyCodec, finiteValues, isCodec, isExact, unwrap, type WalkedCodec } from './codec.ts'

/** An io-ts codec, or a schema of zod, valibot, arktype, Effect and whatever else speaks Standard Schema. */
export type AnySchema = AnyCodec | StandardSchemaV1

/** What comes out of a schema. */
export type DecodedBy<S> = S extends AnyCodec
  ? t.TypeOf<S>
  : S extends StandardSchemaV1
    ? StandardSchemaV1.InferOutput<S>
    : never

/** What a caller writes: a codec's output type (a plain `number` for `t.Int`), a Standard Schema's input type. */
export type WrittenFor<S> = S extends AnyCodec
  ? t.OutputOf<S>
  : S extends StandardSchemaV1
    ? StandardSchemaV1.InferInput<S>
    : never

/** A schema made ready: one shape for both kinds. */
export interface Decoder {
  /** As people read it in `expected ...`. */
  readonly name: string
  /** Where it can: decides by itself, and the decoded value is the value. */
  readonly exact: ((value: unknown) => boolean) | undefined
  /** All that `exact` accepts, where that can be listed. */
  readonly finite: ReadonlySet<unknown> | undefined
  /** The decoded value, or `undecoded`. */
  decode(value: unknown): unknown
  /** Why `decode` said no: for each place in the value, one reason. `path` is where the value itself is. */
  explain(value: unknown, path: string): readonly Reason[]
  /** Whether this is a decoded value; `undefined` when the schema cannot tell. */
  is(value: unknown): boolean | undefined
}

export const undecoded: unique symbol = Symbol.for('rxboss.undecoded')

export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  // Schemas of arktype and Effect are functions.
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as { '~standard'?: { validate?: unknown } })['~standard']
  return typeof standard?.validate === 'function'
}

export const isSchema = (value: unknown): value is AnySchema => isStandardSchema(value) || isCodec(value)

export const decoderOf = (schema: AnySchema): Decoder =>
  isStandardSchema(schema) ? standardDecoder(schema) : codecDecoder(schema)

function codecDecoder(codec: AnyCodec): Decoder {
  const exact = isExact(codec)
  return {
    name: codec.name,
    exact: exact ? codec.is : undefined,
    finite: exact ? finiteValues(codec) : undefined,
    decode: value => {
      const decoded = codec.decode(value)
      return decoded._tag === 'Right' ? decoded.right : undecoded
    },
    explain: (value, path) => {
      const decoded = codec.decode(value)
      return decoded._tag === 'Right' ? [] : merge(decoded.left.map(error => codecReason(error, path)))
    },
    is: value => codec.is(value),
  }
}

/** Where io-ts says no. The numbers of union and intersection branches are no part of the way. */
function codecReason({ context, message, value }: t.ValidationError, start: string): Reason {
  let path = start
  let parent: WalkedCodec | undefined
  for (const { key, type } of context) {
    const tag = parent?._tag
    if (parent !== undefined && tag !== 'UnionType' && tag !== 'IntersectionType') {
      const numbered = tag === 'ArrayType' || tag === 'ReadonlyArrayType' || tag === 'TupleType'
      path = pathStep(path, numbered ? Number(key) : key)
    }
    parent = unwrap(type as AnyCodec)
  }
  const expected = context.at(-1)?.type.name ?? 'something else'
  return message === undefined
    ? { path, expected, got: value }
    : { path, expected, got: value, said: message }
}

function standardDecoder(schema: StandardSchemaV1): Decoder {
  const { vendor } = schema['~standard']
  const validate = (value: unknown) => {
    const answer = schema['~standard'].validate(value)
    if (!isPromise(answer)) return answer
    answer.then(undefined, () => {}) // it is refused below, whatever it comes to
    throw new TypeError(`a ${vendor} schema answered with a promise; footprints need a synchronous one`)
  }
  return {
    name: `${vendor} schema`,
    exact: undefined,
    finite: undefined,
    decode: value => {
      const answer = validate(value)
      return answer.issues ? undecoded : answer.value
    },
    explain: (value, path) => {
      const answer = validate(value)
      return merge((answer.issues ?? []).map(issue => standardReason(issue, value, path)))
    },
    is: () => undefined,
  }
}

const isPromise = (value: object): value is Promise<unknown> =>
  typeof (value as { then?: unknown }).then === 'function'

function standardReason({ message, path: way = [] }: StandardSchemaV1.Issue, root: unknown, start: string) {
  let path = start
  let got: unknown = root
  for (const segment of way) {
    const key = typeof segment === 'object' ? segment.key : segment
    path = pathStep(path, typeof key === 'number' ? key : String(key))
    got = typeof got === 'object' && got !== null ? (got as Record<PropertyKey, unknown>)[key] : undefined
  }
  // Libraries write the value into their message, however long it is.
  const said = message.length > 200 ? `${message.slice(0, 200)} ...` : message
  return { path, expected: said, got, said }
}

/** One step on the way to a value: `rows`, then `rows[3]`, then `rows[3].name`. */
export function pathStep(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

/** The branches of a union all complain about one place: one reason, with all that would have been right. */
function merge(reasons: readonly Reason[]): readonly Reason[] {
  const places = new Map<string, Reason>()
  for (const reason of reasons) {
    const { path, expected, said } = reason
    const known = places.get(path)
    if (known === undefined) places.set(path, reason)
    else if (known.said !== undefined || said !== undefined) {
      const both = `${known.said ?? `expected ${known.expected}`}; ${said ?? `expected ${expected}`}`
      if (known.said !== said) places.set(path, { ...known, said: both })
    } else if (!known.expected.split(' or ').includes(expected)) {
      places.set(path, { ...known, expected: `${known.expected} or ${expected}` })
    }
  }
  return [...places.values()]
}
