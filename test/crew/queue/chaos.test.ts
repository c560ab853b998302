/** Consumers are killed again and again, with short jobs in the queue: what a death may cost, and what not. */

import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { firstValueFrom } from 'rxjs'
import { filter } from 'rxjs/operators'

import { bullmq } from '../../../src/entries/bullmq.ts'
import { Boss, maxThreads, type Settled } from '../../../src/index.ts'
import { type ConsumerProcess, redisServer, startConsumer, test } from './redis.ts'
import { busy } from './workers/tasks.ts'

const count = 3000
const kills = 4
const jobs = 2

test('consumers are killed again and again: each instruction ends once, none begins twice, and who had not begun is not blamed (1.1, 1.5, 1.10)', async t => {
  t.timeout(90_000, 'something hangs')
  const redis = await redisServer()
  const log = join(mkdtempSync(join(tmpdir(), 'rxboss-chaos-')), 'log')
  const consumers: ConsumerProcess[] = []
  const hire = async () => void consumers.push(await startConsumer(redis, 'chaos', { jobs }))
  await Promise.all([hire(), hire()])
  const boss = new Boss({
    workers: busy,
    scheduler: maxThreads(128),
    supervise: { max: Infinity, within: 1000, backoff: () => 0 },
    crew: bullmq({ connection: redis.url, queue: 'chaos' }),
  })
  const finals: Settled[] = []
  boss.reports$.subscribe(report => {
    if (report.kind !== 'interim') finals.push(report)
  })
  for (let n = 0; n < count; n++) boss.give({ ms: n % 100 === 50 ? 60 : 0, log })
  boss.makeThemWork()
  boss.end()
  const over = boss.waitTillFinished()
  for (let kill = 1; kill <= kills; kill++) {
    await firstValueFrom(boss.reports$.pipe(filter(() => finals.length >= (count * kill) / (kills + 1))))
    await consumers.shift()?.end('SIGKILL')
    await hire()
  }
  const { counts } = await over
  t.is(counts.done + counts.failed, count)
  t.is(new Set(finals.map(({ id }) => id)).size, count)
  t.is(finals.length, count)
  t.true(finals.every(report => report.kind !== 'failed' || report.failure.code === 'crashed'))
  t.true(
    counts.failed <= kills * jobs,
    `${counts.failed} are blamed for ${kills} deaths of ${jobs} threads each`,
  )
  const begun = readFileSync(log, 'utf8').trim().split('\n')
  t.is(new Set(begun).size, begun.length, 'none began twice')
  t.true(begun.length >= counts.done)
  await boss[Symbol.asyncDispose]()
  for (const one of consumers) await one.end()
  await redis.end()
})
