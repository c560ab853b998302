/**
 * The questions that wait for a reply, so that one which can get none fails at once, and not when its time is over.
 *
 *     ask ──► message ──► mailbox ──► handler ──► reply
 *                │           │           └── throws ──────────────┐
 *                │           └── full, closed, evicted, abandoned ─┴──► the question fails
 *                └── known here, by the message itself
 *
 * Nobody pays for this but those who ask: only a message that is lost, or that a handler failed on, is looked up.
 */

import type { Subscription } from 'rxjs'

/** Why a question got no reply. */
export type NoReply = 'failed' | 'full' | 'closed' | 'refused' | 'evicted' | 'abandoned' | 'interrupted'

type Fail = (why: NoReply, cause?: unknown) => void

const waiting = new WeakMap<object, Fail>()
let asked = false

/** Who asks by this message wants to be told when it can get no reply. */
export function openQuestion(message: unknown, fail: Fail): void {
  if (typeof message !== 'object' || message === null) return
  asked = true
  waiting.set(message, fail)
}

/** The same question, by another message. */
export function moveQuestion(from: unknown, to: unknown): void {
  const fail = typeof from === 'object' && from !== null ? waiting.get(from) : undefined
  if (fail !== undefined) openQuestion(to, fail)
}

/** This message gets no reply any more. Does nothing where it is no question. */
export function failQuestion(message: unknown, why: NoReply, cause?: unknown): void {
  if (!asked || typeof message !== 'object' || message === null) return
  waiting.get(message)?.(why, cause)
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
