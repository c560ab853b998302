/**
 * Numbers that are what was written. JSON has decimal numbers of any length, and JavaScript has 53 bits: where a number
 * would become another one on its way, the record is refused, or its text stays a text.
 *
 *     9007199254740993, 3.14159265358979323846, 1e999     change        0.1, 1e25, 0.1000000000000000055511     do not
 */

/** Exponents that are large. In texts between quotes this finds too many, and they are looked at. */
const largeExponent = /\d[eE][-+]?\d{3}/
/** A number that could be inexact has so many digits and points in a row. */
const fewest = 16

/** Most texts have no number that could be inexact. */
const isSuspicious = (json: string): boolean => hasLongNumber(json) || largeExponent.test(json)

/** One in sixteen characters is looked at, since a row of sixteen has one of them: a tenth of the time of an expression. */
function hasLongNumber(json: string): boolean {
  for (let at = fewest - 1; at < json.length; at += fewest) {
    if (!isOfNumber(json.charCodeAt(at))) continue
    let [from, to] = [at, at + 1]
    while (isOfNumber(json.charCodeAt(from - 1))) from--
    while (isOfNumber(json.charCodeAt(to))) to++
    if (to - from >= fewest) return true
  }
  return false
}

/** A digit or a point. */
const isOfNumber = (code: number): boolean => (code >= 0x30 && code <= 0x39) || code === 0x2e
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[[\]{},]/gs

/** Whether this number, as JSON has it, is written in the same digits once it was read: as many of them, or those that JavaScript writes. */
export function isExactNumber(number: string): boolean {
  const value = Number(number)
  if (!Number.isFinite(value)) return false
  const [mantissa = ''] = number.split(/e/i)
  const digits = significant(mantissa)
  if (digits === '') return true
  if (withoutZeros(digits) === withoutZeros(digitsOf(String(value)))) return true
  return digits.length <= 100 && digitsOf(value.toPrecision(digits.length)) === digits
}

const digitsOf = (number: string): string => significant(number.split('e')[0] ?? '')
const withoutZeros = (digits: string): string => digits.replace(/0+$/, '')

const significant = (mantissa: string): string => mantissa.replace(/[-.]/g, '').replace(/^0+/, '')

/** The first number in this JSON text that would change; `undefined` where all are what they are. */
export function inexactNumber(json: string): string | undefined {
  if (!isSuspicious(json)) return undefined
  for (const [token] of json.matchAll(tokens)) if (isNumber(token) && !isExactNumber(token)) return token
  return undefined
}

/** The same for the elements of a JSON array: those that have such a number, by their place, as they are written. */
export function inexactElements(json: string): ReadonlyMap<number, { number: string; text: string }> {
  const found = new Map<number, { number: string; text: string }>()
  if (!isSuspicious(json)) return found
  let depth = 0
  let element = 0
  let start = json.indexOf('[') + 1
  let number: string | undefined
  for (const match of json.matchAll(tokens)) {
    const [token] = match
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    else if (isNumber(token) && !isExactNumber(token)) number ??= token
    if (depth > 1 || (depth === 1 && token !== ',')) continue
    // The element ends here.
    if (number !== undefined) found.set(element, { number, text: json.slice(start, match.index).trim() })
    number = undefined
    element++
    start = match.index + 1
  }
  return found
}

const isNumber = (token: string): boolean => /^[-\d]/.test(token)

/** What is wrong with it, and what helps. */
export const inexact = (number: string): readonly [why: string, remedy: string] => [
  `the number ${number.length > 40 ? `${number.slice(0, 40)}...` : number} cannot be kept exactly`,
  'Write it as a text, in quotes',
]
