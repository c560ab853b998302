/** What a user's own functions may do: throw, or answer nonsense. Nothing is lost and nobody waits for ever (promise 1.8 of docs/reliability.md). */

import test from 'ava'

import { BossFailure } from '../../src/index.ts'
import { balances, bossOfFakes, turn } from '../boss/desk-of-fakes.ts'

const broken: readonly (readonly [string, () => number])[] = [
  [
    'throws',
    () => {
      throw new RangeError('no backoff today')
    },
  ],
  ['is no number', () => Number.NaN],
  ['is a text', () => 'soon' as unknown as number],
  ['never ends', () => Infinity],
]

for (const [how, backoff] of broken) {
  test(`a backoff that ${how} ends the boss: what runs is heard, the rest is given back (1.8)`, async t => {
    const { boss, lane, said } = bossOfFakes({
      size: 2,
      retries: 1,
      backoff,
      supervise: { max: 9, within: 1 },
    })
    for (let n = 0; n < 4; n++) boss.give({ n })
    boss.makeThemWork()
    await turn()
    for (const one of [lane(0), lane(1)]) one.getReady()
    t.notThrows(() => lane(0).dies())
    lane(1).finish(1)
    lane(1).leaves()
    const error = await t.throwsAsync(boss.waitTillFinished(), {
      instanceOf: BossFailure,
      message: /backoff of boss/,
    })
    t.true(balances(error.report))
    t.deepEqual(said(), ['cancelled 0', 'cancelled 2', 'cancelled 3', 'done 1'])
    t.like(error.report.counts, { submitted: 4, done: 1, pending: 3 })
  })

  test(`a supervise.backoff that ${how} ends the boss, too (1.8)`, async t => {
    const { boss, lane, said } = bossOfFakes({
      size: 2,
      supervise: { max: 9, within: 1000, backoff, count: 'all' },
    })
    for (let n = 0; n < 3; n++) boss.give({ n })
    boss.makeThemWork()
    await turn()
    for (const one of [lane(0), lane(1)]) one.getReady()
    t.notThrows(() => lane(0).dies())
    lane(1).finish(1)
    lane(1).leaves()
    const error = await t.throwsAsync(boss.waitTillFinished(), { message: /supervise\.backoff of boss/ })
    t.true(error instanceof BossFailure)
    t.deepEqual([...said()].sort(), ['cancelled 2', 'done 1', 'failed 0 crashed'])
  })
}

test.serial('a subscriber that throws silences nobody (1.8)', async t => {
  const { boss, lane, said } = bossOfFakes({ size: 1 })
  const thrown: unknown[] = []
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', error => thrown.push(error))
  boss.reports$.subscribe(() => {
    throw new Error('a bad subscriber')
  })
  const late: number[] = []
  boss.reports$.subscribe(({ id }) => late.push(id))
  for (let n = 0; n < 3; n++) boss.give({ n })
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  for (let n = 0; n < 3; n++) {
    lane(0).finish(n)
    await turn()
  }
  await new Promise(resolve => setTimeout(resolve, 5)) // RxJS throws it again later, on its own
  process.removeAllListeners('uncaughtException')
  for (const listener of before) process.on('uncaughtException', listener)
  t.deepEqual(said(), ['done 0', 'done 1', 'done 2'])
  t.deepEqual(late, [0, 1, 2])
  t.is(thrown.length, 3)
})
