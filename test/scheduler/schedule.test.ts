import test from 'ava'
import fc from 'fast-check'
import {
  asapScheduler,
  concat,
  finalize,
  from,
  map,
  mergeMap,
  NEVER,
  type Observable,
  Observable as ObservableClass,
  of,
  range,
  Subject,
  scheduled,
  take,
  throwError,
  timer,
  toArray,
} from 'rxjs'
import { TestScheduler } from 'rxjs/testing'

import { scheduler } from '../../src/scheduler/rules/combine.ts'
import { exclusive } from '../../src/scheduler/rules/exclusive.ts'
import { longestFirst } from '../../src/scheduler/rules/longest-first.ts'
import { maxMemory } from '../../src/scheduler/rules/max-memory.ts'
import { maxThreads } from '../../src/scheduler/rules/max-threads.ts'
import { rateLimit } from '../../src/scheduler/rules/rate-limit.ts'
import { schedule } from '../../src/scheduler/schedule.ts'
import type { Pending } from '../../src/scheduler/scheduler.ts'

test('maxThreads(2) starts a third instruction as soon as one of two settles', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))

  time.run(({ hot, cold, expectObservable }) => {
    const instructions$ = hot('abc|').pipe(map(name => ({ name })))
    const perform = ({ id }: Pending) => cold(['A---a|', 'B---b|', 'C---c|'][id] ?? '')

    //               A---a|
    //                B---b|
    //                    C---c|      arrived at frame 2, waits for a
    const reports = 'AB--a(bC)c|'
    expectObservable(instructions$.pipe(schedule(perform, maxThreads(2)))).toBe(reports)
  })
})

test('rateLimit(2, 5) lets no more than two start within any 5 ms', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))

  time.run(({ hot, cold, expectObservable }) => {
    const instructions$ = hot('a-bcd----------------e|').pipe(map(name => ({ name })))
    const perform = ({ instruction }: Pending) => cold(`(${instruction.name}|)`)
    //               a-b  cd: five after a, five after b       e
    const reports = 'a-b--c-d-------------e|'
    expectObservable(instructions$.pipe(schedule(perform, rateLimit(2, 5), time))).toBe(reports)
  })
})

/** A source and its inners, as marbles that any of the two operators may be given. */
const marbles = fc.record({
  source: fc.array(fc.constantFrom('-', '-', 'x'), { maxLength: 14 }).map(frames => frames.join('')),
  end: fc.constantFrom('|', '|', '|', '#', '-'),
  inners: fc.array(
    fc
      .tuple(
        fc
          .array(fc.constantFrom('-', '-', 'v'), { minLength: 1, maxLength: 6 })
          .map(frames => `-${frames.join('')}`),
        fc.constantFrom('|', '|', '|', '|', '|', '#', '-'),
      )
      .map(([body, end]) => body + end),
    { minLength: 14, maxLength: 14 },
  ),
  n: fc.integer({ min: 1, max: 4 }),
  unsubscribedAt: fc.option(fc.integer({ min: 1, max: 30 })),
})

/** Who is torn down first when all are is not promised. */
function inFrames(heard: readonly (readonly unknown[])[]): unknown[] {
  const [ends, rest] = [true, false].map(ended =>
    heard.filter(([, what]) => (what === 'torn down') === ended),
  )
  return [rest, ends?.map(end => `${end}`).sort()]
}

