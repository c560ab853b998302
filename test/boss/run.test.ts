/** `run`, `run$`, `start`, `ready`: a boss that many share, and the answer to each of them. With fake lanes. */

import test from 'ava'
import { expectTypeOf } from 'expect-type'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { firstValueFrom, lastValueFrom, Subject, switchMap, take, toArray } from 'rxjs'

import {
  AbortError,
  Boss,
  BossFailure,
  CancelledError,
  inline,
  maxThreads,
  type Report,
  RxbossError,
  result,
} from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { balances, bossOfFakes, turn } from './desk-of-fakes.ts'

const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch(error => error)

/** A started boss whose one lane is ready. */
const started = async (options: Parameters<typeof bossOfFakes>[0] = {}) => {
  const fakes = bossOfFakes({ scheduler: maxThreads(1), ...options })
  fakes.boss.start()
  const ready = fakes.boss.ready()
  await turn()
  fakes.lane(0).getReady()
  await ready
  return fakes
}

test('run promises the result of one instruction, which is on reports$ too and is not kept', async t => {
  const { boss, lane, said } = await started()
  const nine = boss.run({ n: 3 })
  boss.give({ n: 4 })
  await turn()
  lane(0).note('half')
  lane(0).finish(9)
  t.is(await nine, 9)
  lane(0).finish(16)
  expectTypeOf(nine).toEqualTypeOf<Promise<number>>()
  t.deepEqual(said(), ['interim 0', 'done 0', 'done 1'])
  const { reports } = await boss.getReport()
  t.deepEqual(
    reports.map(({ id }) => id),
    [1],
  )
})

test('run rejects with the error of the work, its class and own code kept, and the failure on it', async t => {
  const { boss, lane } = await started()
  const odd = outcome(boss.run({ n: 1 }))
  const plain = outcome(boss.run({ n: 2 }))
  await turn()
  lane(0).throws(Object.assign(new RangeError('odd'), { code: 'E_ODD' }))
  await turn()
  lane(0).throws(new TypeError('plain'))
  const first = (await odd) as RangeError & { code: string; failure: { code: string } }
  t.true(first instanceof RangeError)
  t.like(first, { message: 'odd', code: 'E_ODD', failure: { code: 'threw' } })
  t.like(await plain, { message: 'plain', code: 'threw', failure: { code: 'threw' } })
  t.deepEqual((await boss.getReport()).reports, [])
})

test('a signal cancels a run, waiting or at work, and the promise rejects with an AbortError whose cause is the reason', async t => {
  const { boss, lane, reports } = await started()
  const stop = new AbortController()
  const reason = new Error('hung up')
  const atWork = outcome(boss.run({ n: 1 }, { signal: stop.signal }))
  const waiting = outcome(boss.run({ n: 2 }, { signal: stop.signal }))
  await turn()
  stop.abort(reason)
  for (const error of [await waiting]) {
    t.true(error instanceof AbortError)
    t.like(error, { name: 'AbortError', code: 'signal', cause: reason })
  }
  t.is(lane(0).aborted.length, 1)
  lane(0).throws(reason)
  t.like(await atWork, { name: 'AbortError', cause: reason })
  t.deepEqual(
    reports.map(report => report.kind === 'cancelled' && report.code),
    ['signal', 'signal'],
  )
  const late = await outcome(boss.run({ n: 3 }, { signal: stop.signal }))
  t.like(late, { name: 'AbortError', cause: reason })
  t.is(boss.state.counts.submitted, 2, 'what is aborted already is not given')
})

test('on a halted boss a run waits', async t => {
  const { boss, lane } = bossOfFakes({ scheduler: maxThreads(1) })
  let settled = false
  const nine = boss.run({ n: 3 }).finally(() => (settled = true))
  await turn()
  t.false(settled)
  boss.start()
  await turn()
  lane(0).getReady()
  lane(0).finish(9)
  t.is(await nine, 9)
})

test('bad, ambiguous, full, ended: the promise rejects with the code, the stream errors with it, and both are counted', async t => {
  const { boss, lane } = await started({ mailbox: { capacity: 1 } })
  const both = async (instruction: { n: number }) => [
    await outcome(boss.run(instruction)),
    await outcome(lastValueFrom(boss.run$(instruction))),
  ]
  for (const error of await both({ n: 'three' as never })) {
    t.true(error instanceof RxbossError)
    t.like(error, { code: 'refused', failure: { code: 'refused' } })
  }
  const running = boss.run({ n: 1 })
  await turn()
  const waiting = boss.run({ n: 2 })
  for (const error of await both({ n: 3 })) t.like(error, { code: 'full' })
  t.like(boss.mailbox.offer({ n: 3 }), { ok: false, reason: 'full', error: { code: 'full' } })
  boss.end()
  for (const error of await both({ n: 3 })) t.like(error, { code: 'closed' })
  t.throws(() => boss.give({ n: 3 }), { code: 'closed' })
  lane(0).finish(1)
  await turn()
  lane(0).finish(4)
  t.deepEqual(await Promise.all([running, waiting]), [1, 4])
  t.like(boss.state.counts, { submitted: 2, done: 2, refused: 8 })
  t.true(balances(boss.state))
})

test('a stop rejects the runs it cancels, and so does turning away', async t => {
  const stopped = await started()
  const cancelled = outcome(stopped.boss.run({ n: 1 }))
  void stopped.boss.stopThemWorking()
  stopped.lane(0).leaves()
  const error = await cancelled
  t.true(error instanceof CancelledError)
  t.like(error, { code: 'stopped' })

  const turned = await started()
  const unheard = outcome(turned.boss.run({ n: 1 }))
  await turn()
  turned.boss.stopListening()
  t.like(await unheard, { code: 'stopped' })
  t.is(turned.boss.state.counts.unheard, 1)
})

