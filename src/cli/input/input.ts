/**
 * An input: records, in batches, taken only when asked for. How a record becomes an instruction is a second question,
 * asked one by one, so that nothing is read far ahead of the work.
 */

import type { BadRecord } from './bad-record.ts'

export interface Input {
  /** How people know it: a path, `stdin`, `--each`. */
  readonly name: string
  /** Records are texts, a JSON object each, as they were read. */
  readonly isNdjson?: true
  /** How many records it has, where that is known; a guess where `guessed`. */
  total(): { readonly records: number; readonly guessed: boolean } | undefined
  /** Records as they come; each counts, empty lines included. Taken lazily, once. */
  batches(): AsyncIterable<readonly unknown[]>
  /**
   * What one of these records tells a worker to do; nothing for an empty line.
   *
   * @throws {BadRecord} when it is none
   */
  read(record: unknown): Record<string, unknown> | BadRecord | undefined
  /** Where a record of this input is not each line of it: the line that it begins with. */
  lineOf?(record: unknown): number
  /** Reads no more. Safe at any moment, also while a batch is awaited. */
  close(): void
}