test('schedule with maxThreads(n) is mergeMap with n, frame by frame (I15)', t => {
  fc.assert(
    fc.property(marbles, ({ source, end, inners, n, unsubscribedAt }) => {
      const record = (operator: 'schedule' | 'mergeMap') => {
        const heard: unknown[][] = []
        const time = new TestScheduler(() => {})
        time.run(({ cold, hot }) => {
          const perform = (id: number): Observable<string> => {
            heard.push([time.frame, 'start', id])
            return cold(inners[id] ?? '|', { v: `${id}` }).pipe(
              finalize(() => heard.push([time.frame, 'torn down', id])),
            )
          }
          const instructions$ = hot(`-${source}${end}`).pipe(map(() => ({})))
          const reports$ =
            operator === 'schedule'
              ? instructions$.pipe(schedule(({ id }) => perform(id), maxThreads(n), time))
              : instructions$.pipe(mergeMap((_, id) => perform(id), n))
          const subscription = reports$.subscribe({
            next: value => heard.push([time.frame, value]),
            error: error => heard.push([time.frame, error]),
            complete: () => heard.push([time.frame, 'complete']),
          })
          if (unsubscribedAt !== null) time.schedule(() => subscription.unsubscribe(), unsubscribedAt)
          time.flush()
        })
        return inFrames(heard)
      }
      t.deepEqual(record('schedule'), record('mergeMap'))
    }),
    { numRuns: 1000 },
  )
})

test('synchronous work, a hundred thousand, comes out in order and does not grow the stack (I15)', t => {
  let values: number[] = []
  range(0, 100_000)
    .pipe(
      map(n => ({ n })),
      schedule(({ id }) => of(id), maxThreads(2)),
      toArray(),
    )
    .subscribe(all => {
      values = all
    })
  t.is(values.length, 100_000)
  t.true(values.every((value, i) => value === i))
})

test('synchronous work that waited behind asynchronous work does not grow the stack', t => {
  const first$ = new Subject<number>()
  const values: number[] = []
  range(0, 100_000)
    .pipe(
      map(() => ({})),
      schedule(({ id }) => (id === 0 ? first$ : of(id)), maxThreads(1)),
    )
    .subscribe(value => values.push(value))
  t.deepEqual(values, [])
  first$.complete()
  t.is(values.length, 99_999)
})

test('the lowest free ticket goes first, and is free only after the teardown of its work', t => {
  const log: string[] = []
  const works = [0, 1, 2, 3, 4].map(() => new Subject<never>())
  range(0, 5)
    .pipe(
      map(() => ({})),
      schedule(({ id }, ticket) => {
        log.push(`${id} on ${ticket}`)
        return (works[id] as Subject<never>).pipe(finalize(() => log.push(`${id} torn down`)))
      }, maxThreads(3)),
    )
    .subscribe()
  works[1]?.complete()
  works[0]?.complete()
  works[3]?.complete()
  works[2]?.complete()
  t.deepEqual(log, [
    ...['0 on 0', '1 on 1', '2 on 2'],
    ...['1 torn down', '3 on 1', '0 torn down', '4 on 0', '3 torn down', '2 torn down'],
  ])
})

test('a ticket left free by exclusion is taken before a higher one', t => {
  const log: string[] = []
  const works = Array.from({ length: 6 }, () => new Subject<never>())
  const files = ['a', 'b', 'b', 'a', 'c', 'd']
  const instructions$ = new Subject<{ file: string }>()
  instructions$
    .pipe(
      schedule(
        ({ id }, ticket) => {
          log.push(`${id} on ${ticket}`)
          return works[id] as Subject<never>
        },
        scheduler(
          maxThreads(3),
          exclusive(i => [i.file]),
        ),
      ),
    )
    .subscribe()
  for (const file of files.slice(0, 4)) instructions$.next({ file }) // 0 on a, 1 on b; 2 and 3 wait
  works[0]?.complete() // frees 0, and a: 3
  instructions$.next({ file: 'c' })
  works[1]?.complete()
  t.deepEqual(log, ['0 on 0', '1 on 1', '3 on 0', '4 on 2', '2 on 1'])
})

test('nothing starts after unsubscribing, and what runs is torn down', t => {
  const log: string[] = []
  const subscription = range(0, 5)
    .pipe(
      map(() => ({})),
      schedule(({ id }) => {
        log.push(`start ${id}`)
        return NEVER.pipe(finalize(() => log.push(`end ${id}`)))
      }, maxThreads(2)),
    )
    .subscribe()
  subscription.unsubscribe()
  t.deepEqual(log, ['start 0', 'start 1', 'end 0', 'end 1'])
})

