/** A headless Chromium for tests, and what its pages complain of. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type BrowserContext, chromium, type Page } from 'playwright-core'

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

export interface Browser {
  readonly context: BrowserContext
  /** What pages printed as errors, and what they threw. */
  readonly complaints: readonly string[]
  newPage(): Promise<Page>
  close(): Promise<void>
}

/** The one that is installed on this machine. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'rxboss-chromium-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [...flags, ...more],
    viewport: { width: 1280, height: 900 },
  })
  const complaints: string[] = []
  return {
    context,
    complaints,
    newPage: async () => {
      const page = await context.newPage()
      page.on('pageerror', error => complaints.push(String(error)))
      page.on('console', message => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      return page
    },
    close: async () => {
      await context.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
