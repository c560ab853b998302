/**
 * What it costs to be watched: a1's empty tasks through a Boss, unobserved, observed by a subscriber that does nothing,
 * by one who reduces every event, and by the terminal view; and what the reducer costs for an instruction.
 *
 *     node test/bench/inspect.mjs [rounds]        after a build; one process per measurement, medians
 */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { drive } from './drive.mjs'

const dist = process.env.RXBOSS_DIST ?? new URL('../../dist/', import.meta.url).href
const subjects = ['unobserved', 'noticed', 'no-op', 'watched', 'reduced']
const n = Number(process.env.N ?? 100_000)
const inFlight = 10_000

const [what] = process.argv.slice(2)
if (subjects.includes(what)) console.log(await measure(what))
else table(Number(what ?? 5))

function table(rounds) {
  const self = fileURLToPath(import.meta.url)
  const times = subjects.map(() => [])
  for (let round = 0; round < rounds; round++) {
    subjects.forEach((_, i) => {
      const at = (i + round) % subjects.length
      times[at].push(Number(execFileSync(process.execPath, [self, subjects[at]])))
    })
  }
  const medians = times.map(all => all.sort((a, b) => a - b)[rounds >> 1])
  subjects.forEach((subject, i) => {
    const more = 100 * (medians[i] / medians[0] - 1)
    console.log(
      `${subject.padEnd(12)} ${medians[i].toFixed(3)} us  ${more >= 0 ? '+' : ''}${more.toFixed(1)} %`,
    )
  })
}

/** Microseconds of wall time for an instruction. */
async function measure(what) {
  const { pool, boss } = await open()
  await watchedBy(what, boss)
  const job = { inFlight, make: i => i, check: () => {}, warm: [30_000], n }
  const began = { at: 0 }
  const best = []
  for (let i = 0; i < 3; i++) {
    began.at = performance.now()
    await drive(pool, { ...job, warm: i === 0 ? job.warm : [] })
    if (i > 0) best.push((1000 * (performance.now() - began.at)) / n)
  }
  setTimeout(() => process.exit(), 0)
  return Math.min(...best)
}

async function open() {
  const { Boss, maxThreads } = await import(`${dist}lib/index.js`)
  const workers = await import('./workers/rxboss.mjs')
  const boss = new Boss({ workers: [workers.noop], scheduler: maxThreads(2), keepReports: false })
  const pool = { receive: undefined, give: i => boss.give({ n: i }) }
  boss.reports$.subscribe(report => pool.receive(report.result))
  boss.makeThemWork()
  return { pool, boss }
}

async function watchedBy(what, boss) {
  if (what === 'noticed') boss.notices$.subscribe(() => {})
  if (what === 'no-op') boss.inspect$.subscribe(() => {})
  if (what === 'watched') {
    const { watch } = await import(`${dist}lib/dashboard.js`)
    watch(boss, { progress: 'tty', stream: { isTTY: true, columns: 80, rows: 24, write: () => {} } })
  }
  if (what !== 'reduced') return
  const { emptyRun, reduceRun } = await import(`${dist}lib/index.js`)
  let run = emptyRun()
  boss.inspect$.subscribe(event => {
    run = reduceRun(run, event)
  })
}
