/** Failures that are the same but for numbers and paths, counted together. */

import type { Failure } from '../../index.ts'

export interface FailureGroup {
  count: number
  /** The first one, in words. */
  readonly words: string
  /** What the first ones were called. */
  readonly examples: string[]
}

const mostGroups = 100
const mostExamples = 3

export class FailureGroups {
  readonly #groups = new Map<string, FailureGroup>()
  /** Beyond the groups that are kept apart. */
  others = 0

  add(failure: Pick<Failure, 'code' | 'why' | 'error'>, example: string): void {
    const words = inWords(failure)
    const key = `${failure.code} ${blanked(words)}`
    const group = this.#groups.get(key)
    if (group !== undefined) {
      group.count++
      if (group.examples.length < mostExamples) group.examples.push(example)
    } else if (this.#groups.size < mostGroups) this.#groups.set(key, { count: 1, words, examples: [example] })
    else this.others++
  }

  /** The most frequent first. */
  largest(count: number): readonly FailureGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count).slice(0, count)
  }

  get size(): number {
    return this.#groups.size
  }
}

/** `RangeError: too large`, `timeout: it ran longer than ...`. One line. */
function inWords({ code, why, error }: Pick<Failure, 'code' | 'why' | 'error'>): string {
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
