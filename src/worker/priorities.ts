/** Priority levels of worker definitions: named, ordered, and belonging to one registry. Case is ignored. */

import { closest } from '../words/did-you-mean.ts'
import { showValue } from '../words/show-value.ts'

/** The levels of every registry, the lowest first. */
const standardLevels = ['none', 'default', 'toolbox', 'debug'] as const

/** Where a new level goes: right before or right after one that is already there. */
export type LevelPlace = { readonly before: string } | { readonly after: string }

/** New levels by name, inserted in this order: `{ urgent: { after: 'toolbox' } }`. */
export type Priorities = Readonly<Record<string, LevelPlace>>

/**
 * All levels, the lowest first.
 *
 * @throws {TypeError} when a level is already there, or its neighbour is not
 */
export function priorityLevels(priorities: Priorities = {}): readonly string[] {
  const levels: string[] = [...standardLevels]
  for (const [name, place] of Object.entries(priorities)) {
    const cannot = (rule: string) => new TypeError(`Cannot insert the priority level "${name}": ${rule}`)
    if (levels.includes(name.toLowerCase())) throw cannot('it is already there')
    const { before, after } = (place ?? {}) as { before?: unknown; after?: unknown }
    const neighbour = before ?? after
    if (typeof neighbour !== 'string' || (before !== undefined && after !== undefined)) {
      throw cannot(`it takes { before } or { after } with the name of a level, got ${showValue(place)}`)
    }
    const index = rankOf(neighbour, levels)
    if (index === undefined) throw cannot(unknownLevel(neighbour, levels))
    levels.splice(before === undefined ? index + 1 : index, 0, name.toLowerCase())
  }
  return levels
}

/** @returns its place among the levels, the lowest 0; `undefined` when there is none of this name */
export function rankOf(level: string, levels: readonly string[]): number | undefined {
  const index = levels.indexOf(level.toLowerCase())
  return index < 0 ? undefined : index
}

export function unknownLevel(level: string, levels: readonly string[]): string {
  const meant = closest(level, levels)
  const hint = meant === undefined ? `the levels are ${levels.join(', ')}` : `did you mean "${meant}"?`
  return `there is no level "${level}", ${hint}`
}
