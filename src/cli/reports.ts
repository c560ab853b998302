/** `rxboss reports JOURNAL`: the reports of a run, from its journal, whatever became of what was printed. */

import { type RecordedReport, readReports } from '../entries/journal.ts'
import { toJson } from '../words/to-json.ts'
import { RunError } from './exit-codes.ts'
import { LineWriter } from './output/line-writer.ts'
import { printed } from './output/print.ts'
import { reportColumns, tableForm } from './output/report-table.ts'

export interface ReportsOptions {
  readonly failed?: boolean
  readonly format: 'ndjson' | 'json' | 'csv' | 'tsv'
}

/** @returns the exit code. @throws {RunError} when it cannot be read, or printed */
export async function reports(journal: string, { failed, format }: ReportsOptions): Promise<number> {
  const stdout = new LineWriter('stdout', process.stdout)
  let relieved = () => {}
  stdout.onRelief = () => relieved()
  const form = forms[format]
  let count = 0
  stdout.line(form.head)
  for (const report of read(journal)) {
    if (failed && report.kind !== 'failed') continue
    stdout.line(form.line(report, count++))
    if (stdout.pressed)
      await new Promise<void>(resolve => {
        relieved = resolve
      })
    if (stdout.broken !== undefined) break
  }
  stdout.line(form.foot)
  return printed(stdout)
}

function* read(journal: string): Generator<RecordedReport> {
  try {
    yield* readReports(journal)
  } catch (error) {
    throw new RunError(`Cannot read the journal: ${(error as Error).message}`, { cause: error })
  }
}

interface Form {
  readonly head: string
  readonly line: (report: RecordedReport, index: number) => string
  readonly foot: string
}

const forms: Readonly<Record<ReportsOptions['format'], Form>> = {
  ndjson: { head: '', line: report => `${toJson(report)}\n`, foot: '' },
  json: { head: '[', line: (report, i) => `${i === 0 ? '\n' : ',\n'}${toJson(report)}`, foot: '\n]\n' },
  csv: asTable('csv'),
  tsv: asTable('tsv'),
}

function asTable(name: 'csv' | 'tsv'): Form {
  const { head, row } = tableForm(name, ['key', ...reportColumns])
  return { head, line: row, foot: '' }
}
