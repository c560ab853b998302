import anyTest from 'ava'
import * as types from 'io-ts'
import { filter, firstValueFrom, reduce, scan } from 'rxjs'

import {
  Boss,
  defineWorker,
  emptyRun,
  type InspectEvent,
  inline,
  maxThreads,
  reduceRun,
} from '../../src/index.ts'
import { itemsOf } from '../../src/inspect/bounded-log.ts'

const test = anyTest

const halves = defineWorker(import.meta, {
  name: 'halves',
  attr: { n: types.number },
  work: async ({ n }, task) => {
    task.report({ done: 1, total: 2 })
    await Promise.resolve()
    if (n % 2 === 1) throw new RangeError(`odd: ${n}`)
    return n / 2
  },
})

test('reduceRun says of a real run what its final report says', async t => {
  const boss = new Boss({ workers: [halves], crew: inline(), scheduler: maxThreads(2) })
  const seen = firstValueFrom(boss.inspect$.pipe(reduce(reduceRun, emptyRun())))
  for (let n = 0; n < 10; n++) boss.give({ n })
  boss.makeThemWork()
  const { counts, status } = await boss.waitTillFinished()

  const run = await seen
  t.deepEqual(run.counts, counts)
  t.is(run.status, status)
  t.is(run.missed, 0)
  t.is(run.failures.groups.length, 1)
  t.is(run.failures.groups[0]?.words, 'RangeError: odd: 1')
  t.is(run.failures.groups[0]?.count, 5)
  const spans = itemsOf(run.spans)
  t.deepEqual(spans.map(({ kind }) => kind).sort(), [...Array(5).fill('done'), ...Array(5).fill('failed')])
  t.true(spans.every(({ ticket }) => ticket === 0 || ticket === 1))
})

test('the reducer counts what is pending and running at every moment as the boss does', async t => {
  const boss = new Boss({ workers: [halves], crew: inline(), scheduler: maxThreads(2) })
  const runs = firstValueFrom(
    boss.inspect$.pipe(
      scan((run, event) => reduceRun(run, event), emptyRun()),
      filter(run => {
        const { submitted, done, failed, cancelled, unheard, pending, running } = run.counts
        return submitted !== done + failed + cancelled + unheard + pending + running
      }),
      reduce(broken => broken + 1, 0),
    ),
  )
  for (let n = 0; n < 10; n++) boss.give({ n })
  boss.makeThemWork()
  await boss.waitTillFinished()
  t.is(await runs, 0)
})

const numbered = (...happenings: object[]): InspectEvent[] =>
  happenings.map((happening, i) => ({ v: 1, seq: i + 1, t: i, boss: 'b', ...happening }) as InspectEvent)

const lane = [
  { type: 'worker.spawn', workerId: 'w1', ticket: 0 },
  { type: 'worker.ready', workerId: 'w1', ticket: 0, startMs: 1 },
]

const one = (id: number) => [
  { type: 'instruction.accept', id, name: `a#${id}`, worker: 'a' },
  {
    type: 'instruction.start',
    ...{ id, name: `a#${id}`, worker: 'a', ticket: 0, workerId: 'w1', attempt: 1, waitMs: 0, began: 3 },
  },
  { type: 'report', kind: 'done', id, name: `a#${id}`, worker: 'a', attempt: 1, waitMs: 0, workMs: 1 },
]

test('reduceRun changes no run that it was given, also when a story branches', t => {
  const begun = numbered(...lane, ...one(0)).reduce(reduceRun, emptyRun())
  const before = structuredClone({ ...begun, spans: itemsOf(begun.spans) })
  const [, , done] = numbered(...one(1))
  const left = reduceRun(begun, { ...(done as InspectEvent), seq: 6 })
  const right = reduceRun(begun, { ...(done as InspectEvent), seq: 6 })
  reduceRun(right, { ...(done as InspectEvent), seq: 7 })

  t.deepEqual({ ...begun, spans: itemsOf(begun.spans) }, before)
  t.deepEqual(itemsOf(left.spans), itemsOf(right.spans))
  t.is(itemsOf(left.spans).length, 2)
})

test('a number that never came is counted as missed', t => {
  const events = numbered(...lane, ...one(0)).filter(({ seq }) => seq !== 3)
  t.is(events.reduce(reduceRun, emptyRun()).missed, 1)
})

test('an event of a later version changes nothing but the time', t => {
  const run = numbered(...lane).reduce(reduceRun, emptyRun())
  const later = { v: 1, seq: 3, t: 9, boss: 'b', type: 'worker.dreams' } as unknown as InspectEvent
  t.deepEqual(reduceRun(run, later), { ...run, seq: 3, t: 9 })
})

test('what an attempt took before it was repeated is a bar of its own', t => {
  const [accept, start] = one(0)
  const retry = { type: 'instruction.retry', id: 0, attempt: 1, delayMs: 5, code: 'crashed' }
  const run = numbered(...lane, accept as object, start as object, retry).reduce(reduceRun, emptyRun())
  t.deepEqual(
    itemsOf(run.spans).map(({ kind, code, attempt }) => ({ kind, code, attempt })),
    [{ kind: 'retried', code: 'crashed', attempt: 1 }],
  )
  t.like(run.counts, { pending: 1, running: 0 })
  t.is(run.retried, 1)
})

test('an instruction whose worker dies is counted as running no more, whether it is repeated or has failed', t => {
  const [accept = {}, start = {}] = one(0)
  const exit = { type: 'worker.exit', workerId: 'w1', ticket: 0, reason: 'crashed', why: 'gone', ids: [0] }
  const retry = { type: 'instruction.retry', id: 0, attempt: 2, delayMs: 5, code: 'crashed' }
  const died = numbered(...lane, accept, start, exit).reduce(reduceRun, emptyRun())
  const [again] = numbered({ ...retry }).map(event => ({ ...event, seq: 6, t: 9 }))
  const repeated = reduceRun(died, again as InspectEvent)
  t.like(repeated.counts, { pending: 1, running: 0 })
  t.is(repeated.lanes[0]?.current, undefined)
  t.is(itemsOf(repeated.spans)[0]?.kind, 'retried')

  const report = { type: 'report', kind: 'failed', id: 0, name: 'a#0', worker: 'a', attempt: 1, workMs: 6 }
  const failed = reduceRun(died, { v: 1, seq: 6, t: 9, boss: 'b', ...report } as InspectEvent)
  t.like(failed.counts, { pending: 0, running: 0, failed: 1 })
})
