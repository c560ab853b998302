/** Work through a queue: instructions out, reports back, with a real Redis and consumers that are real processes. */

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import ava from 'ava'
import { Redis } from 'ioredis'
import { firstValueFrom } from 'rxjs'
import { filter } from 'rxjs/operators'

import { bullmq } from '../../../src/entries/bullmq.ts'
import {
  Boss,
  failureToError,
  type InspectEvent,
  maxThreads,
  type Report,
  resources,
} from '../../../src/index.ts'
import misbehave from '../../fixtures/misbehave.ts'
import {
  type ConsumerProcess,
  consumerProcess,
  hasRedis,
  redisServer,
  type Redis as Server,
  startConsumer,
  test,
  workerFile,
} from './redis.ts'
import * as tasks from './workers/tasks.ts'

let redis: Server
let consumer: ConsumerProcess
if (hasRedis) {
  ava.before(async () => {
    redis = await redisServer()
    consumer = await startConsumer(redis, 'work')
  })
  ava.after.always(async () => {
    await consumer?.end()
    await redis?.end()
  })
}

const all = [tasks.square, tasks.echo, tasks.gated, tasks.busy, tasks.noting, tasks.failing]
const bossOf = <D extends (typeof all)[number]>(worker: D, options = {}, crewOptions = {}) => {
  const boss = new Boss<D>({
    workers: [worker] as never,
    scheduler: maxThreads(8),
    output: 'inspect',
    crew: bullmq({ connection: redis.url, queue: 'work', ...crewOptions }),
    ...options,
  })
  boss.makeThemWork()
  return boss
}

const folder = () => mkdtempSync(join(tmpdir(), 'rxboss-bullmq-'))
const linesOf = (path: string): string[] => {
  try {
    return readFileSync(path, 'utf8').trim().split('\n')
  } catch {
    return []
  }
}
const reportOf = (boss: Boss<never>, wanted: (report: Report) => boolean) =>
  firstValueFrom((boss as unknown as Boss<never>).reports$.pipe(filter(wanted as never))) as Promise<Report>

test('a thousand instructions come back, each once', async t => {
  await using boss = bossOf(tasks.square, { scheduler: maxThreads(50) })
  for (let n = 0; n < 1000; n++) boss.give({ n })
  boss.end()
  const { counts, reports } = await boss.waitTillFinished()
  t.is(counts.done, 1000)
  t.deepEqual(
    reports
      .map(report => (report.kind === 'done' ? [report.id, report.result] : []))
      .sort((a, b) => Number(a[0]) - Number(b[0])),
    Array.from({ length: 1000 }, (_, n) => [n, n * n]),
  )
})

test('packed, many instructions go in one job, and come back as well', async t => {
  await using boss = bossOf(tasks.square, { scheduler: maxThreads(4) }, { pack: 100 })
  for (let n = 0; n < 2000; n++) boss.give({ n })
  boss.end()
  const { counts, reports } = await boss.waitTillFinished()
  t.is(counts.done, 2000)
  t.true(reports.every(report => report.kind === 'done' && report.result === report.id ** 2))
})

test('values that JSON would lose arrive as they are, in both directions', async t => {
  const values = [
    0,
    -0,
    '',
    false,
    null,
    undefined,
    Number.NaN,
    12n,
    new Date(5),
    new Map([[1, { a: undefined }]]),
    new Uint8Array([1, 2]),
    { $v8: 'no' },
    [undefined],
    { nested: { at: new Date(7) } },
    'plain',
    '\ud800',
  ]
  await using boss = bossOf(tasks.echo)
  for (const value of values) boss.give({ value })
  boss.end()
  const { reports } = await boss.waitTillFinished()
  const results = new Map(reports.map(report => [report.id, report.kind === 'done' ? report.result : report]))
  for (const [i, value] of values.entries()) t.deepEqual(results.get(i), value, String(i))
})

