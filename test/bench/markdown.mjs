/** The tables of docs/performance.md. */

import { adapters } from './adapters/index.mjs'
import { judge } from './goals.mjs'
import { limitOf, rows, short } from './table.mjs'
import { workloads } from './workloads.mjs'

/** The overview has these columns, one for each workload that everybody takes part in. */
const overview = ['a1', 'a2', 'a3', 'b', 'c', 'd', 'e', 'f', 'gx', 'm', 'mixed', 'uniform', 'tiny', 'behind']

const row = cells => `| ${cells.join(' | ')} |`

export function goalsAsMarkdown(figures, major) {
  const lines = judge(figures, { major }).map(({ id, goal, measured, reached }) =>
    row([id, goal, short(measured), reached === undefined ? 'not measured' : reached ? 'yes' : '**no**']),
  )
  return [row(['', 'goal', 'measured', 'reached']), row(['---', '---', '---:', '---']), ...lines].join('\n')
}

export function tablesAsMarkdown(figures, measured) {
  const others = figures.ids.filter(id => !overview.includes(id))
  return [overviewTable(figures), ...others.map(id => ownTable(figures, id)), sizes(figures, measured)].join(
    '\n\n',
  )
}

/** Median, the least in brackets, and the ratio to the limit of its column. */
function overviewTable(figures) {
  const ids = overview.filter(id => figures.adapters(id).length > 0)
  const taking = adapters.filter(({ name }) => ids.some(id => figures.of(id, name).length > 0))
  const head = ids.map(id => `${id} ${workloads[id].unit}`)
  const lines = taking.map(({ name, label, kind }) =>
    row([kind === 'rxboss' ? `**${label}**` : label, ...ids.map(id => cell(figures, id, name))]),
  )
  return [row(['', ...head]), row(['---', ...ids.map(() => '---:')]), ...lines].join('\n')
}

function cell(figures, id, name) {
  const runs = figures.of(id, name)
  if (runs.length === 0) return ''
  const median = figures.median(id, name)
  if (median === undefined) return runs[0].failed
  const limit = limitOf(figures, id)
  const ratio =
    limit === undefined || limit === name ? '' : ` **×${short(median / figures.median(id, limit))}**`
  const p99 = figures.median(id, name, 'p99')
  const tail = p99 === undefined ? '' : ` / ${short(p99)}`
  const note = adapters.find(one => one.name === name)?.notes?.[id] === undefined ? '' : ' ¹'
  return `${short(median)}${tail} (${short(figures.least(id, name))})${ratio}${note}`
}

function ownTable(figures, id) {
  const lines = rows(figures, id).map(({ label, n, median, least, besides, failed }) =>
    row([
      label,
      n,
      short(median),
      short(least),
      failed ?? besides.map(([what, value]) => `${what} ${short(value)}`).join(', '),
    ]),
  )
  const unit = workloads[id].unit === '' ? '' : `, ${workloads[id].unit}`
  return [
    `**${id}**: ${workloads[id].title}${unit}`,
    '',
    row(['', 'n', 'median', 'least', 'besides']),
    row(['---', '---:', '---:', '---:', '---']),
    ...lines,
  ].join('\n')
}

/** How many instructions each figure stands for, where some were given fewer, and how quiet the machine was. */
function sizes(figures, measured) {
  const lines = figures.ids.map(id => {
    const all = rows(figures, id)
    const most = Math.max(...all.map(({ n }) => n ?? 0))
    const fewer = all.filter(({ n }) => n !== undefined && n < most).map(({ name, n }) => `${name} ${n}`)
    const { median, most: worst } = measured[id].foreignCores
    return row([id, workloads[id].title, most, fewer.join(', '), `${short(median)} (${short(worst)})`])
  })
  return [
    'What each figure stands for. The last column is what other processes used, in cores: the median run, and the worst.',
    '',
    row(['', 'workload', 'n', 'fewer, since they are slow', 'others']),
    row(['---', '---', '---:', '---', '---:']),
    ...lines,
  ].join('\n')
}
