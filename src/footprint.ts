/**
 * A footprint: what a worker accepts.
 *
 * Instructions are decoded against it when they are given, on the boss's side, so that a bad one fails in the caller,
 * with the path to the value and a remedy, before any thread sees it.
 */

import type * as t from 'io-ts'

import { describeSafely } from './error-data.ts'

/** Any io-ts codec whose input may be anything. */
// biome-ignore lint/suspicious/noExplicitAny: a codec's three types vary freely, and `never`/`unknown` fit neither way
export type AnyCodec = t.Type<any, any, unknown>

/** One attribute of a record footprint, with what may be said about it. */
export interface AttributeSpec<C extends AnyCodec = AnyCodec> {
  readonly type: C
  readonly info?: string
  readonly default?: t.TypeOf<C> | (() => t.TypeOf<C>)
}

export type AttributeRecord = Readonly<Record<string, AnyCodec | AttributeSpec>>

/** What `attr` takes: a record of attributes, or one codec for the whole instruction. */
export type Attributes = AttributeRecord | AnyCodec

type CodecOf<S> = S extends AnyCodec ? S : S extends { readonly type: infer C extends AnyCodec } ? C : never
type Simplify<A> = { [K in keyof A]: A[K] }
type OptionalNames<R> = {
  [K in keyof R]: R[K] extends AnyCodec ? never : R[K] extends { readonly default: unknown } ? K : never
}[keyof R]

/** What a caller writes: the codecs' output types, attributes with a default left out or not. */
export type GivenOf<A> = A extends AnyCodec
  ? t.OutputOf<A>
  : Simplify<
      { readonly [K in Exclude<keyof A, OptionalNames<A>>]: t.OutputOf<CodecOf<A[K]>> } & {
        readonly [K in OptionalNames<A>]?: t.OutputOf<CodecOf<A[K]>>
      }
    >

/** What the work receives: decoded and complete. */
export type AttributesOf<A> = A extends AnyCodec
  ? t.TypeOf<A>
  : { readonly [K in keyof A]: t.TypeOf<CodecOf<A[K]>> }

/** Why an instruction does not fit: one line for each attribute that says no. */
export interface Rejection {
  readonly reasons: readonly Reason[]
}

export interface Reason {
  /** The way to the value, as in `rows[3].name`; empty for the instruction itself. */
  readonly path: string
  readonly expected: string
  readonly got: unknown
}

/** What accepts instructions: made once for each definition, used for each instruction. */
export interface Footprint {
  /** The attributes in order, which are the columns of a batch; `undefined` when the whole value is one column. */
  readonly names: readonly string[] | undefined
  /** The decoded attributes, or why not. Does not change what it is given. */
  decode(given: Readonly<Record<string, unknown>>): Decoded | Rejection
  /** The specification it was made of. */
  readonly attr: Attributes
}

export interface Decoded {
  /** Exactly the footprint's attributes, complete. */
  readonly attributes: unknown
  /** How many of them the instruction supplied. */
  readonly supplied: number
}

export const isRejection = (decoded: Decoded | Rejection): decoded is Rejection => 'reasons' in decoded

/** `path: expected X, got Y`, the value cut at 40 characters: it may be huge, or secret. */
export function explainReason({ path, expected, got }: Reason): string {
  const shown = describeSafely(got)
  return `${path === '' ? '' : `${path}: `}expected ${expected}, got ${shown.length > 40 ? `${shown.slice(0, 40)} ...` : shown}`
}
