/** A limit of starts per time counts what begins, not what waits for a thread that still opens. */

import test from 'ava'

import { maxThreads, rateLimit, scheduler } from '../../src/index.ts'
import { bossOfFakes, turn } from './desk-of-fakes.ts'

const onePer100 = scheduler(maxThreads(3), rateLimit(1, 100))

test('rateLimit: threads that took long to open do not begin together once they are ready', async t => {
  const { boss, crew, clock } = bossOfFakes({ scheduler: onePer100 })
  for (let n = 0; n < 3; n++) boss.give({ n })
  boss.makeThemWork()
  await turn()
  clock.pass(1000)
  const held = () => crew.lanes.reduce((sum, one) => sum + one.held, 0)
  t.true(crew.lanes.length > 0)
  t.is(held(), 0)
  for (const one of crew.lanes) one.getReady()
  await turn()
  t.is(held(), 1)
  clock.pass(99)
  t.is(held(), 1)
  clock.pass(1)
  t.is(held(), 2)
  clock.pass(100)
  t.is(held(), 3)
})

test('rateLimit: as many threads open as there is work for, while nothing may begin yet', async t => {
  const { boss, crew } = bossOfFakes({ scheduler: onePer100 })
  for (let n = 0; n < 5; n++) boss.give({ n })
  boss.makeThemWork()
  await turn()
  t.is(crew.lanes.length, 3)
})
