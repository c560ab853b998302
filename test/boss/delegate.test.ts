/** `delegate`: the Boss as an operator. */

import test from 'ava'
import { concatWith, from, map, of, Subject, take, throwError } from 'rxjs'
import { fakeCrew } from '../../src/entries/testing.ts'
import { delegate, inOrder, maxThreads, pull, type Report, result } from '../../src/index.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import square from '../fixtures/square.ts'
import { turn } from './desk-of-fakes.ts'

function fakes(depth = 1) {
  const clock = virtualClock()
  const crew = fakeCrew({ now: clock.now, depth })
  const reports: Report<number>[] = []
  const said = () => reports.map(({ kind, id }) => `${kind} ${id}`)
  return { crew, clock, reports, said, options: { crew, clock, scheduler: maxThreads(1) } }
}

test('it is cold: nothing starts before somebody subscribes, and each subscriber has a run of his own', async t => {
  const { crew, options } = fakes()
  const reports$ = of({ n: 1 }).pipe(delegate(square, options))
  await turn()
  t.is(crew.lanes.length, 0)
  reports$.subscribe()
  reports$.subscribe()
  await turn()
  t.is(crew.lanes.length, 2)
})

test('a lazy source advances only as workers have room, and is returned to once on unsubscribing (1.20)', async t => {
  const { crew, options, reports } = fakes()
  let pulled = 0
  let returned = 0
  function* numbers() {
    try {
      for (;;) yield { n: pulled++ }
    } finally {
      returned++
    }
  }
  const subscription = pull(numbers())
    .pipe(delegate(square, options))
    .subscribe(report => reports.push(report))
  await turn()
  t.true(pulled <= 3, `${pulled} pulled`)
  crew.lanes[0]?.getReady()
  for (let round = 0; round < 100; round++) {
    crew.lanes[0]?.finish(round)
    await turn()
  }
  t.is(reports.length, 100)
  t.true(pulled <= 104, `${pulled} pulled`)
  subscription.unsubscribe()
  t.is(returned, 1)
  t.is(crew.lanes[0]?.asked, 'terminate')
})

test('an instruction that no worker accepts gives a failed report, in its turn', async t => {
  const { crew, options, reports, said } = fakes()
  from([{ n: 1 }, { n: 'two' as never }])
    .pipe(delegate(square, options))
    .subscribe(report => reports.push(report))
  await turn()
  crew.lanes[0]?.getReady()
  crew.lanes[0]?.finish(1)
  t.deepEqual(said(), ['failed 1', 'done 0'])
  t.like(reports[0], { attempt: 0, failure: { code: 'refused' } })
})

test('an error of the source: what runs is heard, what waits is cancelled, then the error, once', async t => {
  const { crew, options, reports, said } = fakes()
  const errors: unknown[] = []
  of({ n: 1 }, { n: 2 })
    .pipe(concatWith(throwError(() => new Error('broken pipe'))), delegate(square, options))
    .subscribe({ next: report => reports.push(report), error: error => errors.push(error) })
  const source$ = new Subject<{ n: number }>()
  const others: string[] = []
  source$.pipe(delegate(square, options)).subscribe({
    next: ({ kind, id }) => others.push(`${kind} ${id}`),
    error: error => errors.push(error),
  })
  source$.next({ n: 1 })
  source$.next({ n: 2 })
  await turn()
  const lane = crew.lanes[0]
  lane?.getReady()
  source$.error(new Error('gone'))
  lane?.finish(1)
  lane?.leaves()
  t.deepEqual(others, ['cancelled 1', 'done 0'])
  t.deepEqual(said(), ['cancelled 0', 'cancelled 1'])
  t.is(errors.length, 2)
})

test('take(1) stops the work', async t => {
  const { crew, options } = fakes()
  const results: number[] = []
  let completed = false
  of({ n: 1 }, { n: 2 })
    .pipe(delegate(square, options), result(), take(1))
    .subscribe({ next: one => results.push(one), complete: () => (completed = true) })
  await turn()
  crew.lanes[0]?.getReady()
  crew.lanes[0]?.finish(1)
  t.deepEqual(results, [1])
  t.true(completed)
  t.is(crew.lanes[0]?.asked, 'terminate')
})

test('inOrder holds what is early, and the source waits behind its window', async t => {
  const { crew, clock } = fakes()
  let pulled = 0
  function* numbers() {
    for (;;) yield pulled++
  }
  const ids: number[] = []
  pull(numbers())
    .pipe(
      map(n => ({ n })),
      delegate(square, { crew, clock, scheduler: maxThreads(2) }),
      inOrder({ window: 5 }),
    )
    .subscribe(({ id }) => ids.push(id))
  await turn()
  const [slow, quick] = crew.lanes
  slow?.getReady()
  quick?.getReady()
  for (let round = 0; round < 20; round++) {
    if ((quick?.held ?? 0) > 0) quick?.finish(round)
    await turn()
  }
  t.deepEqual(ids, [])
  t.is(pulled, 5)
  slow?.finish(0)
  await turn()
  t.deepEqual(ids, [0, 1, 2, 3, 4])
  t.true(pulled > 5)
})
