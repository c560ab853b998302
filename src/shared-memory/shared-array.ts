/**
 * Numbers that all workers see: one shared memory with a shape and a lock. It is passed by reference, never copied.
 *
 *     bytes 0-3   the lock: 0 free, 1 held, 2 held and waited for
 *     bytes 4-7   who holds it: a number of the thread's own
 *     bytes 16-   the elements, row by row
 *
 * Crossing to another thread keeps the three fields and loses the methods; `SharedArray.from` gives them back, and does
 * so by itself for attributes whose codec is `sharedArray()`. Nothing locks by itself.
 */

import { showValue } from '../words/show-value.ts'
import { acquire, acquireSync, type Lock, type LockOptions } from './shared-lock.ts'

const kinds = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
} as const

interface Views {
  int8: Int8Array<SharedArrayBuffer>
  uint8: Uint8Array<SharedArrayBuffer>
  int16: Int16Array<SharedArrayBuffer>
  uint16: Uint16Array<SharedArrayBuffer>
  int32: Int32Array<SharedArrayBuffer>
  uint32: Uint32Array<SharedArrayBuffer>
  float32: Float32Array<SharedArrayBuffer>
  float64: Float64Array<SharedArrayBuffer>
  bigint64: BigInt64Array<SharedArrayBuffer>
  biguint64: BigUint64Array<SharedArrayBuffer>
}

/** What an element is. */
export type ElementType = keyof Views
export type ElementOf<T extends ElementType> = T extends 'bigint64' | 'biguint64' ? bigint : number

/** What crosses to another thread. */
export interface PlainSharedArray<T extends ElementType = ElementType> {
  readonly buffer: SharedArrayBuffer
  readonly shape: readonly number[]
  readonly type: T
}

/** Numbers in lists, or lists of lists, all of one length. */
export type Nested = readonly (number | bigint | Nested)[]
type TypedArray = { [T in ElementType]: InstanceType<(typeof kinds)[T]> | Views[T] }[ElementType]
type TypeOfView<V> = {
  [T in ElementType]: V extends InstanceType<(typeof kinds)[T]> ? T : never
}[ElementType]

type ViewMaker<V> = new (buffer: SharedArrayBuffer, byteOffset: number, length: number) => V

const headerBytes = 16

/**
 * @example
 * const matrix = SharedArray.from([[0, 1, 2], [1, 2, 3]])
 * boss.setInstructions({ common: { matrix }, individual: { row: [0, 1] } })
 */
export class SharedArray<T extends ElementType = ElementType> implements PlainSharedArray<T> {
  readonly buffer: SharedArrayBuffer
  readonly shape: readonly number[]
  readonly type: T
  // Private, so that it is not copied along when this crosses to another thread.
  readonly #view: Views[T]
  readonly #lock: Int32Array<SharedArrayBuffer>

  /** Use `of` for a new one and `from` for one of values, or of what crossed from another thread. */
  private constructor({ buffer, shape, type }: PlainSharedArray<T>) {
    this.buffer = buffer
    this.shape = shape
    this.type = type
    const View = kinds[type] as unknown as ViewMaker<Views[T]>
    this.#view = new View(buffer, headerBytes, sizeOf(shape))
    this.#lock = new Int32Array(buffer, 0, 2)
  }

  /**
   * A new one, of zeroes.
   *
   * @example SharedArray.of('float64', 2, 3)
   */
  static of<T extends ElementType>(type: T, ...shape: readonly number[]): SharedArray<T> {
    if (!Object.hasOwn(kinds, type)) {
      throw cannot(`'type' must be one of ${Object.keys(kinds).join(', ')}`, type)
    }
    const isLength = (length: unknown) => Number.isSafeInteger(length) && (length as number) >= 0
    if (shape.length === 0 || !shape.every(isLength)) {
      throw cannot("'shape' must be one or more whole numbers of at least 0", shape)
    }
    const buffer = new SharedArrayBuffer(headerBytes + sizeOf(shape) * kinds[type].BYTES_PER_ELEMENT)
    return new SharedArray({ buffer, shape: Object.freeze([...shape]), type })
  }

  /** The same memory again: what crossed from another thread gets its methods back. */
  static from<T extends ElementType>(crossed: PlainSharedArray<T>): SharedArray<T>
  /** A new one with these values, of the type of the typed array. */
  static from<V extends TypedArray>(values: V): SharedArray<TypeOfView<V>>
  /** A new one with these values, in the shape of the lists. Default type: `float64`. */
  static from<T extends ElementType = 'float64'>(values: Nested | TypedArray, type?: T): SharedArray<T>
  static from(values: PlainSharedArray | Nested | TypedArray, type?: ElementType): SharedArray {
    if (values instanceof SharedArray) return values
    if (isPlainSharedArray(values)) return new SharedArray(values)
    if (ArrayBuffer.isView(values)) {
      const array = SharedArray.of(type ?? typeOfView(values), values.length)
      array.#fill(values as ArrayLike<number | bigint>)
      return array
    }
    if (!Array.isArray(values))
      throw cannot('it takes lists of numbers, a typed array or a SharedArray', values)
    const array = SharedArray.of(type ?? 'float64', ...shapeOf(values))
    array.#fill(flat(values, array.shape))
    return array
  }

