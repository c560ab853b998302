/**
 * One text for equal values, whatever the order of their keys: what content keys are hashes of.
 *
 * Everything that can be cloned to a worker has a text, but for shared memory, which is not its content.
 */

/** @throws {TypeError} naming the path, when a value has no content to speak of: a function, shared memory, a circle */
export const canonical = (value: unknown): string => textOf(value, '', [])

function textOf(value: unknown, path: string, above: readonly unknown[]): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
      return `${value}n`
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      if (above.includes(value)) throw cannot(path, 'it contains itself')
      return objectText(value, path, [...above, value])
    default:
      throw cannot(path, `it is a ${typeof value}`)
  }
}

function objectText(value: object, path: string, above: readonly unknown[]): string {
  if (Array.isArray(value)) return `[${value.map((one, i) => textOf(one, `${path}[${i}]`, above)).join(',')}]`
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (value instanceof RegExp) return `RegExp(${value})`
  if (value instanceof Map) return `Map${listText([...value], path, above)}`
  if (value instanceof Set) return `Set${listText([...value], path, above)}`
  if (value instanceof Error) return `${value.name}(${JSON.stringify(value.message)})`
  if (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer)
    throw cannot(path, 'it is shared memory')
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${bytesText(new Uint8Array(value))})`
  if (ArrayBuffer.isView(value)) return viewText(value, path)
  const keys = Object.keys(value).sort()
  const own = value as Readonly<Record<string, unknown>>
  const members = keys
    .filter(key => own[key] !== undefined)
    .map(key => `${JSON.stringify(key)}:${textOf(own[key], path === '' ? key : `${path}.${key}`, above)}`)
  return `{${members.join(',')}}`
}

const listText = (list: readonly unknown[], path: string, above: readonly unknown[]): string =>
  textOf(list, path, above)

function viewText(view: ArrayBufferView, path: string): string {
  if (!(view.buffer instanceof ArrayBuffer)) throw cannot(path, 'it is shared memory')
  return `${view.constructor.name}(${bytesText(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))})`
}

const bytesText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const cannot = (path: string, why: string) =>
  new TypeError(`${path === '' ? 'the instruction' : path}: ${why}, which a journal cannot tell from others`)
