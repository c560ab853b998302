/**
 * Arrays of numbers as numpy keeps them: the layout of a `.npy` file, and the names of element types.
 *
 * A header of a few dozen bytes, then the elements as they are in memory, so that reading one is a view, not a copy.
 */

/** Anything with numbers side by side. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/** An array of several dimensions, the last one running fastest: `data[i * shape[1] + j]`. */
export interface NdArray<A extends NumberArray = NumberArray> {
  readonly shape: readonly number[]
  readonly data: A
}

type Maker = new (buffer: ArrayBuffer, offset: number, length: number) => NumberArray

/** By the name that numpy gives an element type. */
const makers: Readonly<Record<string, readonly [Maker, bytes: number, code: string]>> = {
  int8: [Int8Array, 1, '|i1'],
  uint8: [Uint8Array, 1, '|u1'],
  int16: [Int16Array, 2, '<i2'],
  uint16: [Uint16Array, 2, '<u2'],
  int32: [Int32Array, 4, '<i4'],
  uint32: [Uint32Array, 4, '<u4'],
  int64: [BigInt64Array, 8, '<i8'],
  uint64: [BigUint64Array, 8, '<u8'],
  float32: [Float32Array, 4, '<f4'],
  float64: [Float64Array, 8, '<f8'],
}

/** What numpy calls the elements of a typed array; `undefined` for what is none. */
export function elementType(value: unknown): string | undefined {
  if (value instanceof Uint8ClampedArray) return 'uint8'
  return Object.entries(makers).find(([, [Maker]]) => value instanceof Maker)?.[0]
}

/** Whether a value is meant as an array of several dimensions: exactly a shape, and data of as many elements. */
export function isNdArray(value: object): value is NdArray {
  const { shape, data } = value as NdArray
  return (
    Array.isArray(shape) &&
    elementType(data) !== undefined &&
    Object.keys(value).length === 2 &&
    shape.every(side => Number.isSafeInteger(side) && side >= 0) &&
    sizeOf(shape) === data.length
  )
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/** An array over bytes; a typed array where there is one dimension. @throws {TypeError} when they do not fit */
export function arrayOver(bytes: Uint8Array, type: string, shape: readonly number[]): NumberArray | NdArray {
  const [Maker, width] = makers[type] ?? []
  if (Maker === undefined || width === undefined)
    throw new TypeError(`an array of ${type}: only ${Object.keys(makers).join(', ')} are known`)
  const size = sizeOf(shape)
  if (!Number.isSafeInteger(size) || size * width !== bytes.length)
    throw new TypeError(`an array of ${type}, shape ${shape.join(' x ')}, has ${bytes.length} bytes`)
  const aligned =
    bytes.byteOffset % width === 0 && bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes)
  const data = new Maker(aligned.buffer as ArrayBuffer, aligned.byteOffset, size)
  return shape.length === 1 ? data : { shape, data }
}

const magic = '\x93NUMPY'

/** What a `.npy` file holds. @throws {TypeError} when it is none, or of a kind that is not known here */
export function readNpy(file: Uint8Array): NumberArray | NdArray {
  const text = (from: number, to: number) =>
    Buffer.from(file.buffer, file.byteOffset + from, to - from).toString('latin1')
  if (file.length < 12 || text(0, 6) !== magic) throw new TypeError('it is no .npy file')
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const wide = (file[6] as number) >= 2
  const start = wide ? 12 : 10
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true))
  const header = text(start, end)
  const code = /'descr':\s*'([^']+)'/.exec(header)?.[1]
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  if (code === undefined || shape === undefined)
    throw new TypeError('the header of its .npy file cannot be read')
  const type = Object.keys(makers).find(name => makers[name]?.[2] === code)
  if (type === undefined)
    throw new TypeError(`an array of ${code}: only ${Object.keys(makers).join(', ')} are known`)
  const sides = shape.split(',').flatMap(side => (side.trim() === '' ? [] : [Number(side)]))
  if (/'fortran_order':\s*True/.test(header) && sides.length > 1)
    throw new TypeError('its .npy file has columns first (fortran_order): write it in C order')
  return arrayOver(file.subarray(end), type, sides)
}

/** The parts of a `.npy` file, in order. */
export function writeNpy(type: string, shape: readonly number[], bytes: Uint8Array): readonly Uint8Array[] {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const dictionary = `{'descr': '${makers[type]?.[2]}', 'fortran_order': False, 'shape': (${sides}), }`
  const padding = 64 - ((10 + dictionary.length + 1) % 64)
  const header = `${dictionary}${' '.repeat(padding)}\n`
  const head = Buffer.from(`${magic}\x01\x00\x00\x00${header}`, 'latin1')
  head.writeUInt16LE(header.length, 8)
  return [head, bytes]
}
