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
  reduceAll,
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

const quick = defineWorker(import.meta, { name: 'quick', attr: { q: types.number }, work: ({ q }) => q })

test('rows of workers add up, however late their beginnings are told', async t => {
  const boss = new Boss({ workers: quick, crew: inline(), scheduler: maxThreads(4), keepReports: false })
  let run = emptyRun()
  let events: InspectEvent[] = []
  boss.inspect$.subscribe(event => {
    events.push(event)
    if (events.length < 10_000) return
    run = reduceAll(run, events)
    events = []
  })
  for (let q = 0; q < 100_000; q++) boss.give({ q })
  boss.makeThemWork({ terminate: true })
  await boss.waitTillFinished()
  run = reduceAll(run, events)
  const sum = (field: 'done' | 'failed') => run.lanes.reduce((sum, lane) => sum + (lane?.[field] ?? 0), 0)
  t.is(sum('done'), 100_000)
  t.is(run.kinds[0]?.done, 100_000)
  t.is(sum('failed'), 0)
})

test('an end that is told after the next beginning counts for its ticket, and nothing is done twice at once', t => {
  const [acceptA = {}, startA = {}, doneA = {}] = one(0)
  const [acceptB = {}, startB = {}, doneB = {}] = one(1)
  const story = [
    acceptA,
    acceptB,
    startA,
    { ...startB, began: 5 },
    { ...doneA, ticket: 0 },
    { ...doneB, ticket: 0 },
  ]
  const run = numbered(...lane, ...story).reduce(reduceRun, emptyRun())
  t.is(run.lanes[0]?.done, 2)
  t.deepEqual(run.lanes[0]?.overdue, [])
  t.like(run.counts, { pending: 0, running: 0, done: 2 })
  t.deepEqual(
    itemsOf(run.spans).map(({ ticket }) => ticket),
    [0, 0],
  )
})

test('a bar ends when its work ended, not when it was heard of, and is as long as it took', t => {
  const attempt = { id: 0, name: 'a#0', worker: 'a', ticket: 0, attempt: 1 }
  const run = numbered(
    ...lane,
    { type: 'instruction.accept', id: 0, name: 'a#0', worker: 'a' },
    // Heard of 160 ms late: it had waited 10 ms, not 170.
    { ...attempt, type: 'instruction.start', workerId: 'w1', t: 180, began: 180, waitMs: 170 },
    { ...attempt, type: 'report', kind: 'done', t: 200, waitMs: 10, workMs: 50 },
  ).reduce(reduceRun, emptyRun())
  const [span] = itemsOf(run.spans)
  t.like(span, { began: 20, ended: 70, waitMs: 10 })
})

test('an attempt that is repeated keeps its reason and its length', t => {
  const [accept = {}, start = {}] = one(0)
  const failure = { code: 'crashed', what: '', why: 'exit code 3', remedy: '' }
  const retry = {
    type: 'instruction.retry',
    id: 0,
    attempt: 2,
    delayMs: 5,
    code: 'crashed',
    ticket: 0,
    failure,
    waitMs: 0,
    workMs: 4,
    t: 90,
  }
  const run = numbered(...lane, accept, start, retry).reduce(reduceRun, emptyRun())
  t.like(itemsOf(run.spans)[0], { kind: 'retried', why: 'crashed: exit code 3', began: 3, ended: 7 })
})

test('what workers print is kept by the line, bounded', t => {
  const log = { type: 'worker.log', workerId: 'w1', ticket: 0, stream: 'stdout', id: 4 }
  const run = numbered(
    ...lane,
    { ...log, text: 'one\ntwo\n' },
    { ...log, text: `${'x\n'.repeat(3000)}` },
  ).reduce(reduceRun, emptyRun())
  const lines = itemsOf(run.logs)
  t.deepEqual(
    lines.slice(0, 2).map(({ text, id }) => [text, id]),
    [
      ['one', 4],
      ['two', 4],
    ],
  )
  t.is(lines.at(-1)?.text, '(and more lines)')
  t.true(lines.length < 300)
})
