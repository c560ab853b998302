/**
 * Where something of a run goes, beside what it prints. It may be told of settled records, of records that were not taken, of
 * events; what it cannot take yet it holds, and says that it is pressed, so that the input waits.
 */

import type { InspectEvent, Settled } from '../../index.ts'

/** What is known of a settled record besides its report. */
export interface RecordContext {
  /** Its number in its input. */
  readonly line: number
  /** The key that was given with it. */
  readonly key: string | undefined
  /** The report as a line of JSON. */
  readonly printed: string
  /** What the work is called, where it is a command line. */
  readonly title: unknown
  /** The instruction as it was read, as a line of JSON. */
  readonly given: () => string
}

export interface Sink {
  /** What it is, for people: `the job log log.tsv`. */
  readonly what: string
  /** Where what is, for the summary; nothing where that needs no word. */
  readonly files: readonly string[]
  /** So much waits here that the input had better wait. */
  readonly pressed: boolean
  /** Called when there is room again. */
  onRelief: () => void
  /** Called once, with why it can take no more; what comes later is dropped. */
  onBroken: (error: NodeJS.ErrnoException) => void
  settled?(report: Settled, circumstances: RecordContext): void
  /** A record that was settled and told in an earlier life of this run. */
  recorded?(report: Settled, circumstances: Pick<RecordContext, 'given'>): void
  /** A record that was not taken, though it is an instruction. */
  refused?(given: string): void
  happened?(event: InspectEvent): void
  /** When all that it was told so far is written, or cannot be. */
  written(): Promise<void>
  close(): Promise<void>
}
