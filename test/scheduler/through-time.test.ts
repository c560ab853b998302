/**
 * Demand reaches through time: `pull` is held back also where it is subscribed late, and where its values arrive late. With
 * the oldest RxJS that we take, and with the newest.
 */

import test from 'ava'
import type { Observable } from 'rxjs'
import * as newest from 'rxjs'
import * as oldest from 'rxjs-7.8.0'

import { Boss, delegate, eachValueFrom, inline, maxThreads, pull, result, schedule } from '../../src/index.ts'
import { mostUnderWay } from '../../src/scheduler/limits.ts'
import square from '../fixtures/square.ts'

type Numbers = Observable<{ n: number }>
type Rx = typeof newest

const options = { crew: inline(), scheduler: maxThreads(2) }

/** A source without end, but for a bound at which a test has failed; how far it has gone. */
function endless(most = 3e6) {
  const source = { taken: 0, ended: false }
  function* numbers() {
    try {
      while (source.taken < most) yield { n: source.taken++ }
    } finally {
      source.ended = true
    }
  }
  return { source, numbers$: () => pull(numbers()) }
}

const wait = <A>(value: A, ms = 1) => new Promise<A>(resolve => setTimeout(() => resolve(value), ms))

/** One form of a pipe whose values come late, or of a source that is subscribed late. */
interface Form {
  readonly name: string
  readonly pipe: (numbers$: () => Numbers, rx: Rx) => Numbers
  /** How far it may go ahead. Default: what lanes hold, and what may be under way. */
  readonly most?: number
}

/** What two inline lanes hold and are asked for ahead. */
const held = 4 * 1024