test('a run is repeated like any other, and a storm rejects it', async t => {
  const { boss, lane, clock } = await started({ retries: 1, backoff: () => 5 })
  const nine = boss.run({ n: 3 })
  await turn()
  lane(0).dies()
  await turn()
  clock.pass(5)
  await turn()
  lane(1).getReady()
  lane(1).finish(9)
  t.is(await nine, 9)
})

test('run$ gives when it is subscribed to, cancels when it is left, and completes after the final report', async t => {
  const { boss, lane, reports } = await started()
  const nine$ = boss.run$({ n: 3 })
  await turn()
  t.is(boss.state.counts.submitted, 0)
  const heard = lastValueFrom(nine$.pipe(toArray()))
  await turn()
  lane(0).note(0)
  lane(0).finish(9)
  t.deepEqual(
    (await heard).map(({ kind }) => kind),
    ['interim', 'done'],
  )
  const subscription = nine$.subscribe()
  await turn()
  subscription.unsubscribe()
  t.is(lane(0).aborted.length, 1)
  lane(0).finish(9)
  t.like(reports.at(-1), { kind: 'cancelled', code: 'unsubscribed' })
  const waiting = [nine$.subscribe(), nine$.subscribe()]
  waiting[1]?.unsubscribe()
  t.like(reports.at(-1), { kind: 'cancelled', code: 'unsubscribed', id: 3 })
})

test('who leaves after an interim report cancels from within it, and the boss goes on', async t => {
  const { boss, lane } = await started()
  const first = firstValueFrom(boss.run$({ n: 1 }))
  await turn()
  lane(0).note('early')
  t.like(await first, { kind: 'interim', note: 'early' })
  t.is(lane(0).aborted.length, 1)
  lane(0).finish(1)
  const next = boss.run({ n: 2 })
  await turn()
  lane(0).finish(4)
  t.is(await next, 4)
})

test('switchMap over run$ is a search field: a newer text cancels the older one', async t => {
  const { boss, lane, reports } = await started()
  const typed$ = new Subject<number>()
  const shown: number[] = []
  typed$.pipe(switchMap(n => boss.run$({ n }).pipe(result()))).subscribe(n => shown.push(n))
  typed$.next(1)
  await turn()
  typed$.next(2)
  typed$.next(3)
  lane(0).throws(new Error('aborted'))
  await turn()
  lane(0).finish(9)
  t.deepEqual(shown, [9])
  t.deepEqual(
    reports.map(report => (report.kind === 'cancelled' ? report.code : report.kind)),
    ['unsubscribed', 'unsubscribed', 'done'],
  )
})

test('whoever is told of a run may run another at once', async t => {
  await using boss = new Boss({ workers: square, crew: inline(), scheduler: maxThreads(1) }).start()
  const chain = async (n: number): Promise<number> =>
    n > 20 ? n : chain((await boss.run({ n })) === n * n ? n + 1 : -1)
  t.is(await chain(0), 21)
  const again$ = boss.run$({ n: 2 }).pipe(
    result(),
    switchMap(n => boss.run$({ n })),
    result(),
    switchMap(n => boss.run$({ n })),
    take(1),
  )
  t.like(await lastValueFrom(again$), { kind: 'done', result: 256 })
  expectTypeOf(boss.run$({ n: 1 })).toEqualTypeOf<import('rxjs').Observable<Report<number>>>()
})

test('runTE is run as a TaskEither: lazy, and never rejects', async t => {
  await using boss = new Boss({ workers: square, crew: inline() }).start()
  const nine = boss.runTE({ n: 3 })
  t.is(boss.state.counts.submitted, 0)
  const right = await nine()
  t.true(isRight(right))
  t.like(right, { right: 9 })
  const left = await boss.runTE({ n: 'x' as never })()
  t.true(isLeft(left) && left.left instanceof RxbossError)
})

test('ready resolves once the lanes that are kept though idle are up, and opens them at once', async t => {
  const fakes = bossOfFakes({ min: 2, scheduler: maxThreads(3) })
  let ready = false
  const waiting = fakes.boss.ready().then(() => (ready = true))
  await turn()
  t.is(fakes.crew.lanes.length, 0, 'nothing starts before the boss does')
  t.is(fakes.boss.start(), fakes.boss)
  await turn()
  t.is(fakes.crew.lanes.length, 2)
  fakes.lane(0).getReady()
  await turn()
  t.false(ready)
  fakes.lane(1).getReady()
  await waiting
  t.true(ready)
  await fakes.boss.ready()
})

test('ready rejects where no worker starts, and where the boss ends first', async t => {
  const { boss, crew, clock } = bossOfFakes({ scheduler: maxThreads(1), supervise: { max: 1, within: 1000 } })
  boss.start()
  const ready = outcome(boss.ready())
  for (let n = 0; n < 4; n++) {
    await turn()
    if (crew.lanes.at(-1)?.open) crew.lanes.at(-1)?.dies('failedToStart', 'no such file')
    clock.pass(100)
  }
  const error = await ready
  t.true(error instanceof BossFailure)
  t.like(error, { code: 'storm' })
  const ended = bossOfFakes()
  const closed = outcome(ended.boss.ready())
  ended.boss.end()
  t.like(await closed, { code: 'closed' })
})

test('an interim report lists as pending what has not begun, also where a lane holds it', async t => {
  const { boss } = await started({ depth: 8 })
  for (let n = 0; n < 5; n++) boss.give({ n })
  await turn()
  const { counts, pending, ...rest } = await boss.getReport()
  t.like(counts, { running: 1, pending: 4 })
  t.deepEqual(
    pending.map(({ n }) => n),
    [1, 2, 3, 4],
  )
  t.true('runningNow' in rest && rest.runningNow.length === 1)
})
