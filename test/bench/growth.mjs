/**
 * What an instruction costs as work grows: a stream of 10^4 to 10^7, 1 to 64 lanes, and 10^4 to 10^6 that wait under each
 * rule. No-ops all, so that what is measured is rxboss's own; one process for each measurement, by turns, medians.
 *
 *     npm run build && node test/bench/growth.mjs [--rounds 3] [--write]
 */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { megabytes } from './meter.mjs'
import { writeSection } from './section.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, write: { type: 'boolean', default: false } },
})
const lengths = [1e4, 1e5, 1e6, 1e7]
const lanes = [1, 2, 4, 8, 16, 32, 64]
const waiting = [1e4, 1e5, 1e6]
const rules = {
  'a limit alone': () => [],
  byPriority: ({ byPriority }) => [byPriority()],
  longestFirst: ({ longestFirst }) => [longestFirst()],
  maxMemory: ({ maxMemory }) => [maxMemory({ max: 100 })],
  'exclusive, 16 keys': ({ exclusive }) => [exclusive(({ n }) => [n % 16])],
  'fairShare, 16 keys': ({ fairShare }) => [fairShare(({ n }) => n % 16)],
  rateLimit: ({ rateLimit }) => [rateLimit(1e9, 1000)],
  'byPriority + maxMemory + exclusive': ({ byPriority, maxMemory, exclusive }) => [
    byPriority(),
    maxMemory({ max: 100 }),
    exclusive(({ n }) => [n % 16]),
  ],
}

const lib = () => import(new URL('../../dist/lib/index.js', import.meta.url))
const noop = async () => (await import('./workers/rxboss.mjs')).noop

const measurements = { stream, bookkeeping, pending }
const [what, ...args] = positionals
if (what === undefined) tables()
else {
  console.log(JSON.stringify(await measurements[what](...args)))
  process.exit(0)
}

function tables() {
  const jobs = [
    ...lengths.map(n => ['stream', n]),
    ...lanes.map(n => ['bookkeeping', n]),
    ...Object.keys(rules).flatMap(rule => waiting.map(n => ['pending', rule, n])),
  ]
  const found = new Map(jobs.map(job => [job.join(), []]))
  const self = fileURLToPath(import.meta.url)
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const job of jobs) {
      const out = execFileSync(process.execPath, [self, ...job.map(String)], { encoding: 'utf8' })
      found.get(job.join()).push(JSON.parse(out))
      console.error(`round ${round}: ${job.join(' ')}: ${out.trim()}`)
    }
  }
  const median = (key, ...job) => {
    const all = found.get(job.join()).map(one => one[key])
    return all.sort((a, b) => a - b)[all.length >> 1]
  }
  const us = value => (value < 10 ? value.toFixed(2) : value.toFixed(1))
  const table = (head, rows) =>
    [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows]
      .map(row => `| ${row.join(' | ')} |`)
      .join('\n')
  const power = n => `10${'⁰¹²³⁴⁵⁶⁷'[Math.log10(n)]}`
  const text = [
    `Node ${process.version}, ${values.rounds} round(s), ${new Date().toISOString().slice(0, 10)}. Microseconds for each instruction, medians.`,
    'A stream of no-ops through `delegate` on two threads, and by how much memory rose:',
    table(
      ['instructions', ...lengths.map(power)],
      [
        ['us', ...lengths.map(n => us(median('us', 'stream', n)))],
        ['MB', ...lengths.map(n => median('mb', 'stream', n).toFixed(0))],
      ],
    ),
    'A Boss with many lanes, all in the main thread (`inline()`), 100,000 no-ops in flight: his bookkeeping and theirs, the work included:',
    table(['lanes', ...lanes], [['us', ...lanes.map(n => us(median('us', 'bookkeeping', n)))]]),
    'Instructions that all wait before the first may start, four lanes in the main thread: to give one, and then to do it, bytes while it waits:',
    table(
      ['rules', ...waiting.map(n => `${power(n)}: give`), ...waiting.map(n => `${power(n)}: do`), 'bytes'],
      Object.keys(rules).map(rule => [
        rule.replace(/\w*[a-z][A-Z]\w*|exclusive/g, '`$&`'),
        ...waiting.map(n => us(median('give', 'pending', rule, n))),
        ...waiting.map(n => us(median('run', 'pending', rule, n))),
        median('bytes', 'pending', rule, 1e6).toFixed(0),
      ]),
    ),
  ].join('\n\n')
  console.log(text)
  if (values.write) writeSection('growth', text)
}

async function stream(length) {
  const { delegate, pull, maxThreads } = await lib()
  const worker = await noop()
  const warm = 20_000
  const count = Number(length) + warm
  function* instructions() {
    for (let n = 0; n < count; n++) yield { n }
  }
  let [done, sum, began, start, most] = [0, 0, 0, 0, 0]
  await new Promise((complete, error) => {
    pull(instructions())
      .pipe(delegate(worker, { scheduler: maxThreads(2) }))
      .subscribe({
        next: report => {
          sum += report.result
          if (++done === warm) {
            began = performance.now()
            start = megabytes()
          }
          if (done % 50_000 === 0) most = Math.max(most, megabytes())
        },
        error,
        complete,
      })
  })
  const us = ((performance.now() - began) * 1000) / Number(length)
  most = Math.max(most, megabytes())
  mustBe(done, count)
  mustBe(sum, (count * (count + 1)) / 2)
  return { us, mb: Math.max(0, most - start) }
}

async function bookkeeping(count) {
  const { Boss, inline, maxThreads } = await lib()
  const boss = new Boss({
    workers: await noop(),
    crew: inline(),
    scheduler: maxThreads(Number(count)),
    keepReports: false,
  })
  const total = 500_000
  const inFlight = 100_000
  let [given, done, began] = [0, 0, 0]
  const all = new Promise(resolve => {
    boss.reports$.subscribe(() => {
      if (++done === inFlight) began = performance.now()
      if (given < total) boss.give({ n: given++ })
      if (done === total) resolve()
    })
  })
  while (given < inFlight) boss.give({ n: given++ })
  boss.makeThemWork()
  await all
  return { us: ((performance.now() - began) * 1000) / (total - inFlight) }
}

async function pending(rule, count) {
  const rxboss = await lib()
  const { Boss, inline, maxThreads, scheduler } = rxboss
  const worker = await noop()
  const run = async n => {
    const list = Array.from({ length: n }, (_, i) => ({
      n: i,
      priority: (i * 7919) % 1009,
      memory: (i * 104_729) % 50,
      expectedTime: (i * 1299_709) % 997,
    }))
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    const boss = new Boss({
      workers: worker,
      crew: inline(),
      scheduler: scheduler(maxThreads(4), ...rules[rule](rxboss)),
      keepReports: false,
    })
    let done = 0
    boss.reports$.subscribe(report => {
      if (report.kind === 'done') done++
    })
    const start = performance.now()
    for (const one of list) boss.give(one)
    const given = performance.now()
    const bytes = (process.memoryUsage().heapUsed - before) / n
    const began = performance.now()
    boss.makeThemWork()
    await boss.waitTillFinished()
    mustBe(done, n)
    return { give: ((given - start) * 1000) / n, run: ((performance.now() - began) * 1000) / n, bytes }
  }
  for (let i = 0; i < 5; i++) await run(5000)
  return run(Number(count))
}

function mustBe(value, expected) {
  if (value !== expected) throw new Error(`got ${value}, and not ${expected}`)
}
