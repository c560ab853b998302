/**
 * Photographs the dashboard: the report of a seeded run, opened from the disk in headless Chromium. Needs a build, and a
 * Chromium. Fonts differ from machine to machine, so nobody compares these.
 *
 *     node docs/pictures/dashboard.mjs
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { chromium } from 'playwright-core'

import { toHtml } from '../../dist/lib/dashboard.js'
import { emptyRun, reduceAll } from '../../dist/lib/index.js'
import { seededRun } from './seeded-run.mjs'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const folder = mkdtempSync(join(tmpdir(), 'rxboss-pictures-'))
const report = join(folder, 'run.html')
writeFileSync(report, toHtml(reduceAll(emptyRun(), seededRun({ count: 900, workers: 8, seed: 11 }))))

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
for (const colorScheme of ['dark', 'light']) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme })
  await page.goto(`file://${report}`)
  await page.locator('.reports tbody tr').first().waitFor()
  await page.locator('.groups summary').first().click()
  await page.mouse.move(640, 330)
  await page.screenshot({ path: fileURLToPath(new URL(`dashboard-${colorScheme}.png`, import.meta.url)) })
  await page.close()
}
await browser.close()
rmSync(folder, { recursive: true, force: true })
