/** How threads die, and what their lane says about it. */

import test from 'ava'

import type { LaneEvent } from '../../src/crew/crew.ts'
import type { ThreadsOptions } from '../../src/crew/threads/thread-crew.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import type { AnyWorker } from '../../src/worker/worker.ts'
import { blocking, dying, echo, plusOne } from '../fixtures/basic.ts'
import { tryLane } from './try-lane.ts'

const open = (
  options: ThreadsOptions = {},
  definitions: readonly AnyWorker[] = [dying, plusOne, blocking],
) => {
  const one = tryLane(threads(options), definitions)
  one.open()
  return one
}

const elsewhere = (name: string, file: string) =>
  defineWorker({ url: new URL(`../fixtures/${file}`, import.meta.url).href }, { name, work: () => 0 })

for (const code of [0, 3]) {
  test.serial(`process.exit(${code}) in the work: blamed on that job; what came before is heard`, async t => {
    const one = open()
    for (let n = 0; n < 3; n++) one.give({ definition: 1, attributes: { n } })
    one.give({ attributes: { how: `exit ${code}` } })
    one.give({ definition: 1, attributes: { n: 9 } })
    const exit = await one.exit
    t.like(exit, { why: 'crashed', exitCode: code, begun: [3], queued: [4], lost: [] })
    t.is(exit.reason, `its thread exited with code ${code}`)
    t.deepEqual(one.outcomes(), [
      [0, 1],
      [1, 2],
      [2, 3],
    ])
  })
}

test.serial('an error thrown by a timer kills the thread, and arrives with class and code', async t => {
  const one = open()
  one.give({ attributes: { how: 'timer' } })
  const exit = await one.exit
  t.like(exit, {
    why: 'crashed',
    reason: 'RangeError: timed',
    begun: [0],
    error: { name: 'RangeError', message: 'timed', code: 'E_T' },
  })
})

test.serial('a rejection that nobody handles kills the thread', async t => {
  const one = open()
  one.give({ attributes: { how: 'rejection' } })
  t.like(await one.exit, {
    why: 'crashed',
    begun: [0],
    error: { name: 'SyntaxError', message: 'nobody hears' },
  })
})

test.serial('work beyond the heap limit is out of memory', async t => {
  const one = open({ resourceLimits: { maxOldGenerationSizeMb: 32 } })
  one.give({ attributes: { how: 'memory' } })
  one.give({ definition: 1, attributes: { n: 1 } })
  const exit = await one.exit
  t.like(exit, { why: 'outOfMemory', begun: [0], queued: [1], error: { code: 'ERR_WORKER_OUT_OF_MEMORY' } })
})

test.serial('a busy loop is terminated; what was handed ahead had not begun', async t => {
  const shared = new Int32Array(new SharedArrayBuffer(64))
  const one = open()
  one.give({ definition: 2, attributes: { shared, n: 0 } })
  for (let n = 1; n < 4; n++) one.give({ definition: 2, attributes: { shared, n } })
  while (shared[1] === 0) await new Promise(resolve => setImmediate(resolve))
  t.deepEqual(one.lane.withdrawTail(1), [3])
  t.true(one.lane.withdraw(1))
  const exit = await one.terminate()
  t.like(exit, { why: 'closed', begun: [0], queued: [2] })
  t.deepEqual([...shared].slice(1, 5), [1, 0, 0, 0])
})

test.serial(
  'small results that were collected under a job that never ends are heard, not to blame, and not queued',
  async t => {
    const shared = new Int32Array(new SharedArrayBuffer(64))
    const one = open()
    for (let n = 0; n < 3; n++) one.give({ definition: 1, attributes: { n } })
    one.give({ definition: 2, attributes: { shared, n: 0 } })
    for (let n = 0; n < 9; n++) one.give({ definition: 1, attributes: { n } })
    while (shared[1] === 0) await new Promise(resolve => setImmediate(resolve))
    const exit = await one.terminate()
    t.deepEqual(exit.begun, [3])
    t.deepEqual(exit.queued, [4, 5, 6, 7, 8, 9, 10, 11, 12])
    t.deepEqual([one.outcomes().map(([job]) => job), exit.lost], [[0, 1, 2], []])
  },
)

