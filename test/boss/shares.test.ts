/** How a boss divides what is given among lanes that take work ahead. */

import test from 'ava'

import { maxThreads } from '../../src/index.ts'
import { bossOfFakes, turn } from './desk-of-fakes.ts'

test('lanes that take work ahead get equal shares, and what one has done goes back to it', async t => {
  const { boss, crew } = bossOfFakes({ scheduler: maxThreads(2), depth: 1000 })
  boss.reports$.subscribe(() => boss.give({ n: 0 }))
  for (let n = 0; n < 64; n++) boss.give({ n })
  boss.makeThemWork()
  await turn()
  const held = () => crew.lanes.map(lane => lane.held)
  t.deepEqual(held(), [32, 32])
  for (const lane of crew.lanes) lane.getReady()
  crew.lanes[1]?.finishTogether(Array(16).fill(0))
  t.deepEqual(held(), [32, 32])
})
