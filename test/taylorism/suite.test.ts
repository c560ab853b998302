/** taylorism's own test suite, replayed. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import {
  BossFailure,
  bindToCpu,
  maxThreads,
  RxbossError,
  runAsServer,
  SharedArray,
  scheduler,
  threads,
} from '../../src/index.ts'
import { balances, seconds, server } from './server.ts'
import summer from './workers/summer.ts'

// One after the other: each has threads of its own.
const test = ava.serial

test('one fails: with stopRightNow the wait rejects with its error; by default the others go on', async t => {
  const both = { sleepingTime: [0.001, 0.01], succeed: [false, true] }
  await using strict = server({}, both, { onFailure: 'stopRightNow' })
  const error = await t.throwsAsync(strict.waitTillFinished(), { instanceOf: BossFailure })
  t.like(error.cause, { name: 'TestError', message: 'Failer: failed' })
  t.is(error.report.status, 'failed')
  t.true(balances(error.report))
  await using patient = server({}, both)
  const report = await patient.waitTillFinished()
  t.is(report.status, 'finished')
  t.like(report.counts, { done: 1, failed: 1 })
  t.true(balances(report))
})

test('a program ended by SIGTERM ends with its workers', async t => {
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

for (const [id, own] of [
  ['T3a', {}],
  ['T3b, with a user’s own scheduler object:', { scheduler: { concurrency: 2 } }],
] as const) {
  test(`${id} instructions may come later`, async t => {
    await using boss = server({ succeed: true }, { sleepingTime: [0.001, 0.001, 0.001] }, own)
    await seconds(0.2)
    boss.setInstructions({ common: { succeed: true }, individual: { sleepingTime: [0.001] } })
    const report = await boss.waitTillFinished()
    t.is(report.counts.done, 4)
    t.is(report.status, 'finished')
    t.is(await boss.getReport(), report)
    t.true(balances(report))
  })
}

const unbound = whyNotBound()
const testBound = unbound === '' ? test : test.skip
if (unbound !== '') process.stderr.write(`notice: the test of binding is skipped: ${unbound}\n`)

testBound('bound by ticket, two workers use the first two CPUs', async t => {
  await using boss = server(
    { succeed: true, bindTest: true },
    { sleepingTime: [0.1, 0.1, 0.1] },
    { scheduler: scheduler(maxThreads(2), bindToCpu()) },
  )
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 3)
  const used = report.reports.flatMap((one: { result?: [string, number[]] }) => one.result?.[1] ?? [])
  t.deepEqual([...new Set(used)].sort(), [0, 1])
  t.true(balances(report))
})

test('a name that is used twice is refused at once, and nothing starts', async t => {
  const names = { name: ['alfred', 'alfred'], sleepingTime: [60, 60], succeed: [true, true] }
  t.throws(() => server({}, names), { instanceOf: RxbossError, message: /alfred/ })
  await using boss = server({ succeed: true }, { sleepingTime: [] })
  t.throws(() => boss.setInstructions({ individual: names }), { instanceOf: RxbossError, message: /alfred/ })
  t.is(boss.state.counts.submitted, 0)
  t.is(boss.state.workers.length, 0)
  t.true(balances(await boss.waitTillFinished()))
})

test('two Summers with the lock add up', async t => {
  const sharedSum = SharedArray.from([813], 'int32')
  await using boss = runAsServer({
    workers: summer,
    scheduler: maxThreads(2),
    crew: threads(),
    common: { sharedSum, useLock: true },
    individual: { value: [42, 8] },
  })
  const report = await boss.waitTillFinished()
  t.is(sharedSum.get(0), 863)
  t.is(report.counts.done, 2)
  t.true(balances(report))
})

/** Why no two workers can be bound to the first two CPUs here; nothing where they can. */
function whyNotBound(): string {
  try {
    bindToCpu()
  } catch (error) {
    return (error as Error).message
  }
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  if (allowed === `0-${cpus().length - 1}`) return ''
  return `this process may use CPUs ${allowed} alone`
}
