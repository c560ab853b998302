/**
 * The benchmark in a page: rxboss, comlink, workerpool and threads' Pool, in the same headless Chromium, by turns. Needs a
 * build, `npm ci` in this folder, and a Chromium.
 *
 *     node test/bench/browser.mjs [--rounds 5] [--write]
 *
 * `--write` puts the table into docs/performance.md.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { build } from 'esbuild'
import { chromium } from 'playwright-core'

import { writeSection } from './section.mjs'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
})
const here = name => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'rxboss-bench-'))
await build({
  entryPoints: ['page', 'rxboss', 'comlink', 'workerpool', 'threads'].map(name =>
    here(`browser/${name}.mjs`),
  ),
  outdir: folder,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  minify: true,
  logLevel: 'error',
  alias: {
    'rxboss/worker': here('../../dist/lib/worker.browser.js'),
    rxboss: here('../../dist/lib/index.browser.js'),
  },
  // workerpool asks for these in Node alone
  external: ['worker_threads', 'os', 'child_process'],
})
const server = createServer(({ url }, answer) => {
  const file = join(folder, new URL(url, 'http://localhost').pathname)
  const script = file.endsWith('.js') && existsSync(file)
  answer.writeHead(200, {
    'content-type': script ? 'text/javascript' : 'text/html',
    ...(url.startsWith('/alone') || script
      ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
      : {}),
  })
  answer.end(script ? readFileSync(file) : '<!doctype html><script type="module" src="/page.js"></script>')
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})

const figures = new Map()
const note = (id, library, us) => {
  const key = `${id} ${library}`
  figures.set(key, [...(figures.get(key) ?? []), us])
}
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [path, isolated] of [
    ['alone', true],
    ['shared', false],
  ]) {
    const page = await browser.newPage()
    page.on('pageerror', error => console.error(String(error)))
    await page.goto(`http://127.0.0.1:${server.address().port}/${path}`)
    await page.waitForFunction(() => 'measure' in globalThis)
    for (const id of await page.evaluate(() => globalThis.workloads)) {
      const libraries = isolated ? await page.evaluate(() => globalThis.libraries) : ['rxboss']
      for (const library of libraries) {
        const us = await page.evaluate(([id, library]) => globalThis.measure(id, library), [id, library])
        note(id, isolated ? library : 'rxboss, page not isolated', us)
      }
    }
    await page.close()
  }
}
const version = browser.version()
await browser.close()
server.close()
rmSync(folder, { recursive: true, force: true })

const median = runs => [...runs].sort((a, b) => a - b)[Math.floor(runs.length / 2)]
const ids = ['a1', 'b', 'd']
const libraries = [...new Set([...figures.keys()].map(key => key.slice(key.indexOf(' ') + 1)))]
const cell = (id, library) => {
  const runs = figures.get(`${id} ${library}`)
  const ratio = median(runs) / median(figures.get(`${id} rxboss`))
  return `${median(runs).toPrecision(3)} (${Math.min(...runs).toPrecision(3)}), ${ratio.toPrecision(2)}x`
}
const table = [
  `| | ${ids.map(id => `${id} us`).join(' | ')} |`,
  `| --- | ${ids.map(() => '---:').join(' | ')} |`,
  ...libraries.map(
    name => `| ${name === 'rxboss' ? '**rxboss**' : name} | ${ids.map(id => cell(id, name)).join(' | ')} |`,
  ),
].join('\n')
console.log(table)

if (values.write) {
  const { dependencies } = JSON.parse(readFileSync(here('package.json'), 'utf8'))
  const peers = ['comlink', 'threads', 'workerpool'].map(name => `${name} ${dependencies[name]}`).join(', ')
  const about = `Chromium ${version}, ${values.rounds} rounds, ${new Date().toISOString().slice(0, 10)}; ${peers}.`
  writeSection('browser', `${about}\n\n${table}`)
}
