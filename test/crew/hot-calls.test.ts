/** Hot calls: what is small goes through shared memory while both sides look, and nothing else changes. */

import { performance } from 'node:perf_hooks'

import test from 'ava'
import fc from 'fast-check'

import { SmallValues, smallValuesBytes } from '../../src/crew/lane/small-values.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { Boss, hire, maxThreads } from '../../src/index.ts'
import { plusOne } from '../fixtures/basic.ts'
import { echo, tells } from '../fixtures/hot.ts'
import { tryLane } from './try-lane.ts'

const scalar = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(undefined),
  fc.constant(null),
  fc.string({ maxLength: 70 }),
)
const value = fc.oneof(scalar, fc.dictionary(fc.string({ maxLength: 12 }), scalar, { maxKeys: 18 }))

test('small values arrive as the structured clone would make them', t => {
  const memory = new SharedArrayBuffer(smallValuesBytes)
  const [near, far] = [new SmallValues(memory, 0), new SmallValues(memory, 0)]
  let written = 0
  fc.assert(
    fc.property(fc.array(value, { maxLength: 6 }), values => {
      near.rewind()
      if (!values.every(one => near.write(one))) return
      written++
      far.rewind()
      for (const one of values) t.deepEqual(far.read(), structuredClone(one))
    }),
    { numRuns: 2000 },
  )
  t.true(written > 200)
})

test('what is not small, or no plain record, is not written', t => {
  const values = new SmallValues(new ArrayBuffer(smallValuesBytes), 0)
  const hostile = JSON.parse('{ "__proto__": 1 }') as unknown
  const others = ['€', 'x'.repeat(65), 1n, [1], { a: { b: 1 } }, new Date(), Symbol.iterator, hostile, test]
  for (const one of others) {
    values.rewind()
    t.false(values.write(one), String(one))
  }
})

test.serial('one call after the other goes without a message, and answers as ever', async t => {
  const worker = await hire(echo, { spinUs: 50_000 })
  const given = [1, -0, Number.NaN, true, null, 'text', '€', { a: 1, b: 'two' }, { deep: { er: 1 } }, [1, 2]]
  for (const one of given) t.deepEqual(await worker.run({ value: one }), one)
  await worker[Symbol.asyncDispose]()
})

test.serial('notes come before the result of their job, whichever way each goes', async t => {
  const boss = new Boss({ workers: tells, crew: threads({ spinUs: 50_000 }), scheduler: maxThreads(1) })
  const kinds: string[] = []
  boss.reports$.subscribe(({ id, kind }) => kinds.push(`${id} ${kind}`))
  boss.makeThemWork()
  for (let n = 0; n < 30; n++) await boss.run({ notes: n % 3 })
  t.deepEqual(
    kinds,
    Array.from({ length: 30 }, (_, n) => [
      ...Array.from({ length: n % 3 }, () => `${n} interim`),
      `${n} done`,
    ]).flat(),
  )
  await boss[Symbol.asyncDispose]()
})

test.serial('work that takes longer than anybody looks answers by a message', async t => {
  const worker = await hire(tells, { spinUs: 100 })
  for (const sleepMs of [0, 20, 0, 5]) t.is(await worker.run({ notes: 0, sleepMs }), sleepMs)
  await worker[Symbol.asyncDispose]()
})

test.serial('a hot call is cancelled before it begins, or not at all', async t => {
  const lane = tryLane(threads({ spinUs: 50_000 }), [plusOne])
  lane.open()
  await lane.until(() => lane.events.some(({ type }) => type === 'ready'))
  const taken: number[] = []
  let job = -1
  for (let i = 0; i < 300; i++) {
    job = lane.give({ attributes: { n: i } })
    await Promise.resolve() // it has left
    if (i % 3 !== 0 && lane.lane.withdraw(job)) taken.push(job)
    else await lane.until(() => lane.outcomes().some(([one]) => one === job))
  }
  t.deepEqual(
    [...taken, ...lane.outcomes().map(([one]) => one)].sort((a, b) => a - b),
    Array.from({ length: 300 }, (_, i) => i),
  )
  await lane.close()
})

test.serial('what is not asked for any more keeps no loop turning', async t => {
  const worker = await hire(echo, { spinUs: 2000 })
  for (let i = 0; i < 100; i++) await worker.run({ value: i })
  await new Promise(resolve => setTimeout(resolve, 100))
  const timing = performance.nodeTiming as { uvMetricsInfo?: { loopCount: number } }
  const turns = () => timing.uvMetricsInfo?.loopCount ?? 0
  const before = turns()
  await new Promise(resolve => setTimeout(resolve, 300))
  t.true(turns() - before <= 3, `${turns() - before} turns`)
  await worker[Symbol.asyncDispose]()
})

test('a hired worker has one place to say how long it looks', async t => {
  await t.throwsAsync(hire(echo, { spinUs: 10, crew: threads() }), {
    instanceOf: TypeError,
    message: /'crew' and 'spinUs'/,
  })
  t.throws(() => threads({ spinUs: -1 }), { instanceOf: TypeError, message: /'spinUs' must be/ })
})
