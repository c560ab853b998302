/**
 * A journal: what makes a run survive its process. The boss tells it before it acts.
 *
 * `start` is told before the work is handed out, `end` before the report is emitted: printed implies recorded.
 */

import type { Instruction, InstructionId } from '../instruction.ts'
import type { Settled } from '../report.ts'

export interface JournalEntry {
  readonly key: string
  readonly id: InstructionId
  readonly attempt: number
}

/** What an earlier life of this run knows of an instruction. */
export type Memory =
  | { readonly kind: 'unknown' }
  /** It began, and nothing says that it ended: it may run twice. */
  | { readonly kind: 'begun'; readonly attempt: number }
  | { readonly kind: 'settled'; readonly report: Settled }

export interface Journal {
  /** Called once, with the names and versions of the workers. @throws when this journal belongs to other work */
  open(
    workers: readonly { readonly name: string; readonly version: string | undefined; readonly url: string }[],
  ): void
  /** The key of an instruction, its own or made of its content. @throws when two instructions share one */
  keyOf(worker: string, attributes: unknown, given: Instruction): string
  recall(key: string): Memory
  start(entry: JournalEntry): void
  end(entry: JournalEntry, report: Settled): void
  /** After the last report. */
  close(): void
}
