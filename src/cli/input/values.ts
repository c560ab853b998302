/**
 * Text becomes a value by asking the footprint: the JSON reading first, then the plain text; the first one it accepts
 * wins. So `id=7` is the number 7 for a worker that wants a number, and "7" for one that wants a text. A number that would
 * be written in another way (`12E4`) is a text first, and one that would change (twenty digits) is never a number.
 */

import type { AnyWorker } from '../../index.ts'
import { inexactNumber } from './exact-number.ts'

type Values = Record<string, unknown>
/** What was typed: text where it may still mean something else. */
export type Texts = Readonly<Record<string, string>>

/** Base attributes that are texts; all others are numbers. */
const textAttributes: ReadonlySet<string> = new Set(['name', 'key'])

/**
 * @param workers  whose footprints are asked, in their order
 * @returns a function that makes an instruction of texts, beside values that are settled already
 */
export function valueReader(workers: readonly AnyWorker[]): (texts: Texts, settled?: Values) => Values {
  const footprints = workers.map(({ footprint }) => footprint)
  const known = new Set(footprints.flatMap(({ names }) => names ?? []))

  return (texts, settled = {}) => {
    const given: Values = { ...settled }
    /** Attributes that can be read in two ways, and the second of them. */
    const open: (readonly [name: string, other: unknown])[] = []
    for (const [name, text] of Object.entries(texts)) {
      const read = textAttributes.has(name) && !known.has(name) ? text : jsonReading(text)
      // A number that would be written in another way is a text to whoever takes a text: 12E4, 007.0, -0.
      const asText = typeof read === 'number' && String(read) !== text
      put(given, name, asText ? text : read)
      // An empty cell is no value to whoever takes no empty text.
      if (read !== text) open.push([name, asText ? read : text])
      else if (text === '') open.push([name, undefined])
    }
    if (open.length === 0) return given
    const rejections = footprints.map(footprint => footprint.decode(given))
    if (rejections.some(decoded => !('reasons' in decoded))) return given
    for (const [i, footprint] of footprints.entries()) {
      const reasons = 'reasons' in (rejections[i] as object) ? (rejections[i] as Rejected).reasons : []
      const other = { ...given }
      for (const [name, second] of open) {
        // A codec for the whole instruction may not say which attribute it dislikes.
        if (!reasons.some(({ path }) => path === '' || isAt(path, name))) continue
        if (second === undefined) delete other[name]
        else put(other, name, second)
      }
      const again = footprint.decode(other)
      if (!('reasons' in again) || again.reasons.length < reasons.length) return other
    }
    return given
  }
}

interface Rejected {
  readonly reasons: readonly { readonly path: string }[]
}

/** Whether a path such as `rows[3].name` lies in attribute `rows`. */
const isAt = (path: string, name: string): boolean =>
  path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)

/** The value that this text is in JSON, else the text itself: so it stays where a number in it would change. */
export function jsonReading(text: string): unknown {
  // Most texts are no JSON, and a throw costs more than all of the rest.
  if (!/^\s*(?:[-[{"\d]|true|false|null)/.test(text)) return text
  try {
    const value: unknown = JSON.parse(text)
    return inexactNumber(text) === undefined ? value : text
  } catch {
    return text // not JSON after all, such as `2nd` or `[draft`
  }
}

/** Sets an own property, whatever it is called. */
function put(values: Values, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(values, name, { value, enumerable: true, writable: true, configurable: true })
  else values[name] = value
}

/**
 * What a line is, where nothing was said: the one attribute that every instruction must have, or else the one that makes an
 * instruction all by itself.
 *
 * @returns `undefined` where that could be several
 */
export function onlyRequired(workers: readonly AnyWorker[]): string | undefined {
  const required = new Set<string>()
  const sufficient = new Set<string>()
  for (const { footprint } of workers) {
    const decoded = footprint.decode({})
    if (!('reasons' in decoded)) continue
    for (const { path } of decoded.reasons) required.add(path.split(/[.[]/)[0] ?? '')
    for (const name of footprint.keys ?? [])
      if (!('reasons' in footprint.decode({ [name]: 'text' }))) sufficient.add(name)
  }
  for (const names of [required, sufficient]) {
    const [name] = names
    if (names.size === 1 && name !== '') return name
  }
  return undefined
}
