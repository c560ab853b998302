/** Crews that break their contract where a lane opens or ends: each is a failed start or a death, and nothing hangs. */

import test from 'ava'
import { EMPTY, merge, type Observable, Subject, throwError } from 'rxjs'

import type { LaneEvent, LaneTerms } from '../../src/crew/crew.ts'
import { fakeCrew } from '../../src/entries/testing.ts'
import { Boss, type Crew, type InspectEvent, type Lane, maxThreads } from '../../src/index.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import square from '../fixtures/square.ts'
import { turn } from './desk-of-fakes.ts'

const noPort = () => {
  throw new Error('no port is free')
}

const streaming = (lane: Lane, events$: Observable<LaneEvent>): Lane =>
  Object.create(lane, { events$: { value: events$ } }) as Lane

/** What may be wrong with a lane that was never there. */
const stillborn: Record<string, { open: (terms: LaneTerms, made: Crew) => Lane; why: RegExp }> = {
  'open() throws': { open: noPort, why: /crew "fake" could not open a lane: no port is free/ },
  'open() gives no lane': { open: () => undefined as never, why: /crew "fake" could not open a lane/ },
  'open() gives a promise': {
    open: (terms, made) => Promise.resolve(made.open(terms)) as never,
    why: /open\(\) must give a lane at once/,
  },
  'events$ throws': {
    open: (terms, made) => Object.defineProperty({ ...made.open(terms) }, 'events$', { get: noPort }),
    why: /no port is free/,
  },
  'events$ errors at once': {
    open: (terms, made) =>
      streaming(
        made.open(terms),
        throwError(() => new Error('no port is free')),
      ),
    why: /no port is free/,
  },
  'events$ completes without an exit': {
    open: (terms, made) => streaming(made.open(terms), EMPTY),
    why: /its events ended without an exit/,
  },
}

/** A crew of which some starts are as told. */
function crewThat(open: (terms: LaneTerms, made: Crew) => Lane, isWrong: (nth: number) => boolean) {
  const made = fakeCrew()
  let opened = 0
  return { ...made, open: (terms: LaneTerms) => (isWrong(++opened) ? open(terms, made) : made.open(terms)) }
}

for (const [what, { open, why }] of Object.entries(stillborn)) {
  test(`${what}: a failed start like any other, and after some in a row a storm`, async t => {
    const clock = virtualClock()
    const boss = new Boss({
      workers: square,
      crew: crewThat(open, () => true),
      scheduler: maxThreads(2),
      clock,
      supervise: { max: 3, within: 1000, backoff: () => 100 },
    })
    const events: InspectEvent[] = []
    boss.inspect$.subscribe(event => events.push(event))
    boss.give({ n: 1 })
    boss.makeThemWork()
    for (let n = 0; n < 3; n++) {
      await turn()
      await turn()
      clock.pass(100)
    }
    const { status, failure, counts } = await boss.getReport({ block: true })
    t.is(status, 'failed')
    t.is(failure?.code, 'storm')
    t.regex(failure?.why ?? '', /3 starts in a row failed/)
    t.regex(failure?.why ?? '', why)
    t.like(counts, { failed: 1, pending: 0, running: 0 })
    t.is(boss.state.phase, 'exited')
    t.is(events.filter(({ type }) => type === 'worker.exit').length, 3)
  })

  test(`${what} once: the next start has its slot, and the work is done there`, async t => {
    const clock = virtualClock()
    const crew = crewThat(open, nth => nth === 1)
    const boss = new Boss({ workers: square, crew, scheduler: maxThreads(1), clock })
    boss.give({ n: 1 })
    boss.makeThemWork()
    for (let n = 0; n < 3; n++) {
      await turn()
      clock.pass(5000)
    }
    const lane = crew.lanes.at(-1)
    lane?.getReady()
    await turn()
    lane?.finish(1)
    boss.end()
    lane?.leaves()
    t.like(await boss.getReport({ block: true }), { status: 'finished', counts: { done: 1 } })
  })

  test(`${what}, and the boss is stopped: it exits`, async t => {
    const boss = new Boss({ workers: square, crew: crewThat(open, () => true), clock: virtualClock() })
    boss.give({ n: 1 })
    boss.makeThemWork()
    await turn()
    await turn()
    t.like(await boss.stopThemWorking(), { counts: { running: 0 } })
    t.is(boss.state.phase, 'exited')
  })
}

test('a lane whose stream errors while it works has crashed: its work is blamed, what waited there goes on elsewhere', async t => {
  const clock = virtualClock()
  const made = fakeCrew({ depth: 2 })
  const breaks$ = new Subject<never>()
  let opened = 0
  const open = (terms: LaneTerms) => {
    const lane = made.open(terms)
    return ++opened === 1 ? streaming(lane, merge(lane.events$, breaks$)) : lane
  }
  const boss = new Boss({
    workers: square,
    crew: { ...made, open },
    scheduler: maxThreads(1),
    clock,
    retries: 0,
  })
  const ended: string[] = []
  boss.reports$.subscribe(report =>
    ended.push(`${report.kind} ${report.id}${report.kind === 'failed' ? ` ${report.failure.why}` : ''}`),
  )
  boss.give({ n: 1 })
  boss.give({ n: 2 })
  boss.makeThemWork()
  await turn()
  made.lanes[0]?.getReady()
  await turn()
  breaks$.error(new Error('the socket is gone'))
  t.is(ended.length, 1)
  t.regex(ended[0] ?? '', /^failed 0 .*the socket is gone/)
  await turn()
  await turn()
  made.lanes[1]?.getReady()
  await turn()
  made.lanes[1]?.finish(4)
  boss.end()
  made.lanes[1]?.leaves()
  t.like(await boss.getReport({ block: true }), { status: 'finished', counts: { done: 1, failed: 1 } })
})
