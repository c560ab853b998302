/**
 * The fourteen ways in which taylorism hangs, none of which is one here. (e), the boss killed, is in
 * `test/boss/processes.test.ts`; (f), the program throwing before the end, in `probes.test.ts`.
 */

import { setTimeout as sleep } from 'node:timers/promises'

import ava from 'ava'

import {
  Boss,
  type BossOptions,
  inline,
  maxMemory,
  maxThreads,
  RxbossError,
  threads,
} from '../../src/index.ts'
import { echo } from '../fixtures/basic.ts'
import misbehave from '../fixtures/misbehave.ts'
import square from '../fixtures/square.ts'

const test = ava.serial
const inThread = { crew: threads(), scheduler: maxThreads(1), graceMs: 100 }

/** What becomes of each of these, in the order of the instructions. */
async function become(acts: readonly Parameters<Boss<typeof misbehave>['give']>[0]['act'][]) {
  await using boss = new Boss({ workers: misbehave, ...inThread })
  for (const act of acts) boss.give({ act })
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  return [...reports].sort((a, b) => a.id - b.id).map(one => (one.kind === 'failed' ? one.failure : one.kind))
}

const here = (options: Partial<BossOptions<typeof square>> = {}) =>
  new Boss({ workers: square, crew: inline(), scheduler: maxThreads(2), ...options })

test('hang (a): an end, or a wait, while halted with pending work', async t => {
  const boss = here()
  boss.give({ n: 1 })
  await t.throwsAsync(boss.waitTillFinished(), { message: /would wait for ever.*makeThemWork/ })
  await t.throwsAsync(boss.getReport({ block: true }), { message: /would wait for ever/ })
  boss.end()
  await t.throwsAsync(boss.waitTillFinished(), { message: /would wait for ever/ })
  boss.makeThemWork()
  t.like((await boss.waitTillFinished()).counts, { done: 1 })
})

test('hang (b): a result that cannot be serialised', async t => {
  const [result, next] = await become(['returnFunction', 'answer'])
  t.like(result, { code: 'unserialisable' })
  t.is(next, 'done')
})

test('hang (c): an error that cannot be serialised', async t => {
  const [error, next] = await become(['throwWithFunction', 'answer'])
  t.like(error, { code: 'threw', error: { name: 'TypeError', message: 'with a function' } })
  t.is(next, 'done')
})

test('hang (d): a worker that dies', async t => {
  const [zero, three, next] = await become(['exit0', 'exit3', 'answer'])
  t.like(zero, { code: 'crashed' })
  t.regex((three as { why: string }).why, /code 3/)
  t.is(next, 'done')
})

test('hang (g): an instruction that cannot be serialised', async t => {
  await using boss = new Boss({ workers: echo, ...inThread })
  for (const value of [1, () => 2, 3]) boss.give({ value })
  boss.makeThemWork()
  const { counts, reports } = await boss.waitTillFinished()
  t.like(counts, { done: 2, failed: 1 })
  t.like(
    reports.find(({ kind }) => kind === 'failed'),
    { id: 1, failure: { code: 'unserialisable' } },
  )
})

test('hang (h): instructions to a boss that is gone', async t => {
  const boss = here()
  boss.give({ n: 1 })
  boss.makeThemWork()
  const report = await boss.waitTillFinished()
  t.throws(() => boss.give({ n: 2 }), { instanceOf: RxbossError, message: /takes no more instructions/ })
  t.is(await boss.waitTillFinished(), report)
})

test('hang (i): a final report that several read', async t => {
  const boss = here()
  boss.give({ n: 1 })
  const early = boss.getReport({ block: true }).catch(() => undefined)
  boss.makeThemWork()
  const readers = [boss.waitTillFinished(), boss.getReport({ block: true }), boss.waitTillFinished()]
  const reports = new Set<unknown>(await Promise.all(readers))
  t.is(reports.size, 1)
  t.true(reports.has(await boss.getReport()))
  t.is(await early, undefined)
})

test('hang (j): readers that race with the end, a hundred times', async t => {
  for (let race = 0; race < 100; race++) {
    const boss = here()
    for (let n = 0; n < 3; n++) boss.give({ n })
    boss.makeThemWork()
    const late = (async () => {
      for (let tick = 0; tick < race; tick++) await Promise.resolve()
      return boss.getReport({ block: true })
    })()
    const [final, read] = await Promise.all([boss.waitTillFinished(), late])
    t.is(final, read)
  }
})

test('hang (k): both sides write 3 MB at once, and neither reads', async t => {
  await using boss = new Boss({ workers: echo, ...inThread })
  const value = 'x'.repeat(3 * 2 ** 20)
  for (let i = 0; i < 8; i++) boss.give({ value })
  boss.makeThemWork()
  const until = performance.now() + 100
  while (performance.now() < until); // it writes, and hears nothing meanwhile
  await sleep(0)
  const { counts, reports } = await boss.waitTillFinished()
  t.like(counts, { done: 8 })
  t.true(reports.every(report => report.kind === 'done' && report.result === value))
})

test('hang (l): a negative limit of threads', t => {
  t.throws(() => maxThreads(-1), { message: /-1/ })
})

test('hang (m): a limit that comes to zero', t => {
  t.true(maxThreads(0).concurrency >= 1)
  t.throws(() => maxThreads('0' as never), { message: /0/ })
})

test('hang (n): a task larger than the memory there is', async t => {
  const boss = here({ scheduler: maxMemory({ max: 100 }) })
  t.throws(() => boss.give({ n: 1, memory: 200 }), { instanceOf: RxbossError, message: /200/ })
  boss.give({ n: 1, memory: 100 })
  boss.makeThemWork()
  t.like((await boss.waitTillFinished()).counts, { submitted: 1, done: 1 })
})
