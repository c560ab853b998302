/** What a worker does is seen while it does it, in a loop that never ends, too. */

import test, { type ExecutionContext } from 'ava'
import { type CpuProfile, profile, serveDashboard } from 'rxboss/dashboard'

import { Boss, inline, maxThreads, threads } from '../../src/index.ts'
import { get } from '../dashboard/ask.ts'
import spins from './workers/spins.ts'

const functionsIn = ({ nodes }: CpuProfile) => nodes.map(({ callFrame }) => callFrame.functionName)

async function busyBoss(t: ExecutionContext) {
  const crew = threads({ size: 2 })
  const boss = new Boss({ workers: spins, crew, scheduler: maxThreads(2), graceMs: 0 })
  t.teardown(() => boss.stopThemWorking())
  boss.give({ n: 1 })
  boss.makeThemWork()
  while (boss.state.workers[0]?.state !== 'busy') await new Promise(resolve => setImmediate(resolve))
  return boss
}

test('a thread in an endless loop shows the function that it is in', async t => {
  const boss = await busyBoss(t)
  const { workerId } = boss.state.workers[0] as { workerId: string }
  const found = await profile(boss, { worker: workerId, seconds: 0.5 })
  t.true(functionsIn(found).includes('spinForEver'), functionsIn(found).join())
  t.true((found.samples?.length ?? 0) > 50)
  const again = await profile(boss, { seconds: 0.1 })
  t.true(functionsIn(again).includes('spinForEver'), 'without a name: who is at it for longest')
})

test('the page serves it, to whoever may control', async t => {
  const boss = await busyBoss(t)
  const { workerId } = boss.state.workers[0] as { workerId: string }
  for (const readonly of [false, true]) {
    const dashboard = await serveDashboard(boss, { readonly })
    const headers = { authorization: `Bearer ${dashboard.token}` }
    const { status, text } = await get(dashboard, `/api/profile?worker=${workerId}&seconds=0.2`, { headers })
    t.is(status, readonly ? 403 : 200)
    if (!readonly) t.true(functionsIn(JSON.parse(text)).includes('spinForEver'))
    t.is((await get(dashboard, '/api/profile?worker=w99', { headers })).status, readonly ? 403 : 409)
    await dashboard.close()
  }
})

test('a worker that is not there, a time that is none, no boss: said at once', async t => {
  const boss = new Boss({ workers: spins, crew: inline() })
  await t.throwsAsync(profile(boss, { worker: 'w7' }), { message: /w7: it is not there. At work are: none/ })
  for (const seconds of [0, -1, 61, Number.NaN])
    await t.throwsAsync(profile(boss, { seconds }), { instanceOf: TypeError, message: /from 0.05 to 60/ })
  await t.throwsAsync(profile({} as never), { instanceOf: TypeError, message: /it must be a Boss/ })
  await boss.stop()
})
