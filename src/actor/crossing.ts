/** What a value that crosses a border is looked at for: the addresses in it, and what moves with it. */

import { type ErrorData, restoreError } from '../words/error-data.ts'
import { transferOf, transfersExist } from '../words/transfer.ts'
import type { Ref } from './actor.ts'
import { type Asking, carried, type NoReply } from './questions.ts'

/** The name of the one field of what is sent in place of an address. */
export const key = 'rxboss.ref'

/** How far down a value has addresses in it: nowhere, in its own fields (`question`: its `replyTo` is one of a question, just a number), anywhere. */
export const refsIn = { nothing: 0, fields: 1, question: 2, anywhere: 3 } as const

/** As a property is that is written into an object literal. */
export const open = { writable: true, enumerable: true, configurable: true } as const

/** Of a ref that stands for one of the other side: which. (WeakMaps of what is as short-lived cost more than all else.) */
export const standsFor: unique symbol = Symbol('standsFor')
/** Of one for the address of a question: called with its first reply, where it was passed on to yet another place. */
export const spend: unique symbol = Symbol('spend')

export interface StandIn {
  readonly [standsFor]: { readonly border: object; readonly id: number }
  [spend]?: (() => void) | undefined
}

/** What was sent in place of what; a clone has no symbols. */
export const instead: unique symbol = Symbol('instead')

export interface Encoded {
  [instead]?: unknown
}

/** What moves with a value, and is not copied. */
export const movingWith = (value: unknown) => (transfersExist() ? transferOf(value) : undefined)

export const isRef = (value: object): value is Ref<unknown> =>
  typeof (value as Partial<Ref<unknown>>).next === 'function' &&
  typeof (value as Partial<Ref<unknown>>).error === 'function'

export function isPlainRecord(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value) as unknown
  return prototype === Object.prototype || prototype === null
}

/** Why there will be no reply, and what was thrown. */
export type LostQuestion = readonly [why: NoReply, cause: ErrorData | undefined]

export const failAddress = (ref: (Ref<unknown> & Partial<Asking>) | undefined, [why, cause]: LostQuestion) =>
  ref?.[carried]?.fail(why, cause && restoreError(cause))
