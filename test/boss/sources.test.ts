/** Sources: iterables are work that was given, streams are cut off, and a shared boss delegates for many at once. */

import test from 'ava'
import { expectTypeOf } from 'expect-type'
import {
  concat,
  EMPTY,
  firstValueFrom,
  lastValueFrom,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  take,
  throwError,
  toArray,
} from 'rxjs'

import {
  Boss,
  inline,
  inOrder,
  maxThreads,
  pull,
  type Report,
  RxbossError,
  result,
  settled,
  threads,
} from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { balances, bossOfFakes, turn } from './desk-of-fakes.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }))

async function* later(count: number) {
  for (const one of numbers(count)) {
    if (one.n % 10 === 0) await new Promise(setImmediate)
    yield one
  }
}

const onThisThread = () => new Boss({ workers: square, crew: inline(), scheduler: maxThreads(2) })

for (const [form, source] of Object.entries({
  'an array': () => numbers(1000),
  'a generator': function* () {
    yield* numbers(1000)
  },
  'an async generator': () => later(1000),
  'a stream in which a pull has more': () => pull(numbers(1000)).pipe(map(one => ({ ...one }))),
  'two of them': () => concat(pull(numbers(400)), pull(later(600))),
})) {
  for (const when of ['before', 'after'] as const) {
    test(`${form} that is listened to ${when} the start is done to its end, though the boss is told to end at once`, async t => {
      await using boss = onThisThread()
      const listen = () => boss.listen(typeof source === 'function' ? (source as () => never)() : source)
      const early = when === 'before' ? listen() : undefined
      boss.start()
      const { done } = early ?? listen()
      const { status, counts, sources } = await boss.waitTillFinished()
      t.is(status, 'finished')
      t.like(counts, { submitted: 1000, done: 1000 })
      t.deepEqual(sources, [])
      t.deepEqual(await done, { given: 1000, refused: 0 })
    })
  }
}

test('on threads: 1,000 elements that are listened to are 1,000 done', async t => {
  await using boss = new Boss({ workers: square, crew: threads(), scheduler: maxThreads(2) })
  boss.listen(numbers(1000))
  boss.makeThemWork({ terminate: true })
  t.is(boss.state.intake, 'draining')
  t.like(await boss.getReport({ block: true }), { status: 'finished', counts: { done: 1000 } })
})

test('what can go on for ever is cut off by the end, and told: by done, on inspect$, in the final report', async t => {
  const { boss, lane, events } = bossOfFakes({ scheduler: maxThreads(1) })
  const hot$ = new Subject<{ n: number }>()
  const hot = boss.listen(hot$)
  const half = boss.listen(merge(pull(numbers(2)), NEVER as Observable<{ n: number }>))
  boss.start()
  hot$.next({ n: 5 })
  const final = boss.waitTillFinished()
  t.is(boss.state.intake, 'draining')
  t.false(hot$.observed)
  t.deepEqual(await hot.done, { given: 1, refused: 0, cutOff: true })
  t.throws(() => boss.give({ n: 1 }), { code: 'closed' })
  for (let n = 0; n < 3; n++) {
    await turn()
    lane(0).getReady()
    lane(0).finish(n)
  }
  t.deepEqual(await half.done, { given: 2, refused: 0, cutOff: true })
  lane(0).leaves()
  t.deepEqual((await final).sources, [
    { given: 1, cutOff: true },
    { given: 2, cutOff: true },
  ])
  t.is(events.filter(({ type }) => type === 'source.cutOff').length, 2)
  t.true(balances(boss.state))
})

test('a stop cuts off all; leaving a source ends the wait for an endless one', async t => {
  function* endless() {
    for (let n = 0; ; n++) yield { n }
  }
  const boss = onThisThread()
  const { done } = boss.listen(endless())
  boss.start()
  await firstValueFrom(boss.reports$)
  const { status, sources } = await boss.stop()
  t.is(status, 'stopped')
  t.is(sources.length, 1)
  t.like(await done, { cutOff: true })

  const left = onThisThread().start()
  const listening = left.listen(endless())
  await firstValueFrom(left.reports$)
  const final = left.waitTillFinished()
  listening.unsubscribe()
  const report = await final
  t.is(report.status, 'finished')
  t.deepEqual(report.sources, [])
  t.like(await listening.done, { given: report.counts.submitted, cutOff: true })
})

test('done says what was refused and how the source failed, once all it gave is settled', async t => {
  const { boss, lane } = bossOfFakes({ scheduler: maxThreads(1) })
  const broken = new Error('no more')
  const listening = boss.listen(
    concat(
      of({ n: 1 }, { n: 'two' as never }),
      throwError(() => broken),
    ),
  )
  let done = false
  const told = listening.done.then(listened => {
    done = true
    return listened
  })
  t.true(listening.closed)
  boss.start()
  await turn()
  t.false(done)
  lane(0).getReady()
  lane(0).finish(1)
  t.deepEqual(await told, { given: 1, refused: 1, error: broken })
  t.is(boss.state.counts.refused, 1)
  boss.end()
  t.deepEqual(await boss.listen(numbers(3)).done, { given: 0, refused: 0, cutOff: true })
})

