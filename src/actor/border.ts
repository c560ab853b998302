/**
 * The border between an actor and its place: what is said between the two sides, in batches, and the addresses in it.
 *
 *     here                                        there
 *     messages, end, stop, consumed ──────────►   host.ts
 *     placed-life.ts   ◄──────────  ready, outputs, handled, failed, exited
 *     ref of either side: a number in a message ──► a ref on the other side, whose calls come back with that number
 *
 * Both sides are the same class. A number is forgotten when its question is over, or when nobody on the other side has the
 * ref any more (a FinalizationRegistry tells, with how often it was received, since one may be on its way).
 */

import { errorToData } from '../words/error-data.ts'
import { mustBeHere } from '../words/transfer.ts'
import type { Ref } from './actor.ts'
import {
  type Encoded,
  failAddress,
  instead,
  isPlainRecord,
  isRef,
  key,
  type LostQuestion,
  movingWith,
  open,
  refsIn,
  type StandIn,
  spend,
  standsFor,
} from './crossing.ts'
import { framesOfBatch } from './limits.ts'
import type { Offered } from './mailbox.ts'
import { type Asking, carried, type Once, openQuestion, until } from './questions.ts'

/** What is said. Numbers, since a batch of frames is cloned for each crossing. */
export const says = {
  messages: 0,
  call: 1,
  handled: 2,
  released: 3,
  failed: 4,
  exited: 5,
  end: 6,
  stop: 7,
  ready: 8,
  consumed: 9,
  ping: 10,
  pong: 11,
} as const

export const calls = { next: 0, error: 1, complete: 2, admit: 3, fail: 4 } as const

export type Frame = readonly [kind: number, ...rest: unknown[]]

/** Who is behind a border. */
export interface Sides {
  /** @throws what cannot be cloned */
  post(frames: readonly Frame[], moving?: readonly object[]): void
  /** A value cannot be cloned. */
  refuse(value: unknown, error: unknown): void
  /** Told to an address of nobody. */
  lost(value: unknown): void
}

interface Known {
  readonly ref: Ref<unknown>
  sent: number
}

interface Foreign {
  readonly ref: WeakRef<Ref<unknown>>
  received: number
}

export class Border {
  readonly #sides: Sides
  readonly #known = new Map<number, Known>()
  readonly #numbers = new WeakMap<object, number>()
  readonly #foreign = new Map<number, Foreign>()
  readonly #unused = new FinalizationRegistry<number>(id => this.#release(id))
  #self: Ref<unknown> | undefined
  #next = 1
  #frames: Frame[] = []
  #values: unknown[] = []
  #depths: number[] = []
  /** Of the value that was encoded last. */
  #depth: number = refsIn.nothing
  #moving: object[] = []
  #handled = 0
  #due = false
  #closed = false

  constructor(sides: Sides) {
    this.#sides = sides
  }

  /** Makes this ref known under number 0: the actor itself. */
  introduce(ref: Ref<unknown>): void {
    this.#known.set(0, { ref, sent: Infinity })
    this.#numbers.set(ref, 0)
  }

