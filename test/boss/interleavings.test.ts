/**
 * I1, I2, I5, I7, I17: the real boss, the real lane, and places whose every word comes when fast-check's scheduler says so,
 * among the user's own calls. Whatever the order, each instruction is settled once, and nobody waits for ever.
 */

import { setImmediate as immediate } from 'node:timers/promises'
import { testProp } from '@fast-check/ava'
import fc from 'fast-check'
import type { Crew } from '../../src/crew/crew.ts'
import { cellsBytes, cellsOver, claimCell, clearCells, finishCell } from '../../src/crew/lane/claims.ts'
import type { End, Link, LinkEvents } from '../../src/crew/lane/link.ts'
import { openLinkedLane } from '../../src/crew/lane/linked-lane.ts'
import { newPace } from '../../src/crew/lane/pace.ts'
import { type ToWorker, toMain, toWorker } from '../../src/crew/lane/wire.ts'
import { virtualClock } from '../../src/entries/testing.ts'
import {
  Boss,
  byPriority,
  scheduler as combined,
  exclusive,
  maxMemory,
  maxThreads,
  type Report,
  type Scheduler,
} from '../../src/index.ts'
import { threw } from '../../src/words/failure.ts'
import square from '../fixtures/square.ts'
import { balances } from './desk-of-fakes.ts'

type Fate = 'done' | 'threw' | 'dies' | 'ignores' | 'notes'

/** Says what is to happen when its turn has come. */
type Soon = (what: string, act: () => void) => void

/** A place that works on one job after the other, each word of it when its turn has come. */
function place(
  events: LinkEvents,
  words: Int32Array,
  fateOf: (attributes: unknown) => Fate,
  soon: Soon,
): Link {
  const jobs: { n: number; attributes: unknown }[] = []
  let [over, working, closing] = [false, false, false]
  const exit = (end: End) => {
    if (over) return
    over = true
    events.exited(end)
  }
  const next = () => {
    if (over || working) return
    const job = jobs.shift()
    if (job === undefined) {
      if (!closing) return
      events.receive([toMain.closed, undefined])
      return soon('closed', () => exit({ reason: 'closed' }))
    }
    working = true
    soon(`begin ${job.n}`, () => {
      if (over) return
      if (!claimCell(words, job.n)) {
        working = false
        return next()
      }
      const fate = fateOf(job.attributes)
      if (fate === 'ignores') return
      if (fate === 'notes') events.receive([toMain.note, job.n, 'half'])
      soon(`end ${job.n}`, () => {
        if (over) return
        if (fate === 'dies') return exit({ reason: 'died', exitCode: 1 })
        finishCell(words, job.n)
        working = false
        if (fate === 'threw')
          events.receive([toMain.failed, job.n, threw('square', { name: 'Error', message: 'no' }), 0, 1])
        else events.receive([toMain.results, job.n, 0, [1, 1], ['fine']])
        next()
      })
    })
  }
  soon('ready', () => {
    if (!over) events.receive([toMain.ready])
    next()
  })
  return {
    send: (message: ToWorker) => {
      if (message[0] === toWorker.close) closing = true
      if (message[0] === toWorker.batch) {
        const [, , first, count, , , columns] = message
        for (let i = 0; i < count; i++) jobs.push({ n: first + i, attributes: columns[0]?.[i] })
      }
      soon('message', next)
    },
    kill: () => soon('killed', () => exit({ reason: 'terminated' })),
    keepAlive: () => {},
  }
}

function crewOf(fateOf: (attributes: unknown) => Fate, soon: Soon, restless: boolean): Crew {
  return {
    name: 'interleaved',
    size: 3,
    min: 0,
    idleMs: restless ? 40 : Infinity,
    ...(restless && { recycleAfter: 3 }),
    check: () => {},
    open: terms => {
      const cells = cellsOver(new ArrayBuffer(cellsBytes))
      clearCells(cells)
      return openLinkedLane({
        terms,
        cells,
        paces: terms.definitions.map(newPace),
        startMs: Infinity,
        clone: undefined,
        where: () => ({}),
        connect: events => place(events, cells.words, fateOf, soon),
      })
    },
  }
}

const schedulers: Readonly<Record<string, () => Scheduler>> = {
  'at most two': () => maxThreads(2),
  'one at a time': () => maxThreads(1),
  'never two of a kind': () =>
    combined(
      maxThreads(3),
      exclusive(({ n }) => [Number(n) % 2]),
    ),
  'by memory': () => combined(maxThreads(3), maxMemory({ max: 10 })),
  'by priority': () => combined(maxThreads(2), byPriority()),
}
const rules = fc.constantFrom(...Object.keys(schedulers))

