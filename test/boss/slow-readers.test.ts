/** `for await` over reports: a reader that is slow holds the source, and nothing is lost, kept for ever or left behind. */

import test from 'ava'
import { concat, of, Subject, throwError } from 'rxjs'

import {
  Boss,
  delegate,
  eachValueFrom,
  inline,
  inOrder,
  maxThreads,
  pull,
  type Report,
  result,
} from '../../src/index.ts'
import square from '../fixtures/square.ts'

const crew = { crew: inline(), scheduler: maxThreads(4) }
/** What four lanes may hold at most, each its depth. */
const held = 4 * 1024 + 4

/** A generator without end, and how far it has gone. */
function endless() {
  const source = { taken: 0, ended: false }
  function* numbers() {
    try {
      for (;;) yield { n: ++source.taken }
    } finally {
      source.ended = true
    }
  }
  return { source, numbers }
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

test('a slow reader of delegate: the source stays within its window and the lanes', async t => {
  const { source, numbers } = endless()
  let read = 0
  let ahead = 0
  for await (const report of eachValueFrom(pull(numbers()).pipe(delegate(square, crew)), { window: 50 })) {
    t.is(report.kind, 'done')
    if (++read % 10 === 0) await turn()
    ahead = Math.max(ahead, source.taken - read)
    if (read === 20_000) break
  }
  t.true(ahead <= 50 + held, `${ahead} ahead`)
  t.true(source.ended)
  const { taken } = source
  await turn()
  t.is(source.taken, taken)
})

test('the same through inOrder and result, which have windows of their own or none', async t => {
  const { source, numbers } = endless()
  const read: number[] = []
  let ahead = 0
  const squares$ = pull(numbers()).pipe(delegate(square, crew), inOrder({ window: 20 }), result())
  for await (const value of eachValueFrom(squares$, { window: 50 })) {
    read.push(value)
    if (read.length % 10 === 0) await turn()
    ahead = Math.max(ahead, source.taken - read.length)
    if (read.length === 3000) break
  }
  t.true(ahead <= 50 + 20, `${ahead} ahead`)
  t.deepEqual(
    read,
    Array.from({ length: 3000 }, (_, i) => (i + 1) ** 2),
  )
})

test('a slow reader of a Boss holds what he listens to; another reader, and his mailbox, are free', async t => {
  const { source, numbers } = endless()
  const boss = new Boss({ workers: square, ...crew, keepReports: false })
  let others = 0
  boss.reports$.subscribe(() => others++)
  boss.listen(numbers())
  let read = 0
  let ahead = 0
  const reports = eachValueFrom(boss.reports$, { window: 50 })[Symbol.asyncIterator]()
  const first = reports.next()
  boss.makeThemWork()
  await first
  for (read = 1; read < 20_000; read++) {
    await reports.next()
    if (read % 10 === 0) await turn()
    ahead = Math.max(ahead, source.taken - read)
  }
  t.true(ahead <= 50 + held, `${ahead} ahead`)
  t.true(others >= read)
  // Who leaves holds nobody up.
  const { taken } = source
  await reports.return?.()
  while (source.taken <= taken + 50 + held) await turn()
  await boss.stopThemWorking()
})

test('inOrder on a Boss that has begun before holds nobody up', async t => {
  const boss = new Boss({ workers: square, ...crew })
  boss.makeThemWork()
  boss.give({ n: 0 })
  await turn()
  const seen: Report[] = []
  boss.reports$.pipe(inOrder({ window: 2 })).subscribe(report => seen.push(report))
  const listening = boss.listen(Array.from({ length: 100 }, (_, n) => ({ n })))
  await new Promise<void>(resolve => listening.add(resolve))
  const { counts } = await boss.waitTillFinished()
  t.is(counts.done, 101)
  t.is(seen.length, 100)
})

test('what cannot be held waits, up to the capacity; then it fails, or the newest or oldest goes', async t => {
  const numbers = [1, 2, 3, 4, 5]
  const readAll = async (options: Parameters<typeof eachValueFrom>[1]) => {
    const hot$ = new Subject<number>()
    const read: unknown[] = []
    const reading = eachValueFrom(hot$, options)[Symbol.asyncIterator]()
    const first = reading.next()
    hot$.next(0)
    read.push((await first).value)
    for (const n of numbers) hot$.next(n)
    hot$.complete()
    try {
      for (let next = await reading.next(); !next.done; next = await reading.next()) read.push(next.value)
    } catch (error) {
      read.push((error as Error).message)
    }
    t.false(hot$.observed)
    return read
  }
  t.deepEqual(await readAll({}), [0, ...numbers])
  t.deepEqual(await readAll({ capacity: 2, overflow: 'dropNewest' }), [0, 1, 2])
  t.deepEqual(await readAll({ capacity: 2, overflow: 'dropOldest' }), [0, 4, 5])
  const failed = await readAll({ capacity: 2 })
  t.deepEqual(failed.slice(0, 3), [0, 1, 2])
  t.regex(String(failed[3]), /too slow: 2 values wait/)
})

test('an error is thrown once, after the values before it; who asks again is told that it is over', async t => {
  const values$ = concat(
    of(1, 2),
    throwError(() => new RangeError('broken')),
  )
  const reading = eachValueFrom(values$)[Symbol.asyncIterator]()
  t.deepEqual(await reading.next(), { done: false, value: 1 })
  t.deepEqual(await reading.next(), { done: false, value: 2 })
  await t.throwsAsync(async () => reading.next(), { instanceOf: RangeError, message: 'broken' })
  t.deepEqual(await reading.next(), { done: true, value: undefined })
})

test('who leaves while waiting is not kept; several may ask at once; nothing is subscribed before', async t => {
  const hot$ = new Subject<number>()
  const reading = eachValueFrom(hot$)[Symbol.asyncIterator]()
  t.false(hot$.observed)
  const [one, two, three] = [reading.next(), reading.next(), reading.next()]
  hot$.next(1)
  hot$.next(2)
  t.deepEqual(
    [await one, await two],
    [
      { done: false, value: 1 },
      { done: false, value: 2 },
    ],
  )
  await reading.return?.()
  t.deepEqual(await three, { done: true, value: undefined })
  t.false(hot$.observed)
  const unasked = eachValueFrom(hot$)[Symbol.asyncIterator]()
  await unasked.return?.()
  t.deepEqual(await unasked.next(), { done: true, value: undefined })
  t.false(hot$.observed)
  t.throws(() => eachValueFrom(hot$, { window: 0 }), { message: /'window' must be a whole number/ })
  t.throws(() => eachValueFrom(hot$, { capacity: 1.5 }), { message: /'capacity' must be a whole number/ })
})
