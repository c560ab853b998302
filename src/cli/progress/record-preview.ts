/** What a record is about, in a few words: for views, where its name says nothing. */

import { longestPreviewValue, mostPreviewValues } from '../limits.ts'

/** Attributes that say how it is to be done, not what. */
const aside = new Set([
  ...['name', 'key', 'priority', 'timeout', 'retries', 'expectedTime', 'share', 'footprint', 'parent'],
  ...['traceparent', 'worker', 'needs', 'deadline', 'signal', 'queueTimeout'],
])

/** A single value stands alone; several are named, the first text among them first. */
export function recordPreview(given: Readonly<Record<string, unknown>>): string {
  // What has a title says so itself, as command lines do.
  if (typeof given.title === 'string') return shown(given.title)
  const values = Object.entries(given).filter(([name, value]) => !aside.has(name) && value !== undefined)
  const first = values.findIndex(([, value]) => typeof value === 'string')
  const [main] = first === -1 ? [] : values.splice(first, 1)
  const rest = values.slice(0, mostPreviewValues)
  if (main === undefined && rest.length === 1) return shown(rest[0]?.[1])
  const words = rest.map(([name, value]) => `${name}=${shown(value)}`)
  return [...(main === undefined ? [] : [shown(main[1])]), ...words].join(' ')
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : textOf(value)
  // A path is known by its end.
  return text.length > longestPreviewValue ? `…${text.slice(1 - longestPreviewValue)}` : text
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`
  if (typeof value === 'object' && value !== null) return '{…}'
  return String(value)
}