  /** How many addresses of ours the other side may have, and how many of theirs somebody here may have. */
  get kept(): { readonly ours: number; readonly theirs: number } {
    return { ours: this.#known.size, theirs: this.#foreign.size }
  }

  /** A message, or an output. */
  value(value: unknown): void {
    this.#values.push(this.#encode(value))
    this.#depths.push(this.#depth)
    if (this.#values.length >= framesOfBatch) this.flush()
    else this.#soon()
  }

  send(frame: Frame): void {
    this.#gather()
    this.#frames.push(frame)
    this.#soon()
  }

  /** Says so behind all that is said by now, also how many messages were handled: the other side counts on it. */
  sendLast(frame: Frame): void {
    this.#gather()
    this.#tellHandled()
    this.#frames.push(frame)
    this.#soon()
  }

  /** One more message was handled. */
  handled(): void {
    this.#handled++
    this.#soon()
  }

  call(id: number, what: number, value: unknown): void {
    const encoded = this.#encode(value)
    this.send([says.call, id, what, encoded, this.#depth])
  }

  /** Says now what there is to say. */
  readonly flush = (): void => {
    this.#due = false
    this.#gather()
    this.#tellHandled()
    const frames = this.#frames
    const moving = this.#moving
    this.#frames = []
    this.#moving = []
    if (frames.length === 0 || this.#closed) return
    try {
      mustBeHere(moving)
      this.#sides.post(frames, moving)
    } catch {
      for (const frame of frames) this.#postAlone(frame)
    }
  }

  /** The other side is gone: its addresses are nobody's. */
  close(): void {
    this.#closed = true
    this.#known.clear()
    this.#foreign.clear()
  }

  #soon(): void {
    if (this.#due) return
    this.#due = true
    queueMicrotask(this.flush)
  }

  #gather(): void {
    if (this.#values.length === 0) return
    const [first] = this.#depths
    const depths = this.#depths.every(depth => depth === first) ? first : this.#depths
    this.#frames.push([says.messages, this.#values, depths])
    this.#values = []
    this.#depths = []
  }

  #tellHandled(): void {
    if (this.#handled > 0) this.#frames.push([says.handled, this.#handled])
    this.#handled = 0
  }

  /** One of many cannot be cloned, or has an address further down: which one, is found by trying each. */
  #postAlone(frame: Frame): void {
    if (frame[0] === says.messages) {
      const [, values, depths] = frame as readonly [number, unknown[], number | number[]]
      for (const [i, value] of values.entries())
        this.#try(value, typeof depths === 'number' ? depths : depths[i], (one, depth) => [
          says.messages,
          [one],
          [depth],
        ])
    } else if (frame[0] === says.call) {
      const [, id, what, value, depth] = frame
      this.#try(value, depth as number, (one, depth) => [says.call, id, what, one, depth])
    } else this.#try(undefined, 0, () => frame)
  }

  #try(value: unknown, depth = 0, frameOf: (one: unknown, depth: number) => Frame): void {
    const original = (value as Encoded | undefined)?.[instead] ?? value
    const moving = movingWith(original) ?? []
    try {
      mustBeHere(moving)
      this.#sides.post([frameOf(value, depth)], moving)
    } catch {
      try {
        mustBeHere(moving)
        this.#sides.post([frameOf(this.#encodeAll(original, new Map()), refsIn.anywhere)], moving)
      } catch (error) {
        this.#sides.refuse(original, error)
      }
    }
  }

  // -- addresses going out -----------------------------------------------------------------------------------------------

  /** With numbers for the addresses among its own fields. The same value, where there are none. */
  #encode(value: unknown): unknown {
    this.#depth = refsIn.nothing
    if (typeof value !== 'object' || value === null) return value
    const moving = movingWith(value)
    if (moving !== undefined) this.#moving.push(...moving)
    if (isRef(value)) {
      this.#depth = refsIn.fields
      return this.#numberOf(value)
    }
    if (!isPlainRecord(value)) return value
    let copy: (Record<string, unknown> & Encoded) | undefined
    for (const field in value) {
      const one = value[field]
      if (typeof one !== 'object' || one === null || !isRef(one)) continue
      copy ??= { ...value, [instead]: value }
      if (field === 'replyTo' && until in one) {
        copy[field] = this.#numberOfQuestion(one as never)
        this.#depth = refsIn.question
      } else {
        copy[field] = this.#numberOf(one)
        if (this.#depth === refsIn.nothing) this.#depth = refsIn.fields
      }
    }
    return copy ?? value
  }

  /** A copy with numbers for the addresses anywhere in it. What is in it twice, or in itself, is so in the copy. */
  #encodeAll(value: unknown, copies: Map<object, unknown>): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (isRef(value)) return this.#numberOf(value)
    const known = copies.get(value)
    if (known !== undefined) return known
    const copy = Array.isArray(value) ? new Array(value.length) : isPlainRecord(value) ? {} : undefined
    if (copy === undefined) return value
    copies.set(value, copy)
    for (const [field, one] of Object.entries(value))
      Object.defineProperty(copy, field, { ...open, value: this.#encodeAll(one, copies) })
    return copy
  }

  #numberOf(ref: Ref<unknown> & Partial<StandIn>): object {
    if (ref[standsFor]?.border === this) return { [key]: ref[standsFor].id, yours: true }
    if (until in ref) return { [key]: this.#numberOfQuestion(ref as never), once: true }
    const id = this.#numbers.get(ref) ?? this.#next++
    this.#numbers.set(ref, id)
    if (spend in ref) ref[spend] = () => this.#known.delete(id)
    const known = this.#known.get(id)
    if (known === undefined) this.#known.set(id, { ref, sent: 1 })
    else known.sent++
    return { [key]: id }
  }

  #numberOfQuestion(ref: Ref<unknown> & Once): number {
    const id = this.#next++
    this.#known.set(id, { ref, sent: 1 })
    ref[until].add(() => this.#known.delete(id))
    return id
  }

  // -- addresses coming in -----------------------------------------------------------------------------------------------

  /** The values of a frame of messages. */
  *valuesOf([, values, depths]: Frame): Generator<unknown> {
    let i = 0
    for (const value of values as unknown[])
      yield this.#decode(value, typeof depths === 'number' ? depths : (depths as number[])[i++])
  }

  /** Does what the other side wants done to an address of ours. `admit` is for number 0. */
  called([, id, what, given, depth]: Frame, admit: (message: unknown) => void): void {
    const value = this.#decode(given, depth as number)
    const ref = this.#known.get(id as number)?.ref
    if (what === calls.admit) admit(value)
    else if (what === calls.fail) failAddress(ref, value as LostQuestion)
    else if (ref === undefined) this.#sides.lost(value)
    else if (what === calls.next) ref.next(value)
    else if (what === calls.error) ref.error(value)
    else ref.complete()
  }

  /** The other side has let go of these. */
  released([, id, received]: Frame): void {
    const known = this.#known.get(id as number)
    if (known === undefined) return
    known.sent -= received as number
    if (known.sent === 0) this.#known.delete(id as number)
  }

  /** The actor itself, seen from its place: always the same ref. */
  self(): Ref<unknown> {
    this.#self ??= this.standIn(0)
    return this.#self
  }

  /** A ref that stands for number `id` of the other side; `once` for one of a question, which is over with its first reply. */
  standIn(id: number, once = false): Ref<unknown> {
    const say = (what: number, value: unknown): Offered => {
      if (once) ref[spend]?.()
      if (this.#closed) return { ok: false, reason: 'closed' }
      this.call(id, what, value)
      return { ok: true }
    }
    const ref: Ref<unknown> & StandIn & Partial<Asking> = {
      [standsFor]: { border: this, id },
      next: value => {
        if (!say(calls.next, value).ok) this.#sides.lost(value)
      },
      error: error => void say(calls.error, error),
      complete: () => void say(calls.complete, undefined),
      offer: value => say(calls.next, value),
    }
    if (!once) return ref
    ref[spend] = undefined
    // Whoever asks over there is told, where its question is lost here.
    const fail: Asking[typeof carried]['fail'] = (why, cause) =>
      this.call(id, calls.fail, [why, cause === undefined ? undefined : errorToData(cause)])
    ref[carried] = { message: undefined, fail }
    return ref
  }

  #decode(value: unknown, depth: number | undefined): unknown {
    if (!depth || typeof value !== 'object' || value === null) return value
    if (key in value) return this.#refOf(value as never)
    if (depth === refsIn.anywhere) return this.#decodeAll(value, new Set())
    if (!isPlainRecord(value)) return value
    if (depth === refsIn.question) {
      const replyTo = this.standIn(value.replyTo as number, true)
      value.replyTo = replyTo
      openQuestion(value, replyTo as Ref<unknown> & Asking)
    }
    for (const field in value) {
      const one = value[field]
      if (typeof one === 'object' && one !== null && key in one) value[field] = this.#refOf(one as never)
    }
    return value
  }

  #decodeAll(value: unknown, seen: Set<object>): unknown {
    if (typeof value !== 'object' || value === null || seen.has(value)) return value
    if (key in value) return this.#refOf(value as never)
    seen.add(value)
    if (!Array.isArray(value) && !isPlainRecord(value)) return value
    for (const [field, one] of Object.entries(value))
      Object.defineProperty(value, field, { ...open, value: this.#decodeAll(one, seen) })
    return value
  }

  #refOf(token: { readonly [key]: number; readonly yours?: true; readonly once?: true }): Ref<unknown> {
    const id = token[key]
    if (token.yours) return this.#known.get(id)?.ref ?? nobody(this.#sides)
    if (id === 0) return this.self()
    if (token.once) return this.standIn(id, true)
    const foreign = this.#foreign.get(id)
    const before = foreign?.ref.deref()
    if (foreign !== undefined && before !== undefined) {
      foreign.received++
      return before
    }
    const ref = this.standIn(id)
    this.#foreign.set(id, { ref: new WeakRef(ref), received: (foreign?.received ?? 0) + 1 })
    this.#unused.register(ref, id)
    return ref
  }

  #release(id: number): void {
    const foreign = this.#foreign.get(id)
    if (foreign === undefined || foreign.ref.deref() !== undefined) return
    this.#foreign.delete(id)
    this.send([says.released, id, foreign.received])
  }
}

/** An address that came back after its owner had gone. */
const nobody = ({ lost }: Sides): Ref<unknown> => ({
  next: lost,
  error: () => {},
  complete: () => {},
  offer: () => ({ ok: false, reason: 'closed' }),
})
