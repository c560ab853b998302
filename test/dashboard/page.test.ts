/** The dashboard in a real browser: a run as it goes on, controls, searches, a connection that breaks, reports as files. */

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import ava, { type ExecutionContext } from 'ava'
import * as types from 'io-ts'
import type { Page } from 'playwright-core'
import { type Dashboard, follow, serveDashboard, toHtml } from 'rxboss/dashboard'

import {
  Boss,
  defineWorker,
  emptyRun,
  type InspectEvent,
  inline,
  maxThreads,
  type Run,
  reduceAll,
} from '../../src/index.ts'
import { type Browser, openBrowser } from '../open-browser.ts'
import { testWith } from '../with-program.ts'

const hasChromium = testWith('chromium') === ava
const test = (hasChromium ? ava.serial : ava.skip) as typeof ava.serial
let browser: Browser

ava.before(async () => {
  if (hasChromium) browser = await openBrowser()
})
ava.after.always(() => browser?.close())

/** Work that ends when the test says so. */
const gates = new Map<number, () => void>()
const gated = defineWorker(import.meta, {
  name: 'gated',
  attr: { n: types.number, fails: types.union([types.boolean, types.undefined]) },
  work: async ({ n, fails }, task) => {
    task.report({ done: 1, total: 4 })
    await new Promise<void>(resolve => {
      gates.set(n, resolve)
      task.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    if (fails) throw new RangeError(`Input ${n} has a corrupt header`)
    return n
  },
})
const quick = defineWorker(import.meta, { name: 'quick', attr: { q: types.number }, work: ({ q }) => q })

const newBoss = (threads = 2) =>
  new Boss({ workers: [gated, quick], crew: inline(), scheduler: maxThreads(threads) })

interface Look {
  readonly page: Page
  readonly dashboard: Dashboard
}

async function look(t: ExecutionContext, boss: ReturnType<typeof newBoss>): Promise<Look> {
  const dashboard = await serveDashboard(boss)
  const page = await browser.newPage()
  t.teardown(async () => {
    await page.close()
    await dashboard.close()
    await boss.stopThemWorking()
  })
  await page.goto(dashboard.url)
  return { page, dashboard }
}

/** Waits until an element says something. */
async function says(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 10_000 })
}

/** A run as a file, opened from the disk. */
async function open(run: Run): Promise<Page> {
  const file = join(mkdtempSync(join(tmpdir(), 'rxboss-report-')), 'run.html')
  writeFileSync(file, toHtml(run))
  const page = await browser.newPage()
  await page.goto(`file://${file}`)
  await page.locator('.reports tbody tr').first().waitFor()
  return page
}

/** One instruction that was done at the second attempt, and printed meanwhile. */
function printingRun(why = 'exit code 3'): Run {
  const of = { id: 0, name: 'gated#0', worker: 'gated', ticket: 0 }
  const start = { ...of, type: 'instruction.start', workerId: 'w1', waitMs: 0 }
  const failure = { code: 'crashed', what: '', why, remedy: '' }
  const log = { type: 'worker.log', workerId: 'w1', ticket: 0, stream: 'stdout', id: 0 }
  const events = [
    { type: 'worker.spawn', workerId: 'w1', ticket: 0 },
    { type: 'worker.ready', workerId: 'w1', ticket: 0, startMs: 1 },
    { ...of, type: 'instruction.accept' },
    { ...start, attempt: 1, began: 3 },
    { type: 'instruction.retry', id: 0, attempt: 2, delayMs: 0, code: 'crashed', failure, ticket: 0 },
    { ...start, attempt: 2, began: 6 },
    { ...log, text: 'one\ntwo\n' },
    { ...log, text: 'three' },
    { ...of, type: 'report', kind: 'done', attempt: 2, waitMs: 0, workMs: 2 },
  ]
  return reduceAll(
    emptyRun({ workers: ['gated'] }),
    events.map((event, i) => ({ v: 1, seq: i + 1, t: i, boss: 'b', ...event }) as InspectEvent),
  )
}

const tile = (page: Page, name: string) =>
  page
    .locator('.tiles > div')
    .filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('dd')

