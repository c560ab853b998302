/** Rules that share something out: who gets how much of it, in which order, and what is said to those who ask for too much. */

import test from 'ava'
import fc from 'fast-check'
import { from, of } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'

import {
  adaptive,
  atMost,
  byDeadline,
  byPriority,
  exclusive,
  fairShare,
  maxMemory,
  maxThreads,
  rateLimit,
  resources,
  schedule,
  scheduler,
} from '../../src/index.ts'
import type { Pending, Scheduler } from '../../src/scheduler/scheduler.ts'
import { deskOf } from './desk-of.ts'

/** All that may start now. */
function startAll(desk: ReturnType<typeof deskOf>, now = 0): number[] {
  const started: number[] = []
  for (let id = desk.next(now); id !== undefined; id = desk.next(now)) started.push(id)
  return started
}

test('resources: who runs has parts of its own, the first that are free; a change of rules takes none away', t => {
  const rules = resources({ gpu: ['0', '1', '10'], licence: 3 })
  const desk = deskOf(rules, [
    { needs: { gpu: 1 } },
    { needs: { gpu: 2, licence: 1 } },
    { needs: { gpu: 1 } },
    { needs: { licence: 2 } },
    {},
  ])
  t.deepEqual(startAll(desk), [0, 1, 3, 4])
  t.deepEqual([0, 1, 3, 4].map(desk.granted), [{ gpu: ['0'] }, { gpu: ['1', '10'] }, undefined, undefined])
  desk.reschedule(scheduler(maxThreads(8), resources({ gpu: ['0', '1', '10'], licence: 3 })), [0, 1, 3, 4])
  t.deepEqual(desk.granted(1), { gpu: ['1', '10'] })
  t.deepEqual(startAll(desk), [])
  desk.leave(0)
  t.deepEqual(startAll(desk), [2])
  t.deepEqual(desk.granted(2), { gpu: ['0'] })
  desk.leave(1)
  desk.give(5, { needs: { gpu: 2 } })
  t.deepEqual(startAll(desk), [5])
  t.deepEqual(desk.granted(5), { gpu: ['1', '10'] })
})

test('resources: whatever is needed and whenever the rules change, no part is held by two', t => {
  const names = ['a', 'b', 'c', 'd']
  const steps = fc.array(
    fc.oneof(
      fc.record({ give: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ end: fc.nat(5) }),
      fc.record({ change: fc.integer({ min: 1, max: 4 }) }),
    ),
    { maxLength: 60, size: 'max' },
  )
  fc.assert(
    fc.property(steps, all => {
      const desk = deskOf(resources({ gpu: names }), [])
      let running: number[] = []
      let id = 0
      for (const step of all) {
        if ('give' in step) desk.give(id++, { needs: { gpu: step.give } })
        else if ('end' in step && running.length > 0) {
          const [one] = running.splice(step.end % running.length, 1)
          desk.leave(one as number)
        } else if ('change' in step)
          desk.reschedule(scheduler(maxThreads(step.change), resources({ gpu: names })), running)
        running = [...running, ...startAll(desk)]
        const held = running.flatMap(one => desk.granted(one)?.gpu ?? [])
        t.is(new Set(held).size, held.length, held.join(' '))
      }
    }),
  )
})

test('resources: what needs more than there is, or what is not there, is refused with both figures', t => {
  const desk = deskOf(resources({ gpu: ['0', '1'], licence: 3 }), [])
  t.is(desk.impossibleToGive({ needs: { gpu: 3 } }), 'it needs 3 of "gpu", and there are 2 in all')
  t.is(
    desk.impossibleToGive({ needs: { tpu: 1 } }),
    'it needs 1 of "tpu", and resources has only "gpu", "licence"',
  )
  t.is(desk.impossibleToGive({ needs: { gpu: 2, tpu: 0 } }), undefined)
})

test('atMost: so many on each key, and those on other keys are not held up', t => {
  const desk = deskOf(
    atMost(2, ({ host }) => host),
    [{ host: 'a' }, { host: 'a' }, { host: 'a' }, { host: 'b' }, { host: 'a' }],
  )
  t.deepEqual(startAll(desk), [0, 1, 3])
  desk.leave(1)
  t.deepEqual(startAll(desk), [2])
  desk.leave(0)
  t.deepEqual(startAll(desk), [4])
})

test('atMost with byPriority: as soon as a place on a key is free, the first in order has it', t => {
  const given = [1, 5, 3, 4, 2].map(priority => ({ host: 'a', priority }))
  const desk = deskOf(
    scheduler(
      byPriority(),
      atMost(2, ({ host }) => host),
    ),
    given,
  )
  t.deepEqual(startAll(desk), [1, 3])
  desk.leave(1)
  desk.leave(3)
  t.deepEqual(startAll(desk), [2, 4])
})

test('rateLimit per key: each key has a window of its own, and is looked at again when it opens', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ cold, expectObservable }) => {
    const hosts = ['a', 'a', 'a', 'b', 'b'].map(host => ({ host }))
    const starts$ = from(hosts).pipe(
      schedule(
        ({ instruction: { host } }) => of(host),
        rateLimit(1, 5, ({ host }) => host),
        time,
      ),
    )
    expectObservable(starts$).toBe('(ab) (ab) (a|)'.replaceAll(' ', '-'))
    expectObservable(cold('|')).toBe('|')
  })
})

