/**
 * io-ts codecs, seen from outside: what can be told of one without importing io-ts, which takes a worker thread 15 ms.
 */

import type * as t from 'io-ts'

/** Any io-ts codec whose input may be anything. */
// biome-ignore lint/suspicious/noExplicitAny: a codec's three types vary freely, and `never`/`unknown` fit neither way
export type AnyCodec = t.Type<any, any, unknown>

export const isCodec = (value: unknown): value is AnyCodec =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<AnyCodec>).decode === 'function' &&
  typeof (value as Partial<AnyCodec>).validate === 'function'

/** What the combinators of io-ts leave on a codec, so that it can be walked. */
export interface WalkedCodec extends AnyCodec {
  readonly _tag?: string
  readonly type?: WalkedCodec
  readonly types?: readonly WalkedCodec[]
  readonly props?: Readonly<Record<string, WalkedCodec>>
  readonly domain?: WalkedCodec
  readonly codomain?: WalkedCodec
  readonly keys?: Readonly<Record<string, unknown>>
  readonly value?: unknown
  /** Gives what crossed to another thread its methods back; `undefined` where it is something else. */
  readonly revive?: (plain: object) => unknown
}

const wrappers = new Set(['RefinementType', 'ExactType', 'ReadonlyType', 'RecursiveType'])

/** The codec under refinements, `exact`, `readonly` and recursion. */
export function unwrap(codec: AnyCodec): WalkedCodec {
  let inner = codec as WalkedCodec
  for (let depth = 0; depth < 32 && inner._tag !== undefined && wrappers.has(inner._tag); depth++) {
    if (inner.type === undefined) break
    inner = inner.type
  }
  return inner
}

const leaves = new Set([
  'AnyArrayType',
  'AnyDictionaryType',
  'AnyType',
  'BigIntType',
  'BooleanType',
  'FunctionType',
  'KeyofType',
  'LiteralType',
  'NullType',
  'NumberType',
  'ObjectType',
  'StringType',
  'UndefinedType',
  'UnknownType',
  'VoidType',
])

/**
 * True when decoding gives the very value that went in, exactly where `is` says yes: then `is` decides, and costs a
 * fifth of `decode`, which allocates. Known of io-ts's own leaves, and of refinements and unions of them.
 */
export function isExact(codec: AnyCodec): boolean {
  const { _tag, type, types } = codec as WalkedCodec
  // What replaces `decode` on a copy of a codec (`withFallback` of io-ts-types) leaves the tag; io-ts binds its own.
  if (!codec.decode.name.startsWith('bound ')) return false
  if (_tag === 'RefinementType') return type !== undefined && isExact(type)
  if (_tag === 'UnionType') return types?.every(isExact) ?? false
  return _tag !== undefined && leaves.has(_tag)
}

/** All that an exact codec accepts, where that can be listed. */
export function finiteValues(codec: AnyCodec): ReadonlySet<unknown> | undefined {
  const { _tag, keys, value, types } = codec as WalkedCodec
  if (_tag === 'LiteralType') return new Set([value])
  if (_tag === 'KeyofType') return new Set(Object.keys(keys ?? {}))
  if (_tag === 'NullType') return new Set([null])
  if (_tag === 'BooleanType') return new Set([true, false])
  if (_tag !== 'UnionType' || types === undefined) return undefined
  const sets = types.map(finiteValues)
  return sets.every(set => set !== undefined) ? new Set(sets.flatMap(set => [...set])) : undefined
}

interface CodecParts<A, O> {
  readonly name: string
  /** Where it shall be walked like those of io-ts. */
  readonly _tag?: string
  readonly type?: AnyCodec
  readonly is: (value: unknown) => value is A
  readonly validate: (value: unknown, context: t.Context) => t.Validation<A>
  readonly encode: (value: A) => O
  readonly revive?: WalkedCodec['revive']
}

/** A codec as io-ts would make it: it can be used inside `t.type`, `t.array` and the others. */
export function makeCodec<A, O>(parts: CodecParts<A, O>): t.Type<A, O, unknown> {
  const codec: unknown = {
    ...parts,
    decode: (value: unknown) => parts.validate(value, [{ key: '', type: codec as AnyCodec, actual: value }]),
    pipe: (next: AnyCodec, name = `pipe(${parts.name}, ${next.name})`) =>
      makeCodec({
        name,
        is: next.is,
        validate: (value, context) => {
          const first = parts.validate(value, context)
          return first._tag === 'Left' ? first : next.validate(first.right, context)
        },
        encode: value => parts.encode(next.encode(value)),
      }),
    asDecoder: () => codec,
    asEncoder: () => codec,
  }
  return codec as t.Type<A, O, unknown>
}

export const valid = <A>(right: A): t.Validation<A> => ({ _tag: 'Right', right })

export const invalid = <A>(value: unknown, context: t.Context, message?: string): t.Validation<A> => ({
  _tag: 'Left',
  left: [message === undefined ? { value, context } : { value, context, message }],
})
