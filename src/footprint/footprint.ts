/**
 * A footprint: what a worker accepts.
 *
 * Instructions are decoded against it when they are given, on the boss's side, so that a bad one fails in the caller,
 * with the path to the value and a remedy, before any thread sees it. One attribute goes through these steps:
 *
 *     alias ──► default ──► remap ──► type ──► values ──► outcast
 *     renamed   if absent   once      decoded  allowed    forbidden
 */

import type * as t from 'io-ts'
import type { Reason } from '../words/reason.ts'
import type { AnySchema, DecodedBy, WrittenFor } from './schema.ts'

export type { AnyCodec } from './codec.ts'

/** One attribute of a record footprint, with what may be said about it. They act in this order: alias, default, remap, type, values, outcast. */
export interface AttributeSpec<S extends AnySchema = AnySchema> {
  /** Decodes it: an io-ts codec or a Standard Schema. */
  readonly type: S
  /** One sentence for people. */
  readonly info?: string
  /** Used when it is absent or `undefined`: a decoded value, or a function that gives one. */
  readonly default?: unknown
  /** Nothing else is allowed, once decoded. */
  readonly values?: readonly unknown[]
  /** Never allowed, once decoded. */
  readonly outcast?: readonly unknown[]
  /** Other spellings of its name. Two spellings in one instruction are refused. */
  readonly alias?: string | readonly string[]
  /** Replaced before decoding, once: `{ lightgreen: 'green' }`. */
  readonly remap?: Readonly<Record<string, unknown>>
}

export type AttributeRecord = Readonly<Record<string, AnySchema | AttributeSpec>>

/** What `attr` takes: a record of attributes, or one schema for the whole instruction. */
export type Attributes = AttributeRecord | AnySchema

type Simplify<A> = { [K in keyof A]: A[K] }

export type SchemaOf<S> = S extends AnySchema
  ? S
  : S extends { readonly type: infer C extends AnySchema }
    ? C
    : never

/** What `values` leave: `unknown` where nothing is said. */
type AllowedBy<S> = S extends AnySchema
  ? unknown
  : S extends { readonly values: readonly (infer V)[] }
    ? V
    : unknown

/** What the work receives for one attribute. */
export type AttributeOf<S> = DecodedBy<SchemaOf<S>> & AllowedBy<S>

type Widened<V> = V extends string ? string : V extends number ? number : V extends boolean ? boolean : V

/** `values` narrow what is written where it is also what is decoded: not the text that `fromString` takes besides. */
type Narrowed<W, V> = W extends Widened<V> ? W & V : W

type Sources<S> = S extends AnySchema
  ? never
  : S extends { readonly remap: infer M }
    ? keyof M & string
    : never

/** What a caller writes for one attribute. */
type WrittenOf<S> = Narrowed<WrittenFor<SchemaOf<S>>, AllowedBy<S>> | Sources<S>

type AliasesOf<S> = S extends AnySchema
  ? never
  : S extends { readonly alias: infer L }
    ? L extends string
      ? L
      : L extends readonly (infer N extends string)[]
        ? N
        : never
    : never

type HasDefault<S> = S extends AnySchema ? false : S extends { readonly default: unknown } ? true : false

/** Attributes that may be left out: those with a default, and those whose schema takes `undefined`. */
type OptionalNames<R> = {
  [K in keyof R]: HasDefault<R[K]> extends true ? K : undefined extends WrittenOf<R[K]> ? K : never
}[keyof R]

type AliasedNames<R> = { [K in keyof R]: [AliasesOf<R[K]>] extends [never] ? never : K }[keyof R]

/** One spelling or another, never two. */
type Spelled<Names extends PropertyKey, W, Optional> =
  | { [N in Names]: { readonly [M in N]: W } & { readonly [M in Exclude<Names, N>]?: never } }[Names]
  | (Optional extends true ? { readonly [N in Names]?: never } : never)

type Spellings<R> = {
  [K in AliasedNames<R>]: (
    spelled: Spelled<K | AliasesOf<R[K]>, WrittenOf<R[K]>, K extends OptionalNames<R> ? true : false>,
  ) => void
}[AliasedNames<R>] extends (spelled: infer All) => void
  ? All
  : never

/** What a caller writes: encoded values, attributes with a default left out or not, any spelling of an alias. */
export type GivenOf<A> = A extends AnySchema
  ? WrittenFor<A>
  : Simplify<
      {
        readonly [K in Exclude<keyof A, OptionalNames<A> | AliasedNames<A>>]: WrittenOf<A[K]>
      } & {
        readonly [K in Exclude<OptionalNames<A>, AliasedNames<A>>]?: WrittenOf<A[K]>
      } & Spellings<A>
    >

/** What the work receives: decoded and complete. */
export type AttributesOf<A> = A extends AnySchema
  ? DecodedBy<A>
  : { readonly [K in keyof A]: AttributeOf<A[K]> }

type Unbranded<T> =
  T extends t.Brand<infer _>
    ? T extends number
      ? number
      : T extends string
        ? string
        : T extends bigint
          ? bigint
          : T
    : T

/** Checks each specification against its own schema: a default of the wrong type does not compile. */
export type CheckedAttributes<A> = A extends AnySchema
  ? unknown
  : { readonly [K in keyof A]: A[K] extends AnySchema ? unknown : CheckedSpec<A[K]> }

interface CheckedSpec<S> {
  readonly default?: Unbranded<AttributeOf<S>> | (() => Unbranded<AttributeOf<S>>)
  readonly values?: readonly Unbranded<DecodedBy<SchemaOf<S>>>[]
  readonly outcast?: readonly Unbranded<DecodedBy<SchemaOf<S>>>[]
}

/** Why an instruction does not fit: one line for each attribute that says no. */
export interface Rejection {
  readonly reasons: readonly Reason[]
}

/** What accepts instructions: made once for each definition, used for each instruction. */
export interface Footprint {
  /** The attributes in order, which are the columns of a batch; `undefined` when the whole value is one column. */
  readonly names: readonly string[] | undefined
  /** Every key it knows, aliases included; `undefined` when that cannot be told, and no key is unknown. */
  readonly keys: readonly string[] | undefined
  /** The decoded attributes, or why not. Does not change what it is given. Only own properties count. Never throws. */
  decode(given: Readonly<Record<string, unknown>>): Decoded | Rejection
  /** How to read instructions that have exactly these keys; `undefined` when none of them can fit. */
  reader(keys: readonly string[]): Reader | undefined
  /** Gives back their methods to attributes that crossed to another thread; only where there is something to do. */
  readonly revive?: (attributes: unknown) => unknown
  /** The specification it was made of. */
  readonly attr: Attributes
}

/** Reads instructions of one shape: those that have the same keys. */
export interface Reader {
  /** Keys that the footprint does not know and an instruction should not have. */
  readonly unknown: readonly string[]
  /** The decoded attributes, or `undecoded`. Throws what a schema, a default or a getter throws. */
  read(given: Readonly<Record<string, unknown>>): unknown
  /** How many attributes have a value in this one. */
  supplied(given: Readonly<Record<string, unknown>>): number
  /** The values of this key without which `read` says no; `undefined` when they cannot be listed. */
  finite(key: string): ReadonlySet<unknown> | undefined
}

export interface Decoded {
  /** Exactly the footprint's attributes, complete. */
  readonly attributes: unknown
  /** How many of them the instruction supplied. */
  readonly supplied: number
}

export const isRejection = (decoded: Decoded | Rejection): decoded is Rejection => 'reasons' in decoded
