/** What a journal knows of a run, for whoever only wants to read it: nothing is locked, nothing is changed. */

import type { Settled } from '../words/report.ts'
import { PastLines } from './past-lines.ts'
import { readJournal } from './read-journal.ts'
import { reportOf } from './records.ts'

/** A report that a journal has, and the key that it knows the instruction by. */
export type RecordedReport = Settled & { readonly key: string }

/**
 * The final reports of a run, as its journal has them: of each instruction that of its last attempt. What was cancelled, or
 * has begun and not ended, has none. Those of journals of 1.0.0-rc.0 lack names, workers and instructions.
 *
 * @throws {Error} when it is not a journal, or a line of it was damaged, which it names
 *
 * @example
 * for (const report of readReports('run.journal')) if (report.kind === 'failed') console.log(explain(report.failure))
 */
export function* readReports(path: string): Generator<RecordedReport> {
  const { traces } = readJournal(path)
  const lines = new PastLines(path)
  try {
    for (let row = 0; row < traces.size; row++) {
      const { ended, offset, length } = traces.at(row)
      if (ended === 0) continue
      const line = lines.at(offset, length)
      yield { ...reportOf(line), key: String(line.key) }
    }
  } finally {
    lines.close()
  }
}
