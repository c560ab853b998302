/** Reports of blocks: what is printed of them, and how their records count. */

import type { Failure, Report, Settled } from '../../index.ts'
import { toJson } from '../../words/to-json.ts'
import type { BlockResult, BlockSource, FailedRecord } from '../blocks/block.ts'
import type { ReportFormat } from '../output/report-format.ts'
import type { Tally } from '../tally.ts'

/** @param tellsFailed  whether what failed is printed, too */
export const blockFormat = (tellsFailed: boolean): ReportFormat => ({
  ...{ head: '', wantsGiven: false, refused: () => '' },
  settled: report =>
    report.kind === 'done' ? (report.result as BlockResult).out : tellsFailed ? blockLine(report) : '',
})

/** Of a block that was not done: its place stands for its records. */
function blockLine(report: Report): string {
  const { kind, name } = report
  const why =
    report.kind === 'failed'
      ? { failure: report.failure }
      : report.kind === 'cancelled'
        ? { reason: report.reason }
        : {}
  return `${toJson({ kind, name, ...placeOf(report), ...why })}\n`
}

function placeOf(report: Report): { readonly from?: number; readonly to?: number } {
  if (!('instruction' in report)) return {}
  const { block } = report.instruction as { readonly block?: BlockSource }
  if (block === undefined) return {}
  return { from: block.from, to: 'to' in block ? block.to : block.from + block.bytes.length }
}

/** A record, or a block, that failed: as it is told to people. */
interface FailedOne {
  readonly name: string
  readonly failure: Failure
  /** Of a record, as it was read. */
  readonly text?: string
}

/** @returns what failed */
export function addBlock(tally: Tally, report: Settled): readonly FailedOne[] {
  if ('attempt' in report && report.attempt > 1) tally.retried += report.attempt - 1
  if (report.kind !== 'done') {
    tally.records++
    if (report.kind === 'cancelled') tally.cancelled++
    else tally.failed++
    return report.kind === 'failed' ? [{ name: report.name, failure: report.failure }] : []
  }
  const { done, failed } = report.result as BlockResult
  const refused = failed.filter(one => one.refused).length
  tally.records += done + failed.length
  tally.done += done
  tally.refused += refused
  tally.failed += failed.length - refused
  tally.threw += failed.length - refused
  return failed.map(told)
}

function told({ offset, refused, why, text }: FailedRecord): FailedOne {
  const name = `byte ${offset}`
  const code = refused ? 'refused' : 'threw'
  return {
    name,
    text,
    failure: { code, what: `The record at ${name} failed`, why, remedy: 'Correct this record' },
  }
}