test('what a boss grants, and the trace it belongs to, reach the work', async t => {
  const scheduler = resources({ gpu: ['0', '1'] }, { variables: { gpu: 'CUDA_VISIBLE_DEVICES' } })
  const boss = bossOf(tasks.granted as never, { workers: [tasks.granted], scheduler })
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  boss.give({ needs: { gpu: 2 }, traceparent } as never)
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], {
    result: {
      resources: { gpu: ['0', '1'] },
      environment: { RXBOSS_GPU: '0,1', CUDA_VISIBLE_DEVICES: '0,1' },
      traceparent,
    },
  })
})

test('interim reports come in order, falsy ones too, all before the final one', async t => {
  const notes = [0, '', false, null, undefined, ...Array.from({ length: 10_000 }, (_, i) => i)]
  await using boss = bossOf(tasks.noting)
  const seen: Report[] = []
  boss.reports$.subscribe(report => seen.push(report as Report))
  boss.give({ notes })
  boss.end()
  await boss.waitTillFinished()
  t.deepEqual(
    seen.flatMap(report => (report.kind === 'interim' ? [report.note] : [])),
    notes,
  )
  t.is(seen.at(-1)?.kind, 'done')
})

test('what the work throws arrives with class, code and cause', async t => {
  await using boss = bossOf(tasks.failing)
  boss.give({ how: 'class' })
  boss.end()
  const { reports } = await boss.waitTillFinished()
  const [report] = reports
  if (report?.kind !== 'failed') return t.fail()
  const error = failureToError(report.failure)
  t.true(error instanceof RangeError)
  t.like(error, { message: 'too far', code: 'E_FAR' })
  t.is((error.cause as Error).message, 'deeper')
})

test('a result that cannot travel is a failure that names it; a payload above the limit as well', async t => {
  await using boss = bossOf(tasks.failing)
  boss.give({ how: 'function' })
  boss.end()
  const [report] = (await boss.waitTillFinished()).reports
  t.like(report, { kind: 'failed', failure: { code: 'unserialisable' } })
  await using small = bossOf(tasks.echo, {}, { payloadMB: 0.001 })
  small.give({ value: 'x'.repeat(5000) })
  small.give({ value: 'fits' })
  small.end()
  const { reports } = await small.waitTillFinished()
  const large = reports.find(({ id }) => id === 0)
  t.like(large, { kind: 'failed', failure: { code: 'unserialisable' } })
  t.regex(large?.kind === 'failed' ? large.failure.why : '', /a job may take 0.001 MB.*payloadMB/)
  t.like(
    reports.find(({ id }) => id === 1),
    { kind: 'done', result: 'fits' },
  )
})

test('a worker that exits is a crash, and the next instruction is done', async t => {
  await using boss = bossOf(tasks.failing, { scheduler: maxThreads(1) })
  boss.give({ how: 'exit' })
  boss.give({ how: 'fine' })
  boss.end()
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], { id: 0, kind: 'failed', failure: { code: 'crashed' } })
  t.like(reports[1], { id: 1, kind: 'done', result: 'fine' })
})

test('cancelling reaches the thread that is busy elsewhere, and what is next begins (10.9)', async t => {
  const log = join(folder(), 'log')
  await using boss = bossOf(tasks.busy, { scheduler: maxThreads(1), graceMs: 200 })
  const begun = reportOf(boss as never, ({ kind }) => kind === 'interim')
  const id = boss.give({ ms: 60_000, log })
  boss.give({ ms: 1, log })
  await begun
  t.true(boss.cancel(id, 'enough'))
  boss.end()
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], { id, kind: 'cancelled', reason: 'enough' })
  t.like(reports[1], { id: 1, kind: 'done' })
})

