/** `hire`: one worker, no boss to order about. */

import ava from 'ava'
import { lastValueFrom } from 'rxjs'

import { defineWorker, hire, inline, RxbossError, threads } from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'
import square from '../fixtures/square.ts'

const test = ava.serial

test('a hired worker does one job after the other, and never rejects because one failed', async t => {
  await using worker = await hire(square, { crew: threads() })
  t.like(await worker.work({ n: 3 }), { kind: 'done', result: 9 })
  const both = await Promise.all([worker.work({ n: 4 }), worker.work({ n: 5 })])
  t.deepEqual(
    both.map(report => report.kind === 'done' && report.result),
    [16, 25],
  )
  t.throws(() => void worker.work({ n: 'four' as never }), { instanceOf: RxbossError })
  await worker.stopWorking()
  t.is(worker.state, 'gone')
})

test('youAreExpected resolves when the current job is finished', async t => {
  await using worker = await hire(misbehave, { crew: threads() })
  let done = false
  const job = worker.work({ act: 'nap', ms: 50 }).then(report => {
    done = true
    return report
  })
  await worker.youAreExpected()
  await Promise.resolve()
  t.true(done)
  t.like(await job, { kind: 'done' })
})

test('stopWorking aborts what obeys, forces what does not, and exit$ tells once', async t => {
  const worker = await hire(misbehave, { crew: threads(), graceMs: 100 })
  const exits: unknown[] = []
  worker.exit$.subscribe(exit => exits.push(exit))
  const job = worker.work({ act: 'loop' })
  await new Promise(resolve => setTimeout(resolve, 500))
  await worker.stopWorking()
  t.like(await job, { kind: 'cancelled' })
  t.is(exits.length, 1)
})

test('youAreExpected from inside the worker’s own work is refused', async t => {
  let wait = async () => {}
  const waiting = defineWorker(import.meta, { name: 'waiting', work: () => wait() })
  await using worker = await hire(waiting, { crew: inline() })
  wait = async () => {
    await Promise.resolve()
    await worker.youAreExpected()
  }
  const report = await worker.work({})
  t.is(report.kind, 'failed')
  t.regex(report.kind === 'failed' ? report.failure.why : '', /wait for itself/)
})

test('a hired worker promises results by run, and leaves without those it still has', async t => {
  const worker = await hire(misbehave, { crew: threads(), graceMs: 100 })
  t.is(await worker.run({ act: 'answer' }), 'fine')
  const left = Promise.all([
    worker.run({ act: 'obey' }).catch(error => error),
    lastValueFrom(worker.run$({ act: 'nap' })),
  ])
  await worker.stopWorking()
  const [error, report] = await left
  t.like(error, { name: 'CancelledError', code: 'cancelled' })
  t.like(report, { kind: 'cancelled' })
})
