/**
 * The value of an attribute as a template: `to={.}.webp`. A value that is JSON is filled within its texts alone, so its own
 * braces need no care; `{}` alone is the record's value, and `{{}}` an object without fields.
 */

import { jsonReading } from '../input/values.ts'
import { isTemplate, parseTemplate, type Template } from './template.ts'
import { filled, mustHaveNames, type ValuesOfRecord } from './values-of-record.ts'

/** Text may still mean something else, anything else is settled. */
export type FilledValue = { readonly text: string } | { readonly value: unknown }

export interface ValueTemplate {
  /** @throws {MissingValue} */
  readonly fill: (record: ValuesOfRecord) => FilledValue
  /** @throws {UsageError} */
  readonly mustHaveNames: (option: string, known: ReadonlySet<string> | undefined) => void
}

/** @returns `undefined` for a text that is the same for all records */
export function valueTemplate(text: string): ValueTemplate | undefined {
  if (!isTemplate(text)) return undefined
  const json = text === '{}' ? text : jsonReading(text)
  return typeof json === 'object' && json !== null ? withinJson(json) : ofText(parseTemplate(text))
}

function ofText(template: Template): ValueTemplate {
  return {
    fill: record => {
      const value = filled(template, record)
      return typeof value === 'string' ? { text: value } : { value }
    },
    mustHaveNames: (option, known) => mustHaveNames(option, template, { known }),
  }
}

function withinJson(json: object): ValueTemplate | undefined {
  const templates = new Map<string, Template>()
  mapTexts(json, text => {
    if (isTemplate(text)) templates.set(text, parseTemplate(text))
    return text
  })
  if (templates.size === 0) return undefined
  return {
    fill: record => ({
      value: mapTexts(json, text => {
        const template = templates.get(text)
        return template === undefined ? text : filled(template, record)
      }),
    }),
    mustHaveNames: (option, known) => {
      for (const template of templates.values()) mustHaveNames(option, template, { known })
    },
  }
}

/** The same value with its texts changed, names of fields aside. */
function mapTexts(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map(one => mapTexts(one, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapTexts(one, change)]))
}
