/** The scheduler operator, alone, under `schedule` and under the Boss: how many lanes are open is RxJS's to say. */

import test from 'ava'
import fc from 'fast-check'
import { BehaviorSubject, finalize, map, Observable, of, range, Subject, type Subscriber } from 'rxjs'
import { fakeCrew, virtualClock } from '../../src/entries/testing.ts'
import type * as Library from '../../src/index.ts'
import * as library from '../../src/index.ts'
import { overTickets } from '../../src/scheduler/over-tickets.ts'
import square from '../fixtures/square.ts'
import { loadMutantTree, type Mutant } from '../mutants.ts'

interface Opened {
  readonly ticket: number
  readonly out: Subscriber<string>
}

/** Lanes that do as they are told, and a demand that goes down as they open. */
function lanesOf(limit: number) {
  const limit$ = new BehaviorSubject(limit)
  const looks$ = new Subject<void>()
  const open: Opened[] = []
  const log: string[] = []
  const desk = { wanted: 0, asked: 0 }
  const lane = (ticket: number) =>
    new Observable<string>(out => {
      const one = { ticket, out }
      desk.wanted--
      open.push(one)
      log.push(`open ${ticket}`)
      return () => {
        open.splice(open.indexOf(one), 1)
        log.push(`torn down ${ticket}`)
      }
    })
  const demand = () => {
    desk.asked++
    return desk.wanted > 0
  }
  const freed = (ticket: number) => void log.push(`free ${ticket}`)
  const subscription = looks$.pipe(overTickets({ limit$, demand, lane, freed })).subscribe({
    next: value => log.push(value),
    error: error => log.push(`error ${error}`),
    complete: () => log.push('complete'),
  })
  const want = (count: number) => {
    desk.wanted += count
    looks$.next()
  }
  const at = (ticket: number) => open.find(one => one.ticket === ticket)?.out
  return { limit$, looks$, open, log, desk, want, at, subscription }
}

test('as many lanes as are wanted, up to the limit; the next waits, and opens with the lowest free ticket', t => {
  const { want, log, at } = lanesOf(2)
  want(1)
  t.deepEqual(log.splice(0), ['open 0'])
  want(3)
  t.deepEqual(log.splice(0), ['open 1'])
  at(0)?.complete()
  t.deepEqual(log.splice(0), ['torn down 0', 'open 0', 'free 0'])
})

test('whoever waits for a slot and is not wanted any more opens nothing', t => {
  const { want, log, at, desk } = lanesOf(1)
  want(3)
  desk.wanted = 0
  at(0)?.complete()
  t.deepEqual(log, ['open 0', 'torn down 0', 'free 0'])
  want(1)
  t.is(log.at(-1), 'open 0')
})

test('a lower limit: lanes that fit stay and are heard, the others end, and none opens before there are few enough', t => {
  const { want, log, at, limit$, open } = lanesOf(4)
  want(6)
  limit$.next(2)
  log.length = 0
  for (const { ticket, out } of open) out.next(`from ${ticket}`)
  t.deepEqual(log.splice(0), ['from 0', 'from 1', 'from 2', 'from 3'])
  at(0)?.complete()
  at(2)?.complete()
  t.deepEqual(log.splice(0), ['torn down 0', 'free 0', 'torn down 2', 'free 2'])
  at(3)?.complete()
  t.deepEqual(log.splice(0), ['torn down 3', 'open 0', 'free 3'])
})

test('a higher limit is used at once', t => {
  const { want, log, limit$ } = lanesOf(1)
  want(3)
  log.length = 0
  limit$.next(3)
  t.deepEqual(log, ['open 1', 'open 2'])
})

test('it completes with the last lane after its source, whatever the limit was; unsubscribing tears down all lanes', t => {
  const { want, log, at, limit$, looks$ } = lanesOf(3)
  want(3)
  limit$.next(1)
  looks$.complete()
  for (const ticket of [1, 0, 2]) at(ticket)?.complete()
  t.deepEqual(log.slice(-2), ['torn down 2', 'complete'])
  const other = lanesOf(3)
  other.want(3)
  other.limit$.next(2)
  other.subscription.unsubscribe()
  t.deepEqual(other.open, [])
})

test('an error of a lane is the error of all', t => {
  const { want, log, at, open } = lanesOf(3)
  want(3)
  at(1)?.error('no')
  t.true(log.includes('error no'))
  t.deepEqual(open, [])
})

const command = fc.tuple(
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('want', 'end') },
    { weight: 1, arbitrary: fc.constantFrom('lose interest', 'resize') },
  ),
  fc.integer({ min: 1, max: 5 }),
)

