/** Reports as lines of JSON: a report, and the number of the record that it is about. */

import type { Report } from '../../index.ts'
import { toJson } from '../../words/to-json.ts'
import type { BadRecord } from '../input/bad-record.ts'

/** Where a record came from: its number, and its input where there are several. */
export interface Origin {
  readonly line: number
  readonly from?: string | undefined
}

export function reportLine(report: Report, { line, from }: Origin): string {
  if (report.kind !== 'done') return `${toJson({ ...rounded(plainlyNamed(report)), line, from })}\n`
  // The usual report, built by hand and of few pieces: it is most of what a run of small instructions costs.
  const { id, name, worker, attempt, result, waitMs, workMs } = report
  const told = report.recorded ? ',"recorded":true' : ''
  const where = `${told}${from === undefined ? '' : `,"from":${JSON.stringify(from)}`}`
  const shown =
    result === undefined ? '' : `,"result":${Number.isSafeInteger(result) ? result : toJson(result)}`
  return `{"kind":"done","id":${id},"name":"${quotable(name)}${whose(worker, attempt)}${shown},"waitMs":${inWords(waitMs)},"workMs":${inWords(workMs)},"line":${line}${where}}\n`
}

/** A record that was not taken. It has no id: nothing was given to the boss. */
export function refusalLine(bad: BadRecord, what: string, { line, from }: Origin): string {
  const failure = { code: 'refused', what, why: bad.why, remedy: bad.remedy }
  const report = {
    kind: 'failed',
    id: null,
    name: null,
    worker: null,
    attempt: 0,
    failure,
    text: bad.text,
    waitMs: 0,
    workMs: 0,
  }
  return `${toJson({ ...report, line, from })}\n`
}

/** A name that came as data, in which brackets were written twice so that they are no template. */
function plainlyNamed(report: Report): Report {
  if (!('instruction' in report)) return report
  const { name } = report.instruction as { readonly name?: unknown }
  if (typeof name !== 'string' || name.replaceAll('[[', '[') !== report.name) return report
  return { ...report, instruction: { ...report.instruction, name: report.name } }
}

function rounded(report: Report): Report {
  return 'workMs' in report
    ? { ...report, waitMs: round(report.waitMs), workMs: round(report.workMs) }
    : report
}

/** To the microsecond: more is noise. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000

/** The same number as JSON, from whole numbers: to write a fraction costs as much as the rest of the line. */
function inWords(ms: number): string | number {
  const micros = Math.round(ms * 1000)
  if (!(micros < 2 ** 31)) return round(ms)
  const fraction = micros % 1000
  const whole = (micros - fraction) / 1000
  return fraction === 0 ? whole : `${whole}.${thousandths[fraction]}`
}

/** `001` ... `999`, without zeros at the end. */
const thousandths = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0').replace(/0+$/, ''))

/** What stands between the quotes. Names rarely hold what must be escaped. */
const quotable = (text: string): string =>
  /^[\w#./ -]*$/.test(text) ? text : JSON.stringify(text).slice(1, -1)

let last = { worker: '', attempt: 0, text: '' }

/** From the end of the name on: mostly the same as before. */
function whose(worker: string, attempt: number): string {
  if (worker !== last.worker || attempt !== last.attempt)
    last = { worker, attempt, text: `","worker":${JSON.stringify(worker)},"attempt":${attempt}` }
  return last.text
}