test.serial('a file that throws when it is imported is a failed start, and says why', async t => {
  const one = open({}, [elsewhere('broken', 'throws-at-load.js')])
  one.give({})
  const exit = await one.exit
  t.like(exit, {
    why: 'failedToStart',
    begun: [],
    queued: [0],
    error: { name: 'RangeError', message: 'broken at load', code: 'E_LOAD' },
  })
  t.is(exit.reason, 'RangeError: broken at load')
})

test.serial(
  'a file that is missing, or does not export the worker, is a failed start that names it',
  async t => {
    const missing = await open({}, [elsewhere('x', 'not-there.js')]).exit
    t.is(missing.why, 'failedToStart')
    t.regex(missing.reason, /not-there\.js/)
    const other = await open({}, [elsewhere('x', 'loading.js')]).exit
    t.is(other.why, 'failedToStart')
    t.regex(
      other.reason,
      /Cannot find worker "x" in .*loading\.js: the file must export it, and it exports "loading"/,
    )
  },
)

test.serial('a hook runs before anything else, and one that throws is a failed start', async t => {
  const module = new URL('../fixtures/loading.js', import.meta.url).href
  const { default: loading } = await import('../fixtures/loading.ts')
  const hooked = tryLane(threads(), [loading], { hooks: [{ module, export: 'bind', argument: [1] }] })
  hooked.open()
  hooked.give({})
  await hooked.settled(1)
  t.deepEqual(hooked.outcomes(), [[0, { whileLoading: false, now: false, binding: [1] }]])
  await hooked.close()
  const failing = tryLane(threads(), [loading], { hooks: [{ module, export: 'failingHook', argument: 0 }] })
  failing.open()
  t.like(await failing.exit, { why: 'failedToStart', reason: 'Error: no such CPU' })
})

test.serial('while a thread loads a file, a mark says so', async t => {
  const { default: loading } = await import('../fixtures/loading.ts')
  const one = open({}, [loading])
  one.give({})
  await one.settled(1)
  t.deepEqual(one.outcomes(), [[0, { whileLoading: true, now: false, binding: [] }]])
  await one.close()
})

for (const how of ['print', 'lines']) {
  test.serial(`what the work prints is out before its result (${how})`, async t => {
    const one = open()
    one.give({ attributes: { how } })
    await one.settled(1)
    const before = one.events.slice(0, -1) as LaneEvent[]
    const stdout = before
      .map(event => (event.type === 'log' && event.stream === 'stdout' ? event.text : ''))
      .join('')
    const stderr = before
      .map(event => (event.type === 'log' && event.stream === 'stderr' ? event.text : ''))
      .join('')
    if (how === 'print') t.is(stdout.length, 10_000_001)
    else {
      t.is(stdout, Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join(''))
      t.is(stderr, 'at last\n')
    }
    await one.terminate()
  })
}

test.serial('hostile work reaches no port that matters', async t => {
  const one = open()
  one.give({ attributes: { how: 'forge' } })
  one.give({ definition: 1, attributes: { n: 1 } })
  await one.settled(2)
  t.deepEqual(one.outcomes(), [
    [0, 'forge'],
    [1, 2],
  ])
  t.like(await one.close(), { why: 'closed' })
})

test.serial('importing the threads package leaves no handlers here', async t => {
  const before = (['SIGINT', 'SIGTERM'] as const).map(signal => process.listenerCount(signal))
  const one = open()
  await one.until(() => one.events.length > 0)
  t.deepEqual(
    (['SIGINT', 'SIGTERM'] as const).map(signal => process.listenerCount(signal)),
    before,
  )
  await one.close()
})

test.serial('a definition that no thread could import is refused now, with the remedy', t => {
  const crew = threads()
  const make = (url: string) => defineWorker({ url }, { name: 'bad', work: () => 0 })
  t.notThrows(() => crew.check([echo]))
  t.throws(() => crew.check([make('data:text/javascript,1')]), {
    message: /Put 'defineWorker' in a file of its own/,
  })
  const entry = process.argv[1] as string
  t.throws(() => crew.check([make(new URL(`file://${entry}`).href)]), {
    message: /must not be the program itself/,
  })
})

test.serial('numbers that cannot be meant are refused', t => {
  t.throws(() => threads({ size: 0 }), { message: /'size' must be at least 1/ })
  t.throws(() => threads({ min: Number.NaN }), { message: /'min' must be/ })
})
