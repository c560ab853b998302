/**
 * Reports on their way to stdout: as lines, in the order of the input where that is wanted, and with a word to the journal once
 * the last line of a record is written.
 */

import type { FileJournal } from '../../entries/journal.ts'
import type { Report } from '../../index.ts'
import type { RecordPlace } from '../feeder.ts'
import type { BadRecord } from '../input/bad-record.ts'
import type { Input } from '../input/input.ts'
import { InInputOrder } from '../output/in-input-order.ts'
import type { LineWriter } from '../output/line-writer.ts'
import { isEmpty, type Printable } from '../output/printable.ts'
import type { ReportFormat } from '../output/report-format.ts'
import { type Origin, reportLine } from '../output/report-line.ts'

export interface PrintedReportsTerms {
  readonly stdout: LineWriter
  readonly format: ReportFormat
  readonly inputs: readonly Input[]
  readonly keepOrder: boolean
  /** Interim reports are printed as well. */
  readonly interim: boolean
  readonly journal: Pick<FileJournal, 'told'> | undefined
  /** Does something once whatever is written beside the reports is written, too. */
  readonly whenWritten: (act: () => void) => void
}

export class PrintedReports {
  readonly #stdout: LineWriter
  readonly #format: ReportFormat
  readonly #interim: boolean
  readonly #inputs: readonly Input[]
  readonly #order: InInputOrder | undefined
  /** Ids of records whose final lines are on their way, where there is a journal to tell. */
  readonly #printing: Map<number, number> | undefined

  constructor({ stdout, format, inputs, keepOrder, interim, journal, whenWritten }: PrintedReportsTerms) {
    this.#format = format
    this.#interim = interim
    if (format.head !== '') stdout.line(format.head)
    this.#stdout = stdout
    this.#inputs = inputs
    this.#order = keepOrder
      ? new InInputOrder((lines, record, settled) => this.#put(lines, record, settled))
      : undefined
    this.#printing = journal === undefined ? undefined : new Map()
    if (journal !== undefined) stdout.onWritten = ids => whenWritten(() => journal.told(ids))
  }

  /** How many records are not finished, or wait for others; 0 where nobody waits for anybody. */
  get held(): number {
    return this.#order?.held ?? 0
  }

  /** A record of which lines will come. */
  expect({ record }: RecordPlace): void {
    this.#order?.expect(record)
  }

  interim(report: Report, place: RecordPlace): void {
    const line =
      this.#format.interim?.(report) ?? (this.#interim ? reportLine(report, this.#origin(place)) : '')
    if (!isEmpty(line)) this.#write(line, place, false)
  }

  /** @param given  what the instruction says, where the format wants to know */
  settled(report: Report, place: RecordPlace, given: Readonly<Record<string, unknown>> | undefined): void {
    this.#printing?.set(place.record, report.id)
    this.#write(this.#format.settled(report, this.#origin(place), given), place, true)
  }

  /** Whatever the format, a report as it is told to others. */
  asLine(report: Report, place: RecordPlace): string {
    return reportLine(report, this.#origin(place))
  }

  refused(bad: BadRecord, what: string, place: RecordPlace): void {
    this.#write(this.#format.refused(bad, what, this.#origin(place)), place, true)
  }

  /** An earlier life of this run has printed it. */
  passed({ record }: RecordPlace): void {
    this.#order?.line(record, '', true)
  }

  /** When all is written, or cannot be. */
  end(): Promise<void> {
    this.#order?.end()
    return this.#stdout.written()
  }

  #write(line: Printable, { record }: RecordPlace, settled: boolean): void {
    if (this.#order === undefined) this.#put(line, record, settled)
    else this.#order.line(record, line, settled)
  }

  #put(lines: Printable, record: number, settled: boolean): void {
    const id = settled ? this.#printing?.get(record) : undefined
    if (id !== undefined) this.#printing?.delete(record)
    this.#stdout.line(lines, id)
  }

  #origin({ line, input }: RecordPlace): Origin {
    return this.#inputs.length === 1 ? { line } : { line, from: this.#inputs[input]?.name ?? '' }
  }
}
