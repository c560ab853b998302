/** What main and a thread that the user supplies say to each other of an actor, besides its frames. */

import type { ErrorData } from '../../words/error-data.ts'

/** What main says first. */
export interface SuppliedTerms {
  readonly actor: string
  readonly cells: Int32Array | undefined
}

/** What a thread says last, of its own accord. */
export interface LastWords {
  readonly dying: ErrorData
}

export const isTerms = (message: unknown): message is SuppliedTerms =>
  typeof message === 'object' && message !== null && 'actor' in message

export const isLastWords = (message: unknown): message is LastWords =>
  typeof message === 'object' && message !== null && 'dying' in message