const give = fc.record({
  do: fc.constant('give' as const),
  fate: fc.constantFrom<Fate>('done', 'done', 'done', 'notes', 'threw', 'dies', 'ignores'),
  timeout: fc.option(fc.constantFrom(5, 30), { nil: undefined }),
  queueTimeout: fc.option(fc.constantFrom(1, 30), { nil: undefined }),
  retries: fc.nat(2),
  memory: fc.integer({ min: 1, max: 10 }),
  priority: fc.nat(2),
})
const call = fc.oneof(
  { weight: 8, arbitrary: give },
  // Most often the newest: it may be anywhere between the user's hand and its work.
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('cancel', 'abort'), back: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('halt' as const, 'resume' as const, 'resume' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reschedule' as const), rules }) },
)
const ending = fc.constantFrom('end', 'end', 'end', 'stop', 'stopThemWorking')

testProp(
  'each instruction is settled once, and nobody waits for ever, whatever comes when (I17, 1.1)',
  [fc.scheduler(), fc.array(call, { minLength: 2, maxLength: 14 }), rules, ending, fc.boolean(), fc.nat(3)],
  async (t, s, calls, first, last, restless, meddles) => {
    const clock = virtualClock()
    const fates: Fate[] = []
    const soon: Soon = (what, act) => void s.schedule(Promise.resolve(), what).then(act)
    const boss = new Boss({
      workers: square,
      crew: crewOf(
        n => {
          const id = n as number
          if (finals.has(id)) t.fail(`I5 the work of ${id} begins after its end`)
          bodies[id] = (bodies[id] ?? 0) + 1
          return fates[id] as Fate
        },
        soon,
        restless,
      ),
      scheduler: (schedulers[first] as () => Scheduler)(),
      clock,
      graceMs: 10,
      backoff: () => 7,
      supervise: { max: Infinity, within: 1, backoff: nth => nth },
    })
    const finals = new Map<number, Report>()
    const bodies: number[] = []
    boss.reports$.subscribe(report => {
      if (finals.has(report.id)) t.fail(`I1 ${report.id} is told of after its end`)
      if (report.kind !== 'interim') finals.set(report.id, report)
      t.true(balances(boss.state))
      // Who is told of one may cancel another at once, whatever is under way.
      if (meddles > 1) boss.cancel(report.id + meddles - 1)
    })
    boss.inspect$.subscribe(event => {
      if (event.type !== 'instruction.start') return
      if (finals.has(event.id)) t.fail(`I5 ${event.id} starts after its end`)
      t.true(boss.state.counts.running <= 3, 'I2')
    })
    const aborts: AbortController[] = []
    const obey = (one: (typeof calls)[number]) => {
      switch (one.do) {
        case 'give': {
          const { do: _, fate, ...base } = one
          const abort = new AbortController()
          aborts.push(abort)
          fates.push(fate)
          const known = Object.fromEntries(Object.entries(base).filter(([, value]) => value !== undefined))
          const timeout = fate === 'ignores' ? { timeout: 20 } : {}
          boss.give({ n: fates.length - 1, ...known, ...timeout, signal: abort.signal })
          return
        }
        case 'cancel':
          return void boss.cancel(aborts.length - 1 - one.back)
        case 'abort':
          return aborts.at(-1 - one.back)?.abort()
        case 'pass':
          return clock.pass(one.ms)
        case 'reschedule':
          return boss.reschedule((schedulers[one.rules] as () => Scheduler)())
        default:
          return boss[one.do]()
      }
    }
    boss.makeThemWork()
    s.scheduleSequence(calls.map(one => ({ label: one.do, builder: async () => obey(one) })))
    /** Lets everything answer, and time pass, until it is so. Nobody calls anything: a boss needs no pushing. */
    const until = async (isSo: () => boolean) => {
      for (let round = 0; !isSo(); round++) {
        if (round > 60) throw new Error(`it hangs: ${JSON.stringify(boss.state)}`)
        await immediate()
        await s.waitIdle()
        clock.pass(25)
      }
    }
    await s.waitIdle()
    if (boss.state.pump === 'on')
      await until(() => boss.state.counts.pending + boss.state.counts.running === 0)
    boss.resume()
    void boss[last as 'end']()
    await until(() => boss.state.phase === 'exited')
    const { submitted, pending, running, unheard } = boss.state.counts
    t.is(finals.size, submitted)
    t.deepEqual([running, unheard, last === 'end' ? pending : 0], [0, 0, 0])
    const given = calls.filter(one => one.do === 'give')
    for (const [id, report] of finals) {
      const begun = bodies[id] ?? 0
      if (report.kind === 'done') t.is(begun, report.attempt, 'I7 as many attempts as the work began')
      t.true(begun <= 1 + (given[id]?.retries ?? 0), 'I7 the work begins no more often than it may')
    }
    t.is(clock.waiting, 0)
  },
  { numRuns: 1000 },
)
