/** `fakeDelegate` and the reports that tests make by hand. */

import test from 'ava'
import { expectTypeOf } from 'expect-type'
import {
  debounceTime,
  lastValueFrom,
  map,
  type Observable,
  of,
  Subject,
  switchMap,
  timer,
  toArray,
} from 'rxjs'
import { TestScheduler } from 'rxjs/testing'

import { cancelled, done, failed, fakeDelegate } from '../../src/entries/testing.ts'
import { delegate, inline, type Report, result, settled } from '../../src/index.ts'
import square from '../fixtures/square.ts'

const marbles = (t: { deepEqual: (a: unknown, b: unknown) => boolean }) =>
  new TestScheduler((actual, expected) => t.deepEqual(actual, expected))

test('debounceTime and switchMap around a delegate, drawn: a newer text unsubscribes from the older one', t => {
  marbles(t).run(({ cold, expectObservable, expectSubscriptions }) => {
    const work$ = cold('------(r|)')
    const typed$ = cold<number>('-12----3----------|', { 1: 1, 2: 2, 3: 3 })
    const shown$ = typed$.pipe(
      debounceTime(2),
      switchMap(n =>
        of({ n }).pipe(
          fakeDelegate(square, () => work$),
          result(),
        ),
      ),
    )
    expectObservable(shown$).toBe('---------------r--|')
    expectSubscriptions(work$.subscriptions).toBe(['----^----!', '---------^-----!'])
  })
})

test('each answer becomes the reports that the real delegate gives', async t => {
  const stripped = (reports: readonly Report[]) =>
    reports.map(report => {
      const { waitMs: _, workMs: __, failure, ...rest } = report as Report & Record<string, unknown>
      return failure === undefined ? rest : { ...rest, failure: (failure as { code: string }).code }
    })
  const given = [{ n: 1 }, { n: 2, name: 'two' }, { n: 'x' as never }]
  const real = await lastValueFrom(
    of(...given).pipe(delegate(square, { crew: inline() }), settled(), toArray()),
  )
  const fake = await lastValueFrom(
    of(...given).pipe(
      fakeDelegate(square, ({ n }) => n * n),
      settled(),
      toArray(),
    ),
  )
  const byId = (reports: readonly Report[]) => [...reports].sort((a, b) => a.id - b.id)
  t.deepEqual(stripped(byId(fake)), stripped(byId(real)))
  expectTypeOf(of({ n: 1 }).pipe(fakeDelegate(square, ({ n }) => n))).toEqualTypeOf<
    Observable<Report<number>>
  >()
})

test('an Observable gives interim reports and then its last value; what throws fails; made reports are used', t => {
  const seen: string[] = []
  const answers: Record<number, () => never> = {
    0: () => of('a', 'b') as never,
    1: () => {
      throw new RangeError('odd')
    },
    2: () => failed('timeout') as never,
    3: () => cancelled('queueTimeout') as never,
    4: () => done(16) as never,
  }
  of(...[0, 1, 2, 3, 4].map(n => ({ n })))
    .pipe(fakeDelegate(square, ({ n }) => answers[n]?.() as never))
    .subscribe({
      next: report =>
        seen.push(
          `${report.id} ${report.kind} ${
            report.kind === 'interim'
              ? report.note
              : report.kind === 'done'
                ? report.result
                : report.kind === 'failed'
                  ? report.failure.code
                  : report.code
          }`,
        ),
      complete: () => seen.push('complete'),
    })
  t.deepEqual(seen, [
    '0 interim a',
    '0 interim b',
    '0 done b',
    '1 failed threw',
    '2 failed timeout',
    '3 cancelled queueTimeout',
    '4 done 16',
    'complete',
  ])
})

test('result() makes of made reports what it makes of real ones', async t => {
  t.is(await lastValueFrom(of(done(4)).pipe(result())), 4)
  await t.throwsAsync(lastValueFrom(of(failed(new RangeError('odd'))).pipe(result())), {
    instanceOf: RangeError,
  })
  await t.throwsAsync(lastValueFrom(of(failed('crashed')).pipe(result())), { code: 'crashed' } as never)
  await t.throwsAsync(lastValueFrom(of(cancelled('stopped')).pipe(result())), { name: 'CancelledError' })
})

test('unsubscribing leaves the answers', t => {
  const answers$ = new Subject<number>()
  const subscription = of({ n: 1 })
    .pipe(fakeDelegate(square, () => answers$.pipe(map(n => n))))
    .subscribe()
  t.true(answers$.observed)
  subscription.unsubscribe()
  t.false(answers$.observed)
  t.notThrows(() => timer(0))
})
