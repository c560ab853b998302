/**
 * A block: many records in a piece of a file, or of stdin, that a worker reads by itself. An instruction is then a block, with
 * one report; what became of its records is in the result.
 *
 *     main     where blocks begin and end ──► instructions                     results ──► stdout, as bytes; counts
 *     worker                                   bytes ──► records ──► work ──► lines
 */

/** How the records of all blocks are read, and what is printed of them: the same for a whole run. */
export interface BlockReading {
  /** Whose work it is. */
  readonly worker: { readonly url: string }
  readonly input: 'ndjson' | 'lines' | 'csv' | 'tsv'
  /** Of lines: the attribute that a line is. */
  readonly line?: string
  /** Of tables. */
  readonly columns?: readonly string[]
  readonly separator?: string
  readonly mostBytes: number
  /** For records that have none of their own. */
  readonly common: Readonly<Record<string, unknown>>
  readonly format: 'ndjson' | 'results' | 'text'
  readonly print?: string | undefined
}

/** Bytes from where to where. A file is known by its size and the time of its last change, too: it may be another one later. */
export type BlockSource =
  | { readonly file: string; readonly from: number; readonly to: number; readonly version: string }
  | { readonly bytes: Uint8Array; readonly from: number }

export type BlockInstruction = BlockSource & { readonly reading: BlockReading }

/** A record of a block that failed. */
export interface FailedRecord {
  /** Of its first byte, from the beginning of the input. */
  readonly offset: number
  readonly refused: boolean
  readonly why: string
  /** As it was read. */
  readonly text: string
}

export interface BlockResult {
  /** What is printed. */
  readonly out: Uint8Array
  readonly done: number
  readonly failed: readonly FailedRecord[]
}