const forms: readonly Form[] = [
  { name: 'switchMap', pipe: (n$, { timer, switchMap }) => timer(0).pipe(switchMap(n$)), most: held },
  {
    name: 'concat',
    pipe: (n$, { concat, timer, map }) => concat(timer(1).pipe(map(n => ({ n }))), n$()),
    most: held,
  },
  {
    name: 'subscribeOn',
    pipe: (n$, { subscribeOn, asyncScheduler }) => n$().pipe(subscribeOn(asyncScheduler)),
    most: held,
  },
  { name: 'concatMap', pipe: (n$, { timer, concatMap }) => timer(0).pipe(concatMap(n$)), most: held },
  { name: 'exhaustMap', pipe: (n$, { timer, exhaustMap }) => timer(0).pipe(exhaustMap(n$)), most: held },
  {
    name: 'defer',
    pipe: (n$, { defer, timer, mergeMap }) => timer(0).pipe(mergeMap(() => defer(n$))),
    most: held,
  },
  {
    name: 'using',
    pipe: (n$, { using, timer, mergeMap }) =>
      timer(0).pipe(mergeMap(() => using(() => ({ unsubscribe: () => {} }), n$))),
    most: held,
  },
  {
    name: 'retry',
    pipe: (n$, { defer, retry, throwError }) => {
      let tries = 0
      return defer(() => (tries++ === 0 ? throwError(() => new Error('not yet')) : n$())).pipe(
        retry({ delay: 1 }),
      )
    },
    most: held,
  },
  {
    name: 'repeat',
    pipe: (n$, { defer, repeat, EMPTY }) => {
      let tries = 0
      return defer(() => (tries++ === 0 ? EMPTY : n$())).pipe(repeat({ delay: 1 }))
    },
    most: held,
  },
  {
    name: 'catchError',
    pipe: (n$, { timer, mergeMap, throwError, catchError }) =>
      timer(0).pipe(
        mergeMap(() => throwError(() => new Error('none'))),
        catchError(n$),
      ),
    most: held,
  },
  {
    name: 'startWith',
    pipe: (n$, { timer, mergeMap, startWith }) =>
      timer(0).pipe(mergeMap(() => n$().pipe(startWith({ n: 0 })))),
    most: held,
  },
  {
    name: 'merge',
    pipe: (n$, { merge, timer, map }) => merge(timer(1).pipe(map(n => ({ n }))), n$()),
    most: held,
  },
  {
    name: 'groupBy',
    pipe: (n$, { timer, switchMap, groupBy, mergeAll }) =>
      timer(0).pipe(
        switchMap(() =>
          n$().pipe(
            groupBy(({ n }) => n % 3),
            mergeAll(),
          ),
        ),
      ),
    most: held,
  },
  { name: 'share, subscribed at once', pipe: (n$, { share }) => n$().pipe(share()), most: held },
  { name: 'delay(0)', pipe: (n$, { delay }) => n$().pipe(delay(0)) },
  { name: 'delay(30)', pipe: (n$, { delay }) => n$().pipe(delay(30)) },
  { name: 'delay(150)', pipe: (n$, { delay }) => n$().pipe(delay(150)), most: 5 * mostUnderWay },
  { name: 'delayWhen', pipe: (n$, { delayWhen, timer }) => n$().pipe(delayWhen(({ n }) => timer(n % 5))) },
  { name: 'observeOn', pipe: (n$, { observeOn, asapScheduler }) => n$().pipe(observeOn(asapScheduler)) },
  { name: 'mergeMap(async, 4)', pipe: (n$, { mergeMap }) => n$().pipe(mergeMap(one => wait(one), 4)) },
  {
    name: 'mergeMap(async, 4), 20 ms',
    pipe: (n$, { mergeMap }) => n$().pipe(mergeMap(one => wait(one, 20), 4)),
  },
  { name: 'concatMap(async)', pipe: (n$, { concatMap }) => n$().pipe(concatMap(one => wait(one))) },
  {
    name: 'concatMap(async) by a microtask',
    pipe: (n$, { concatMap }) => n$().pipe(concatMap(async one => one)),
  },
  { name: 'exhaustMap(async)', pipe: (n$, { exhaustMap }) => n$().pipe(exhaustMap(one => wait(one))) },
  { name: 'debounceTime', pipe: (n$, { debounceTime }) => n$().pipe(debounceTime(5)) },
  { name: 'auditTime', pipe: (n$, { auditTime }) => n$().pipe(auditTime(5)), most: 4 * mostUnderWay },
  {
    name: 'zip with a clock',
    pipe: (n$, { zip, interval, map }) => zip(n$(), interval(2)).pipe(map(([one]) => one)),
  },
  {
    name: 'a clock zipped with it',
    pipe: (n$, { zip, interval, map }) => zip(interval(2), n$()).pipe(map(([, one]) => one)),
  },
  {
    name: 'zip of two',
    pipe: (n$, { zip, map }) => zip(n$(), n$()).pipe(map(([one]) => one)),
    most: held + 4 * mostUnderWay,
  },
  {
    name: 'filter, delay',
    pipe: (n$, { filter, delay }) =>
      n$().pipe(
        filter(({ n }) => n % 100 === 0),
        delay(2),
      ),
    most: held + 300 * mostUnderWay,
  },
  {
    name: 'rare ones of many',
    pipe: (n$, { filter }) => n$().pipe(filter(({ n }) => n % 50_000 === 49_999)),
    most: 3e6 - 1,
  },
]

for (const [version, rx] of [
  ['newest', newest],
  ['7.8.0', oldest as unknown as Rx],
] as const) {
  for (const { name, pipe, most = held + 2 * mostUnderWay } of forms) {
    test(`a source without end through ${name} is held back, RxJS ${version}`, async t => {
      const { source, numbers$ } = endless()
      const results = await firstFew(pipe(numbers$, rx), 20)
      t.is(results, 20)
      t.true(source.taken <= most, `${source.taken} taken`)
    })
  }
}

/** Counts so many results, and lets go. */
function firstFew(numbers$: Numbers, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let heard = 0
    numbers$
      .pipe(delegate(square, options), result(), newest.take(count))
      .subscribe({ next: () => heard++, error: reject, complete: () => resolve(heard) })
  })
}

test.serial('where nothing passes, the loop turns all the same, and the source is read on', async t => {
  const { source, numbers$ } = endless()
  const subscription = numbers$()
    .pipe(
      newest.filter(() => false),
      delegate(square, options),
    )
    .subscribe()
  let [longest, since] = [0, performance.now()]
  for (let turn = 0; turn < 20; turn++) {
    await wait(0)
    longest = Math.max(longest, performance.now() - since)
    since = performance.now()
  }
  subscription.unsubscribe()
  t.true(source.taken > 10_000, `${source.taken} taken`)
  t.true(longest < 500, `${longest} ms`)
  t.true(source.ended)
  const { taken } = source
  await wait(0, 5)
  t.is(source.taken, taken)
})