test('take(1) in the middle of endless synchronous work stops it, and its endless source', t => {
  let produced = 0
  const endless$ = new ObservableClass<number>(out => {
    while (!out.closed) out.next(produced++)
  })
  const values: number[] = []
  endless$
    .pipe(
      map(() => ({})),
      schedule(() => endless$, maxThreads(1)),
      take(1),
    )
    .subscribe(value => values.push(value))
  t.is(values.length, 1)
})

test('a source that errors errors at once, as mergeMap does', t => {
  let error: unknown
  let tornDown = false
  concat(
    of({}),
    throwError(() => 'no more'),
  )
    .pipe(schedule(() => NEVER.pipe(finalize(() => (tornDown = true))), maxThreads(2)))
    .subscribe({ error: given => (error = given) })
  t.is(error, 'no more')
  t.true(tornDown)
})

test('work that throws instead of returning an Observable errors the stream', t => {
  let error: unknown
  of({})
    .pipe(
      schedule(() => {
        throw new RangeError('broken')
      }, maxThreads(2)),
    )
    .subscribe({ error: given => (error = given) })
  t.true(error instanceof RangeError)
})

test('a rule that throws errors the stream with the name of the rule, its error as the cause', t => {
  let error: unknown
  of({}, {})
    .pipe(
      schedule(() => NEVER, {
        name: 'mine',
        concurrency: 2,
        admits: () => {
          throw new RangeError('broken')
        },
      }),
    )
    .subscribe({ error: given => (error = given) })
  t.is((error as Error).message, "The scheduler's rule 'admits' of mine threw: broken")
  t.true((error as Error).cause instanceof RangeError)
})

test('maxThreads of 0 is at least 1, of anything but a number of at least 0 is refused', t => {
  t.true(maxThreads(0).concurrency >= 1)
  t.is(maxThreads(0).concurrency, Math.max(1, Math.floor(maxThreads().concurrency / 2)))
  for (const bad of ['0', -1, Number.NaN, 1.5, null, {}]) {
    t.throws(() => maxThreads(bad as number), {
      instanceOf: TypeError,
      message: /'n' must be a whole number, 0 or more/,
    })
  }
  t.throws(() => maxThreads('0' as never), { message: /at most '0' threads/ })
})

test('an instruction larger than all the memory is refused with both figures', t => {
  let error: unknown
  of({ memory: 200 })
    .pipe(schedule(() => NEVER, maxMemory({ max: 100 })))
    .subscribe({ error: given => (error = given) })
  t.is(
    (error as Error).message,
    'Cannot schedule instruction 0: it needs 200 MiB of memory, and there are 100 in all',
  )
})

test('longestFirst starts 3 s, then 2 s, then 1 s', async t => {
  const started: number[] = []
  const given = [1000, 3000, 2000].map(expectedTime => ({ expectedTime }))
  const blocker$ = new Subject<never>()
  const done = new Promise<void>(resolve => {
    from([{ expectedTime: 9000 }, ...given])
      .pipe(
        schedule(
          ({ id }) => {
            started.push(id)
            return id === 0 ? blocker$ : scheduled([id], asapScheduler)
          },
          scheduler(maxThreads(1), longestFirst()),
        ),
      )
      .subscribe({ complete: resolve })
  })
  blocker$.complete()
  await done
  t.deepEqual(started, [0, 2, 3, 1])
})

test('two on one file in one batch never overlap', async t => {
  const log: string[] = []
  await new Promise<void>(resolve => {
    of({ file: 'f' }, { file: 'f' }, { file: 'g' })
      .pipe(
        schedule(
          ({ id }) => {
            log.push(`start ${id}`)
            return timer(1).pipe(finalize(() => log.push(`end ${id}`)))
          },
          scheduler(
            maxThreads(2),
            exclusive(i => [i.file]),
          ),
        ),
      )
      .subscribe({ complete: resolve })
  })
  t.deepEqual(log.slice(0, 2), ['start 0', 'start 2'])
  t.true(log.indexOf('start 1') > log.indexOf('end 0'))
})
