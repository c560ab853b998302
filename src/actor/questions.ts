/**
 * The questions that wait for a reply, so that one which can get none fails at once, and not when its time is over.
 *
 *     ask ──► message ──► mailbox ──► handler ──► reply
 *                │           │           └── throws ──────────────┐
 *                │           └── full, closed, evicted, abandoned ─┴──► the question fails
 *                └── known by the address in it, or here, by the message itself
 *
 * Nobody pays for this but those who ask: only a message that is lost, or that a handler failed on, is looked at. And those who
 * ask pay little, since their address knows its message: a WeakMap of messages costs more than all else, in garbage collection.
 */

import type { Subscription } from 'rxjs'

/** Why a question got no reply. */
export type NoReply = 'failed' | 'full' | 'closed' | 'refused' | 'evicted' | 'abandoned' | 'interrupted'

type Fail = (why: NoReply, cause?: unknown) => void

/** Of the address of a question: the message that carries it, and what its asker does without a reply. */
export const carried: unique symbol = Symbol('carried')

/** The address for a reply. */
export interface Asking {
  [carried]: { message: object | undefined; readonly fail: Fail }
}

/** Messages whose address is not among their own fields. */
const elsewhere = new WeakMap<object, Fail>()
let asked = false

/** Whoever asks by this message wants to be told when it can get no reply. */
export function openQuestion(message: unknown, address: Asking): void {
  if (typeof message !== 'object' || message === null) return
  asked = true
  if (carries(message, address)) address[carried].message = message
  else elsewhere.set(message, address[carried].fail)
}

/** The same question, by another message. */
export function moveQuestion(from: unknown, to: unknown): void {
  if (!asked || typeof from !== 'object' || from === null || typeof to !== 'object' || to === null) return
  const address = addressIn(from)
  const fail = address?.[carried].fail ?? elsewhere.get(from)
  if (address !== undefined && carries(to, address)) address[carried].message = to
  else if (fail !== undefined) elsewhere.set(to, fail)
}

/** This message gets no reply any more. Does nothing where it is no question. */
export function failQuestion(message: unknown, why: NoReply, cause?: unknown): void {
  if (!asked || typeof message !== 'object' || message === null) return
  const fail = addressIn(message)?.[carried].fail ?? elsewhere.get(message)
  fail?.(why, cause)
}

function carries(message: object, address: unknown): boolean {
  for (const field in message) if ((message as Record<string, unknown>)[field] === address) return true
  return false
}

/** Among its own fields, the address for the reply to this very message. */
function addressIn(message: object): Asking | undefined {
  for (const field in message) {
    const one = (message as Record<string, unknown>)[field] as Partial<Asking> | null | undefined
    if (typeof one === 'object' && one?.[carried]?.message === message) return one as Asking
  }
  return undefined
}

/** Marks the address of a question: it is of use until then. */
export const until: unique symbol = Symbol('until')

export interface Once {
  readonly [until]: Subscription
}

/** Whoever handles a message: both are addresses of it. */
export interface Handling {
  readonly ref: unknown
  readonly mailbox: unknown
}

let turn: Handling | undefined

/** Whether the handler that is running right now is that of this address. */
export const isAtTurn = (ref: unknown): boolean =>
  turn !== undefined && (turn.ref === ref || turn.mailbox === ref)

/** Says whose handler runs from now on. Gives back whose did until now, which is to be set again. */
export function enterTurn(handling: Handling | undefined): Handling | undefined {
  const before = turn
  turn = handling
  return before
}
