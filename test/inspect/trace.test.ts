import anyTest from 'ava'
import * as types from 'io-ts'
import { firstValueFrom, toArray } from 'rxjs'

import {
  Boss,
  defineWorker,
  type InspectEvent,
  inline,
  maxThreads,
  threads,
  toTrace,
} from '../../src/index.ts'
import type { TraceEvent } from '../../src/inspect/trace.ts'
import any from '../cli/workers/any.ts'
import { flawsOf } from './trace-checker.ts'

const test = anyTest.serial

const halves = defineWorker(import.meta, {
  name: 'halves',
  attr: { n: types.number },
  work: async ({ n }) => {
    await new Promise(resolve => setImmediate(resolve))
    if (n % 2 === 1) throw new RangeError(`odd: ${n}`)
    return n / 2
  },
})

const parsed = (lines: readonly string[]) => JSON.parse(lines.join('\n')) as TraceEvent[]
const slices = (trace: readonly TraceEvent[], kind?: string) =>
  trace.filter(
    ({ ph, args }) => ph === 'X' && (kind === undefined ? args?.kind !== undefined : args?.kind === kind),
  )

async function eventsOf(boss: Boss<typeof halves>, count: number): Promise<readonly InspectEvent[]> {
  const events = firstValueFrom(boss.inspect$.pipe(toArray()))
  for (let n = 0; n < count; n++) boss.give({ n })
  boss.makeThemWork({ terminate: true })
  await firstValueFrom(boss.exit$)
  return events
}

test('a run as a trace: a slice for each attempt, on the track of its ticket, and nothing overlaps', async t => {
  const boss = new Boss({ workers: halves, crew: inline(), scheduler: maxThreads(3) })
  const trace = parsed([...toTrace(await eventsOf(boss, 40))])
  t.deepEqual(flawsOf(trace), [])
  t.is(slices(trace, 'done').length, 20)
  t.is(slices(trace, 'failed').length, 20)
  t.is(slices(trace, 'failed')[0]?.args?.code, 'threw')
  t.deepEqual([...new Set(slices(trace).map(({ tid }) => tid))].sort(), [1, 2, 3])
  t.deepEqual(
    trace.filter(({ ph, name }) => ph === 'M' && name === 'thread_name').map(({ args }) => args?.name),
    ['boss', 'ticket 0', 'ticket 1', 'ticket 2'],
  )
  t.true(trace.some(({ ph }) => ph === 'C'))
})

test('with flows, each instruction has an arrow from where it was accepted to where it starts', async t => {
  const boss = new Boss({ workers: halves, crew: inline(), scheduler: maxThreads(2) })
  const trace = parsed([...toTrace(await eventsOf(boss, 10), { flows: true })])
  t.deepEqual(flawsOf(trace), [])
  t.is(new Set(trace.map(({ bind_id }) => bind_id).filter(id => id !== undefined)).size, 10)
})

test('a trace that stops after any line is whole with a bracket; what is open is closed as unfinished', async t => {
  const boss = new Boss({ workers: halves, crew: inline(), scheduler: maxThreads(2) })
  const events = await eventsOf(boss, 6)
  const lines = [...toTrace(events)]
  for (let cut = 2; cut < lines.length - 1; cut++) t.notThrows(() => parsed([...lines.slice(0, cut), ']']))
  const started = events.findIndex(({ type }) => type === 'instruction.start')
  const trace = parsed([...toTrace(events.slice(0, started + 1))])
  t.is(slices(trace, 'unfinished').length, 1)
  t.deepEqual(flawsOf(trace), [])
  t.deepEqual([...toTrace([])], ['[]'])
})

