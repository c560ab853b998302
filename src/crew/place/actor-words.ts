/** What main and the place of an actor say to each other besides frames: which actor, where the file does not say it, and last words. */

import type { ErrorData } from '../../words/error-data.ts'

/** What main says first to a thread that the user supplies. */
export interface SuppliedTerms {
  readonly actor: string
  readonly cells: Int32Array | undefined
}

/** What a place says last, of its own accord. */
export interface LastWords {
  readonly dying: ErrorData
}

export const isTerms = (message: unknown): message is SuppliedTerms =>
  typeof message === 'object' && message !== null && 'actor' in message

export const isLastWords = (message: unknown): message is LastWords =>
  typeof message === 'object' && message !== null && 'dying' in message
