/** Sources and readers of every speed: nothing is taken far ahead of the work, and nothing is done twice. */

import test from 'ava'
import { concat, from, map, Subject, throwError } from 'rxjs'

import { Boss, delegate, inline, maxThreads, pull, type Report } from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { bossOfFakes, turn } from './desk-of-fakes.ts'

const crew = { crew: inline(), scheduler: maxThreads(4) }

/** A generator, and how far it has gone. */
function counted(most: number) {
  const source = { taken: 0, settled: 0, ahead: 0, ended: false }
  function* numbers() {
    try {
      while (source.taken < most) {
        source.taken++
        source.ahead = Math.max(source.ahead, source.taken - source.settled)
        yield { n: source.taken }
      }
    } finally {
      source.ended = true
    }
  }
  return { source, numbers }
}

test('a generator of a million on four workers: what is taken and not settled stays within a lane’s depth (1.20)', async t => {
  t.timeout(60_000, 'something hangs')
  const { source, numbers } = counted(1e6)
  await new Promise<void>((complete, error) => {
    pull(numbers())
      .pipe(delegate(square, crew))
      .subscribe({ next: () => source.settled++, error, complete })
  })
  t.is(source.settled, 1e6)
  t.true(source.ended)
  t.true(source.ahead <= 4 * 1024 + 4, `${source.ahead} ahead`)
})

test('an error of what the boss listens to is a dead letter, once, and the boss goes on', async t => {
  const { boss, lane, events, said } = bossOfFakes({ size: 1 })
  const letters = () => events.filter(({ type }) => type === 'actor.deadLetter')
  const broken$ = new Subject<{ n: number }>()
  boss.listen(broken$)
  boss.listen(
    concat(
      from([{ n: 3 }]),
      throwError(() => new Error('broken at the end')),
    ),
  )
  broken$.next({ n: 1 })
  broken$.error(new Error('broken pipe'))
  boss.makeThemWork()
  await turn()
  t.is(letters().length, 2)
  t.regex(JSON.stringify(letters()), /broken pipe/)
  lane(0).getReady()
  lane(0).finish(1)
  lane(0).finish(9)
  boss.give({ n: 2 })
  await turn()
  lane(0).finish(4)
  t.deepEqual(said(), ['done 0', 'done 1', 'done 2'])
  t.like(boss.state, { phase: 'live', intake: 'open' })
  lane(0).leaves()
  await Promise.all([boss.stopThemWorking(), Promise.resolve().then(() => lane(0).leaves())])
})

test('a hundred thousand reports: none is kept where they are not, and memory stays flat (1.21)', async t => {
  const boss = new Boss({ workers: square, ...crew, keepReports: false })
  let read = 0
  boss.reports$.subscribe(() => read++)
  const { source, numbers } = counted(1e5)
  boss.reports$.subscribe(() => source.settled++)
  const listening = boss.listen(numbers())
  boss.makeThemWork()
  await new Promise<void>(resolve => listening.add(resolve))
  const { counts, reports } = await boss.waitTillFinished()
  t.like(counts, { submitted: 1e5, done: 1e5 })
  t.is(read, 1e5)
  t.deepEqual(reports, [])
  t.true(source.ahead <= 4 * 1024 + 4, `${source.ahead} ahead`)
})

test('a second reader of reports$ shares the work; one of delegate has it done again', async t => {
  let works = 0
  const counting = { ...square, work: ({ n }: { n: number }) => n + 0 * works++ } as typeof square
  await using boss = new Boss({ workers: counting, ...crew })
  const [one, other]: [Report[], Report[]] = [[], []]
  boss.reports$.subscribe(report => one.push(report))
  boss.reports$.subscribe(report => other.push(report))
  for (let n = 0; n < 5; n++) boss.give({ n })
  boss.makeThemWork()
  await boss.waitTillFinished()
  t.is(works, 5)
  t.deepEqual(one, other)
  t.is(one.length, 5)

  const cold$ = from([1, 2, 3]).pipe(
    map(n => ({ n })),
    delegate(counting, crew),
  )
  const reading = () => new Promise<void>((complete, error) => void cold$.subscribe({ complete, error }))
  await Promise.all([reading(), reading()])
  t.is(works, 5 + 2 * 3)
})
