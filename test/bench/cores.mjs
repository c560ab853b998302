/**
 * More processors: how much of them work of 50 us and of 1 ms gets, as threads are added, up to as many as there are.
 *
 *     npm run bench -- cores [--rounds 3] [--write]
 *
 * One process for each measurement. Efficiency is the work that was done (by one thread alone, its only one), over the time that
 * all threads had: 1 is a machine whose processors do nothing else. What main does is part of it, on a processor of its own
 * where there is one more than threads.
 */

import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

import { writeSection } from './section.mjs'

const tasks = { '50 us': { us: 50, n: 20_000 }, '1 ms': { us: 1000, n: 1000 } }
const self = fileURLToPath(import.meta.url)

/** Iterations for a microsecond, while `threads` of them are busy: processors that share a core are slower together. */
const [what, threads, perUs] = process.argv.slice(2)
if (process.argv[1] === self && what in tasks)
  console.log(await measure(tasks[what], Number(threads), Number(perUs)))

export function cores({ rounds, write, perUs }) {
  const most = availableParallelism()
  const counts = []
  for (let lanes = 1; lanes < most; lanes *= 2) counts.push(lanes)
  counts.push(most)
  const rows = Object.keys(tasks).map(task => {
    const times = counts.map(lanes => median(task, lanes, { rounds, perUs }))
    const cells = times.map(
      (us, i) => `${us.toFixed(us < 10 ? 2 : 1)} (${((times[0] / us / counts[i]) * 100).toFixed(0)} %)`,
    )
    console.log(`${task}: ${counts.map((lanes, i) => `${lanes}: ${cells[i]}`).join('   ')}`)
    return `| ${task} | ${cells.join(' | ')} |`
  })
  if (!write) return
  const head = [`| threads | ${counts.join(' | ')} |`, `| --- | ${counts.map(() => '---:').join(' | ')} |`]
  const about = `Node ${process.version}, ${most} processors, ${rounds} round(s), ${new Date().toISOString().slice(0, 10)}. Microseconds for each instruction, and how much of what one thread does each of them does.`
  writeSection('cores', [about, [...head, ...rows].join('\n')].join('\n\n'))
}

function median(task, lanes, { rounds, perUs }) {
  const times = []
  for (let round = 0; round < rounds; round++)
    times.push(
      Number(execFileSync(process.execPath, ['--no-warnings', self, task, String(lanes), String(perUs)])),
    )
  return times.sort((a, b) => a - b)[rounds >> 1]
}

/** Microseconds for each instruction, with 64 in flight for each thread. */
async function measure({ us, n }, lanes, perUs) {
  const { drive } = await import('./drive.mjs')
  const { default: adapter } = await import('./adapters/rxboss-boss.mjs')
  const pool = await adapter.open({ task: 'cpu', size: lanes })
  const iterations = Math.round(us * perUs)
  const total = Math.max(n, (n / 4) * lanes)
  const job = { inFlight: 64 * lanes, make: () => iterations, check: () => {}, warm: [total / 2], n: total }
  const { us: spent } = await drive(pool, job)
  setTimeout(() => process.exit(0), 0)
  return spent / total
}
