/** The Boss in a real page, with its workers in real Web Workers, with and without cross-origin isolation. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import ava, { type ExecutionContext } from 'ava'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { inline } from 'rxboss'

import { type Browser, openBrowser } from '../open-browser.ts'
import { testWith } from '../with-program.ts'
import { seen } from './app/actors.ts'
import type { Cases } from './app/page.ts'
import { type Served, serveFolder } from './serve-folder.ts'

const hasChromium = testWith('chromium') === ava
const test = (hasChromium ? ava.serial : ava.skip) as typeof ava.serial
const folder = mkdtempSync(join(tmpdir(), 'rxboss-page-'))
let browser: Browser
const sites = new Map<boolean, Served>()

ava.before(async () => {
  if (!hasChromium) return
  await build({
    entryPoints: ['page', 'crew', 'actor-crew', 'broken'].map(name =>
      fileURLToPath(new URL(`./app/${name}.js`, import.meta.url)),
    ),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  for (const isolated of [true, false]) sites.set(isolated, await serveFolder(folder, { isolated }))
  browser = await openBrowser(['--enable-precise-memory-info', '--js-flags=--expose-gc'])
})
ava.after.always(async () => {
  await browser?.close()
  for (const site of sites.values()) site.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(t: ExecutionContext, isolated: boolean): Promise<Page> {
  const page = await browser.newPage()
  t.teardown(() => page.close())
  await page.goto(sites.get(isolated)?.url ?? '')
  await page.waitForFunction(() => 'cases' in globalThis)
  return page
}

/** One case, in the page. */
async function run<K extends keyof Cases>(
  page: Page,
  name: K,
  ...args: Parameters<Cases[K]>
): Promise<Awaited<ReturnType<Cases[K]>>> {
  return page.evaluate(
    ([name, args]) => {
      const { cases } = globalThis as unknown as { cases: Record<string, (...args: unknown[]) => unknown> }
      return (cases[name] as (...args: unknown[]) => unknown)(...args)
    },
    [name as string, args as unknown[]] as const,
  ) as Promise<Awaited<ReturnType<Cases[K]>>>
}

