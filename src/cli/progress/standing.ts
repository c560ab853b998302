/** Where a run stands, in records: what the boss cannot know. */

import type { Run } from '../../inspect/run.ts'
import { failures, type Tally } from '../tally.ts'

export interface Standing {
  readonly tally: Tally
  /** How many records there are, where that is known, or can be guessed. */
  readonly total: { readonly records: number; readonly guessed: boolean } | undefined
  /** Given, and not settled. */
  readonly inFlight: number
  readonly phase: 'running' | 'finishing' | 'halted' | 'stopping'
}

/** How many records are left for this run: without those that its journal settled. */
export const totalOf = ({ total, tally }: Standing): Standing['total'] =>
  total && { ...total, records: Math.max(0, total.records - tally.recorded) }

/**
 * The run in records: what was refused, or waited too long, has failed, and what a stop has given back is cancelled, as its
 * line says; for the boss it is pending still.
 */
export const inRecords = (run: Run, { tally, inFlight }: Standing): Run => ({
  ...run,
  counts: {
    ...run.counts,
    done: tally.done,
    failed: failures(tally),
    cancelled: tally.cancelled,
    pending: Math.min(run.counts.pending, inFlight),
  },
})
