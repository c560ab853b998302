/** `sticky`: how often a key finds a lane that had it before, what that costs in time, and what it does not disturb. */

import test from 'ava'
import { concatMap, delay, from, lastValueFrom, map, of, timer, toArray, VirtualTimeScheduler } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'

import {
  Boss,
  byPriority,
  inline,
  maxThreads,
  type Scheduler,
  schedule,
  scheduler,
  sticky,
} from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { deskOf } from './desk-of.ts'

interface Query {
  readonly db: number
  readonly ms: number
}

/** Keys of unequal load: the first has a third of all, the last a thirtieth. Always the same. */
function queries(count: number): Query[] {
  let state = 7
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, () => ({
    db: Math.min(9, Math.floor(10 * draw() ** 2)),
    ms: 5 + Math.floor(20 * draw()),
  }))
}

/** All of them on four lanes, in virtual time. `apartMs`: one arrives after the other. */
function perform(rules: Scheduler<Query>, given: readonly Query[], apartMs: number) {
  const time = new VirtualTimeScheduler()
  const had = new Set<string>()
  let warm = 0
  const work = ({ instruction: { db, ms } }: { readonly instruction: Query }, lane: number) => {
    if (had.has(`${lane} ${db}`)) warm++
    had.add(`${lane} ${db}`)
    return timer(ms, time)
  }
  const arrivals$ =
    apartMs === 0 ? from(given) : from(given).pipe(concatMap(one => of(one).pipe(delay(apartMs, time))))
  let ended = false
  arrivals$.pipe(schedule(work, rules, time)).subscribe({
    complete: () => {
      ended = true
    },
  })
  time.flush()
  return { warm: warm / given.length, makespan: time.now(), ended }
}

for (const [how, apartMs] of [
  ['all at once', 0],
  ['as fast as they are done', 4],
  ['a little faster', 3.5],
] as const) {
  test(`ten keys of unequal load on four lanes: 95 % find a warm one, in no more time (${how})`, t => {
    const given = queries(1000)
    const without = perform(maxThreads(4), given, apartMs)
    const { warm, makespan, ended } = perform(
      scheduler(
        maxThreads(4),
        sticky(({ db }) => db),
      ),
      given,
      apartMs,
    )
    t.true(ended)
    t.log(`${warm} warm, without ${without.warm}; ${makespan / without.makespan} of the time`)
    t.true(warm >= 0.95, `${warm}`)
    t.true(makespan <= 1.05 * without.makespan, `${makespan} of ${without.makespan}`)
  })
}

test('a free lane takes its own keys first, then one that nobody had, then another’s', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ hot, expectObservable }) => {
    const rules = scheduler(
      maxThreads(2),
      sticky(({ key }: { key: string }) => key.toLowerCase()),
    )
    // Each takes 4; a and b begin at once. A goes to the lane of a, c to that of b, B to its own, C to the lane that is free.
    const instructions$ = hot('(abcBAC|)').pipe(map(key => ({ key })))
    const perform = ({ instruction: { key } }: { instruction: { key: string } }, lane: number) =>
      of(key).pipe(
        delay(4, time),
        map(done => `${done}${lane}`),
      )
    const starts$ = instructions$.pipe(schedule(perform, rules, time))
    expectObservable(starts$).toBe('----(pq)(rs)(tu|)', {
      p: 'a0',
      q: 'b1',
      r: 'A0',
      s: 'B1',
      t: 'c0',
      u: 'C1',
    })
  })
})

test('sticky orders equals only: what the other rules put first goes first', t => {
  const rules = scheduler(
    byPriority(),
    sticky(({ key }) => key),
  )
  const given = ['a', 'b', 'a', 'b', 'a'].map((key, i) => ({ key, priority: i < 3 ? 0 : 1 }))
  const desk = deskOf(rules, given)
  const start = (free: readonly number[]) => {
    const id = desk.next(0, free) as number
    const lane = desk.laneFor(id)
    desk.placed(id, lane ?? (free[0] as number))
    return [id, lane]
  }
  t.deepEqual(start([0]), [3, undefined])
  // Lane 0 had b, and both b and a wait below: but 4 has priority.
  t.deepEqual(start([0]), [4, undefined])
  t.deepEqual(start([1]), [0, undefined])
  t.deepEqual(start([0, 1]), [1, 0])
  t.deepEqual(start([2]), [2, undefined])
})