test('a timeout counts from the first moment of the body, not from the queue (1.25)', async t => {
  const directory = folder()
  const [log, gate] = [join(directory, 'log'), join(directory, 'gate')]
  await using blocker = bossOf(tasks.gated)
  const both = Promise.all(
    [0, 1].map(id => reportOf(blocker as never, report => report.id === id && report.kind === 'interim')),
  )
  blocker.give({ log, gate })
  blocker.give({ log, gate })
  await both
  await using boss = bossOf(tasks.busy, { timeout: 400, graceMs: 100 })
  boss.give({ ms: 50, log: join(directory, 'other') })
  await new Promise(resolve => setTimeout(resolve, 900)) // longer than the timeout, in the queue
  writeFileSync(gate, '')
  boss.give({ ms: 60_000, log: join(directory, 'other') })
  boss.end()
  const { reports } = await boss.waitTillFinished()
  t.like(
    reports.find(({ id }) => id === 0),
    { kind: 'done' },
  )
  t.like(
    reports.find(({ id }) => id === 1),
    { kind: 'failed', failure: { code: 'timeout' } },
  )
})

test('work that blocks its thread longer than the lock begins once, and is done (10.5)', async t => {
  const log = join(folder(), 'log')
  await using boss = bossOf(tasks.busy)
  boss.give({ ms: 5000, log })
  boss.end()
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], { kind: 'done', attempt: 1 })
  t.deepEqual(linesOf(log), ['0.1'])
})

test('two bosses on one queue have each their own reports (10.10)', async t => {
  await using one = bossOf(tasks.square)
  await using other = bossOf(tasks.square)
  for (let n = 0; n < 100; n++) {
    one.give({ n })
    other.give({ n: 1000 + n })
  }
  one.end()
  other.end()
  for (const [boss, from] of [
    [one, 0],
    [other, 1000],
  ] as const) {
    const { reports } = await boss.waitTillFinished()
    t.is(reports.length, 100)
    t.true(reports.every(report => report.kind === 'done' && report.result === (report.id + from) ** 2))
  }
})

test('a worker of another version is refused, and both sides say so (10.12)', async t => {
  const older = consumerProcess([workerFile('older'), '--redis', redis.url, '--queue', 'older', '-j', '1'])
  await older.until(/works on queue/)
  await using boss = bossOf(tasks.square, {}, { queue: 'older' })
  boss.give({ n: 3 })
  boss.end()
  const [report] = (await boss.waitTillFinished()).reports
  t.like(report, { kind: 'failed', failure: { code: 'refused' } })
  t.regex(
    report?.kind === 'failed' ? report.failure.why : '',
    /has version 1 of it, and the boss asks for version 2/,
  )
  await older.until(/refused a job/)
  t.is(await older.end('SIGTERM'), 0)
})

test('a consumer that has no such worker refuses, and names those it has (10.12)', async t => {
  await using boss = bossOf(misbehave as never)
  boss.give({ act: 'answer' } as never)
  boss.end()
  const [report] = (await boss.waitTillFinished()).reports
  t.like(report, { kind: 'failed', attempt: 1, failure: { code: 'refused' } })
  t.regex(report?.kind === 'failed' ? report.failure.why : '', /has no such worker, but "busy", "echo"/)
})

test('what waits in the queue begins by priority, between bosses too', async t => {
  const ranked = await startConsumer(redis, 'ranked', { jobs: 1 })
  const [log, gate] = [join(folder(), 'log'), join(folder(), 'gate')]
  await using one = bossOf(tasks.gated, {}, { queue: 'ranked' })
  const begun = firstValueFrom(one.reports$)
  one.give({ log: join(folder(), 'other'), gate })
  await begun
  await using two = bossOf(tasks.busy, {}, { queue: 'ranked' })
  await using three = bossOf(tasks.busy, { scheduler: maxThreads(32) }, { queue: 'ranked' })
  for (const priority of [0, 5, -1, 1]) two.give({ ms: 0, log, priority })
  for (let id = 0; id < 10; id++) three.give({ ms: 0, log: '/dev/null', priority: -5 })
  three.give({ ms: 0, log, priority: 9 })
  const client = new Redis(redis.url)
  while ((await client.zcard('bull:ranked:prioritized')) < 15) await new Promise(next => setTimeout(next, 10))
  client.disconnect()
  writeFileSync(gate, '')
  for (const boss of [two, three]) boss.end()
  await Promise.all([two.waitTillFinished(), three.waitTillFinished()])
  t.deepEqual(linesOf(log), ['10.1', '1.1', '3.1', '0.1', '2.1'])
  await ranked.end('SIGTERM')
})