  /** How many elements there are. */
  get size(): number {
    return this.#view.length
  }

  /** All elements, row by row: a typed array over the shared memory. */
  get view(): Views[T] {
    return this.#view
  }

  /** One row of the first dimension: a typed array over the shared memory. */
  row(index: number): Views[T] {
    const [rows = 0] = this.shape
    if (!Number.isInteger(index) || index < 0 || index >= rows) throw outside([index], this.shape)
    const length = this.size / rows
    return this.#view.subarray(index * length, (index + 1) * length) as Views[T]
  }

  /** @throws {RangeError} outside its shape */
  get(...at: readonly number[]): ElementOf<T> {
    return this.#view[this.#place(at)] as ElementOf<T>
  }

  /** @throws {RangeError} outside its shape */
  set(value: ElementOf<T>, ...at: readonly number[]): void {
    ;(this.#view as { [index: number]: number | bigint })[this.#place(at)] = value
  }

  /** The values as lists, in its shape: a copy. */
  toArray(): Nested {
    return nested(this.#view, this.shape)
  }

  /**
   * Waits until nobody else holds the lock, without blocking this thread. Fair to none: whoever comes first after a
   * release. Not reentrant. It locks nothing but others that lock.
   *
   * @example
   * using lock = await sum.lock()
   * sum.set(sum.get(0) + value, 0)
   */
  lock(options: LockOptions = {}): Promise<Lock> {
    return acquire(this.#lock, options)
  }

  /**
   * The same, blocking this thread; for work that answers with a value.
   *
   * @throws {TypeError} on the main thread when it would have to wait, and when this thread already holds it
   */
  lockSync(options: LockOptions = {}): Lock {
    return acquireSync(this.#lock, options)
  }

  #place(at: readonly number[]): number {
    const { shape } = this
    if (at.length !== shape.length) throw outside(at, shape)
    let place = 0
    for (let i = 0; i < shape.length; i++) {
      const length = shape[i] as number
      const index = at[i] as number
      if (!Number.isInteger(index) || index < 0 || index >= length) throw outside(at, shape)
      place = place * length + index
    }
    return place
  }

  #fill(values: ArrayLike<number | bigint>): void {
    ;(this.#view as { set(values: ArrayLike<unknown>): void }).set(values)
  }
}

/** True for a `SharedArray` and for what becomes of one that crossed to another thread. */
export function isPlainSharedArray(value: unknown): value is PlainSharedArray {
  if (typeof value !== 'object' || value === null) return false
  const { buffer, shape, type } = value as Partial<PlainSharedArray>
  return (
    typeof SharedArrayBuffer === 'function' &&
    buffer instanceof SharedArrayBuffer &&
    Array.isArray(shape) &&
    typeof type === 'string' &&
    Object.hasOwn(kinds, type) &&
    buffer.byteLength === headerBytes + sizeOf(shape) * kinds[type].BYTES_PER_ELEMENT
  )
}

export const isElementType = (type: unknown): type is ElementType =>
  typeof type === 'string' && Object.hasOwn(kinds, type)

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1)

function typeOfView(view: ArrayBufferView): ElementType {
  for (const type of Object.keys(kinds) as ElementType[]) if (view instanceof kinds[type]) return type
  throw cannot('it takes typed arrays of numbers', view)
}

function shapeOf(values: Nested): readonly number[] {
  const [first] = values
  return Array.isArray(first) ? [values.length, ...shapeOf(first)] : [values.length]
}

function flat(values: Nested, [length, ...inner]: readonly number[]): (number | bigint)[] {
  if (!Array.isArray(values) || values.length !== length) {
    throw cannot(`its lists must all have the same length, ${length} here`, values)
  }
  if (inner.length > 0) return values.flatMap(one => flat(one as Nested, inner))
  const wrong = values.find(one => typeof one !== 'number' && typeof one !== 'bigint')
  if (wrong !== undefined) throw cannot('its elements must be numbers', wrong)
  return values as (number | bigint)[]
}

function nested(view: TypedArray, [rows = 0, ...inner]: readonly number[]): Nested {
  if (inner.length === 0) return [...view]
  const length = sizeOf(inner)
  return Array.from({ length: rows }, (_, i) => nested(view.subarray(i * length, (i + 1) * length), inner))
}

const cannot = (rule: string, got: unknown) =>
  new TypeError(`Cannot make a shared array: ${rule}, got ${showValue(got)}`)

const outside = (at: readonly number[], shape: readonly number[]) =>
  new RangeError(`No element at [${at.join(', ')}] of a shared array of shape [${shape.join(', ')}]`)
