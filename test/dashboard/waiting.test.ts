/** The page says of each instruction that waits which rule holds it back, and behind whom. */

import { setTimeout as sleep } from 'node:timers/promises'

import test from 'ava'
import * as types from 'io-ts'
import { serveDashboard } from 'rxboss/dashboard'

import { Boss, defineWorker, exclusive, inline } from '../../src/index.ts'
import { get } from './ask.ts'

const forever = defineWorker(import.meta, {
  name: 'forever',
  attr: { file: types.string },
  work: (_, task) => new Promise(resolve => task.signal.addEventListener('abort', resolve)),
})

test('what waits for a key says which, and who has it', async t => {
  const boss = new Boss({
    workers: forever,
    crew: inline(),
    scheduler: rules => rules.exclusive(({ file }) => [file]),
    graceMs: 0,
  })
  const dashboard = await serveDashboard(boss)
  boss.give({ file: 'a' })
  boss.give({ file: 'a' })
  boss.makeThemWork()
  await sleep(20)
  const headers = { authorization: `Bearer ${dashboard.token}` }
  const { text } = await get(dashboard, '/api/waiting', { headers })
  const { rows } = JSON.parse(text) as { rows: { id: number; why: string }[] }
  t.deepEqual(
    rows.map(({ id, why }) => [id, why]),
    [[1, 'exclusive "a": it is taken, behind #0']],
  )
  await boss.stopThemWorking()
  await dashboard.close()
})

test('whoever serves the page may say it in other words', async t => {
  const boss = new Boss({ workers: forever, crew: inline(), scheduler: exclusive(({ file }) => [file]) })
  const dashboard = await serveDashboard(boss, { explain: id => `because of ${id}` })
  boss.give({ file: 'a' })
  await sleep(20)
  const headers = { authorization: `Bearer ${dashboard.token}` }
  const { text } = await get(dashboard, '/api/waiting', { headers })
  t.is(JSON.parse(text).rows[0].why, 'because of 0')
  await boss.stopThemWorking()
  await dashboard.close()
})