test('cancelled while it waits in the queue, it is not missed when the boss looks what became of his jobs (1.23)', async t => {
  const single = await startConsumer(redis, 'single', { jobs: 1 })
  const [log, gate] = [join(folder(), 'log'), join(folder(), 'gate')]
  await using boss = bossOf(tasks.gated, { scheduler: maxThreads(3) }, { queue: 'single' })
  const begun = firstValueFrom(boss.reports$)
  const [first, second, third] = Array.from({ length: 3 }, () => boss.give({ log, gate }))
  await begun
  const client = new Redis(redis.url)
  t.teardown(() => client.disconnect())
  while ((await client.llen('bull:single:wait')) < 2) await new Promise(next => setTimeout(next, 10))
  const cancelled = reportOf(boss as never, ({ kind }) => kind === 'cancelled')
  t.true(boss.cancel(second as number))
  await cancelled
  const looked = firstValueFrom(
    boss.inspect$.pipe(filter(event => event.type === 'worker.log' && /is back/.test(event.text))),
  )
  await client.call('CLIENT', 'KILL', 'SKIPME', 'yes') // whoever lost the connection looks as soon as it is back
  await looked
  await new Promise(next => setTimeout(next, 500))
  t.is(await client.llen('bull:single:wait'), 1)
  writeFileSync(gate, '')
  boss.end()
  const { counts } = await boss.waitTillFinished()
  t.like(counts, { done: 2, cancelled: 1 })
  t.deepEqual(
    linesOf(log).map(line => line.split(' ')[0]),
    [`${first}.1`, `${third}.1`],
  )
  await single.end('SIGTERM')
})

test('rateLimit holds for all jobs of the queue', async t => {
  const paced = await startConsumer(redis, 'paced')
  await using boss = bossOf(tasks.square, {}, { queue: 'paced', rateLimit: { max: 2, duration: 400 } })
  const before = performance.now()
  for (let n = 0; n < 6; n++) boss.give({ n })
  boss.end()
  t.is((await boss.waitTillFinished()).counts.done, 6)
  t.true(performance.now() - before >= 790, 'the third pair begins no sooner than two durations later')
  await paced.end('SIGTERM')
})

test('nobody on the queue is shown after 5 s, and a consumer that comes then does the work (10.12)', async t => {
  await using boss = bossOf(tasks.square, {}, { queue: 'lonely' })
  const said = firstValueFrom(
    boss.inspect$.pipe(filter(event => event.type === 'worker.log' && /nobody works/.test(event.text))),
  )
  boss.give({ n: 4 })
  boss.end()
  t.regex(
    ((await said) as Extract<InspectEvent, { type: 'worker.log' }>).text,
    /rxboss work .* --queue lonely/,
  )
  const late = await startConsumer(redis, 'lonely')
  t.like((await boss.waitTillFinished()).reports[0], { kind: 'done', result: 16 })
  await late.end('SIGTERM')
})

test('remote workers are seen with their host', async t => {
  await using boss = bossOf(tasks.square)
  const hosts = new Set<string>()
  boss.inspect$.subscribe(event => {
    if (event.type === 'worker.ready' && event.host !== undefined) hosts.add(event.host)
  })
  boss.give({ n: 1 })
  boss.end()
  await boss.waitTillFinished()
  t.deepEqual(
    [...hosts].map(host => Number(host.split(':')[1])),
    [consumer.process.pid],
  )
})

test('once all is over, nothing of it is left in Redis', async t => {
  const { Queue } = await import('bullmq')
  const client = new Redis(redis.url, { maxRetriesPerRequest: null })
  const queue = new Queue('work', { connection: client as never })
  const ended = await queue.getJobCounts()
  t.deepEqual([ended.completed, ended.active, ended.waiting], [0, 0, 0], JSON.stringify(ended))
  await queue.close()
  client.disconnect()
})
