/** What must not be lost when machines, Redis or bosses die: each is killed for real. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import ava from 'ava'
import { firstValueFrom } from 'rxjs'
import { filter } from 'rxjs/operators'

import { bullmq, consume } from '../../../src/entries/bullmq.ts'
import { Boss, maxThreads } from '../../../src/index.ts'
import {
  type ConsumerProcess,
  consumerProcess,
  hasRedis,
  type Redis,
  redisServer,
  startConsumer,
  test,
  workerFile,
} from './redis.ts'
import * as tasks from './workers/tasks.ts'

let redis: Redis
const consumers = new Set<ConsumerProcess>()
const started = async (...args: Parameters<typeof startConsumer>) => {
  const consumer = await startConsumer(...args)
  consumers.add(consumer)
  return consumer
}
if (hasRedis) {
  ava.before(async () => {
    redis = await redisServer()
  })
  ava.after.always(() => redis?.end())
  ava.afterEach.always(async () => {
    for (const one of consumers) await one.end()
    consumers.clear()
  })
}

const folder = () => mkdtempSync(join(tmpdir(), 'rxboss-bullmq-'))
const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
const files = () => {
  const directory = folder()
  return { log: join(directory, 'log'), gate: join(directory, 'gate'), journal: join(directory, 'journal') }
}

const gatedBoss = (queue: string, options = {}, server = redis) => {
  const boss = new Boss<typeof tasks.gated>({
    workers: tasks.gated,
    scheduler: maxThreads(2),
    output: 'inspect',
    backoff: () => 50,
    crew: bullmq({ connection: server.url, queue }),
    ...options,
  })
  boss.makeThemWork()
  const said = (pattern: RegExp) =>
    firstValueFrom(
      boss.inspect$.pipe(filter(event => event.type === 'worker.log' && pattern.test(event.text))),
    )
  const begun = (id: number) =>
    firstValueFrom(boss.reports$.pipe(filter(report => report.kind === 'interim' && report.id === id)))
  return { boss, said, begun }
}

test('a consumer is killed at work; with a retry another one does it, and without it is crashed (10.3)', async t => {
  const { log, gate } = files()
  const doomed = await started(redis, 'killed')
  const { boss, begun } = gatedBoss('killed')
  const both = Promise.all([begun(0), begun(1)])
  boss.give({ log, gate, retries: 1 })
  boss.give({ log, gate })
  boss.end()
  await both
  const killedAt = performance.now()
  await doomed.end('SIGKILL')
  const other = await started(redis, 'killed')
  const again = firstValueFrom(boss.reports$.pipe(filter(report => report.kind === 'interim')))
  await again
  // Lock duration 2 s, stalled interval 1 s; what the consumer took to start is not its fault, so there is room.
  const recoveredMs = performance.now() - killedAt
  t.log(`recovered in ${Math.round(recoveredMs)} ms`)
  t.true(recoveredMs < 30_000)
  writeFileSync(gate, '')
  const { reports, counts } = await boss.waitTillFinished()
  t.deepEqual([counts.done, counts.failed], [1, 1])
  t.like(
    reports.find(({ id }) => id === 0),
    { kind: 'done', attempt: 2, result: other.process.pid },
  )
  const crashed = reports.find(({ id }) => id === 1)
  t.like(crashed, { kind: 'failed', attempt: 1, failure: { code: 'crashed' } })
  t.regex(crashed?.kind === 'failed' ? crashed.failure.why : '', /the consumer that had it .* died/)
  t.deepEqual(
    linesOf(log)
      .map(line => line.split(' ')[0])
      .sort(),
    ['0.1', '0.2', '1.1'],
  )
  await boss[Symbol.asyncDispose]()
})

test('a consumer killed right after its report: that stays done', async t => {
  const doomed = await started(redis, 'after')
  const boss = new Boss<typeof tasks.square>({
    workers: tasks.square,
    crew: bullmq({ connection: redis.url, queue: 'after' }),
    scheduler: maxThreads(1),
  })
  boss.makeThemWork()
  const first = firstValueFrom(boss.reports$)
  boss.give({ n: 2 })
  t.like(await first, { kind: 'done', result: 4 })
  await doomed.end('SIGKILL')
  await started(redis, 'after')
  boss.give({ n: 3 })
  boss.end()
  const { counts } = await boss.waitTillFinished()
  t.is(counts.done, 2)
  await boss[Symbol.asyncDispose]()
})

test('a consumer asked to stop finishes what it holds and takes no more; what grace cuts is a crash (10.11)', async t => {
  const one = files()
  const gentle = await started(redis, 'term', { jobs: 1 })
  const { boss, begun } = gatedBoss('term')
  const first = begun(0)
  boss.give(one)
  await first
  const ended = gentle.end('SIGTERM')
  await gentle.until(/finishes 1 job/)
  boss.give({ ...files(), log: one.log })
  writeFileSync(one.gate, '')
  t.is(await ended, 0)
  t.deepEqual(linesOf(one.log).length, 1)
  const hasty = await started(redis, 'term', { jobs: 1, args: ['--grace', '100ms'] })
  await begun(1)
  t.is(await hasty.end('SIGTERM'), 0)
  boss.end()
  const { reports } = await boss.waitTillFinished()
  t.like(
    reports.find(({ id }) => id === 0),
    { kind: 'done' },
  )
  t.like(
    reports.find(({ id }) => id === 1),
    { kind: 'failed', failure: { code: 'crashed' } },
  )
  await boss[Symbol.asyncDispose]()
})

test('a consumer whose work is stuck in native code ends without it, and says so (10.11, 1.28)', async t => {
  const consumer = await started(redis, 'stuck', { jobs: 1, args: ['--grace', '100ms'] })
  const boss = new Boss({ workers: tasks.failing, crew: bullmq({ connection: redis.url, queue: 'stuck' }) })
  boss.give({ how: 'stuck' })
  boss.makeThemWork()
  await firstValueFrom(boss.reports$)
  const asked = performance.now()
  const ended = await consumer.end('SIGTERM')
  t.true(performance.now() - asked < 15_000, 'it waited for the thread')
  // Node can end such a process with its own exit code since 22.15.
  if (ended !== 0) {
    t.is(ended, 'SIGKILL')
    t.regex(consumer.said(), /ends by force, since a thread is stuck; the exit code would be 0/)
  }
  boss.end()
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], { kind: 'failed', failure: { code: 'crashed' } })
})

test('Redis is restarted with its data: nothing is settled by guess, and all goes on after (10.6)', async t => {
  const server = await redisServer({ appendOnly: true })
  const { log, gate } = files()
  await started(server, 'aof')
  const { boss, said, begun } = gatedBoss('aof', { scheduler: maxThreads(4) }, server)
  const both = Promise.all([begun(0), begun(1)])
  for (let i = 0; i < 4; i++) boss.give({ log, gate })
  boss.end()
  await both
  const [away, back] = [said(/is away/), said(/is back/)]
  await server.kill()
  await away
  t.like(boss.state.counts, { done: 0, failed: 0 })
  writeFileSync(gate, '')
  await server.start()
  await back
  const { counts } = await boss.waitTillFinished()
  t.is(counts.done, 4)
  t.deepEqual(
    linesOf(log)
      .map(line => line.split(' ')[0])
      .sort(),
    ['0.1', '1.1', '2.1', '3.1'],
  )
  await boss[Symbol.asyncDispose]()
  await server.end()
})

test('Redis comes back without its data: what never began is done, what had begun is crashed (10.8)', async t => {
  const server = await redisServer()
  const { log, gate } = files()
  await started(server, 'lost', { jobs: 1 })
  const { boss, begun } = gatedBoss('lost', {}, server)
  const first = begun(0)
  boss.give({ log, gate })
  boss.give({ log, gate })
  boss.end()
  await first
  await server.kill()
  await server.start()
  writeFileSync(gate, '')
  const { reports, counts } = await boss.waitTillFinished()
  t.deepEqual([counts.done, counts.failed], [1, 1])
  const begunOne = reports.find(({ kind }) => kind === 'failed')
  t.like(begunOne, { id: 0, failure: { code: 'crashed' } })
  t.regex(begunOne?.kind === 'failed' ? begunOne.failure.why : '', /Redis lost its data/)
  await boss[Symbol.asyncDispose]()
  await server.end()
})

test('Redis answers nobody for 2 s, with work running and waiting: it is late, and nothing else', async t => {
  const { log, gate } = files()
  await started(redis, 'slow', { args: ['--lock', '10s'] })
  const { boss, begun } = gatedBoss('slow', { scheduler: maxThreads(8) })
  const both = Promise.all([begun(0), begun(1)])
  for (let n = 0; n < 6; n++) boss.give({ log, gate })
  await both
  const { Redis: Client } = await import('ioredis')
  const client = new Client(redis.url)
  await client.call('CLIENT', 'PAUSE', '2000', 'ALL')
  writeFileSync(gate, '')
  boss.end()
  const { counts, reports } = await boss.waitTillFinished()
  t.is(counts.done, 6)
  t.true(reports.every(report => report.kind === 'done' && report.attempt === 1))
  t.is(linesOf(log).length, 6)
  client.disconnect()
  await boss[Symbol.asyncDispose]()
})

test('Redis is away at the start: it is said, everybody waits, and works once it is there (10.6)', async t => {
  const server = await redisServer({ later: true })
  const { log, gate } = files()
  writeFileSync(gate, '')
  const consumer = consumerProcess([
    workerFile('tasks'),
    '--redis',
    server.url,
    '--queue',
    'early',
    '-j',
    '1',
  ])
  consumers.add(consumer)
  await consumer.until(/is away/)
  const { boss, said } = gatedBoss('early', {}, server)
  const away = said(/is away/)
  boss.give({ log, gate })
  boss.end()
  await away
  await server.start()
  const { counts } = await boss.waitTillFinished()
  t.is(counts.done, 1)
  await boss[Symbol.asyncDispose]()
  await server.end()
})

test('stopping at once settles though Redis is away (1.28)', async t => {
  const server = await redisServer()
  const { log, gate } = files()
  await started(server, 'stop')
  const { boss, begun } = gatedBoss('stop', { graceMs: 100 }, server)
  const first = begun(0)
  boss.give({ log, gate })
  await first
  await server.kill()
  const before = performance.now()
  const { counts } = await boss.stopThemWorking()
  t.true(performance.now() - before < 5100)
  t.is(counts.cancelled, 1)
  await boss[Symbol.asyncDispose]()
  await server.end()
})

test('a wrong password is a clear error for the boss and for the consumer, and is shown nowhere', async t => {
  const server = await redisServer({ password: 'sesame' })
  const wrong = server.url.replace('sesame', 'wrong-one')
  const error = await t.throwsAsync(consume({ workers: [tasks.square], connection: wrong, queue: 'closed' }))
  t.regex(error?.message ?? '', /refused this consumer.*WRONGPASS/)
  t.notRegex(error?.message ?? '', /wrong-one|sesame/)
  const command = consumerProcess([workerFile('tasks'), '--redis', wrong, '--queue', 'closed'])
  const code = await new Promise(resolve => command.process.once('exit', resolve))
  t.is(code, 254)
  t.notRegex(command.said(), /wrong-one|sesame/)
  const { boss } = gatedBoss('closed', {
    supervise: { max: 0 },
    crew: bullmq({ connection: wrong, queue: 'closed' }),
  })
  boss.give(files())
  boss.end()
  const failure = await t.throwsAsync(boss.waitTillFinished())
  t.regex(failure?.message ?? '', /WRONGPASS/)
  t.notRegex(failure?.message ?? '', /wrong-one|sesame/)
  await boss[Symbol.asyncDispose]()
  await server.end()
})

const program = fileURLToPath(new URL('./programs/journalled.js', import.meta.url))

for (const pack of [1, 2])
  test(`a boss is killed; the next one with his journal takes over what finished meanwhile, and what runs, ${pack} a job (10.10)`, async t => {
    const { log, gate, journal } = files()
    const other = files()
    const consumer = await started(redis, 'resumed')
    const run = () =>
      spawn(process.execPath, [program, redis.url, journal, log, gate, other.gate, String(pack)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    const first: ChildProcess = run()
    let said = ''
    first.stdout?.setEncoding('utf8').on('data', text => {
      said += text
    })
    const wanted = pack === 1 ? /begun[\s\S]*begun/ : /begun/ // of one job, one after the other
    while (!wanted.test(said)) await once(first.stdout as NodeJS.ReadableStream, 'data')
    first.kill('SIGKILL')
    await once(first, 'exit')
    writeFileSync(gate, '') // one of them finishes while nobody listens
    const second = run()
    let answer = ''
    second.stdout?.setEncoding('utf8').on('data', text => {
      answer += text
    })
    if (pack === 1) while (!/done 0/.test(answer)) await once(second.stdout as NodeJS.ReadableStream, 'data')
    writeFileSync(other.gate, '')
    await once(second, 'exit')
    t.regex(answer, /done 0/)
    t.regex(answer, /done 1/)
    t.regex(answer, /finished 2 done/)
    t.deepEqual(linesOf(log).length, 2, 'each began once')
    t.is(consumer.process.exitCode, null)
  })