test('a run as it goes on: workers, figures, what fails, and the end', async t => {
  const boss = newBoss()
  const seen = await look(t, boss)
  const { page } = seen
  t.false(new URL(page.url()).search.includes('token'), 'the token has left the address')
  await says(page, '.status', 'halted')
  await says(page, '.said', 'Nothing has come to an end yet.')
  boss.give({ n: 1, name: 'first' })
  boss.give({ n: 2, fails: true, name: '</td><img src=x onerror=alert(1)>' })
  boss.give({ n: 3 })
  boss.makeThemWork({ terminate: true })
  await says(page, '.workers tbody', /first \(1 of 4\)/)
  await says(page, '.status', 'working, no more instructions taken')
  gates.get(1)?.()
  gates.get(2)?.()
  await says(page, '.failures', /1×\s*RangeError: Input 2 has a corrupt header/)
  await says(page, '.reports tbody', '</td><img src=x onerror=alert(1)>')
  while (!gates.has(3)) await new Promise(resolve => setImmediate(resolve))
  gates.get(3)?.()
  await says(page, '.status', 'finished')
  t.is(await tile(page, 'settled').textContent(), '3 of 3')
  t.is(await tile(page, 'failed').textContent(), '1')
  await says(page, '#in-words', '3 attempts shown, 1 of them failed; 3 settled in all')
  await page.locator('.reports tr[data-kind=failed]').click()
  await says(page, '.details', /RangeError: Input 2 has a corrupt header\s+at /)
  await says(page, '.details', /fails: true/)
  t.deepEqual(browser.complaints, [])
})

test('controls reach the boss, those that cannot be taken back after a question', async t => {
  const boss = newBoss()
  const seen = await look(t, boss)
  const { page } = seen
  for (let n = 10; n < 20; n++) boss.give({ n })
  boss.makeThemWork()
  await says(page, '.status', 'working')
  await page.click('[data-control=halt]')
  await says(page, '.status', 'halted')
  t.is(boss.state.pump, 'off')
  await page.click('[data-control=resume]')
  await says(page, '.status', 'working')
  await page.click('[data-control=stop]')
  await page.click('dialog button[value=no]')
  t.is(boss.state.phase, 'live')
  await page.click('[data-control=stop]')
  await page.click('dialog button[value=yes]')
  await says(page, '.status', 'stopping')
  gates.get(10)?.()
  gates.get(11)?.()
  await says(page, '.status', 'stopped')
  t.false(await page.locator('.controls').isVisible())
  const { counts } = await boss.getReport()
  t.is(counts.done, 2)
  t.is(counts.pending, 8)
  t.deepEqual(browser.complaints, [])
})

test('stop now cancels what runs', async t => {
  const boss = newBoss()
  const seen = await look(t, boss)
  boss.give({ n: 30 })
  boss.makeThemWork()
  await says(seen.page, '.status', 'working')
  await seen.page.click('[data-control=stopThemWorking]')
  await seen.page.click('dialog button[value=yes]')
  await says(seen.page, '.status', 'stopped')
  t.is((await boss.getReport()).counts.cancelled, 1)
  t.deepEqual(browser.complaints, [])
})

test('search, paging, and what is not understood', async t => {
  const boss = newBoss()
  const seen = await look(t, boss)
  const { page } = seen
  for (let q = 0; q < 500; q++) boss.give({ q, name: `item ${q}` })
  boss.makeThemWork({ terminate: true })
  await says(page, '.said', 'showing 200 of 500')
  await page.getByText('Older ones').click()
  await says(page, '.said', 'showing 400 of 500')
  await page.keyboard.press('/')
  await page.keyboard.type('"item 49"')
  await says(page, '.said', 'showing 11 of 11 that match, of 500')
  t.is(await page.locator('.reports tbody tr').count(), 11)
  await page.keyboard.press('Control+A')
  await page.keyboard.type('colour:red')
  await says(page, '.said', "There is no 'colour' to search by")
  // The browser itself tells of the answer's status.
  browser.complaints.length === 0 || (browser.complaints as string[]).splice(0)
  t.deepEqual(browser.complaints, [])
})

