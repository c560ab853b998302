/** The codec of an address in a message: `replyTo: ref(t.number)`. It says what may be sent there, to the compiler. */

import type * as t from 'io-ts'

import type { ActorDefinition } from '../actor/actor-definition.ts'
import { type AnyCodec, invalid, makeCodec, valid } from '../footprint/codec.ts'

/** An address, as every actor has one. */
type Ref<M> = Parameters<ActorDefinition<M, unknown>['behaviour']>[0]['self']

const isRef = (value: unknown): value is Ref<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { next?: unknown }).next === 'function' &&
  typeof (value as { error?: unknown }).error === 'function'

/**
 * The codec of a ref to whoever takes what `codec` describes. Any Observer is one. What is sent to it is not decoded.
 *
 * @example
 * const Balance = t.type({ type: t.literal('balance'), replyTo: ref(t.number) })
 */
export const ref = <C extends AnyCodec>(codec: C): t.Type<Ref<t.TypeOf<C>>, Ref<t.TypeOf<C>>, unknown> =>
  makeCodec<Ref<t.TypeOf<C>>, Ref<t.TypeOf<C>>>({
    name: `ref(${codec.name})`,
    is: isRef,
    validate: (value, context) => (isRef(value) ? valid(value) : invalid(value, context)),
    encode: address => address,
  })
