/** Photographs docs/examples/browser while it works: built, served from here, opened in headless Chromium. */

import { fileURLToPath } from 'node:url'

import { chromium } from 'playwright-core'
import { build, preview } from 'vite'

const configFile = fileURLToPath(new URL('../examples/browser/vite.config.js', import.meta.url))
await build({ configFile, logLevel: 'error' })
const site = await preview({ configFile, preview: { port: 0, host: '127.0.0.1' } })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage({ viewport: { width: 1000, height: 800 } })
await page.goto(site.resolvedUrls.local[0])
const done = () => page.locator('#words', { hasText: /^0 tiles/ }).waitFor({ timeout: 60_000 })
await done()
// Where a click goes closer to stays where it is: four times into the valley of the seahorses.
for (let click = 0; click < 4; click++) {
  await page.locator('#picture').click({ position: { x: 438, y: 308 } })
  await page.waitForTimeout(100)
}
await page.waitForFunction(() => Number.parseInt(document.querySelector('#words').textContent, 10) < 110)
await page.screenshot({ path: fileURLToPath(new URL('browser.png', import.meta.url)) })
console.log(await page.locator('#words').textContent())
await done()
await browser.close()
await site.close()
