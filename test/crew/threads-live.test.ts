/** How threads start and end with their process. */

import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker as Thread } from 'node:worker_threads'

import test from 'ava'

import { findDefinition, loadWorker } from '../../src/crew/place/load-worker.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { processes } from '../../src/entries/processes.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import { plusOne, thrower, whole } from '../fixtures/basic.ts'
import { tryLane } from './try-lane.ts'

const fixture = (file: string) => new URL(`../fixtures/${file}`, import.meta.url)

function run(file: URL, ...args: string[]): Promise<{ code: number | null; out: string; ms: number }> {
  const began = performance.now()
  const child = spawn(process.execPath, [fileURLToPath(file), ...args], { timeout: 30_000 })
  let out = ''
  child.stdout.on('data', text => {
    out += text
  })
  child.stderr.on('data', text => {
    out += text
  })
  return new Promise(resolve =>
    child.on('close', code => resolve({ code, out, ms: performance.now() - began })),
  )
}

for (const [what, said] of [
  ['idle', 'idle\n'],
  ['terminated at once', 'exited\n'],
  ['never needed', 'left\n'],
] as const) {
  test.serial(`a process whose lane is ${what} ends by itself`, async t => {
    const { code, out, ms } = await run(fixture('script-lane.js'), what)
    t.deepEqual([code, out], [0, said])
    t.true(ms < 9000, `took ${ms} ms: something waits for the start limit`)
  })
}

test.serial('a thread that the user supplies serves its own definitions', async t => {
  const crew = threads({ worker: () => new Thread(fixture('served.js')) })
  const one = tryLane(crew, [thrower, plusOne])
  one.open()
  one.give({ definition: 1, attributes: { n: 1 } })
  one.give({ definition: 0, attributes: { how: 'class' } })
  await one.settled(2)
  t.deepEqual(one.outcomes(), [
    [0, 2],
    [1, 'threw'],
  ])
  t.like(await one.close(), { why: 'closed' })
  const other = tryLane(crew, [whole])
  other.open()
  t.regex((await other.exit).reason, /serves no worker "whole": add it to the list/)
})

test.serial('terminating a thread whose file blocks while it loads works at once', async t => {
  const blocked = defineWorker({ url: fixture('blocks-at-load.js').href }, { name: 'blocked', work: () => 0 })
  const one = tryLane(threads(), [blocked])
  one.open()
  one.give({})
  await new Promise(resolve => setTimeout(resolve, 300))
  t.like(await one.terminate(), { why: 'closed', queued: [0] })
})

test.serial('a TypeScript worker file is loaded where this Node cannot read it', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'rxboss-'))
  const entry = new URL('../../src/entries/worker.js', import.meta.url).href
  const path = join(folder, 'typed.ts')
  writeFileSync(
    path,
    `import { defineWorker } from '${entry}'
     enum Size { small = 1 }
     export const other = 1
     export default defineWorker(import.meta, { name: 'typed', work: (): Size => Size.small })`,
  )
  const module = await loadWorker(path)
  t.is(findDefinition(module, 'typed', path).name, 'typed')
  t.throws(() => findDefinition(module, 'x', path), { message: /it exports "typed"/ })
  t.throws(() => findDefinition({ other: 1 }, 'x', path), { message: /exports no worker definition/ })
  const one = tryLane(threads(), [
    defineWorker({ url: pathToFileURL(path).href }, { name: 'typed', work: () => 0 }),
  ])
  one.open()
  one.give({})
  await one.settled(1)
  t.deepEqual(one.outcomes(), [[0, 1]])
  await one.close()
})

test.serial('a broken file keeps its own error', async t => {
  await t.throwsAsync(loadWorker(fixture('throws-at-load.js').href), { message: 'broken at load' })
  await t.throwsAsync(loadWorker('/not/there.js'), { code: 'ERR_MODULE_NOT_FOUND' })
})

for (const [name, crew] of Object.entries({
  threads: () => threads({ startMs: 300 }),
  processes: () => processes({ startMs: 300 }),
})) {
  test.serial(`${name}: what is not ready within 'startMs' is a failed start, and says so`, async t => {
    const blocked = defineWorker(
      { url: fixture('blocks-at-load.js').href },
      { name: 'blocked', work: () => 0 },
    )
    const one = tryLane(crew(), [blocked])
    one.open()
    one.give({})
    const exit = await one.exit
    t.like(exit, { why: 'failedToStart', queued: [0] })
    t.regex(exit.reason, /^it was not ready within 300 ms/)
  })
}

test("'startMs' is checked at once", t => {
  t.throws(() => threads({ startMs: 0 }), {
    instanceOf: TypeError,
    message: /'startMs' must be milliseconds/,
  })
  t.throws(() => processes({ startMs: Number.NaN }), { instanceOf: TypeError })
})

test.serial('a heap limit of a crew holds though this process was started with another', t => {
  const code = `
    import { Boss, threads } from ${JSON.stringify(import.meta.resolve('rxboss'))}
    import { processes } from ${JSON.stringify(import.meta.resolve('rxboss/processes'))}
    import call from ${JSON.stringify(import.meta.resolve('rxboss/actors/call'))}
    const limitOf = async crew => {
      const boss = new Boss({ workers: [call], crew })
      boss.give({ module: 'node:v8', export: 'getHeapStatistics' })
      boss.end()
      boss.makeThemWork()
      const { reports } = await boss.waitTillFinished()
      return reports[0].result.heap_size_limit / 2 ** 20
    }
    const limits = [
      threads({ resourceLimits: { maxOldGenerationSizeMb: 64 } }),
      processes({ memoryLimit: 100 }),
      processes({ execArgv: ['--max-old-space-size=90'] }),
      threads(),
    ]
    for (const crew of limits) console.log((await limitOf(crew)) < 400)`
  for (const flags of [
    ['--max-old-space-size=3000'],
    ['--max_old_space_size=3000', '--max-semi-space-size=64'],
  ]) {
    const printed = execFileSync(process.execPath, [...flags, '--input-type=module', '-e', code], {
      encoding: 'utf8',
      timeout: 20_000,
    })
    t.is(printed, 'true\ntrue\ntrue\nfalse\n')
  }
})