test('waiting on a halted boss whose source has more rejects at once, naming the remedy', async t => {
  const boss = onThisThread()
  boss.listen(numbers(3))
  await t.throwsAsync(boss.waitTillFinished(), { message: /a source has more.*makeThemWork/ })
  boss.start()
  t.is((await boss.waitTillFinished()).counts.done, 3)
})

// -- delegate() on a shared boss ---------------------------------------------------------------------------------------

test('several delegate on one boss at once: each gets the reports of what it gave, and no thread is started for it', async t => {
  await using boss = new Boss({ workers: square, crew: threads(), scheduler: maxThreads(2) }).start()
  let threadsStarted = 0
  boss.notices$.subscribe(({ type }) => {
    if (type === 'worker.spawn') threadsStarted++
  })
  const each = await Promise.all(
    Array.from({ length: 30 }, (_, k) =>
      lastValueFrom(
        pull(numbers(20).map(({ n }) => ({ n: 100 * k + n }))).pipe(
          boss.delegate(),
          inOrder(),
          result(),
          toArray(),
        ),
      ),
    ),
  )
  t.deepEqual(
    each,
    Array.from({ length: 30 }, (_, k) => numbers(20).map(({ n }) => (100 * k + n) ** 2)),
  )
  t.true(threadsStarted <= 2)
  expectTypeOf(of({ n: 1 }).pipe(boss.delegate())).toEqualTypeOf<Observable<Report<number>>>()
  t.deepEqual((await boss.getReport()).reports, [], 'what is delegated is not kept')
})

test('a delegate is pulled as there is room, beside an endless one that takes its turns', async t => {
  await using boss = onThisThread().start()
  let taken = 0
  function* endless() {
    for (;;) yield { n: taken++ }
  }
  const other = pull(endless()).pipe(boss.delegate()).subscribe()
  let meanwhile = 0
  function* some() {
    yield* numbers(500)
    meanwhile = taken
  }
  const mine = await lastValueFrom(pull(some()).pipe(boss.delegate(), settled(), toArray()))
  t.is(mine.length, 500)
  t.true(meanwhile < 5000, `${meanwhile} taken of the endless one meanwhile`)
  other.unsubscribe()
})

test('unsubscribing from a delegate cancels what it gave, and nothing else', async t => {
  const { boss, lane, reports } = bossOfFakes({ scheduler: maxThreads(1) })
  boss.start()
  boss.give({ n: 0 })
  const mine = of({ n: 1 }, { n: 2 }).pipe(boss.delegate()).subscribe()
  const others = lastValueFrom(of({ n: 3 }).pipe(boss.delegate(), result()))
  await turn()
  lane(0).getReady()
  mine.unsubscribe()
  t.deepEqual(
    reports.map(report => [report.id, report.kind === 'cancelled' && report.code]),
    [
      [1, 'unsubscribed'],
      [2, 'unsubscribed'],
    ],
  )
  lane(0).finish(0)
  await turn()
  lane(0).finish(9)
  t.is(await others, 9)
})

test('a delegate errors with its source, once what runs is heard; what waits is cancelled', async t => {
  const { boss, lane } = bossOfFakes({ scheduler: maxThreads(1) })
  boss.start()
  const source$ = new Subject<{ n: number }>()
  const seen: string[] = []
  source$.pipe(boss.delegate()).subscribe({
    next: ({ kind, id }) => seen.push(`${kind} ${id}`),
    error: error => seen.push(String(error)),
  })
  source$.next({ n: 1 })
  await turn()
  lane(0).getReady()
  source$.next({ n: 2 })
  source$.error(new Error('broken'))
  t.deepEqual(seen, ['cancelled 1'])
  lane(0).finish(1)
  t.deepEqual(seen, ['cancelled 1', 'done 0', 'Error: broken'])
})

test('a delegate gives a failed report for what no worker accepts, completes at once for nothing, and errors with closed', async t => {
  await using boss = onThisThread().start()
  const bad = await lastValueFrom(of({ n: 'x' as never }).pipe(boss.delegate()))
  t.like(bad, { kind: 'failed', failure: { code: 'refused' } })
  t.is(
    await lastValueFrom((EMPTY as Observable<{ n: number }>).pipe(boss.delegate()), { defaultValue: 'none' }),
    'none',
  )
  const source$ = new Subject<{ n: number }>()
  const cut = lastValueFrom(source$.pipe(boss.delegate(), result(), toArray()))
  source$.next({ n: 4 })
  boss.end()
  const error = (await t.throwsAsync(cut)) as RxbossError
  t.true(error instanceof RxbossError)
  t.is(error.code, 'closed')
  await t.throwsAsync(lastValueFrom(of({ n: 1 }).pipe(boss.delegate())), { code: 'closed' } as never)
})

test('onBoss: the boss of a delegate can be watched', async t => {
  const { delegate } = await import('../../src/index.ts')
  const names: string[] = []
  let counted = 0
  const squares$ = of({ n: 3 }).pipe(
    delegate(square, {
      crew: inline(),
      name: 'mine',
      onBoss: boss => {
        names.push(boss.name)
        boss.reports$.subscribe(() => counted++)
      },
    }),
    result(),
    take(1),
  )
  t.is(await lastValueFrom(squares$), 9)
  t.is(await lastValueFrom(squares$), 9)
  t.deepEqual(names, ['mine', 'mine'])
  t.is(counted, 2)
})
