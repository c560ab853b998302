/** `extendFootprint`: a footprint made of another one, as a special worker has that of the general one and more. */

import type { AttributeOf, AttributeRecord, AttributeSpec, SchemaOf } from './footprint.ts'
import { type AnySchema, isSchema } from './schema.ts'

/** A new attribute, or what changes about one of the base: its `type` may be left out. */
export type Extension = Readonly<Record<string, AnySchema | Partial<AttributeSpec>>>

type SpecOf<S> = S extends AnySchema ? { readonly type: S } : S
type Merged<B, M> = Omit<SpecOf<B>, keyof SpecOf<M>> & SpecOf<M>

/** Every attribute of the base, as changed, and those that were added. */
export type Extended<B, M> = {
  readonly [K in keyof B | keyof M]: K extends keyof M
    ? K extends keyof B
      ? Merged<B[K], M[K]>
      : M[K]
    : K extends keyof B
      ? B[K]
      : never
}

/** What the special worker receives, work written for the general one must be able to take. */
type Narrowing<B, M> = {
  readonly [K in keyof M]: K extends keyof B
    ? AttributeOf<Merged<B[K], M[K]>> extends AttributeOf<B[K]>
      ? unknown
      : { readonly type: { readonly 'must narrow': AttributeOf<B[K]> } }
    : SchemaOf<M[K]> extends never
      ? { readonly type: AnySchema }
      : unknown
}

/**
 * The attributes of `base` and those of `more`. Where both have one, what `more` says replaces what `base` said, key by
 * key, and may only narrow it: the compiler refuses an attribute that could be what the base excludes.
 *
 * @example
 * const succeeding = extendFootprint(sleeping, { succeed: { type: t.boolean, values: [true] } })
 */
export function extendFootprint<const B extends AttributeRecord, const M extends Extension>(
  base: B,
  more: M & Narrowing<B, M>,
): Extended<B, M> {
  const extended: Record<string, unknown> = { ...base }
  for (const [key, change] of Object.entries(more as Extension)) {
    extended[key] =
      isSchema(change) || !Object.hasOwn(base, key) ? change : { ...specOf(base[key]), ...change }
  }
  return extended as Extended<B, M>
}

const specOf = (from: AttributeRecord[string] | undefined): object | undefined =>
  isSchema(from) ? { type: from } : from
