/** The end of a run in a few lines: how many, how fast, and what went wrong, grouped. */

import { cleanText } from '../output/clean-text.ts'
import { failures, settledRecords, type Tally } from '../tally.ts'
import { clockTime } from '../units.ts'
import type { FailureGroups } from './failure-groups.ts'

interface Ended {
  readonly tally: Tally
  readonly elapsedMs: number
  readonly workers: number
  readonly groups: FailureGroups
  readonly ascii: boolean
  /** Words in a colour, or as they are. */
  readonly colour: (colour: 'green' | 'red' | 'yellow', text: string) => string
}

const shownGroups = 10

export function summary({ tally, elapsedMs, workers, groups, ascii, colour }: Ended): readonly string[] {
  const failed = failures(tally)
  const given = tally.cancelled
  const counts = [
    colour('green', `${ascii ? 'ok' : '✔'} ${tally.done} done`),
    ...(failed > 0 ? [colour('red', `${ascii ? 'x' : '✖'} ${failed} failed`)] : []),
    ...(given > 0 ? [colour('yellow', `${ascii ? '-' : '○'} ${given} not done`)] : []),
    ...(tally.recorded > 0 ? [`${ascii ? '=' : '≡'} ${tally.recorded} in the journal`] : []),
    ...(tally.retried > 0 ? [`${ascii ? 'r' : '↻'} ${tally.retried} retried`] : []),
  ]
  const rate = elapsedMs > 0 ? (settledRecords(tally) * 1000) / elapsedMs : 0
  const pace = `${tally.records} in ${clockTime(elapsedMs)}  ${rate.toFixed(1)}/s  ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  return [`${counts.join('  ')}   ${pace}`, ...groupLines(groups, ascii)]
}

function groupLines(groups: FailureGroups, ascii: boolean): string[] {
  const shown = groups.largest(shownGroups)
  const width = String(shown[0]?.count ?? 0).length
  const lines = shown.map(({ count, words, examples }) => {
    const more = count > examples.length ? (ascii ? ' ...' : ' …') : ''
    return `  ${String(count).padStart(width)}${ascii ? 'x' : '×'} ${cleanText(words)}    ${examples.map(cleanText).join(' ')}${more}`
  })
  const hidden = groups.size - shown.length
  if (hidden > 0 || groups.others > 0) lines.push(`  and other kinds of failure: ${hidden + groups.others}`)
  return lines
}
