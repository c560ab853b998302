import test from 'ava'
import { filter, map, merge, NEVER, type Observable, of, Subject, take } from 'rxjs'

import { Credit, subscribeWith } from '../../src/scheduler/credit.ts'
import { pull } from '../../src/scheduler/pull.ts'
import { maxThreads } from '../../src/scheduler/rules/max-threads.ts'
import { schedule } from '../../src/scheduler/schedule.ts'

function* counting(log: { pulled: number; returned: number }, to = Infinity) {
  try {
    for (let n = 0; n < to; n++) {
      log.pulled++
      yield { n }
    }
  } finally {
    log.returned++
  }
}

test('a generator is advanced only as workers free up: one ahead at most', t => {
  const log = { pulled: 0, returned: 0 }
  const works: Subject<never>[] = []
  const start = () => {
    const work = new Subject<never>()
    works.push(work)
    return work
  }
  const subscription = pull(counting(log))
    .pipe(schedule(start, maxThreads(4)))
    .subscribe()
  t.is(works.length, 4)
  t.is(log.pulled, 5)
  for (let i = 0; i < 100; i++) works[i]?.complete()
  t.is(works.length, 104)
  t.is(log.pulled, 105)
  subscription.unsubscribe()
  t.is(log.returned, 1)
})

test('demand passes through map, filter and merge, and merged sources are asked by turns', t => {
  const logs = [0, 1].map(() => ({ pulled: 0, returned: 0 }))
  const works: Subject<never>[] = []
  merge(...logs.map(log => pull(counting(log))))
    .pipe(
      filter(({ n }) => n % 2 === 0),
      map(({ n }) => ({ limit: n })),
      schedule(() => {
        const work = new Subject<never>()
        works.push(work)
        return work
      }, maxThreads(2)),
    )
    .subscribe()
  for (let i = 0; i < 100; i++) works[i]?.complete()
  t.is(works.length, 102)
  t.true(
    logs.every(({ pulled }) => pulled > 60 && pulled < 150),
    `${logs.map(({ pulled }) => pulled)}`,
  )
})

test('synchronous work takes a million from a generator without growing the stack', t => {
  const log = { pulled: 0, returned: 0 }
  let count = 0
  pull(counting(log, 1_000_000))
    .pipe(schedule(({ id }) => of(id), maxThreads(2)))
    .subscribe(() => count++)
  t.is(count, 1_000_000)
})

test('without demand it pushes all, and stops when unsubscribed', t => {
  const log = { pulled: 0, returned: 0 }
  const values: number[] = []
  pull(counting(log))
    .pipe(take(3))
    .subscribe(({ n }) => values.push(n))
  t.deepEqual(values, [0, 1, 2])
  t.deepEqual(log, { pulled: 3, returned: 1 })
})

test('a generator that ends by itself is not asked to return', t => {
  let returned = 0
  const iterable = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: true, value: undefined }) as const,
      return: () => {
        returned++
        return { done: true, value: undefined } as const
      },
    }),
  }
  let completed = false
  pull(iterable).subscribe({ complete: () => (completed = true) })
  t.true(completed)
  t.is(returned, 0)
})

test('a generator that unsubscribes its own subscriber while it runs is returned after', t => {
  const log: string[] = []
  const stop$ = new Subject<void>()
  const credit = new Credit({ left: () => Number(log.length === 0), arrived: () => log.length })
  const subscription = subscribeWith(credit, pull(once()), { next: () => {} })
  stop$.subscribe(() => subscription.unsubscribe())
  log.length = 0
  credit.ask()
  t.deepEqual(log, ['returned'])

  function* once() {
    try {
      log.push('running')
      yield 1
      stop$.next()
      yield 2
    } finally {
      log.push('returned')
    }
  }
})

test('an iterator that throws errors the stream, after what came before', t => {
  const heard: unknown[] = []
  function* failing() {
    yield 1
    throw new RangeError('no more')
  }
  pull(failing()).subscribe({ next: value => heard.push(value), error: error => heard.push(error.message) })
  t.deepEqual(heard, [1, 'no more'])
})

test('of an async iterable one value is awaited at a time, while demand wants', async t => {
  const log = { asked: 0, outstanding: 0, most: 0 }
  const iterable = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        log.asked++
        log.most = Math.max(log.most, ++log.outstanding)
        await Promise.resolve()
        log.outstanding--
        return { done: false, value: {} } as const
      },
    }),
  }
  pull(iterable)
    .pipe(schedule(() => NEVER, maxThreads(3)))
    .subscribe()
  for (let i = 0; i < 100; i++) await Promise.resolve()
  t.is(log.most, 1)
  t.is(log.asked, 4)
})

test('unsubscribing from an async source blocked in an await does not wait, and returns it once', async t => {
  let returned = 0
  const iterable = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<IteratorResult<object>>(() => {}),
      return: () => {
        returned++
        return new Promise<IteratorResult<object>>(() => {})
      },
    }),
  }
  const subscription = pull(iterable)
    .pipe(schedule(() => NEVER, maxThreads(1)))
    .subscribe()
  subscription.unsubscribe()
  subscription.unsubscribe()
  t.is(returned, 1)
})

test('a source subscribed to while another pushes is not the one that was asked', t => {
  const inner = { pulled: 0, returned: 0 }
  const outer = { pulled: 0, returned: 0 }
  const started: unknown[] = []
  pull(counting(outer, 2))
    .pipe(schedule((): Observable<unknown> => pull(counting(inner, 3)), maxThreads(1)))
    .subscribe(value => started.push(value))
  t.is(started.length, 6)
})
