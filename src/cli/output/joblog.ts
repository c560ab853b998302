/** `--joblog`: a line of tab-separated columns for each settled record, with GNU parallel's header. */

import type { Settled } from '../../index.ts'
import { cleanText } from '../../inspect/clean-text.ts'
import { LineSink } from './line-sink.ts'
import type { LineWriter } from './line-writer.ts'
import type { RecordContext } from './sink.ts'

const header = 'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n'

export class Joblog extends LineSink {
  readonly #appends: boolean

  /** @param path  `+FILE` appends */
  constructor(path: string) {
    super(path.replace(/^\+/, ''), 'the job log', 'job log')
    this.#appends = path.startsWith('+')
  }

  protected override open(continues: boolean): LineWriter {
    const writer = this.file.begin({ continues: continues || this.#appends })
    if (this.file.isEmpty) writer.line(header)
    return writer
  }

  settled(report: Settled, { line, printed, title }: RecordContext): void {
    const command = typeof title === 'string' ? title : report.name
    this.line(joblogLine(report, { line, command, received: printed.length, now: Date.now() }))
  }
}

/** What the report does not say: its record's number, how long its line was, and the time of day, in milliseconds. */
interface Moment {
  readonly line: number
  /** What the work is called. */
  readonly command: string
  readonly received: number
  readonly now: number
}

export function joblogLine(report: Settled, { line, command, received, now }: Moment): string {
  const workMs = report.kind === 'cancelled' ? 0 : report.workMs
  const started = ((now - workMs) / 1000).toFixed(3)
  const columns = [
    line,
    ':',
    started,
    (workMs / 1000).toFixed(3),
    0,
    received,
    exitValue(report),
    signal(report),
  ]
  return `${columns.join('\t')}\t${cleanText(command).replaceAll('\t', ' ')}\n`
}

/** What its command said, where it ran one; else 1 for what failed, 0 for what did not. */
function exitValue(report: Settled): number {
  if (report.kind === 'done') return 0
  const code = report.kind === 'failed' ? report.failure.error?.exitCode : undefined
  return typeof code === 'number' ? code : report.kind === 'cancelled' ? -1 : 1
}

const signal = (report: Settled): number => (report.kind === 'cancelled' ? 15 : 0)
