/**
 * What bosses and consumers say to each other through Redis. Plain data, readable in bull-board.
 *
 *     boss ── job.data: Order ──────────────► queue ──► consumer
 *          ◄─ progress: Progress ────────────── notes, prints, where it runs
 *          ◄─ returnvalue | final progress: Outcome
 *     boss ── ControlMessage, by publish ───► every consumer; the one that holds the job obeys
 */

import type { ErrorData } from '../../words/error-data.ts'
import type { Failure } from '../../words/failure.ts'

export const wordsVersion = 1

/** One instruction in a job. */
export interface SentInstruction {
  readonly worker: string
  readonly version?: string
  readonly id: number
  readonly attempt: number
  readonly name?: string
  readonly traceparent?: string
  /** Which parts of named resources it was granted, and the same as environment variables. */
  readonly resources?: Readonly<Record<string, readonly string[]>>
  readonly environment?: Readonly<Record<string, string>>
  /** Packed. */
  readonly attributes: unknown
}

/** The data of a job: one instruction, or several that are done one after another. */
export interface Order {
  readonly v: typeof wordsVersion
  readonly graceMs: number
  readonly instructions: readonly SentInstruction[]
}

export interface Where {
  readonly host: string
  readonly pid: number
  readonly threadId?: number
}

/** How one instruction of a job ended. `at`: milliseconds after the job began. */
export type JobAnswer =
  | { readonly result: unknown; readonly at: number; readonly ms: number }
  /** Packed, since an error's fields may be anything. */
  | { readonly failure: unknown; readonly code: string; readonly at: number; readonly ms: number }

/** The place where the job was done is gone. Numbers are those of instructions in the job. */
export interface Death {
  readonly why: 'closed' | 'failedToStart' | 'crashed' | 'outOfMemory'
  readonly reason: string
  readonly exitCode?: number
  readonly error?: ErrorData
  readonly begun: readonly number[]
  readonly queued: readonly number[]
  readonly lost: readonly number[]
}

/** How a job ended. */
export interface Outcome {
  readonly v: typeof wordsVersion
  readonly where: Where
  /** How long the consumer held the job, in milliseconds. */
  readonly ms: number
  /** How many interim reports and prints went before this. */
  readonly said: number
  /** By number; `null`: in `death`. */
  readonly answers: readonly (JobAnswer | null)[]
  readonly death?: Death
}

/** Something said during the work. The note is packed. */
export type Saying =
  | { readonly note: unknown; readonly of: number }
  | { readonly print: string; readonly stream: 'stdout' | 'stderr'; readonly of?: number }

export interface Progress {
  readonly v: typeof wordsVersion
  readonly where?: Where
  /** How many sayings went before the first of these. */
  readonly from?: number
  readonly sayings?: readonly Saying[]
  /** The outcome of a job that BullMQ is about to count as failed. */
  readonly outcome?: Outcome
}

/** What a boss asks of whoever holds a job. */
export type ControlMessage =
  | {
      readonly do: 'abort'
      readonly job: string
      readonly of: number
      readonly reason: unknown
      readonly isError: boolean
    }
  | { readonly do: 'kill'; readonly job: string }

export const controlChannel = (prefix: string, queue: string): string => `${prefix}:${queue}:rxboss`

export const isOutcome = (value: unknown): value is Outcome =>
  typeof value === 'object' &&
  value !== null &&
  (value as Outcome).v === wordsVersion &&
  Array.isArray((value as Outcome).answers)

export const isProgress = (value: unknown): value is Progress =>
  typeof value === 'object' && value !== null && (value as Progress).v === wordsVersion

export const isOrder = (value: unknown): value is Order =>
  typeof value === 'object' &&
  value !== null &&
  (value as Order).v === wordsVersion &&
  Array.isArray((value as Order).instructions)

export type { Failure }