test('who went on to older reports is left there by the news that follows', async t => {
  const boss = newBoss()
  const { page } = await look(t, boss)
  for (let q = 0; q < 500; q++) boss.give({ q })
  boss.makeThemWork()
  await says(page, '.said', 'showing 200 of 500')
  boss.give({ n: 50 })
  while (!gates.has(50)) await new Promise(resolve => setImmediate(resolve))
  gates.get(50)?.()
  // The page knows of it, and would look again in half a second.
  await tile(page, 'settled').filter({ hasText: '501' }).waitFor()
  await page.getByText('Older ones').click()
  await says(page, '.said', 'showing 400 of 501')
  await page.waitForTimeout(800)
  t.is(await page.locator('.said').textContent(), 'showing 400 of 501')
  t.deepEqual(browser.complaints, [])
})

test('by keyboard alone: search, failures, stop following, zoom, a row', async t => {
  const boss = newBoss()
  const seen = await look(t, boss)
  const { page } = seen
  boss.give({ n: 40, fails: true })
  for (let q = 0; q < 20; q++) boss.give({ q })
  boss.makeThemWork({ terminate: true })
  while (!gates.has(40)) await new Promise(resolve => setImmediate(resolve))
  gates.get(40)?.()
  await says(page, '.status', 'finished')
  await page.keyboard.press('f')
  t.is(await page.evaluate(() => document.activeElement?.tagName), 'SUMMARY')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await says(page, '.details', /#0 gated#0/)
  await page.keyboard.press('Escape')
  t.false(await page.locator('.details').isVisible())
  const pressed = () => page.locator('.ranges [aria-pressed=true]').count()
  t.is(await pressed(), 1)
  await page.locator('canvas').focus()
  await page.keyboard.press('+')
  await page.waitForFunction(() => document.querySelector('.ranges [aria-pressed=true]') === null)
  await page.keyboard.press('0')
  await page.waitForFunction(() => document.querySelector('.ranges [aria-pressed=true]') !== null)
  await page.keyboard.press(' ')
  await page.waitForFunction(() => document.querySelector('.ranges [aria-pressed=true]') === null)
  t.deepEqual(browser.complaints, [])
})

test('a connection that breaks is said, and comes back with all that happened meanwhile', async t => {
  const boss = newBoss()
  const seen = await look(t, boss)
  const { page, dashboard } = seen
  boss.give({ n: 50 })
  boss.makeThemWork()
  await says(page, '.status', 'working')
  const { port } = new URL(dashboard.address)
  await browser.context.setOffline(true)
  // Offline alone does not break what is open.
  await page.evaluate(() => window.stop())
  await dashboard.close()
  await says(page, '.status', 'connection lost')
  await browser.context.setOffline(false)
  const again = await serveDashboard(boss, { port: Number(port) })
  await page.goto(again.url)
  gates.get(50)?.()
  boss.end()
  await says(page, '.status', 'finished')
  await page.close()
  await again.close()
  ;(browser.complaints as string[]).splice(0)
  t.is((await boss.getReport()).counts.done, 1)
})

test('a page that was hidden goes on from where it was', async t => {
  const boss = newBoss()
  const seen = await look(t, boss)
  const { page } = seen
  boss.makeThemWork()
  await says(page, '.status', 'working')
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  const hide = (hidden: boolean) =>
    page.evaluate(hidden => {
      Object.defineProperty(document, 'visibilityState', {
        value: hidden ? 'hidden' : 'visible',
        configurable: true,
      })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await hide(true)
  await says(page, '.status', 'not followed while it was hidden')
  boss.give({ q: 1 })
  boss.give({ q: 2 })
  await boss.end()
  await hide(false)
  await says(page, '.status', 'finished')
  t.is(await tile(page, 'settled').textContent(), '2 of 2')
  t.true(asked.some(url => /api\/stream\?from=\d+$/.test(url)))
  t.deepEqual(browser.complaints, [])
})

test('opened late, it says what it cannot know', async t => {
  const boss = newBoss()
  for (let q = 0; q < 30; q++) boss.give({ q })
  boss.makeThemWork()
  while (boss.state.counts.done < 30) await new Promise(resolve => setImmediate(resolve))
  const seen = await look(t, boss)
  await says(seen.page, '#in-words', '30 settled in all; 30 came to an end before anybody watched')
  await boss.stop()
  t.deepEqual(browser.complaints, [])
})

test('what workers print, by worker, by instruction, and found by words', async t => {
  const boss = newBoss()
  const { page } = await look(t, boss)
  boss.makeThemWork()
  boss.give({ n: 60 })
  while (!gates.has(60)) await new Promise(resolve => setImmediate(resolve))
  const followed = printingRun()
  t.is(followed.logs.count, 3)
  await page.close()
  const report = await open(followed)
  await report.locator('.output summary').click()
  await says(report, '.output pre', 'w1 #0 │ one')
  await report.locator('.output input').fill('two')
  await says(report, '.output .hint', 'showing 1 of 1')
  await report.locator('.workers tbody tr').first().click()
  await says(report, '.workers pre', /one\s+two/)
  await report.locator('.reports tbody tr').first().click()
  await says(report, '.details pre', /one\s+two/)
  gates.get(60)?.()
  t.deepEqual(browser.complaints, [])
})

test('attempts of one instruction stand together, each with its reason', async t => {
  const page = await open(printingRun())
  await page.locator('.reports tbody tr').last().click()
  await says(page, '.attempts', /retried after .*: crashed: exit code 3/)
  t.is(await page.locator('.attempts li').count(), 2)
  t.deepEqual(browser.complaints, [])
})

test('failures lead to their rows, are copied, and tried again while more is taken', async t => {
  const boss = newBoss()
  const { page } = await look(t, boss)
  await browser.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  boss.makeThemWork()
  for (const n of [70, 71]) boss.give({ n, fails: true })
  for (const n of [70, 71]) {
    while (!gates.has(n)) await new Promise(resolve => setImmediate(resolve))
    gates.get(n)?.()
    gates.delete(n)
  }
  await says(page, '.failures summary', /2×\s*RangeError: Input … has a corrupt header/)
  await page.locator('.groups summary').click()
  await page.getByRole('button', { name: 'Show rows' }).click()
  await says(page, '.said', 'showing 2 of 2')
  await page.locator('.groups').getByRole('button', { name: 'Copy instructions' }).click()
  await says(page, '.toast', '2 instructions copied')
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n')
  t.deepEqual(
    copied.map(line => JSON.parse(line)),
    [
      { n: 70, fails: true },
      { n: 71, fails: true },
    ],
  )
  await page.getByRole('button', { name: 'Try these again' }).click()
  await page.locator('dialog button[value=yes]').click()
  for (const n of [70, 71]) while (!gates.has(n)) await new Promise(resolve => setImmediate(resolve))
  t.is(boss.state.counts.submitted, 4)
  for (const n of [70, 71]) gates.get(n)?.()
  t.deepEqual(browser.complaints, [])
})

test('what waits, and why; one of them is taken out', async t => {
  const boss = newBoss()
  const { page } = await look(t, boss)
  boss.makeThemWork()
  for (let n = 80; n < 85; n++) boss.give({ n })
  await says(page, '.workers tbody', 'gated')
  await page.locator('.waiting summary').click()
  await says(page, '.waiting .hint', 'The next 3 of 3. All 2 workers are at work.')
  await page.locator('.waiting tbody tr').first().click()
  await page.locator('dialog button[value=yes]').click()
  await says(page, '.waiting .hint', 'The next 2 of 2.')
  t.is(boss.state.counts.cancelled, 1)
  t.deepEqual(browser.complaints, [])
})

test('what is seen is in the address: range, search, what is selected', async t => {
  const boss = newBoss()
  const { page } = await look(t, boss)
  for (let q = 0; q < 30; q++) boss.give({ q })
  boss.makeThemWork({ terminate: true })
  await says(page, '.said', 'showing 30 of 30')
  await page.getByRole('button', { name: '5 min' }).click()
  await page.locator('.reports input').fill('id:7')
  await says(page, '.said', 'showing 1 of 1')
  await page.locator('.reports tbody tr').click()
  await says(page, '.details h2', '#7 quick#7')
  const { hash } = new URL(page.url())
  t.is(hash, '#last=300000&q=id%3A7&id=7')
  await page.reload()
  await says(page, '.details h2', '#7 quick#7')
  await says(page, '.said', 'showing 1 of 1')
  t.is(await page.locator('.ranges [aria-pressed=true]').textContent(), '5 min')
  t.deepEqual(browser.complaints, [])
})

test('the title says how far it is, also while nobody looks', async t => {
  const boss = newBoss()
  const { page } = await look(t, boss)
  boss.give({ n: 90 })
  boss.give({ q: 1 })
  boss.makeThemWork({ terminate: true })
  await page.waitForFunction(() => document.title.startsWith('50 %'))
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  gates.get(90)?.()
  await page.waitForFunction(() => document.title.startsWith('✔ finished'))
  t.deepEqual(browser.complaints, [])
})

test('a long word breaks no page, on a phone either; what failed for a moment is seen', async t => {
  const run = printingRun(`https://${'x'.repeat(200)}`)
  const page = await open(run)
  await page.setViewportSize({ width: 390, height: 800 })
  await page.locator('.reports tbody tr').first().click()
  await page.locator('.details').waitFor()
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  t.is(width, 390)
  t.deepEqual(browser.complaints, [])
})

test('100,000 bars are drawn, and pointed at', async t => {
  const boss = newBoss(8)
  const followed = follow(boss)
  for (let q = 0; q < 100_000; q++) boss.give({ q })
  boss.makeThemWork({ terminate: true })
  await boss.waitTillFinished()
  const file = join(mkdtempSync(join(tmpdir(), 'rxboss-report-')), 'run.html')
  writeFileSync(file, followed.toHtml())
  const page = await browser.newPage()
  // From the disk, and nothing is fetched.
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  await page.goto(`file://${file}`)
  await says(page, '.status', 'finished')
  await says(page, '#in-words', /100.000 attempts shown/)
  const times = await page.evaluate(async () => {
    const canvas = document.querySelector('canvas') as HTMLCanvasElement
    const times: number[] = []
    const inFrame = () =>
      new Promise<number>(resolve => requestAnimationFrame(() => resolve(performance.now())))
    for (let i = 0; i < 15; i++) {
      // What is asked for in between is drawn in between.
      const before = inFrame()
      canvas.dispatchEvent(
        new WheelEvent('wheel', { deltaY: i % 2 === 0 ? -1 : 1, bubbles: true, cancelable: true }),
      )
      const after = inFrame()
      times.push((await after) - (await before))
    }
    return times.sort((a, b) => a - b)
  })
  t.log(`median of a redraw: ${times[7]?.toFixed(1)} ms`)
  const box = await page.locator('canvas').boundingBox()
  // Somewhere in a row there is a bar.
  const { x = 0, y = 0, width = 0 } = box ?? {}
  const told = () => page.locator('.tip').textContent()
  const points = Array.from(
    { length: 400 },
    (_, i) => [x + (0.2 + 0.002 * i) * width, y + 8 + 4 * (i % 5)] as const,
  )
  for (const [left, top] of points) {
    await page.mouse.move(left, top)
    if (/quick#/.test((await told()) ?? '')) break
  }
  await says(page, '.tip', /quick#\d+/)
  t.deepEqual(
    asked.filter(url => !url.startsWith('file:') && !url.startsWith('data:')),
    [],
  )
  t.deepEqual(browser.complaints, [])
  await page.close()
})

test('a million instructions: bounded, and the page says what is kept', async t => {
  const boss = newBoss(4)
  const seen = await look(t, boss)
  const { page } = seen
  boss.makeThemWork()
  let given = 0
  while (given < 1_000_000) {
    for (let i = 0; i < 5000; i++) boss.give({ q: given++ })
    while (boss.state.counts.pending > 1000) await new Promise(resolve => setImmediate(resolve))
  }
  boss.end()
  await boss.waitTillFinished()
  await says(page, '.status', 'finished')
  await says(page, '#in-words', /of 1.000.000 attempts the last [\d\s]+ are kept one by one/)
  await says(page, '.said', /200.000 are kept of 1.000.000/)
  const heap = await page.evaluate(
    () => (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize,
  )
  t.true((heap ?? 0) < 300e6, `${heap}`)
  t.deepEqual(browser.complaints, [])
})
