/** A worker defined where it should not be is refused with a clear error; never a storm of threads. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import { boss } from '../fixtures/boss-beside.ts'

const test = ava.serial

test('a worker in the program’s own entry file is refused at once', t => {
  const program = fileURLToPath(new URL('../fixtures/own-entry.js', import.meta.url))
  const { stdout, stderr, status } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  t.not(status, 0)
  t.is(stdout.match(/started/g)?.length, 1)
  t.regex(stderr, /must not be the program itself/)
})

test('a worker file that hires a boss fails to start, saying why, and does not start itself again and again', async t => {
  await using _ = boss
  const spawned: unknown[] = []
  boss.inspect$.subscribe(event => event.type === 'worker.spawn' && spawned.push(event))
  boss.give({})
  boss.makeThemWork()
  await t.throwsAsync(boss.waitTillFinished(), { message: /while a worker file is being imported/ })
  t.true(spawned.length <= 2)
})