test('a source that ends while nothing passes completes', async t => {
  const none$ = newest.timer(0).pipe(
    newest.switchMap(() => pull(Array.from({ length: 300_000 }, (_, n) => ({ n })))),
    newest.filter(() => false),
  )
  t.is(await firstFew(none$, 1), 0)
})

test('what a lossy pipe drops after a while is not waited for', async t => {
  const list = Array.from({ length: 20_000 }, (_, n) => ({ n }))
  const few$ = pull(list).pipe(
    newest.delay(1),
    newest.filter(({ n }) => n % 5000 === 4999),
  )
  t.is(await firstFew(few$, 4), 4)
})

test('a Boss that listens, `schedule`, and another `delegate` hold the source back through time, too', async t => {
  const late = (n$: () => Numbers) => newest.timer(0).pipe(newest.switchMap(n$), newest.delay(1))

  const heard = endless()
  const boss = new Boss({ workers: square, ...options, keepReports: false })
  boss.listen(late(heard.numbers$))
  boss.makeThemWork()
  await newest.lastValueFrom(boss.reports$.pipe(newest.take(5000)))
  await boss.stopThemWorking()
  t.true(heard.source.taken <= 5000 + held + 2 * mostUnderWay, `listen: ${heard.source.taken}`)
  t.true(heard.source.ended)

  const scheduled = endless()
  const work$ = late(scheduled.numbers$).pipe(
    schedule(() => wait(1), maxThreads(2)),
    newest.take(20),
  )
  await newest.lastValueFrom(work$)
  t.true(scheduled.source.taken <= 20 + 2 * mostUnderWay, `schedule: ${scheduled.source.taken}`)

  const first = endless()
  const twice$ = first.numbers$().pipe(
    delegate(square, options),
    result(),
    newest.map(n => ({ n })),
  )
  const slow = schedule(() => wait(1), maxThreads(1))
  await newest.lastValueFrom(twice$.pipe(slow, newest.take(20)))
  t.true(first.source.taken <= 20 + held, `two in a row: ${first.source.taken}`)
})

test('a reader holds a source directly, whether it is asked for promises or values', async t => {
  const { source, numbers$ } = endless()
  let read = 0
  for await (const _ of eachValueFrom(numbers$(), { window: 10 })) if (++read === 100) break
  t.true(source.taken <= 111, `${source.taken} taken`)
  t.true(source.ended)

  let asked = 0
  async function* later() {
    for (;;) yield asked++
  }
  read = 0
  for await (const _ of eachValueFrom(pull(later()), { window: 10 })) if (++read === 100) break
  t.true(asked <= 112, `${asked} asked for`)
})

test.serial('an async source that never waits lets the loop turn, though nothing passes', async t => {
  let asked = 0
  async function* later() {
    while (asked < 1e7) yield { n: asked++ }
  }
  const subscription = pull(later())
    .pipe(
      newest.filter(() => false),
      delegate(square, options),
    )
    .subscribe()
  await wait(0, 20)
  subscription.unsubscribe()
  t.true(asked > 1000 && asked < 1e7, `${asked}`)
})

test.serial('where nothing holds a source back that is said once, and the loop turns', async t => {
  const { source, numbers$ } = endless()
  const lines: string[] = []
  const write = process.stderr.write
  process.stderr.write = (text: string | Uint8Array) => lines.push(String(text)) > 0
  try {
    const late$ = newest.timer(0).pipe(newest.switchMap(numbers$), newest.share())
    t.is(await firstFew(late$, 20), 20)
    t.is(await firstFew(newest.timer(0).pipe(newest.switchMap(numbers$), newest.share()), 20), 20)
  } finally {
    process.stderr.write = write
  }
  t.true(source.ended)
  t.is(lines.filter(line => line.startsWith('rxboss: nothing holds')).length, 1, lines.join(''))
})
