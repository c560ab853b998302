/** Tables: on the terminal after a run, and in docs/performance.md. */

import { adapters } from './adapters/index.mjs'
import { judge } from './goals.mjs'
import { workloads } from './workloads.mjs'

/** What else is told beside the figure that is compared. */
const besides = {
  p50: 'p50',
  p99: 'p99',
  p999: 'p99.9',
  goodMs: 'good ones alone ms',
  startMs: 'start of a thread ms',
  ofBound: 'of 1.5 x good + 20 starts',
  firstMB: 'first worker MB',
  moreMB: 'each more MB',
  heard: 'heard',
  riseMB: 'MB more',
  peakMB: 'MB above start',
  ahead: 'pulled ahead',
  firstUs: 'first 10,000s us',
  lastUs: 'last 10,000s us',
  growth: 'last / first',
  switches: 'context switches',
  mainUs: 'CPU of main us',
  cpuUs: 'CPU of all us',
}

/** The rows of one workload: adapter, n, median, least, ratio to its limit, and what else there is. */
export function rows(figures, id) {
  const limit = limitOf(figures, id)
  return adapters
    .filter(({ name }) => figures.of(id, name).length > 0)
    .map(({ name, label, kind, notes }) => {
      const median = figures.median(id, name)
      const failures = figures.of(id, name).filter(({ failed }) => failed)
      return {
        name,
        label: notes?.[id] === undefined ? label : `${label} (${notes[id]})`,
        kind,
        n: figures.of(id, name).find(({ n }) => n)?.n,
        median,
        least: figures.least(id, name),
        ratio: limit === undefined ? undefined : median / figures.median(id, limit),
        failed: failures.length > 0 ? `${failures.length} x ${failures[0].failed}` : undefined,
        besides: Object.keys(besides)
          .map(key => [besides[key], figures.median(id, name, key)])
          .filter(([, value]) => Number.isFinite(value)),
      }
    })
}

/** What figures of a workload are divided by. */
export function limitOf(figures, id) {
  const candidates =
    id.startsWith('serve-') || ['mixed', 'uniform', 'tiny', 'behind', 'c'].includes(id)
      ? ['ideal']
      : ['raw-b', 'raw-a']
  return candidates.find(name => figures.median(id, name) > 0)
}

export function printTable(figures, id) {
  console.log(`\n${id}: ${workloads[id].title}, ${workloads[id].unit}`)
  for (const { name, n, median, least, ratio, failed, besides } of rows(figures, id)) {
    const parts = [
      name.padEnd(18),
      String(n ?? '').padStart(8),
      short(median).padStart(8),
      `least ${short(least)}`.padEnd(15),
      ratio === undefined ? '' : `x ${short(ratio)}`.padEnd(9),
      ...besides.map(([what, value]) => `${what} ${short(value)}`),
      failed ?? '',
    ]
    console.log(parts.join('  '))
  }
}

export function printGoals(figures, ids) {
  const judged = judge(figures, { ids })
  if (judged.length === 0) return
  console.log('\ngoals')
  for (const { id, goal, measured, reached } of judged) {
    const verdict = reached === undefined ? 'not measured' : reached ? 'reached' : 'NOT REACHED'
    console.log(`${id.padEnd(14)} ${goal.padEnd(66)} ${short(measured).padStart(8)}  ${verdict}`)
  }
}

/** Three digits are more than such figures hold. */
export const short = value => {
  if (!Number.isFinite(value)) return '-'
  if (value === 0) return '0'
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return String(Number(value.toPrecision(3)))
}
