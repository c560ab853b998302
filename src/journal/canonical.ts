/**
 * One text for equal values, whatever the order of their keys: what content keys are hashes of.
 *
 * Everything that can be cloned to a worker has a text, but for shared memory, which is not its content, and for objects
 * that hide what they hold: two of them would have one text.
 */

import { deepestKey, mostRepeatedInKey } from './limits.ts'

/** @throws {TypeError} naming the path, when a value has no content to speak of: a function, shared memory, a circle */
export const canonical = (value: unknown): string => new Canon().textOf(value, undefined)

/** How one got to a part. */
interface Step {
  readonly up: Step | undefined
  readonly name: string
  readonly depth: number
}

class Canon {
  readonly #above = new Set<object>()
  readonly #met = new Set<object>()
  #repeatedLeft = mostRepeatedInKey

  textOf(value: unknown, step: Step | undefined): string {
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
        return value === null ? 'null' : this.#inside(value, step)
      default:
        throw cannot(step, `it is a ${typeof value}`)
    }
  }

  #inside(value: object, step: Step | undefined): string {
    if (this.#above.has(value)) throw cannot(step, 'it contains itself')
    if (step !== undefined && step.depth > deepestKey) throw cannot(undefined, 'it is nested too deep')
    if (this.#met.has(value) && --this.#repeatedLeft < 0)
      throw cannot(undefined, 'the same parts occur in it again and again')
    this.#met.add(value)
    this.#above.add(value)
    const text = this.#objectText(value, step)
    this.#above.delete(value)
    return text
  }

  #objectText(value: object, step: Step | undefined): string {
    if (Array.isArray(value)) return `[${this.#listText(value, step)}]${this.#fieldsOfList(value, step)}`
    if (value instanceof Date) return `Date(${value.getTime()})`
    if (value instanceof RegExp) return `RegExp(${value})`
    if (value instanceof Map) return `Map[${this.#listText([...value], step)}]`
    if (value instanceof Set) return `Set[${this.#listText([...value], step)}]`
    if (value instanceof Error) return this.#errorText(value, step)
    if (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer)
      throw cannot(step, 'it is shared memory')
    if (value instanceof ArrayBuffer) return `ArrayBuffer(${bytesText(new Uint8Array(value))})`
    if (ArrayBuffer.isView(value)) return viewText(value, step)
    if (isBoxed(value)) return `Object(${this.textOf(value.valueOf(), step)})`
    return this.#fieldsText(value, step)
  }

  /** A hole has no text. */
  #listText(list: readonly unknown[], step: Step | undefined): string {
    let text = ''
    for (let i = 0; i < list.length; i++) {
      if (i > 0) text += ','
      if (i in list) text += this.textOf(list[i], next(step, `[${i}]`))
    }
    return text
  }

  #fieldsOfList(list: readonly unknown[], step: Step | undefined): string {
    const names = Object.keys(list)
    if (names.length <= list.length && names.every(name => /^\d/.test(name))) return ''
    const named = names.filter(name => !/^\d+$/.test(name)).sort()
    return this.#members(list, named, step)
  }

  #errorText(error: Error, step: Step | undefined): string {
    const own = Object.keys(error).filter(name => !['name', 'message', 'stack'].includes(name))
    const text = `${error.name}(${JSON.stringify(error.message)})`
    return own.length === 0 ? text : `${text}${this.#members(error, own.sort(), step)}`
  }

  #fieldsText(value: object, step: Step | undefined): string {
    const names = Object.keys(value).sort()
    // What an object of a class keeps for itself is not told by its fields.
    if (names.length === 0 && !isPlain(value)) {
      if (value instanceof URL || value instanceof URLSearchParams)
        return `${value.constructor.name}(${JSON.stringify(String(value))})`
      throw cannot(step, `it is a ${value.constructor?.name ?? 'class'} without fields of its own`)
    }
    return this.#members(value, names, step)
  }

  #members(value: object, names: readonly string[], step: Step | undefined): string {
    const own = value as Readonly<Record<string, unknown>>
    const members = names
      .filter(name => own[name] !== undefined)
      .map(name => `${JSON.stringify(name)}:${this.textOf(own[name], next(step, name))}`)
    return `{${members.join(',')}}`
  }
}

const next = (up: Step | undefined, name: string): Step => ({ up, name, depth: (up?.depth ?? 0) + 1 })

function viewText(view: ArrayBufferView, step: Step | undefined): string {
  if (!(view.buffer instanceof ArrayBuffer)) throw cannot(step, 'it is shared memory')
  return `${view.constructor.name}(${bytesText(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))})`
}

const bytesText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const isBoxed = (value: object): boolean =>
  value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** `rows[2].fn` */
function pathOf(step: Step | undefined): string {
  const names: string[] = []
  for (let at = step; at !== undefined; at = at.up) names.push(at.name)
  return names
    .reverse()
    .reduce((path, name) => `${path}${name.startsWith('[') || path === '' ? '' : '.'}${name}`, '')
}

const cannot = (step: Step | undefined, why: string) =>
  new TypeError(`${pathOf(step) || 'the instruction'}: ${why}, which a journal cannot tell from others`)
