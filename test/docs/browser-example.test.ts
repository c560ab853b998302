/** docs/examples/browser, built by Vite and used by somebody. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { serveFolder } from '../browser/serve-folder.ts'
import { openBrowser } from '../open-browser.ts'
import { testWith } from '../with-program.ts'
import { root } from './snippets.ts'

const test = testWith('chromium')

test('the example in the browser paints, goes closer, halts and goes on', async t => {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const config = join(root, 'docs/examples/browser/vite.config.js')
  execFileSync(process.execPath, [vite, 'build', '--config', config, '--logLevel', 'error'], {
    stdio: 'pipe',
  })
  const site = await serveFolder(join(root, 'dist/browser-example'), { isolated: true })
  const browser = await openBrowser()
  t.teardown(async () => {
    await browser.close()
    site.close()
  })
  const page = await browser.newPage()
  await page.goto(site.url)
  const words = page.locator('#words')
  const done = () => words.filter({ hasText: /^0 tiles/ }).waitFor({ timeout: 60_000 })
  const pixel = (x: number, y: number) =>
    page.evaluate(
      ([x, y]) => [
        ...((document.querySelector('#picture') as HTMLCanvasElement)
          .getContext('2d')
          ?.getImageData(x, y, 1, 1).data ?? []),
      ],
      [x, y] as const,
    )
  await done()
  const [inside, outside] = [await pixel(480, 280), await pixel(20, 20)]
  t.deepEqual(inside, [10, 12, 20, 255])
  t.notDeepEqual(outside, inside)

  await page.locator('#pause').click()
  await page.locator('#picture').click({ position: { x: 200, y: 280 } })
  await words.filter({ hasText: /^336 tiles/ }).waitFor()
  await page.waitForTimeout(300)
  t.regex((await words.textContent()) ?? '', /^336 tiles/)
  t.is(await page.locator('#pause').textContent(), 'Resume')
  await page.locator('#pause').click()
  await done()
  t.deepEqual(browser.complaints, [])
})
