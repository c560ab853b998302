/**
 * Name templates: `run_[date]` names an instruction after its attributes.
 *
 *     [attr]        the decoded value
 *     [attr%03d]    a whole number, padded with zeros to width 3
 *     [attr#text]   the value, or the text where there is none
 *     [[            a bracket
 *
 * Anything else in brackets is refused.
 */

import { mostNameTemplates } from '../footprint/limits.ts'
import { showValue } from '../words/show-value.ts'

/** @throws {TypeError} when a value that it needs is missing, or cannot be written so */
export type NameTemplate = (values: object) => string

/** Most names have no brackets and are all different: only real templates are worth keeping. */
const compiled = new Map<string, NameTemplate>()

/**
 * The template made ready. It is called with the decoded attributes, base attributes among them.
 *
 * @throws {TypeError} when something in brackets means nothing
 *
 * @example compileName('run_[year%04d]_[kind#any]')({ year: 98 }) // 'run_0098_any'
 */
export function compileName(template: string): NameTemplate {
  if (!template.includes('[')) return () => template
  const known = compiled.get(template)
  if (known !== undefined) return known
  const parts = template.split(/(\[\[|\[[^[\]]*\]?)/).map(text => compilePart(text, template))
  const fill: NameTemplate = values => parts.map(part => part(values)).join('')
  if (compiled.size >= mostNameTemplates) compiled.clear()
  compiled.set(template, fill)
  return fill
}

const bracket = /^\[([^%#[\]]+)(?:%0(\d{1,2})d|#([^[\]]*))?\]$/

function compilePart(text: string, template: string): NameTemplate {
  if (!text.startsWith('[')) return () => text
  if (text === '[[') return () => '['
  const found = bracket.exec(text)
  if (found === null) {
    throw new TypeError(
      `Cannot name an instruction ${showValue(template)}: ${text} must be [attribute], [attribute%0Nd] or [attribute#text]`,
    )
  }
  const [, attribute = '', width, fallback] = found
  return values => {
    const value = Object.hasOwn(values, attribute)
      ? (values as Record<string, unknown>)[attribute]
      : undefined
    const cannot = (why: string) =>
      new TypeError(`Cannot name an instruction ${showValue(template)}: "${attribute}" ${why}`)
    if (value === undefined || value === null) {
      if (fallback === undefined) throw cannot('has no value')
      return fallback
    }
    return width === undefined ? write(value, cannot) : pad(value, Number(width), cannot)
  }
}

type Cannot = (why: string) => TypeError

function write(value: unknown, cannot: Cannot): string {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') {
    throw cannot(`must be a text or a number, got ${showValue(value)}`)
  }
  return String(value)
}

function pad(value: unknown, width: number, cannot: Cannot): string {
  if (!Number.isInteger(value) && typeof value !== 'bigint') {
    throw cannot(`must be a whole number, got ${showValue(value)}`)
  }
  const text = String(value)
  return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0')
}
