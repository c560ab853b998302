/**
 * A survey of a value before it is sent: what moves with it, what its clone would lose, what has to be restored.
 *
 *     transfer(...) at any depth ──► moved       URL, Headers, an object with #private ──► emptied       Buffer ──► buffers
 *
 * The structured clone turns an object whose state is not in fields of its own into `{}`, without a word. Such a value is
 * refused by name. A class instance with fields of its own is data, and arrives as a plain object.
 */

import { describeSafely } from './error-data.ts'
import { deepestPlain, deepestSent, manyElements, unremembered } from './limits.ts'
import { type Movable, transferOf, transfersExist } from './transfer.ts'

// Work may replace what is global where it runs.
const { Array, ArrayBuffer, Map, Object, Reflect, Set, structuredClone, Uint8Array } = globalThis
const { isArray } = Array
const { isView } = ArrayBuffer
const { getPrototypeOf } = Object
const NodeBuffer = (globalThis as { Buffer?: BufferMaker }).Buffer

interface BufferMaker {
  from(memory: ArrayBufferLike, offset: number, length: number): Uint8Array
  readonly prototype: object
}

/** How to reach a part of a value: a key of an object, a place in an array, or the number of an entry of a Map or Set. */
export type Path = readonly (string | number)[]

/** What is special about a value. Nothing is, as a rule, and then there is no survey. */
export interface Survey {
  /** It is nested too deep to be received. */
  tooDeep: boolean
  /** The first object that would arrive empty, with the way to it. */
  emptied: { readonly path: Path; readonly value: object } | undefined
  /** What `transfer` was told to move with the value, or with any part of it; each thing once. */
  moved: Movable[] | undefined
  /** Where Node's Buffers are: a thread gets a `Uint8Array` for each. */
  buffers: Path[] | undefined
}

/** Clones as the channel does which the value will go through. */
export type Clone = (value: object) => unknown

const plainPrototype = Object.prototype

class Surveyor {
  readonly survey: Survey = { tooDeep: false, emptied: undefined, moved: undefined, buffers: undefined }
  found = false
  readonly #clone: Clone
  readonly #marked = transfersExist()
  readonly #path: (string | number)[] = []
  #left = unremembered
  #seen: Set<object> | undefined

  constructor(clone: Clone) {
    this.#clone = clone
  }

  look(value: object): void {
    if (this.#marked) this.#mark(value)
    if (value instanceof ArrayBuffer) return // large, and cloned as what it is
    if (isView(value)) return this.#lookAtView(value)
    if (this.#left > 0) this.#left--
    else {
      this.#seen ??= new Set()
      if (this.#seen.has(value)) return
      this.#seen.add(value)
    }
    // A long list may be mostly holes, and is asked for what it has.
    if (isArray(value) && value.length < manyElements) return this.#lookAtAll(value)
    const prototype: object | null = getPrototypeOf(value)
    if (
      !isArray(value) &&
      prototype !== null &&
      prototype !== Object.prototype &&
      this.#isOfClass(value, prototype)
    )
      return
    for (const key in value) {
      const part = (value as Record<string, unknown>)[key]
      if (typeof part === 'object' && part !== null) this.#goTo(key, part)
    }
  }

  #mark(value: object): void {
    const moved = transferOf(value)
    if (moved === undefined) return
    this.found = true
    this.survey.moved ??= []
    for (const one of moved) if (!this.survey.moved.includes(one)) this.survey.moved.push(one)
  }

  #lookAtView(value: object): void {
    if (NodeBuffer === undefined || getPrototypeOf(value) !== NodeBuffer.prototype) return
    this.found = true
    this.survey.buffers ??= []
    this.survey.buffers.push([...this.#path])
  }

  #lookAtAll(values: Iterable<unknown>): void {
    let at = 0
    for (const one of values) {
      if (typeof one === 'object' && one !== null) this.#goTo(at, one)
      at++
    }
  }

  /** True when nothing in its fields has to be looked at. */
  #isOfClass(value: object, prototype: object): boolean {
    if (value instanceof Map) {
      this.#lookAtAll(value.values())
      return true
    }
    if (value instanceof Set) {
      this.#lookAtAll(value)
      return true
    }
    if (getPrototypeOf(prototype) === null) return false // a plain object of another realm
    for (const key in value) if (Object.hasOwn(value, key)) return false
    if (this.survey.emptied === undefined && this.#isEmptied(value)) {
      this.found = true
      this.survey.emptied = { path: [...this.#path], value }
    }
    return true
  }

  /** Tried, not guessed: what the platform clones as a whole (a Date, a Blob, a key) stays what it is. */
  #isEmptied(value: object): boolean {
    if (transferOf(value) !== undefined) return false
    try {
      const cloned = this.#clone(value) as object
      return getPrototypeOf(cloned) === Object.prototype && Reflect.ownKeys(cloned).length === 0
    } catch {
      return false // it cannot be cloned at all: the channel says so itself
    }
  }

  #goTo(step: string | number, part: object): void {
    if (this.#path.length > deepestSent) {
      this.survey.tooDeep = this.found = true
      return
    }
    this.#path.push(step)
    this.look(part)
    this.#path.pop()
  }
}

let left = 0

/** Whether it is nothing but plain objects and arrays, which most values are: looked at without keeping the way. */
function isPlain(value: object, depth: number): boolean {
  if (--left < 0 || depth > deepestPlain) return false
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const part: unknown = value[i]
      if (typeof part === 'object' && part !== null && !isPlain(part, depth + 1)) return false
    }
    return true
  }
  const prototype: unknown = getPrototypeOf(value)
  if (prototype !== plainPrototype && prototype !== null) return false
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key]
    if (typeof part === 'object' && part !== null && !isPlain(part, depth + 1)) return false
  }
  return true
}

