/** Streams that are not RxJS's: Web Streams, and Observables of the platform by the polyfill of its proposal. */

import test from 'ava'
import * as io from 'io-ts'
import { firstValueFrom, from, map, type Observable, Subject, take, toArray } from 'rxjs'

import { Boss } from '../../src/boss/boss.ts'
import { delegate } from '../../src/boss/delegate.ts'
import { inline } from '../../src/crew/inline.ts'
import { inOrder } from '../../src/operators/in-order.ts'
import { result } from '../../src/operators/result.ts'
import { toReadableStream } from '../../src/operators/to-readable-stream.ts'
import type { PlatformObservable as PlatformStream } from '../../src/scheduler/other-streams.ts'
import { pull } from '../../src/scheduler/pull.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import { plusOne } from '../fixtures/basic.ts'

interface Pushing<T> {
  next(value: T): void
  complete(): void
  addTeardown(teardown: () => void): void
}
// Its own types cannot be read by a compiler.
const polyfill = 'observable-polyfill/fn'
const { Observable: PlatformObservable } = (await import(polyfill)) as {
  Observable: new <T>(subscribe: (subscriber: Pushing<T>) => void) => PlatformStream<T>
}
const turn = () => new Promise(setImmediate)

const all = <A>(stream$: Observable<A>) => firstValueFrom(stream$.pipe(toArray()))

/** Numbers from 0 on, made as they are asked for. `bare`: as in a browser where it cannot be iterated. */
function countingStream(log: { made: number; cancelled: number }, { bare = false, to = Infinity } = {}) {
  const stream = new ReadableStream<{ n: number }>(
    {
      pull: controller => {
        if (log.made === to) controller.close()
        else controller.enqueue({ n: log.made++ })
      },
      cancel: () => {
        log.cancelled++
      },
    },
    { highWaterMark: 0 },
  )
  return bare ? { getReader: () => stream.getReader() } : stream
}

for (const bare of [false, true]) {
  const how = bare ? 'a ReadableStream that cannot be iterated' : 'a ReadableStream'
  test(`${how} is read as there is demand, to its end`, async t => {
    const log = { made: 0, cancelled: 0 }
    const results$ = pull(countingStream(log, { bare, to: 5 })).pipe(
      delegate(plusOne, { crew: inline() }),
      inOrder(),
      result(),
    )
    t.deepEqual(await all(results$), [1, 2, 3, 4, 5])
    t.is(log.cancelled, 0)
  })
  test(`${how} is cancelled by who leaves, and has not run ahead`, async t => {
    const log = { made: 0, cancelled: 0 }
    const results$ = pull(countingStream(log, { bare })).pipe(delegate(plusOne, { crew: inline() }), take(3))
    await all(results$)
    await turn()
    t.is(log.cancelled, 1)
    t.true(log.made < 3000, `${log.made} made`)
  })
  test(`a boss listens to ${how}, and it is work that was given`, async t => {
    const boss = new Boss({ workers: [plusOne], crew: inline() })
    const listening = boss.listen(countingStream({ made: 0, cancelled: 0 }, { bare, to: 10 }))
    boss.makeThemWork()
    const { counts } = await boss.waitTillFinished()
    t.is(counts.done, 10)
    t.deepEqual(await listening.done, { given: 10, refused: 0 })
  })
}

test('an error of a ReadableStream is the error of the source', async t => {
  const failing = () =>
    new ReadableStream<{ n: number }>({ start: controller => controller.error(new RangeError('torn')) })
  await t.throwsAsync(all(pull(failing())), { instanceOf: RangeError, message: 'torn' })
  await t.throwsAsync(all(pull({ getReader: () => failing().getReader() })), { message: 'torn' })
})

const platformNumbers = (log: { left: number }) =>
  new PlatformObservable<{ n: number }>(subscriber => {
    subscriber.addTeardown(() => {
      log.left++
    })
    for (let n = 0; n < 4; n++) subscriber.next({ n })
    subscriber.complete()
  })

test('an Observable of the platform is a source for pull and for a boss', async t => {
  const log = { left: 0 }
  const results$ = pull(platformNumbers(log)).pipe(delegate(plusOne, { crew: inline() }), inOrder(), result())
  t.deepEqual(await all(results$), [1, 2, 3, 4])
  const boss = new Boss({ workers: [plusOne], crew: inline() })
  boss.listen(platformNumbers(log))
  boss.makeThemWork()
  t.is((await boss.waitTillFinished()).counts.done, 4)
  t.is(log.left, 2)
})

test('who unsubscribes leaves an Observable of the platform by its signal', t => {
  const log = { left: 0 }
  const endless = new PlatformObservable<number>(subscriber => {
    subscriber.addTeardown(() => {
      log.left++
    })
    subscriber.next(1)
  })
  pull(endless).subscribe().unsubscribe()
  t.is(log.left, 1)
})

const counter = defineWorker(import.meta, {
  name: 'counter',
  attr: { to: io.Int },
  work: ({ to }): PlatformStream<number> =>
    new PlatformObservable(subscriber => {
      for (let n = 1; n <= to; n++) subscriber.next(n)
      subscriber.complete()
    }),
})

test('an Observable of the platform that work returns: its values are notes, the last is the result', async t => {
  const reports = await all(from([{ to: 3 }]).pipe(delegate(counter, { crew: inline() })))
  t.deepEqual(
    reports.map(report =>
      report.kind === 'interim' ? report.note : report.kind === 'done' && report.result,
    ),
    [1, 2, 3, 3],
  )
})

test('such work is left by its signal when it is cancelled', async t => {
  let left = 0
  const endless = defineWorker(import.meta, {
    name: 'endless',
    attr: {},
    work: () =>
      new PlatformObservable<number>(subscriber => {
        subscriber.addTeardown(() => {
          left++
        })
        subscriber.next(1)
      }),
  })
  const boss = new Boss({ workers: [endless], crew: inline() }).start()
  t.teardown(() => boss[Symbol.asyncDispose]())
  await firstValueFrom(boss.run$({}))
  await turn()
  t.is(left, 1)
})

test('toReadableStream: the values in order, then the end', async t => {
  const values: number[] = []
  for await (const value of toReadableStream(from([1, 2, 3]))) values.push(value)
  t.deepEqual(values, [1, 2, 3])
})

test('toReadableStream: an error after the values before it', async t => {
  const values$ = new Subject<number>()
  const reader = toReadableStream(values$).getReader()
  const first = reader.read()
  await turn()
  values$.next(1)
  values$.error(new RangeError('over'))
  t.deepEqual(await first, { done: false, value: 1 })
  await t.throwsAsync(reader.read(), { instanceOf: RangeError, message: 'over' })
})

test('toReadableStream: cancelling unsubscribes; nothing is subscribed to before it is read', async t => {
  const values$ = new Subject<number>()
  const unread = toReadableStream(values$)
  t.false(values$.observed)
  const reader = unread.getReader()
  void reader.read()
  await turn()
  t.true(values$.observed)
  await reader.cancel()
  t.false(values$.observed)
})

test('toReadableStream holds the source back while nobody reads', async t => {
  let made = 0
  function* endlessly() {
    for (;;) yield { n: made++ }
  }
  const reader = toReadableStream(pull(endlessly()).pipe(map(({ n }) => n)), { window: 16 }).getReader()
  for (let n = 0; n < 3; n++) t.is((await reader.read()).value, n)
  t.true(made <= 40, `${made} made`)
  await reader.cancel()
})
