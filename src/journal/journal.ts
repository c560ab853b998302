/**
 * A journal: what makes a run survive its process. The boss tells it before it acts.
 *
 *     enter ──► start ──► end          per instruction; several starts and ends where it was repeated
 *
 * `start` is told before the work is handed out, `end` before the report is emitted: printed implies recorded.
 */

import type { Failure } from '../words/failure.ts'
import type { BaseAttributes, InstructionId } from '../words/instruction.ts'
import type { Settled } from '../words/report.ts'

/** One attempt at one instruction, as a journal knows it. */
export interface JournalEntry {
  readonly key: string
  readonly id: InstructionId
  readonly attempt: number
}

/** How an earlier life of this run settled an instruction. Its id and name may be others now. */
export type Record =
  | {
      readonly kind: 'done'
      readonly attempt: number
      readonly result: unknown
      readonly waitMs: number
      readonly workMs: number
    }
  | {
      readonly kind: 'failed'
      readonly attempt: number
      readonly failure: Failure
      readonly waitMs: number
      readonly workMs: number
    }

/** What an earlier life of this run knows of an instruction. */
export type Memory =
  | { readonly kind: 'unknown' }
  /** It began, and nothing says that it ended: it may run twice. */
  | { readonly kind: 'begun'; readonly attempt: number }
  /** It failed, and is to be tried again. */
  | { readonly kind: 'failed'; readonly attempt: number }
  | { readonly kind: 'settled'; readonly record: Record }
  /** Not of this life's business: it is not run, and its report is `cancelled` with this reason. */
  | { readonly kind: 'leftOut'; readonly reason: string }

/** A worker, as a journal knows it again. */
export interface JournalWorker {
  readonly name: string
  readonly version: string | undefined
  /** Its file, as a URL. */
  readonly url: string
}

/** Remembers what was done, beyond the life of a process. `fileJournal` is one. See docs/reliability.md. */
export interface Journal {
  /** Called once, before anything else. @throws when this journal belongs to other work, or cannot be written */
  open(workers: readonly JournalWorker[]): void
  /**
   * What keys are made of, once it is open: an instruction as it was given (the default), or as it was decoded, which may
   * make one of two, as journals did until version 1.0.
   */
  readonly keyedBy?: 'given' | 'decoded'
  /**
   * The key of an instruction: the given one, or one made of its content. Changes nothing.
   *
   * @param attributes  of the instruction, base attributes left out, as `keyedBy` wants them
   * @throws what cannot be hashed
   */
  keyOf(worker: string, attributes: unknown, base: BaseAttributes | undefined): string
  /**
   * An instruction is accepted. Equal ones, which have equal keys, are told apart by their number: what comes back is unique.
   *
   * @param id  what its reports will carry in this life
   */
  enter(key: string, id?: InstructionId): { readonly key: string; readonly memory: Memory }
  /** @throws when it cannot be written: the work is then not handed out */
  start(entry: JournalEntry): void
  /** @throws when it cannot be written */
  end(entry: JournalEntry, report: Settled): void
  /** After the last report. */
  close(): void
}