/**
 * What is special about a value that is about to be sent; `undefined`: nothing.
 *
 * @param clone  how it will be cloned; a channel between processes knows fewer of the platform's objects than threads do
 */
export function survey(value: object, clone: Clone = structuredClone): Survey | undefined {
  const surveyor = new Surveyor(clone)
  try {
    left = unremembered
    if (!transfersExist() && isPlain(value, 0)) return undefined
    surveyor.look(value)
  } catch {
    // A getter or a proxy that throws, or a value deeper than the stack: the channel fails on it by itself.
  }
  return surveyor.found ? surveyor.survey : undefined
}

/** Whether anything moves with a value, at any depth. */
export const hasTransfer = (value: unknown): boolean =>
  transfersExist() &&
  typeof value === 'object' &&
  value !== null &&
  survey(value, () => value)?.moved !== undefined

/** Why a value must not be sent: `result.rows[2].link: [URL], whose state ...`. `undefined`: it may be. */
export function whyNotSent({ tooDeep, emptied }: Survey, root: string): string | undefined {
  if (tooDeep) return `${root}: it is nested deeper than ${deepestSent} levels`
  return emptied && explainEmptied(emptied, root)
}

function explainEmptied({ path, value }: NonNullable<Survey['emptied']>, root: string): string {
  const steps = path.map(step =>
    typeof step === 'string' && /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(step)
      ? `.${step}`
      : `[${typeof step === 'string' ? JSON.stringify(step) : step}]`,
  )
  return `${root}${steps.join('')}: ${describeSafely(value)}, whose state is not in fields of its own: it would arrive empty`
}

/** The value with a Buffer at each of these places again. What holds them is changed; the value itself may be one. */
export function restoreBuffers(value: unknown, paths: readonly Path[]): unknown {
  if (NodeBuffer === undefined) return value
  let restored = value
  for (const path of paths) restored = restoreAt(restored, path, 0)
  return restored
}

function restoreAt(value: unknown, path: Path, depth: number): unknown {
  if (depth === path.length) {
    if (!(value instanceof Uint8Array)) return value
    return NodeBuffer?.from(value.buffer, value.byteOffset, value.byteLength)
  }
  if (typeof value !== 'object' || value === null) return value
  const step = path[depth] as string | number
  if (value instanceof Map) {
    const entry = [...value][step as number]
    if (entry !== undefined) value.set(entry[0], restoreAt(entry[1], path, depth + 1))
  } else if (value instanceof Set) {
    const parts = [...value]
    parts[step as number] = restoreAt(parts[step as number], path, depth + 1)
    value.clear()
    for (const part of parts) value.add(part)
  } else if (Object.hasOwn(value, step)) {
    const fields = value as Record<string | number, unknown>
    fields[step] = restoreAt(fields[step], path, depth + 1)
  }
  return value
}
