/** Why a value is not what it should be: where it is, what was expected there, and what it is. */

import { showValue } from './show-value.ts'

export interface Reason {
  /** The way to the value, as in `rows[3].name`; empty for the instruction itself. */
  readonly path: string
  readonly expected: string
  readonly got: unknown
  /** The whole of it in other words: what a schema says that has no name for what it expects. */
  readonly said?: string
}

/** A schema, a default or a getter that throws refuses the instruction; it breaks nothing. */
export function cannotDecode(error: unknown, path = ''): Reason {
  const said = error instanceof Error ? error.message : showValue(error)
  return { path, expected: 'a value that can be decoded', got: error, said }
}

/** `path: expected X, got Y`, the value cut at 40 characters: it may be huge, or secret. */
export function explainReason({ path, expected, got, said }: Reason): string {
  const what = said ?? `expected ${cut(expected, 120)}, got ${showValue(got)}`
  return path === '' ? what : `${path}: ${what}`
}

const cut = (text: string, limit: number): string =>
  text.length > limit ? `${text.slice(0, limit)} ...` : text
