/**
 * Journaling: what the boss tells its journal, and what it learns from it about an earlier life of this run.
 *
 *     accept ──► known: settled again, by what was recorded · to be run, perhaps as a later attempt
 *     give   ──► start is written, or the work is not handed out
 *     settle ──► end is written, then the report is told; what cannot be written is told as failed, or given back
 */

import type { Journal, Memory } from '../journal/journal.ts'
import { errorToData } from '../words/error-data.ts'
import { type Failure, RxbossError } from '../words/failure.ts'
import type { Settled } from '../words/report.ts'
import type { Ledger, Line } from './ledger.ts'

/** Why an end is not written: there is no form for this result, or no end can be written any more. */
export type Unwritten =
  | { readonly of: 'report'; readonly failure: Failure }
  | { readonly of: 'journal'; readonly failure: Failure; readonly first: boolean }

export class Journaling {
  readonly #journal: Journal
  readonly #ledger: Ledger
  /** Keys that callers gave. One that was cancelled may be given again. */
  readonly usedKeys = new Set<string>()
  /** Why it can no longer be written. */
  #broken: Failure | undefined

  constructor(journal: Journal, ledger: Ledger) {
    this.#journal = journal
    this.#ledger = ledger
  }

  /** What an earlier life knows of a line that was just opened. */
  recall(memory: Memory, line: Line): Memory {
    if (memory.kind === 'begun' || memory.kind === 'failed') {
      this.#ledger.resume(line, memory.attempt)
    }
    return memory
  }

  /** Its work is about to be handed out. @throws {RxbossError} when that cannot be written */
  start(line: Line): void {
    if (this.#broken !== undefined) throw new RxbossError(this.#broken)
    try {
      this.#journal.start(this.#entry(line))
    } catch (error) {
      throw new RxbossError(this.#breaks(error))
    }
  }

  /** @returns what keeps this end from being written: then it must not be told */
  end(line: Line, report: Settled): Unwritten | undefined {
    if (report.kind === 'cancelled') this.usedKeys.delete(this.#entry(line).key)
    if (report.recorded === true) return undefined
    if (this.#broken !== undefined) return { failure: this.#broken, of: 'journal', first: false }
    try {
      this.#journal.end(this.#entry(line), report)
      return undefined
    } catch (error) {
      if (report.kind === 'done' && error instanceof RxbossError && error.failure.code === 'unserialisable')
        return { failure: error.failure, of: 'report' }
      return { failure: this.#breaks(error), of: 'journal', first: true }
    }
  }

  /** After the last report. What cannot be brought to disk any more is not worth an error: it was written. */
  close(): void {
    try {
      this.#journal.close()
    } catch (error) {
      this.#breaks(error)
    }
  }

  #entry(line: Line) {
    const ledger = this.#ledger
    return { key: ledger.keyOf(line) ?? '', id: ledger.idOf(line), attempt: ledger.attemptOf(line) }
  }

  #breaks(error: unknown): Failure {
    this.#broken = error instanceof RxbossError ? error.failure : journalThrew(error)
    return this.#broken
  }
}

/** A journal of the user's own threw something of its own. */
function journalThrew(error: unknown): Failure {
  const data = errorToData(error)
  const remedy = 'Correct the journal; what was pending is in the final report, to be given again'
  return { code: 'threw', what: 'The journal threw', why: data.message, remedy, error: data }
}
