/**
 * Jobs per second through Redis: rxboss against plain BullMQ, with 1 and 2 consumer processes, and with tiny
 * instructions packed. Latency of one instruction at a time, and how long a killed consumer is missed.
 *
 *     npm run build && node test/bench/bullmq.mjs [--jobs 10000] [--rounds 3]
 *
 * Plain BullMQ: addBulk in chunks of 1,000, the result of each job heard through QueueEvents; the work in the loop of the
 * consumer, 32 jobs at once, or in threads of BullMQ's own, as many as rxboss has. Both sides count from the
 * first instruction given to the last result heard, by the process that gives them.
 */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { Queue, QueueEvents } from 'bullmq'
import { Redis } from 'ioredis'

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
  },
})
const jobs = Number(values.jobs)
const rounds = Number(values.rounds)
const threads = Number(values.threads)
const lib = new URL('../../dist/lib/', import.meta.url)
const { Boss, maxThreads } = await import(new URL('index.js', lib))
const { bullmq } = await import(new URL('bullmq.js', lib))
const worker = fileURLToPath(new URL('./workers/queue-rxboss.mjs', import.meta.url))
const plainWorker = fileURLToPath(new URL('./workers/queue-plain.mjs', import.meta.url))
const sandboxedWorker = fileURLToPath(new URL('./workers/queue-sandboxed.mjs', import.meta.url))
const command = fileURLToPath(new URL('main.js', lib))
const { tiny } = await import(worker)

if (spawnSync('redis-server', ['--version']).error)
  throw new Error('No redis-server here: apt-get install redis-server')
const folder = mkdtempSync(join(tmpdir(), 'rxboss-bench-'))
const port = await freePort()
const server = spawn(
  'redis-server',
  ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', folder, '--maxmemory-policy', 'noeviction'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
await said(server, 'Ready to accept connections')
const url = `redis://127.0.0.1:${port}`
const consumers = new Set()

try {
  const rates = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, count, run] of [
      ['plain BullMQ', 1, plain],
      ['plain BullMQ in threads', 1, plain],
      ['rxboss', 1, () => rxboss(1)],
      ['rxboss, 100 a job', 1, () => rxboss(100)],
      ['plain BullMQ', 2, plain],
      ['plain BullMQ in threads', 2, plain],
      ['rxboss', 2, () => rxboss(1)],
      ['rxboss, 100 a job', 2, () => rxboss(100)],
    ]) {
      const key = `${name}, ${count} consumer(s)`
      await hire(name, count)
      const rate = await run()
      await dismiss()
      rates[key] ??= []
      rates[key].push(rate)
      console.error(`round ${round + 1}: ${key}: ${Math.round(rate)}/s`)
    }
  }
  for (const [key, all] of Object.entries(rates))
    console.log(`${key.padEnd(40)} ${Math.round(median(all))}/s`)
  await hire('rxboss', 1)
  const times = await latencies(500)
  console.log(`latency, one at a time: p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms`)
  await dismiss()
  console.log(`a killed consumer (lock 2 s): the next attempt began after ${await recovery(2)} ms`)
  console.log(
    `a killed consumer (lock 10 s, the default): the next attempt began after ${await recovery(10)} ms`,
  )
} finally {
  for (const one of consumers) one.kill('SIGKILL')
  server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)

async function hire(name, count, lock = 10) {
  for (let i = 0; i < count; i++) {
    const script = name.endsWith('in threads') ? sandboxedWorker : plainWorker
    const child = name.startsWith('plain')
      ? spawn(process.execPath, [script, url, String(threads)], { stdio: ['ignore', 'ignore', 'pipe'] })
      : spawn(
          process.execPath,
          [
            command,
            'work',
            worker,
            '--redis',
            url,
            '--queue',
            'bench',
            '-j',
            String(threads),
            '--crew',
            'threads',
            '--lock',
            `${lock}s`,
          ],
          { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env } },
        )
    consumers.add(child)
    await said(child, 'works on', child.stderr)
  }
}

