/**
 * `transfer`: moves buffers and ports to the other side instead of copying them.
 *
 * The mark is a hidden symbol property, which no clone and no codec sees, under a global symbol, so that two copies of
 * this package in one program agree. (A WeakMap of buffers costs more than moving them: 3 to 5 us of garbage collection
 * each. It is for values that are frozen.)
 */

// Work may replace what is global where it runs.
const { ArrayBuffer, Object, Set, Symbol, TypeError, Uint8Array, WeakMap } = globalThis

/** What can be moved: an ArrayBuffer, a MessagePort, a stream. */
export type Movable = object

const mark = Symbol.for('rxboss.transfer')
const marksOfFrozen = Symbol.for('rxboss.transfers')

interface Marked {
  [mark]?: readonly Movable[]
}
const shared = globalThis as { [marksOfFrozen]?: WeakMap<object, readonly Movable[]> }

/**
 * Marks a value as one whose buffers and ports are moved, not copied, when it is sent: an instruction, an
 * attribute, a result, a note, or any part of one. Returns the same value. Moving beats copying from about 16 KB.
 *
 * What was moved is detached on this side. An instruction that carries it cannot be repeated.
 *
 * @throws {TypeError} at once, when `list` names something twice, or a buffer that was moved before
 *
 * @example
 * boss.give({ image: transfer(pixels, [pixels.buffer]) })
 */
export function transfer<T extends object>(value: T, list: readonly Movable[]): T {
  if (list.length > 1 && new Set(list).size !== list.length)
    throw new TypeError('Cannot transfer: each buffer must be listed once, and one is listed twice')
  mustBeHere(list)
  setMark(value, list)
  return value
}

function setMark(value: object, list: readonly Movable[]): void {
  shared[marksOfFrozen] ??= new WeakMap()
  if (Object.isExtensible(value))
    Object.defineProperty(value, mark, { value: list, configurable: true, enumerable: false, writable: true })
  else shared[marksOfFrozen].set(value, list)
}

/** What decoding made of a marked value moves as that would have. */
export function passMark(given: unknown, made: unknown): void {
  const list = transferOf(given)
  if (list !== undefined && given !== made && typeof made === 'object' && made !== null) setMark(made, list)
}

/** What `transfer` was told to move with this value. */
export function transferOf(value: unknown): readonly Movable[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return (
    (value as Marked)[mark] ?? (Object.isExtensible(value) ? undefined : shared[marksOfFrozen]?.get(value))
  )
}

/** False while nothing was ever marked in this thread, which is the usual case, and saves the look-ups. */
export const transfersExist = (): boolean => shared[marksOfFrozen] !== undefined

/** True for an ArrayBuffer whose memory was moved away. */
export function isDetached(movable: unknown): boolean {
  if (!(movable instanceof ArrayBuffer) || movable.byteLength > 0) return false
  try {
    new Uint8Array(movable)
    return false
  } catch {
    return true // only a detached buffer refuses a view; `detached` itself needs Node 21
  }
}

/** Node moves a detached buffer without a word, and an empty one arrives. */
export function mustBeHere(list: readonly Movable[]): void {
  for (const movable of list) {
    if (isDetached(movable))
      throw new TypeError('Cannot transfer: a buffer must still be here, and one was moved before')
  }
}
