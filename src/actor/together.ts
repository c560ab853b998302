/** Two errors as one. */

import { showThrown } from '../words/show-value.ts'

/** The first is the reason; the second came while cleaning up after it. */
export function together(first: unknown, second: unknown): unknown {
  const message = `${showThrown(first)}, then while cleaning up: ${showThrown(second)}`
  return new AggregateError([first, second], message, { cause: first })
}