async function dismiss(signal = 'SIGTERM') {
  for (const one of consumers) {
    one.kill(signal)
    if (one.exitCode === null && one.signalCode === null) await once(one, 'exit')
  }
  consumers.clear()
}

async function plain() {
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  const queue = new Queue('plain', { connection })
  const events = new QueueEvents('plain', { connection: new Redis(url, { maxRetriesPerRequest: null }) })
  await events.waitUntilReady()
  let heard = 0
  const all = new Promise(resolve => events.on('completed', () => ++heard === jobs && resolve()))
  const before = performance.now()
  for (let n = 0; n < jobs; n += 1000)
    await queue.addBulk(
      Array.from({ length: Math.min(1000, jobs - n) }, (_, i) => ({
        name: 'tiny',
        data: { n: n + i },
        opts: { removeOnComplete: true },
      })),
    )
  await all
  const rate = jobs / ((performance.now() - before) / 1000)
  await events.close()
  await queue.close()
  return rate
}

async function rxboss(pack) {
  const count = pack === 1 ? jobs : jobs * 10
  const boss = new Boss({
    workers: tiny,
    keepReports: false,
    scheduler: maxThreads(pack === 1 ? 256 : 64),
    crew: bullmq({ connection: url, queue: 'bench', pack }),
  })
  boss.makeThemWork()
  const failed = []
  boss.reports$.subscribe(report => report.kind === 'failed' && failed.push(report.failure))
  const warm = new Promise(resolve => {
    let heard = 0
    boss.reports$.subscribe(() => ++heard === 200 && resolve())
  })
  for (let n = 0; n < 200; n++) boss.give({ n })
  await warm
  const before = performance.now()
  for (let n = 0; n < count; n++) boss.give({ n })
  boss.end()
  const { counts } = await boss.waitTillFinished()
  const rate = count / ((performance.now() - before) / 1000)
  if (counts.done !== count + 200)
    throw new Error(`${counts.done} of ${count + 200} done: ${JSON.stringify(failed[0])}`)
  await boss[Symbol.asyncDispose]()
  return rate
}

async function latencies(count) {
  const boss = new Boss({
    workers: tiny,
    keepReports: false,
    scheduler: maxThreads(1),
    crew: bullmq({ connection: url, queue: 'bench' }),
  })
  boss.makeThemWork()
  const times = []
  for (let n = 0; n < count; n++) {
    const before = performance.now()
    const done = new Promise(resolve => boss.reports$.subscribe({ next: resolve }))
    boss.give({ n })
    await done
    times.push(performance.now() - before)
  }
  await boss[Symbol.asyncDispose]()
  return times.slice(50).sort((a, b) => a - b)
}

async function recovery(lock) {
  await hire('rxboss', 1, lock)
  const [doomed] = consumers
  await hire('rxboss', 1, lock)
  const { slow } = await import(worker)
  const boss = new Boss({
    workers: slow,
    retries: 1,
    backoff: () => 0,
    scheduler: maxThreads(1),
    output: 'inspect',
    crew: bullmq({ connection: url, queue: 'bench' }),
  })
  boss.makeThemWork()
  let resolve
  boss.reports$.subscribe(report => report.kind === 'interim' && resolve(report))
  const next = () =>
    new Promise(done => {
      resolve = done
    })
  let begun = next()
  boss.give({ ms: 120_000 })
  const pid = (await begun).note
  const victim = [...consumers].find(one => one.pid === pid) ?? doomed
  begun = next()
  const before = performance.now()
  victim.kill('SIGKILL')
  await begun
  const ms = Math.round(performance.now() - before)
  await boss[Symbol.asyncDispose]()
  await dismiss('SIGKILL')
  return ms
}

async function said(child, text, stream = child.stdout) {
  for await (const line of createInterface({ input: stream })) if (line.includes(text)) break
  stream.resume()
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
}

function at(sorted, part) {
  return sorted[Math.floor(sorted.length * part)].toFixed(2)
}
