/** What was started, when and where, and what came of it: the head of a report. */

import { shortTime } from '../../inspect/clock-time.ts'
import type { Run } from '../../inspect/run.ts'
import { h } from './dom.ts'
import { accountOf, efficiency, lanesOf, tailMs, workMsOf } from './figures.ts'
import { stamp } from './run-clock.ts'
import { peakMemory } from './strips.ts'
import { count, hoursOf, megabytes, percent, plural } from './words.ts'

export class Head {
  readonly element = h('section', { class: 'head', 'aria-label': 'This run' })
  #drawn = ''

  show(run: Run, isFile: boolean): void {
    const rows = factsOf(run, isFile)
    const drawn = JSON.stringify(rows)
    if (drawn === this.#drawn) return
    this.#drawn = drawn
    const facts = h('dl', {}, ...rows.flatMap(([key, value]) => [h('dt', {}, key), h('dd', {}, value)]))
    const open = this.element.querySelector('details')?.open ?? isFile
    this.element.replaceChildren(h('details', { open }, h('summary', {}, h('h2', {}, 'This run')), facts))
  }
}

type Fact = readonly [key: string, value: string]

function factsOf(run: Run, isFile: boolean): readonly Fact[] {
  const { about, wall, node, version, crew, concurrency } = run
  const known = wall !== undefined && wall > 0
  return [
    ...(about === undefined ? [] : [['command', about.command] as Fact]),
    ...(known ? [['began', stamp(wall)] as Fact] : []),
    ...(known && run.status !== 'running' ? [['ended', stamp(wall + run.t)] as Fact] : []),
    ...(about === undefined ? [] : [['host', hostOf(about)] as Fact]),
    [
      'crew',
      `${crew || 'unknown'}, ${Number.isFinite(concurrency) && concurrency !== null ? `${concurrency} at once` : 'as many as possible'}`,
    ],
    ...(version ? [['versions', `rxboss ${version}, Node ${node}`] as Fact] : []),
    ...(run.status !== 'running' || isFile ? cameOf(run) : []),
    ...memoryRemark(run),
  ]
}

const hostOf = ({ host, pid, cores, cpu, memoryMB, platform }: NonNullable<Run['about']>): string =>
  `${host} (${platform}, ${plural(cores, 'core')}${cpu === '' ? '' : ` of ${cpu}`}, ${megabytes(memoryMB * 1e6)}), process ${pid}`

function cameOf(run: Run): readonly Fact[] {
  const { failed, refused, givenBack, unread } = accountOf(run)
  const tail = tailMs(run)
  const parts = [
    `${count(run.counts.done)} done`,
    `${count(failed)} failed`,
    ...(refused > 0 ? [`${count(refused)} refused`] : []),
    ...(run.counts.cancelled > 0 ? [`${count(run.counts.cancelled)} cancelled`] : []),
    ...(givenBack > 0 ? [`${count(givenBack)} given back`] : []),
    ...(unread > 0 ? [`${count(unread)} not read`] : []),
  ]
  return [
    ['status', `${run.status}: ${parts.join(', ')}`],
    ['work', `${hoursOf(workMsOf(run))} by ${plural(lanesOf(run).length, 'worker')} in ${hoursOf(run.t)}`],
    ['efficiency', `${percent(efficiency(run, run.t))} of the workers' time was work`],
    ...(tail === undefined
      ? []
      : [['tail', `${shortTime(tail)} from the first idle worker to the last end`] as Fact]),
  ]
}

/** What would have been enough, for whoever sets limits. */
function memoryRemark(run: Run): readonly Fact[] {
  const peak = peakMemory(run)
  const workers = lanesOf(run).length
  if (peak === undefined || workers === 0 || run.status === 'running') return []
  return [
    [
      'memory',
      `${megabytes(peak)} at most for the whole process, ${megabytes(peak / workers)} for each worker`,
    ],
  ]
}