test('what was done on other machines says where; who moves to another is marked', t => {
  const base = { v: 1, boss: 'b' } as const
  const attempt = { id: 0, name: 'a', worker: 'w', ticket: 0, workerId: 'w1', attempt: 1 } as const
  const ready = { type: 'worker.ready', workerId: 'w1', ticket: 0 } as const
  const started = { ...attempt, type: 'instruction.start', waitMs: 0 } as const
  const done = { ...attempt, type: 'report', kind: 'done', waitMs: 0, workMs: 1 } as const
  const events = [
    { type: 'worker.spawn', workerId: 'w1', ticket: 0 },
    { ...ready, startMs: 1 },
    { ...started, began: 2 },
    { ...ready, startMs: 0, host: 'one:7' },
    done,
    { ...started, id: 1, began: 4 },
    { ...ready, startMs: 0, host: 'two:\x1b[2J8' },
    { ...done, id: 1 },
  ].map((event, seq) => ({ ...base, seq, t: seq, ...event }) as InspectEvent)
  const trace = parsed([...toTrace(events)])
  t.deepEqual(flawsOf(trace), [])
  t.is(trace.filter(({ name }) => name === 'start w1').length, 1)
  t.deepEqual(
    slices(trace, 'done').map(({ args }) => args?.host),
    ['one:7', 'two:\ufffd[2J8'],
  )
  t.deepEqual(
    trace.filter(({ ph }) => ph === 'i').map(({ name }) => name),
    ['w1 at one:7', 'w1 at two:\ufffd[2J8'],
  )
})

test('threads that die, are repeated and cancelled: still nothing overlaps, and each death is marked', async t => {
  const boss = new Boss({
    workers: any,
    crew: threads(),
    scheduler: maxThreads(2),
    retries: 1,
    backoff: () => 1,
  })
  const events = firstValueFrom(boss.inspect$.pipe(toArray()))
  boss.give({ exits: 3 } as never)
  for (let n = 0; n < 50; n++) boss.give({ n } as never)
  boss.makeThemWork({ terminate: true })
  await firstValueFrom(boss.exit$)
  const trace = parsed([...toTrace(await events)])
  t.deepEqual(flawsOf(trace), [])
  t.is(trace.filter(({ ph, name }) => ph === 'i' && name.endsWith('crashed')).length, 2)
  t.is(slices(trace, 'retried').length, 1)
  t.is(slices(trace, 'failed').length, 1)
  t.is(slices(trace, 'done').length, 50)
})

test('slices last as long as reports say, to 1 % or a microsecond, also behind many that took next to nothing', async t => {
  const boss = new Boss({ workers: any, crew: threads(), scheduler: maxThreads(2) })
  const events = firstValueFrom(boss.inspect$.pipe(toArray()))
  const took = new Map<number, number>()
  boss.reports$.subscribe(report => {
    if (report.kind === 'done') took.set(report.id, report.workMs)
  })
  for (let n = 0; n < 3000; n++) boss.give({ n } as never)
  boss.makeThemWork({ terminate: true })
  await firstValueFrom(boss.exit$)
  const trace = parsed([...toTrace(await events)])
  t.deepEqual(flawsOf(trace), [])
  const wrong = slices(trace, 'done').filter(({ dur = 0, args }) => {
    const real = (took.get(args?.id as number) ?? Number.NaN) * 1000
    return !(Math.abs(dur - real) <= Math.max(1.001, 0.01 * real))
  })
  t.deepEqual(wrong, [])
  t.is(took.size, 3000)
})

test('the checker sees slices that overlap and flows with one end', t => {
  const slice = (ts: number, dur: number, more: object = {}) =>
    ({ ph: 'X', name: 'a', pid: 1, tid: 1, ts, dur, ...more }) as TraceEvent
  const name = { ph: 'M', name: 'thread_name', pid: 1, tid: 1, ts: 0 } as TraceEvent
  t.is(flawsOf([name, slice(0, 10), slice(5, 10)]).length, 1)
  t.is(flawsOf([name, slice(0, 10), slice(5, 5), slice(10, 1)]).length, 0)
  t.is(flawsOf([name, slice(0, 10, { bind_id: '0x1', flow_out: true })]).length, 1)
})
