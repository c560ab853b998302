/**
 * Makespan: how long a whole workload takes by each way to choose, over the shortest time that is possible at all.
 *
 *     node test/bench/makespan.mjs        after a build; prints a table, draws docs/makespan.svg
 *
 * Time is simulated, so the figures are those of the choice alone and the same on every machine.
 */

import { writeFileSync } from 'node:fs'

const at = name => import(new URL(`../../dist/src/scheduler/${name}.js`, import.meta.url).href)
const { openDesk } = await at('desk')
const { scheduler } = await at('combine')
const { maxThreads } = await at('max-threads')
const { maxMemory } = await at('max-memory')
const { longestFirst } = await at('longest-first')

/** The same random numbers every time. */
function seeded(x) {
  return () => {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff
    return x / 0x7fffffff
  }
}

/** Fifty of a kind, so that no one list decides. */
function workload(n, make) {
  return Array.from({ length: 50 }, (_, seed) => {
    const random = seeded(seed + 1)
    for (let i = 0; i < 10; i++) random() // the first ones are close to each other
    return Array.from({ length: n }, (_, id) => make(random, id))
  })
}

const threads = 4
const memory = 1000

const workloads = {
  '60 tasks: 9 of 10 take 1 ms, 1 of 10 takes 20 ms': workload(60, random => ({
    ms: random() < 0.9 ? 1 : 20,
    memory: 0,
  })),
  '200 tasks of 1 ms, then one of 50 ms': workload(201, (_, id) => ({ ms: id < 200 ? 1 : 50, memory: 0 })),
  '60 tasks: 1 to 20 ms, 50 to 600 of 1000 MiB': workload(60, random => ({
    ms: 20 ** random(),
    memory: Math.round(50 * 12 ** random()),
  })),
}

const largestFirst = {
  name: 'largest first',
  concurrency: Infinity,
  order: (a, b) =>
    b.instruction.memory * b.expectedMs - a.instruction.memory * a.expectedMs || b.expectedMs - a.expectedMs,
}

const limits = [maxThreads(threads), maxMemory({ max: memory, perTask: 0 })]
const ways = {
  FIFO: scheduler(...limits),
  'longest first': scheduler(...limits, longestFirst()),
  'memory packed': scheduler(...limits, largestFirst),
}

/** When the last one is done. */
function makespan(jobs, rules) {
  const view = jobs.map(({ ms, memory }, id) => ({ id, instruction: { memory }, worker: '', expectedMs: ms }))
  const desk = openDesk(rules, id => view[id])
  for (let id = 0; id < jobs.length; id++) desk.arrive(id)
  const running = []
  let now = 0
  while (desk.pending > 0 || running.length > 0) {
    for (let id = desk.next(now); id !== undefined; id = desk.next(now))
      running.push({ id, end: now + jobs[id].ms })
    running.sort((a, b) => a.end - b.end)
    const { id, end } = running.shift()
    now = end
    desk.leave(id)
  }
  return now
}

/** No way to choose can be faster: the threads are full, or the memory is, or the longest takes that long. */
function ideal(jobs) {
  const sum = of => jobs.reduce((all, job) => all + of(job), 0)
  const longest = Math.max(...jobs.map(({ ms }) => ms))
  return Math.max(sum(({ ms }) => ms) / threads, sum(job => job.ms * job.memory) / memory, longest)
}

const mean = numbers => numbers.reduce((sum, n) => sum + n, 0) / numbers.length
const results = Object.entries(workloads).map(([name, lists]) => ({
  name,
  ratios: Object.entries(ways).map(([way, rules]) => ({
    way,
    ratio: mean(lists.map(jobs => makespan(jobs, rules) / ideal(jobs))),
  })),
}))

for (const { name, ratios } of results) {
  console.log(`| ${name} | ${ratios.map(({ ratio }) => ratio.toFixed(2)).join(' | ')} |`)
}
writeFileSync(new URL('../../docs/makespan.svg', import.meta.url), draw(results))

function draw(results) {
  const colours = ['#b0b0b0', '#2f6fb0', '#3a9a5b']
  const names = Object.keys(ways)
  const [left, bar, gap, scale] = [12, 18, 46, 260]
  const rows = results.map(({ name, ratios }, i) => {
    const top = 58 + i * (names.length * (bar + 3) + gap)
    const bars = ratios.map(({ ratio }, j) => {
      const y = top + j * (bar + 3)
      return `<rect x="${left}" y="${y}" width="${(ratio * scale).toFixed(1)}" height="${bar}" fill="${colours[j]}"/>
<text x="${(left + ratio * scale + 6).toFixed(1)}" y="${y + 13}">${ratio.toFixed(2)}</text>`
    })
    return `<text x="${left}" y="${top - 8}">${name}</text>\n${bars.join('\n')}`
  })
  const legend = names.map(
    (name, i) =>
      `<rect x="${left + i * 130}" y="10" width="12" height="12" fill="${colours[i]}"/><text x="${left + 18 + i * 130}" y="20">${name}</text>`,
  )
  const height = 58 + results.length * (names.length * (bar + 3) + gap) - 16
  const idealAt = left + scale
  return `<svg xmlns="http://www.w3.org/2000/svg" width="560" height="${height}" viewBox="0 0 560 ${height}" font-family="sans-serif" font-size="12" fill="#222" role="img" aria-label="Makespan by way to choose, over the ideal">
<rect width="560" height="${height}" fill="#fff"/>
${legend.join('\n')}
${rows.join('\n')}
<line x1="${idealAt}" y1="46" x2="${idealAt}" y2="${height - 22}" stroke="#c33" stroke-dasharray="4 3"/>
<text x="${idealAt - 14}" y="${height - 8}" fill="#c33">ideal</text>
</svg>
`
}