test('whatever happens: no lane opens beyond the limit, and lanes that end are replaced while there is demand', t => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(command, { maxLength: 60 }), (first, commands) => {
      const { want, open, limit$, desk, log, at, looks$ } = lanesOf(first)
      let most = first
      const check = (what: string) => {
        if (open.length > most) throw new Error(`${open.length} lanes are open, ${most} may be: ${what}`)
        const tickets = open.map(({ ticket }) => ticket)
        if (new Set(tickets).size < tickets.length) throw new Error('one ticket for two')
        const there = open.length
        if (there < limit$.value && desk.wanted > 0)
          throw new Error(`nobody opens, though there is room: ${what}`)
        if (there <= limit$.value) most = limit$.value
      }
      for (const [what, n] of commands) {
        const before = open.length
        const opened = () => log.filter(line => line.startsWith('open')).length
        const openedBefore = opened()
        if (what === 'want') want(n)
        if (what === 'lose interest') desk.wanted = 0
        if (what === 'end') open[n % Math.max(1, open.length)]?.out.complete()
        if (what === 'resize') {
          most = Math.max(limit$.value, n, before)
          limit$.next(n)
        }
        if (opened() > openedBefore && open.length > limit$.value) throw new Error('opened beyond the limit')
        check(`${what} ${n}`)
        for (const { ticket, out } of [...open]) {
          out.next('heard')
          if (log.at(-1) !== 'heard' || at(ticket) !== out) throw new Error('a lane is not heard')
        }
      }
      looks$.complete()
      for (const { out } of [...open]) out.complete()
      if (log.at(-1) !== 'complete') throw new Error('it never completes')
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

// -- under those who stand on it -----------------------------------------------------------------------------------------

const limit = 2

/** The most that run at once under `schedule`. */
function mostUnderSchedule({ schedule, maxThreads }: typeof Library): number {
  let [running, most] = [0, 0]
  const works: Subject<never>[] = []
  range(0, 8)
    .pipe(
      map(() => ({})),
      schedule(() => {
        most = Math.max(most, ++running)
        const work = new Subject<never>()
        works.push(work)
        return work.pipe(finalize(() => running--))
      }, maxThreads(limit)),
    )
    .subscribe()
  for (let i = 0; i < works.length; i++) works[i]?.complete()
  return most
}

/** The most that run at once under a Boss, which has another limit for a while. */
async function mostUnderBoss({ Boss, maxThreads }: typeof Library): Promise<number> {
  const clock = virtualClock()
  const crew = fakeCrew({ now: clock.now })
  const boss = new Boss({ workers: square, crew, clock, scheduler: maxThreads(limit) })
  boss.makeThemWork()
  for (let n = 0; n < 8; n++) boss.give({ n })
  let most = 0
  for (let round = 0; round < 6; round++) {
    await Promise.resolve()
    for (const lane of crew.lanes) if (lane.open) lane.getReady()
    await Promise.resolve()
    most = Math.max(most, boss.state.counts.running)
    if (round === 2) boss.reschedule(maxThreads(1))
    if (round === 4) boss.reschedule(maxThreads(limit))
    for (const lane of crew.lanes) if (lane.open && lane.held > 0) lane.finish(1)
    for (const lane of crew.lanes) if (lane.open && lane.asked !== 'nothing') lane.leaves()
  }
  await Promise.race([boss.stopThemWorking(), Promise.resolve()])
  return most
}

test('no more lanes run than RxJS lets in: under schedule, and under the Boss', async t => {
  t.is(mostUnderSchedule(library), limit)
  t.is(await mostUnderBoss(library), limit)
})

const mutants: readonly Mutant[] = [
  {
    broken: 'mergeMap without a limit',
    find: 'mergeMap(project, limit)',
    put: 'mergeMap(project, Infinity)',
  },
  { broken: 'one lane too many', find: 'mergeMap(project, limit)', put: 'mergeMap(project, limit + 1)' },
]

for (const mutant of mutants) {
  test(`a mutant of the operator is noticed, since more lanes run: ${mutant.broken}`, async t => {
    const broken = await loadMutantTree<typeof Library>('index.js', 'scheduler/over-tickets.js', mutant)
    t.true(mostUnderSchedule(broken) > limit, 'under schedule')
    t.true((await mostUnderBoss(broken)) > limit, 'under the Boss')
  })
}

test('a lane that ends at once gives its slot back at once', t => {
  let opened = 0
  const looks$ = new Subject<void>()
  looks$
    .pipe(
      overTickets({
        limit$: of(1),
        demand: () => opened < 1000,
        lane: () => {
          opened++
          return of('done')
        },
      }),
    )
    .subscribe()
  looks$.next()
  t.is(opened, 1000)
})
