/** What became of the records so far. Every view, limit and exit code of the command counts here. */

import type { Settled } from '../index.ts'

export interface Tally {
  /** Records read that are not empty: given, refused, or skipped. */
  records: number
  done: number
  /** Settled in an earlier life of this run, by its journal, or left out of this one. */
  recorded: number
  /** Those of them that failed then. */
  recordedFailed: number
  /** Failed at work, refused ones not included. */
  failed: number
  /** Of those that failed: by an error of their work. */
  threw: number
  /** No JSON, no object, or accepted by no worker. */
  refused: number
  cancelled: number
  /** Cancelled since they waited longer than `--queue-timeout`. */
  lapsed: number
  /** Attempts beyond the first. */
  retried: number
}

export const emptyTally = (): Tally => ({
  records: 0,
  done: 0,
  recorded: 0,
  recordedFailed: 0,
  failed: 0,
  threw: 0,
  refused: 0,
  cancelled: 0,
  lapsed: 0,
  retried: 0,
})

/** Records that failed in this life of the run. */
export const failures = (tally: Tally): number => tally.failed + tally.refused + tally.lapsed

/** Records that count as failed in the exit code: as far as this run has come, over all its lives. */
export const failuresInAll = (tally: Tally): number => failures(tally) + tally.recordedFailed

/** Records that are settled, one way or the other. */
export const settledRecords = (tally: Tally): number => tally.done + tally.recorded + failures(tally)

type Cancelled = Extract<Settled, { kind: 'cancelled' }>

/** Whether it waited too long: the boss says so. */
export const isLapsed = ({ reason }: Cancelled): boolean =>
  typeof reason === 'string' && reason.startsWith('waited longer than')

/** One more is settled. */
export function addToTally(tally: Tally, report: Settled): void {
  if ('attempt' in report && report.attempt > 1) tally.retried += report.attempt - 1
  switch (report.kind) {
    case 'done':
      tally.done++
      return
    case 'failed':
      tally.failed++
      if (report.failure.code === 'threw') tally.threw++
      return
    case 'cancelled':
      if (isLapsed(report)) tally.lapsed++
      else tally.cancelled++
      return
    default:
      return report satisfies never
  }
}
