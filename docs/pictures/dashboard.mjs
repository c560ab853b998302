/**
 * Photographs the dashboard of a real run while it goes on, in headless Chromium: two workers, failures, a death, a halt.
 * Needs a build, and a Chromium. No two runs are the same, so nobody compares these.
 *
 *     node docs/pictures/dashboard.mjs
 */

import { fileURLToPath } from 'node:url'

import { chromium } from 'playwright-core'
import { Boss, maxThreads, threads } from 'rxboss'
import { serveDashboard } from 'rxboss/dashboard'

import render from './workers/render.mjs'
import score from './workers/score.mjs'

const instructions = 360
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

const boss = new Boss({
  workers: [render, score],
  crew: threads({ size: 4 }),
  scheduler: maxThreads(4),
  retries: 1,
  output: 'inspect',
})
for (let n = 0; n < instructions; n++) {
  const path = `/data/scene/shot-${String(n).padStart(4, '0')}.exr`
  if (n % 3 > 0) boss.give({ path, ms: 60 + ((n * 37) % 140), shot: n, name: path })
  else boss.give({ text: `document ${n}`, n })
}
const dashboard = await serveDashboard(boss, {
  command: 'rxboss run ./render.mjs ./score.mjs -j 4 --retries 1 --dashboard',
  total: () => instructions,
})
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
const page = await browser.newPage({ viewport: { width: 1280, height: 1180 }, colorScheme: 'light' })
await page.goto(dashboard.url)
boss.makeThemWork()
await page.waitForTimeout(3500)
await page.click('[data-control=halt]')
await page.waitForTimeout(700)
await page.click('[data-control=resume]')
await page.locator('.groups summary').first().waitFor()
await page.waitForTimeout(5000)
await page.locator('.groups summary').first().click()
await page.locator('.workers tbody tr').nth(1).click()
await page.waitForTimeout(500)
for (const colorScheme of ['light', 'dark']) {
  await page.emulateMedia({ colorScheme })
  await page.waitForTimeout(500)
  await page.screenshot({ path: fileURLToPath(new URL(`dashboard-${colorScheme}.png`, import.meta.url)) })
}
await browser.close()
await boss.stopThemWorking()
await dashboard.close()
