/** Failures that are the same but for numbers and paths, counted together. */

import type { Failure } from '../words/failure.ts'
import { mostExamples, mostGroups } from './limits.ts'

export interface FailureGroup {
  /** The same for failures that belong together. */
  readonly key: string
  readonly count: number
  /** The first one, in a line of words. */
  readonly words: string
  /** What all of them have in common: the words, with `…` where they differ. */
  readonly pattern: string
  /** The first one. */
  readonly failure: Failure
  /** The first ones. */
  readonly examples: readonly { readonly id: number; readonly name: string }[]
}

/** In order of appearance. What belongs to none of the first hundred groups is in `others`. */
export interface FailureGroups {
  readonly groups: readonly FailureGroup[]
  readonly others: number
}

export const noFailures: FailureGroups = { groups: [], others: 0 }

export function withFailure(
  { groups, others }: FailureGroups,
  failure: Failure,
  example: { readonly id: number; readonly name: string },
): FailureGroups {
  const words = failureInWords(failure)
  const key = groupKey(failure.code, words)
  const at = groups.findIndex(group => group.key === key)
  const known = groups[at]
  if (known !== undefined) {
    const examples = known.examples.length < mostExamples ? [...known.examples, example] : known.examples
    const pattern = common(known.pattern, words)
    return { groups: groups.with(at, { ...known, count: known.count + 1, examples, pattern }), others }
  }
  if (groups.length >= mostGroups) return { groups, others: others + 1 }
  return {
    groups: [...groups, { key, count: 1, words, pattern: words, failure, examples: [example] }],
    others,
  }
}

/** The same for failures that belong together, and short. @param words  as {@link failureInWords} makes them */
export function groupKey(code: string, words: string): string {
  let hash = 0x811c9dc5
  const text = blanked(words)
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return `${code}-${(hash >>> 0).toString(36)}`
}

/** Word by word what two texts have in common; where words differ, how they begin. */
function common(pattern: string, words: string): string {
  if (pattern === words) return pattern
  const a = pattern.split(' ')
  const b = words.split(' ')
  const parts: string[] = []
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const same = commonStart(a[i] ?? '', b[i] ?? '')
    // Where one is longer, or all from here on differs, one mark says so.
    if (!(same === '…' && parts.at(-1)?.endsWith('…'))) parts.push(same)
  }
  return parts.join(' ')
}

function commonStart(a: string, b: string): string {
  if (a === b) return a
  const known = a.endsWith('…') ? a.slice(0, -1) : a
  let at = 0
  while (at < known.length && at < b.length && known[at] === b[at]) at++
  // A path is the same up to a folder, a number not up to a digit.
  const start = known.slice(0, at).replace(/\d+$/, '')
  return `${start.includes('/') ? start.slice(0, start.lastIndexOf('/') + 1) : start}…`
}

/** The most frequent first. */
export const largestGroups = ({ groups }: FailureGroups, count: number): readonly FailureGroup[] =>
  [...groups].sort((a, b) => b.count - a.count).slice(0, count)

/** `RangeError: too large`, `timeout: it ran longer than ...`. One line, 200 characters at most. */
export function failureInWords({ code, why, error }: Pick<Failure, 'code' | 'why' | 'error'>): string {
  const text = code === 'threw' && error !== undefined ? `${error.name}: ${error.message}` : `${code}: ${why}`
  const [line = ''] = text.split('\n')
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

/** Without what differs from one failure to the next. */
const blanked = (words: string): string =>
  words
    .replace(/(["'`])(?:(?!\1).)*\1/g, '…')
    .replace(/(?:[\w.-]*[\\/])+[\w.-]*/g, '…')
    .replace(/\d+/g, '0')
