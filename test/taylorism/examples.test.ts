/** taylorism's own examples, replayed. */

import ava from 'ava'

import {
  batchMain,
  bindToCpu,
  laxist,
  maxMemory,
  maxThreads,
  runAsServer,
  type Scheduler,
  SharedArray,
  scheduler,
  threads,
} from '../../src/index.ts'
import { balances, until } from './server.ts'
import logarithmer from './workers/logarithmer.ts'
import matrixProducter from './workers/matrix-producter.ts'
import sleeper from './workers/sleeper.ts'
import summer from './workers/summer.ts'

// One after the other: each has threads of its own.
const test = ava.serial

const canBind = (() => {
  try {
    return bindToCpu() !== undefined
  } catch (error) {
    process.stderr.write(`notice: E1 is not bound here: ${(error as Error).message}\n`)
    return false
  }
})()

const schedulers: readonly (readonly [string, () => Scheduler, boolean?])[] = [
  ['laxist', laxist],
  ['three threads', () => maxThreads(3)],
  ['three threads, bound', () => scheduler(maxThreads(3), bindToCpu()), canBind],
  ['memory', () => maxMemory({ max: 4096 })],
  ['memory, bound', () => scheduler(maxMemory({ max: 4096 }), bindToCpu()), canBind],
]

for (const [name, make, possible = true] of schedulers) {
  const testHere = possible ? test : test.skip
  testHere(`an interim report lists what is done by then, and more may come; ${name}`, async t => {
    await using boss = runAsServer({
      workers: sleeper,
      scheduler: make(),
      crew: threads(),
      common: { wakeupSentence: 'Good morning' },
      individual: { sleepingTime: [0.1, 1, 0.01, 0.001] },
    })
    await until(() => boss.state.counts.done >= 2)
    const interim = await boss.getReport()
    if (interim.status !== 'interim') return t.fail('it is over already')
    t.is(interim.reports.length, interim.counts.done)
    t.true(interim.reports.every(one => one.kind === 'done' && one.result.startsWith('Good morning')))
    t.true(balances(interim))
    boss.setInstructions({ individual: { sleepingTime: [0.001] } })
    const report = await boss.waitTillFinished()
    t.is(report.counts.done, 5)
    t.deepEqual(report.reports.slice(0, interim.reports.length), [...interim.reports])
    t.true(balances(report))
  })
}

test('a Logarithmer for each row of a shared matrix', async t => {
  const array = SharedArray.from([
    [0, 1, 2],
    [1, 2, 3],
  ])
  await using boss = runAsServer({
    workers: logarithmer,
    scheduler: maxThreads(2),
    crew: threads(),
    common: { array },
    individual: { row: [0, 1] },
  })
  t.true(balances(await boss.waitTillFinished()))
  t.deepEqual(array.toArray(), [
    [Number.NEGATIVE_INFINITY, 0, Math.log(2)],
    [0, Math.log(2), Math.log(3)],
  ])
})

test('ten Summers on ten threads add up to 45', async t => {
  const sharedSum = SharedArray.of('int32', 1)
  await using boss = runAsServer({
    workers: summer,
    scheduler: maxThreads(10),
    crew: threads(),
    common: { sharedSum, useLock: true },
    individual: { value: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  })
  t.true(balances(await boss.waitTillFinished()))
  t.is(sharedSum.get(0), 45)
})

test('the product of two shared matrices, in blocks of 2×4 on four threads', async t => {
  const make = (rows: number, columns: number, at: (i: number, j: number) => number) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j)))
  const [left, right] = [make(6, 7, (i, j) => i + j), make(7, 8, (i, j) => i * j + 1)]
  const c = SharedArray.of('float64', 6, 8)
  const corners = [0, 2, 4].flatMap(row => [0, 4].map(column => ({ row, column })))
  await using boss = runAsServer({
    workers: matrixProducter,
    scheduler: maxThreads(4),
    crew: threads(),
    common: { a: SharedArray.from(left), b: SharedArray.from(right), c, height: 2, width: 4 },
    individual: { row: corners.map(({ row }) => row), column: corners.map(({ column }) => column) },
  })
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 6)
  t.true(balances(report))
  t.deepEqual(
    c.toArray(),
    make(6, 8, (i, j) => right.reduce((sum, row, k) => sum + (left[i]?.[k] ?? 0) * (row[j] ?? 0), 0)),
  )
})

test('batchMain prints each result under its name, and returns the final report', async t => {
  const printed: string[] = []
  const { log } = console
  console.log = (...texts: unknown[]) => void printed.push(texts.join(' '))
  try {
    const report = await batchMain({
      workers: sleeper,
      scheduler: maxThreads(1),
      crew: threads(),
      individual: { name: ['early', 'late'], sleepingTime: [0.001, 0.01] },
    })
    t.is(report.status, 'finished')
    t.is(report.reports.length, 2)
    t.true(balances(report))
  } finally {
    console.log = log
  }
  t.regex(printed.join('\n'), /^early\nHello ! slept 0.001 s.*\n\nlate\nHello ! slept 0.01 s/)
})
