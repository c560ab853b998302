/** What is said in the end of a run that did not do all: how much is left, what was not tried again. */

import type { Standing } from '../progress/standing.ts'
import type { RunCommandOptions } from '../run-options.ts'
import { settledRecords, type Tally } from '../tally.ts'
import type { RunEnding } from './run-ending.ts'

interface Known {
  readonly ending: Pick<RunEnding, 'phase' | 'readAll' | 'inPage' | 'cutShort'>
  readonly tally: Tally
  readonly total: Standing['total']
  readonly options: Pick<RunCommandOptions, 'journal' | 'retries' | 'retryOn'>
}

/** Lines of the summary. */
export const lastWords = (known: Known): readonly string[] => [...whatIsLeft(known), ...notRetried(known)]

/** Of a run that was ended before its input did. */
function whatIsLeft({ ending, tally, total, options }: Known): readonly string[] {
  if (ending.phase === 'running' || (ending.readAll && tally.cancelled === 0)) return []
  const resume = options.journal === undefined ? '' : ': go on with --resume'
  if (total === undefined) return [`the rest of the input was not read${resume}`]
  const left = Math.max(0, total.records - settledRecords(tally))
  return [`${total.guessed ? 'about ' : ''}${left} of ${total.records} left${resume}`]
}

/** Everybody who comes from GNU parallel expects it to be. */
function notRetried({ tally: { threw }, options }: Known): readonly string[] {
  const { retries = 0, retryOn = [] } = options
  if (retries === 0 || threw === 0 || (retryOn as readonly string[]).includes('threw')) return []
  return [
    `${threw} threw, and were not retried: what works wrongly once does so again (else --retry-on threw)`,
  ]
}

/** Where nobody at this terminal has ended it, and yet not all was done. */
export function whyCutShort({ ending, tally, total }: Known): string | undefined {
  if (!ending.cutShort) return undefined
  const { records, cancelled } = tally
  const left = total === undefined ? undefined : Math.max(0, total.records - records)
  const unread = ending.readAll
    ? 'all was read'
    : left === undefined
      ? 'the rest was not read'
      : `${total?.guessed ? 'about ' : ''}${left} not read`
  const how = ending.inPage ? "ended from the dashboard's page" : 'not all was done'
  return `${how}: ${records} read, ${cancelled} of them given back or cancelled; ${unread}`
}
