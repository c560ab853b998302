/** Values in a line of JSON: as they are where JSON keeps them, else as V8's own bytes, so that nothing is changed. */

import { deserialize, serialize } from 'node:v8'

/** What a line has under `name`: the value, or `{ v8: base64 }` under `<name>V8`. */
export const written = (name: string, value: unknown): Readonly<Record<string, unknown>> =>
  keepsInJson(value) ? { [name]: value } : { [`${name}V8`]: serialize(value).toString('base64') }

export function read(name: string, line: Readonly<Record<string, unknown>>): unknown {
  const bytes = line[`${name}V8`]
  return typeof bytes === 'string' ? deserialize(Buffer.from(bytes, 'base64')) : line[name]
}

/** Whether JSON gives back an equal value. */
function keepsInJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object': {
      if (value === null) return true
      if (Array.isArray(value)) return value.every(keepsInJson)
      const prototype = Object.getPrototypeOf(value)
      if (prototype !== Object.prototype && prototype !== null) return false
      return !('toJSON' in value) && Object.values(value).every(keepsInJson)
    }
    default:
      return false
  }
}