test('rateLimit per key: a change of rules does not forget the starts before it', t => {
  const perKey = () => rateLimit(1, 100, ({ host }) => host)
  const desk = deskOf(perKey(), [{ host: 'a' }, { host: 'a' }])
  t.deepEqual(startAll(desk, 0), [0])
  desk.reschedule(scheduler(maxThreads(9), perKey()), [0])
  t.deepEqual(startAll(desk, 99), [])
  t.is(desk.lookAgainAt(99), 100)
  t.deepEqual(startAll(desk, 100), [1])
})

test('byDeadline: the earliest first, dates and milliseconds alike; those without one come last', t => {
  const desk = deskOf(scheduler(maxThreads(9), byDeadline()), [
    {},
    { deadline: 3000 },
    { deadline: new Date(2000) },
    { deadline: 2500 },
  ])
  t.deepEqual(startAll(desk), [2, 3, 1, 0])
})

test('fairShare with weights: three turns of one for each of the other', t => {
  const given = Array.from({ length: 24 }, (_, id) => ({ tenant: id < 12 ? 'a' : 'b' }))
  const desk = deskOf(
    fairShare(({ tenant }) => tenant, { weightOf: ({ tenant }) => (tenant === 'a' ? 3 : 1) }),
    given,
  )
  const first = startAll(desk).slice(0, 12)
  t.is(first.filter(id => id < 12).length, 9, first.join(' '))
})

test('maxMemory: a figure for each attempt; the greatest must fit, and later tries get all there is at most', t => {
  const rule: Scheduler = maxMemory({ max: 4000, perTask: (_, attempt) => 1000 * 4 ** attempt })
  const next = (attempt: number, memory?: number | number[]): Pending => ({
    id: 0,
    instruction: memory === undefined ? {} : { memory },
    worker: '',
    expectedMs: undefined,
    attempt,
  })
  t.is(rule.cost?.(next(1)), 4000)
  t.is(rule.cost?.(next(2)), 4000)
  t.deepEqual(
    [1, 2, 3].map(attempt => rule.cost?.(next(attempt, [1000, 3000]))),
    [1000, 3000, 3000],
  )
  t.is(rule.impossible?.(next(1, [1000, 5000])), 'it needs 5000 MiB of memory, and there are 4000 in all')
})

/** Runs a workload whose throughput depends on how many run at once; the limit in the end. */
function climb(perSecond: (running: number) => number, max: number): number {
  let now = 0
  const rule: Scheduler = adaptive({ max }, () => now)
  let running = 0
  let settledAt = 0
  for (let ends = 0; ends < 20_000; ends++) {
    const limit = rule.limit?.(running) ?? max
    running = Math.max(1, Math.min(limit, max))
    rule.limit?.(running)
    now += 1000 / perSecond(running)
    rule.ended?.()
    if (ends > 10_000) settledAt += running / 10_000
  }
  return settledAt
}

test('adaptive climbs while it helps, and stays near the best: waiting, bound by cores, bound by memory', t => {
  const waiting = climb(running => 10 * running, 64)
  t.true(waiting > 57, `waiting: ${waiting}`)
  const bound = (running: number) => 10 * Math.min(running, 8)
  const cores = climb(bound, 64)
  t.true(bound(cores) > 0.9 * 80, `cores: ${cores}`)
  const memory = (running: number) => 10 * (running <= 4 ? running : Math.max(1, 4 - (running - 4) / 2))
  const best = climb(memory, 64)
  t.true(memory(best) > 0.9 * 40, `memory: ${best}`)
})

test('functions and figures that cannot be meant are refused at once', t => {
  const wrong: readonly (() => Scheduler)[] = [
    () => exclusive(undefined as never),
    () => atMost(0, ({ host }) => host),
    () => atMost(1, 'host' as never),
    () => fairShare('tenant' as never),
    () => fairShare(({ tenant }) => tenant, { weightOf: 3 as never }),
    () => rateLimit(1, 1000, 'host' as never),
    () => resources({}),
    () => resources({ gpu: ['0', '0'] }),
    () => resources({ gpu: -1 }),
    () => adaptive({ min: 0 }),
    () => adaptive({ min: 4, max: 2 }),
  ]
  for (const make of wrong)
    t.throws(make, { instanceOf: TypeError, message: /^Cannot .* must be/ }, `${make}`)
})

test('rules that contradict each other are refused when they are combined', t => {
  t.throws(() => scheduler(resources({ gpu: 1 }), resources({ gpu: 2 })), { message: /"gpu"/ })
  t.throws(() => scheduler(maxThreads(2), adaptive({ min: 4, max: 8 })), { message: /adaptive wants 4/ })
  t.throws(() => scheduler(adaptive(), adaptive()), { message: /Leave one adaptive out/ })
})

test('a key that is undefined is a TypeError when its instruction is submitted, with the rule’s name', t => {
  for (const rule of [
    exclusive(i => [i.typo]),
    atMost(2, i => i.typo),
    fairShare(i => i.typo),
    rateLimit(1, 10, i => i.typo),
  ]) {
    const desk = deskOf(rule, [])
    const name = rule.name as string
    t.throws(() => desk.impossibleToGive({}), {
      instanceOf: TypeError,
      message: new RegExp(`key for ${name} is undefined`),
    })
    t.is(desk.impossibleToGive({ typo: 1 }), undefined)
  }
  t.is(
    deskOf(
      exclusive(() => []),
      [],
    ).impossibleToGive({}),
    undefined,
  )
  const errors: unknown[] = []
  of({})
    .pipe(
      schedule(
        () => of(1),
        exclusive(i => [(i as { typo?: 1 }).typo]),
      ),
    )
    .subscribe({ error: error => errors.push(error) })
  t.true(errors[0] instanceof TypeError)
})