for (const isolated of [true, false]) {
  const where = isolated ? 'isolated' : 'not isolated'
  const check = (title: string, body: (t: ExecutionContext, page: Page) => Promise<void>) =>
    test(`${where}: ${title}`, async t => {
      t.timeout(30_000, `${title}: something hangs`)
      const page = await open(t, isolated)
      await body(t, page)
    })

  check('the page is as its headers say', async (t, page) => {
    t.is(await run(page, 'isolated'), isolated)
  })

  check('a thousand instructions, each once', async (t, page) => {
    t.deepEqual(await run(page, 'squares', 1000), { done: 1000, right: true })
    t.is(await run(page, 'delegated', 100), 328_350)
  })

  check(
    'interim reports come in order, before the final one; failures and refusals are reports',
    async (t, page) => {
      t.deepEqual(await run(page, 'acts', ['count', 'throw', 'hello']), [
        'count: note 0',
        'count: note 1',
        'count: note 2',
        'count: done "counted"',
        'throw: failed threw: Worker "act" threw: RangeError: it does not fit. Its stack is in `error.stack`: correct the instruction or the work.',
        'hello: done "hello"',
      ])
      const [unsendable, next] = await run(page, 'acts', ['function', 'hello'])
      t.regex(unsendable ?? '', /^function: failed unserialisable/)
      t.is(next, 'hello: done "hello"')
    },
  )

  check('bitmaps and buffers move', async (t, page) => {
    t.deepEqual(await run(page, 'bitmap'), { width: 16, pixel: [200, 0, 0, 255] })
    t.deepEqual(await run(page, 'moved', 1 << 20), { told: 'done', left: 0, length: 1 << 20, first: 250 })
  })

  check('a busy loop is cancelled, and what waits behind it is done, each once', async (t, page) => {
    const { ms, counts, ids } = await run(page, 'cancelBusy')
    t.log(`${Math.round(ms)} ms`)
    t.deepEqual(counts, { done: 21, cancelled: 1 })
    t.is(ids, 22)
  })

  check('work that listens is cancelled, and keeps its thread', async (t, page) => {
    t.deepEqual(await run(page, 'cancelWaiting'), {
      told: ['first: done "hello"', 'waits: cancelled enough', 'last: done "hello"'],
      newThreads: 0,
    })
  })

  check('a timeout ends a busy loop', async (t, page) => {
    const [slow, next] = await run(page, 'timeout')
    t.regex(slow ?? '', /^slow: failed timeout/)
    t.is(next, 'next: done "hello"')
  })

  check('halted, nothing begins; resumed, all is done', async (t, page) => {
    t.deepEqual(await run(page, 'haltAndResume'), { stillHalted: true, done: 100 })
  })

  check('whatever ends a thread is a crash of what it worked on, and the next is done', async (t, page) => {
    const told = await run(page, 'acts', ['close', 'later', 'reject', 'hello'])
    t.is(told.length, 4)
    t.regex(told[0] ?? '', /^close: failed crashed: .*closed itself/)
    t.regex(told[1] ?? '', /^later: failed crashed: .*thrown later/)
    t.regex(told[2] ?? '', /^reject: failed crashed: .*rejected later/)
    t.is(told[3], 'hello: done "hello"')
  })

  check('supervision: a crash is tried again as often as it may, in a new thread', async (t, page) => {
    const { told, attempts, threads } = await run(page, 'supervised', 2)
    t.is(attempts, 3)
    t.true(threads >= 3)
    t.is(told.length, 2)
  })

  check(
    'a worker script that fails to load, or throws, fails its instructions and says why',
    async (t, page) => {
      const [missing] = await run(page, 'loadFails', './not-there.js')
      t.regex(missing ?? '', /square: failed .*could not be loaded/)
      const [broken] = await run(page, 'loadFails', './broken.js')
      t.regex(broken ?? '', /square: failed .*this file is broken/)
      t.regex(await run(page, 'withoutWorker'), /TypeError: Cannot start threads in a browser/)
    },
  )

  check(
    'an actor in a worker does what it does here, and fails its life where nobody catches',
    async (t, page) => {
      const [here, there] = [
        await seen(inline(), { deaths: false }),
        JSON.parse(await run(page, 'actor', './actor-crew.js')),
      ]
      const exit = here.pop()
      t.deepEqual(there, [...JSON.parse(JSON.stringify(here)), 7, ['failed'], exit])
    },
  )

  check(
    'an actor whose worker serves others, is broken, or says nothing, fails and says why',
    async (t, page) => {
      t.regex(await run(page, 'actorFails', './broken.js', 20_000), /this file is broken/)
      t.regex(await run(page, 'actorFails', './not-there.js', 20_000), /could not be loaded/)
      t.regex(await run(page, 'actorFails', './crew.js', 500), /was not ready within 500 ms \('startMs'\)/)
    },
  )

  check(
    'an actor that blocks beyond blockedMs is set up again, and handles the rest, each once',
    async (t, page) => {
      const { letters, last, count } = await run(page, 'actorBlocks')
      t.deepEqual(letters, ['failed'])
      t.is(last, 100)
      t.is(count, 101)
    },
  )

  check('a page that is left takes its workers with it, and comes back new', async (t, page) => {
    t.true((await run(page, 'busyForEver')) >= 1)
    t.true(page.workers().length >= 1)
    await page.reload()
    await page.waitForFunction(() => 'cases' in globalThis)
    t.is(page.workers().length, 0)
    t.deepEqual(await run(page, 'squares', 10), { done: 10, right: true })
  })
}

test('a million instructions in flat memory', async t => {
  const page = await open(t, true)
  const { done, sum, heaps, us } = await run(page, 'many', 1_000_000)
  t.is(done, 1_000_000)
  t.is(sum, 332_833_500_000)
  t.log(`${us.toFixed(2)} us each; heap ${heaps.map(one => one.toFixed(1)).join(' ')} MiB`)
  t.true(Math.max(...heaps.slice(5)) < 2 * Math.max(...heaps.slice(0, 5)))
})
