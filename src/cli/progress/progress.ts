/**
 * What people see while a run goes on, on stderr. Whoever shows it is fed by the run and knows nothing of the boss, so
 * that a richer view takes this one's place without touching the run.
 */

import type { Tally } from '../tally.ts'

/** Where a run stands. */
export interface Standing {
  readonly tally: Tally
  readonly running: number
  /** Milliseconds since the first worker was ready. */
  readonly workingMs: number
  readonly elapsedMs: number
  /** How many records there are, where that is known, or can be guessed. */
  readonly total: { readonly records: number; readonly guessed: boolean } | undefined
  readonly phase: 'running' | 'finishing' | 'halted' | 'stopping'
}

export interface Progress {
  /** A line that stays: a log, a failure, a change. */
  note(line: string): void
  /** Takes itself away from the screen. Nothing follows. */
  end(): void
}
