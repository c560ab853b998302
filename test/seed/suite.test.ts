/** The seed's own test suite (SEED.md §8, T1-T8) and its examples (E1-E5), replayed. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import {
  BossFailure,
  batchMain,
  laxist,
  maxThreads,
  RxbossError,
  runAsServer,
  threads,
} from '../../src/index.ts'
import { balances, seconds, server } from './server.ts'
import sleeper from './workers/sleeper.ts'
import summer from './workers/summer.ts'

// One after the other: each has threads of its own.
const test = ava.serial

test('T1 one fails: with stopRightNow the wait rejects with its error; by default the others go on', async t => {
  const both = { sleepingTime: [0.001, 0.01], succeed: [false, true] }
  await using strict = server({}, both, { onFailure: 'stopRightNow' })
  const error = await t.throwsAsync(strict.waitTillFinished(), { instanceOf: BossFailure })
  t.like(error.cause, { name: 'TestError', message: 'Failer: failed' })
  t.true(balances(error.report))
  await using patient = server({}, both)
  const report = await patient.waitTillFinished()
  t.is(report.status, 'finished')
  t.like(report.counts, { done: 1, failed: 1 })
  t.true(balances(report))
})

test('T2 a program ended by SIGTERM ends with its workers', async t => {
  const program = fileURLToPath(new URL('./programs/long-sleep.js', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data') // the workers are at work
  const killed = performance.now()
  child.kill('SIGTERM')
  const [code, signal] = await once(child, 'exit')
  t.is(code, null)
  t.is(signal, 'SIGTERM')
  t.true(performance.now() - killed < 1000)
})

test('T3a instructions may come later', async t => {
  await using boss = server({ succeed: true }, { sleepingTime: [0.001, 0.001, 0.001] })
  await seconds(0.05)
  boss.setInstructions({ common: { succeed: true }, individual: { sleepingTime: [0.001] } })
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 4)
  t.is(report.status, 'finished')
  t.is(await boss.getReport(), report)
  t.true(balances(report))
})

test('T3b the same with a user’s own scheduler', async t => {
  await using boss = server(
    { succeed: true },
    { sleepingTime: [0.001, 0.001, 0.001] },
    { scheduler: { concurrency: 2 } },
  )
  boss.setInstructions({ common: { succeed: true }, individual: { sleepingTime: [0.001] } })
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 4)
  t.true(balances(report))
})

test('T6 a name that is used twice is refused at once, and nothing starts', async t => {
  const names = { name: ['alfred', 'alfred'], sleepingTime: [60, 60], succeed: [true, true] }
  t.throws(() => server({}, names), { instanceOf: RxbossError, message: /alfred/ })
  await using boss = server({ succeed: true }, { sleepingTime: [] })
  t.throws(() => boss.setInstructions({ individual: names }), { message: /alfred/ })
  t.is(boss.state.counts.submitted, 0)
})

test('T8 two Summers with the lock add up', async t => {
  const sharedSum = new SharedArrayBuffer(8)
  new Int32Array(sharedSum)[1] = 813
  await using boss = runAsServer({
    workers: summer,
    scheduler: maxThreads(2),
    crew: threads(),
    common: { sharedSum, useLock: true },
    individual: { value: [42, 8] },
  })
  const report = await boss.waitTillFinished()
  t.is(new Int32Array(sharedSum)[1], 863)
  t.true(balances(report))
})

for (const [name, scheduler] of [
  ['laxist', laxist()],
  ['three threads', maxThreads(3)],
] as const) {
  test(`E1 an interim report lists what is done by then, and more may come, with ${name}`, async t => {
    await using boss = runAsServer({
      workers: sleeper,
      scheduler,
      crew: threads(),
      common: { wakeupSentence: 'Good morning' },
      individual: { sleepingTime: [0.1, 1, 0.01, 0.001] },
    })
    while (boss.state.counts.done < 2) await seconds(0.02)
    const interim = await boss.getReport()
    t.is(interim.status, 'interim')
    t.is(interim.reports.length, interim.counts.done)
    t.true(balances(interim))
    boss.setInstructions({ individual: { sleepingTime: [0.001] } })
    const report = await boss.waitTillFinished()
    t.is(report.counts.done, 5)
    t.true(balances(report))
  })
}

test('E3 ten Summers on ten threads add up to 45', async t => {
  const sharedSum = new SharedArrayBuffer(8)
  await using boss = runAsServer({
    workers: summer,
    scheduler: maxThreads(10),
    crew: threads(),
    common: { sharedSum, useLock: true },
    individual: { value: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  })
  t.true(balances(await boss.waitTillFinished()))
  t.is(new Int32Array(sharedSum)[1], 45)
})

test('E5 batchMain prints each report under its name', async t => {
  const printed: string[] = []
  const report = await batchMain({
    workers: sleeper,
    scheduler: maxThreads(1),
    crew: threads(),
    individual: { name: ['early', 'late'], sleepingTime: [0.001, 0.1] },
    printReport: one => printed.push(`${one.name}: ${one.kind === 'done' ? one.result : one.kind}`),
  })
  t.is(report.status, 'finished')
  t.is(report.reports.length, 2)
  t.regex(printed.join('\n'), /early: Hello !.*\n.*late: Hello !/)
  t.true(balances(report))
})