test('sticky: who was overtaken too often is next, whatever lane is free', t => {
  const desk = deskOf(
    sticky(({ key }) => key),
    [{ key: 'b' }, ...Array.from({ length: 300 }, () => ({ key: 'a' }))],
  )
  desk.give(301, { key: 'a' })
  t.is(desk.next(0, [0]), 0)
  desk.placed(0, 0)
  desk.give(302, { key: 'b' })
  desk.leave(0)
  const starts: number[] = []
  for (let id = desk.next(0, [0]); id !== undefined; id = desk.next(0, [0])) {
    desk.placed(id, 0)
    desk.leave(id)
    starts.push(id)
  }
  t.is(starts.length, 302)
  // `b` is warm there and goes first; nothing is overtaken more than 100 times.
  t.is(starts[0], 302)
  t.is(starts[1], 1)
})

test('sticky: a lane whose thread was replaced is nobody’s home, and a change of rules forgets no home', t => {
  const byKey = () => sticky(({ key }) => key)
  const desk = deskOf(byKey(), [{ key: 'a' }, { key: 'b' }])
  for (const [id, lane] of [
    [0, 3],
    [1, 5],
  ] as const) {
    t.is(desk.next(0, [lane]), id)
    desk.placed(id, lane)
    desk.leave(id)
  }
  desk.reschedule(scheduler(maxThreads(9), byKey()), [])
  desk.give(2, { key: 'b' })
  t.is(desk.next(0, [3, 5]), 2)
  t.is(desk.laneFor(2), 5)
  desk.leave(2)
  desk.forget(5)
  desk.give(3, { key: 'b' })
  t.is(desk.next(0, [3, 5]), 3)
  t.is(desk.laneFor(3), undefined)
})

test('sticky: a lane remembers its last 128 keys, and a million keys leave nothing behind', t => {
  const desk = deskOf(
    sticky(({ key }) => key),
    [],
  )
  for (let id = 0; id < 1000; id++) {
    desk.give(id, { key: `${id}` })
    t.is(desk.next(0, [0]), id)
    desk.placed(id, 0)
    desk.leave(id)
  }
  t.is(desk.past.had.get(0)?.length, 128)
  t.deepEqual([desk.past.had.get(0)?.[0], desk.past.had.get(0)?.[127]], ['872', '999'])
})

test('a boss gives the same key to the same worker, though others are idle', async t => {
  const rules = scheduler(
    maxThreads(3),
    sticky(({ name }) => name?.[0]),
  )
  const boss = new Boss({ workers: square, crew: inline({ size: 3 }), scheduler: rules }).start()
  const where = new Map<string, Set<string>>()
  boss.inspect$.subscribe(event => {
    if (event.type !== 'instruction.start') return
    const key = event.name[0] as string
    where.set(key, (where.get(key) ?? new Set()).add(event.workerId))
  })
  await boss.ready()
  for (let round = 0; round < 20; round++) {
    const keys = round % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a']
    await Promise.all(keys.map(key => boss.run({ n: 1, name: `${key}${round}` })))
  }
  await boss.waitTillFinished()
  t.deepEqual(
    [...where.values()].map(workers => workers.size),
    [1, 1, 1],
  )
})

test('sticky refuses what it cannot go by', async t => {
  t.throws(() => sticky(undefined as never), { message: /'keyOf' must be a function/ })
  t.throws(
    () =>
      scheduler(
        sticky(() => 1),
        sticky(() => 2),
      ),
    { message: /Give one sticky/ },
  )
  const rules = sticky(({ typo }) => typo)
  t.throws(() => deskOf(rules, []).impossibleToGive({}), { message: /key for sticky is undefined/ })
  const wrong = of({}).pipe(
    schedule(() => of(1), rules),
    toArray(),
  )
  await t.throwsAsync(lastValueFrom(wrong), { instanceOf: TypeError })
})
