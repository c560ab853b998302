/** One behaviour, with equal results wherever it lives. Of a page, `test/browser/chromium.test.ts` says the same. */

import ava from 'ava'
import { inline, threads } from 'rxboss'
import { processes } from 'rxboss/processes'

import { seen } from '../browser/app/actors.ts'

const alive = setInterval(() => {}, 1000)
ava.after.always(() => clearInterval(alive))

ava.serial('an actor does the same here, on a thread and in a process', async t => {
  t.timeout(120_000, 'an actor hangs')
  const here = await seen(inline(), { deaths: false })
  t.is(here.at(-1), 'ended')
  t.deepEqual(await seen(threads(), { deaths: false }), here)
  t.deepEqual(await seen(processes(), { deaths: false }), here)
  const onThread = await seen(threads(), { deaths: true })
  t.deepEqual(onThread.slice(-3), [7, ['failed'], 'ended'])
  t.deepEqual(await seen(processes(), { deaths: true }), onThread)
})
