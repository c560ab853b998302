/** The packed tarball in a page: built by each bundler, and as Vite serves it to who develops. */

import { execFileSync, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import ava, { type ExecutionContext } from 'ava'

import { root } from '../docs/snippets.ts'
import { type Browser, openBrowser } from '../open-browser.ts'
import { run, type Stranger, stranger } from '../package/stranger.ts'
import { testWith } from '../with-program.ts'
import { serveFolder } from './serve-folder.ts'

const hasChromium = testWith('chromium') === ava
const test = (hasChromium ? ava.serial : ava.skip) as typeof ava.serial
const require = createRequire(import.meta.url)
const vite = join(root, 'node_modules/vite/bin/vite.js')

const files = {
  'index.html':
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./page.js"></script>',
  'page.js': `import { delegate, inOrder, result, threads } from 'rxboss'
import { from, map, toArray } from 'rxjs'
import square from './square.js'
const crew = threads({ worker: () => new Worker(new URL('./crew.js', import.meta.url), { type: 'module' }) })
from([1, 2, 3])
  .pipe(map(n => ({ n })), delegate(square, { crew }), inOrder(), result(), toArray())
  .subscribe({ next: all => { document.title = all.join(' ') }, error: error => { document.title = String(error) } })
`,
  'crew.js': `import { serve } from 'rxboss/worker'
import square from './square.js'
serve([square])
`,
  'vite.config.js': `export default {
  build: { target: 'es2022' }, worker: { format: 'es' }, server: { fs: { strict: false } },
}`,
}

let packed: Stranger
let browser: Browser
ava.before(async () => {
  if (!hasChromium) return
  packed = stranger()
  browser = await openBrowser()
})
ava.after.always(async () => {
  await browser?.close()
  packed?.forget()
})

async function worksAt(t: ExecutionContext, url: string): Promise<void> {
  const page = await browser.newPage()
  await page.goto(url)
  await page.waitForFunction(() => document.title !== '', undefined, { timeout: 30_000 })
  t.is(await page.title(), '1 4 9')
  await page.close()
}

async function worksIn(t: ExecutionContext, folder: string): Promise<void> {
  for (const isolated of [true, false]) {
    const site = await serveFolder(folder, { isolated })
    t.teardown(() => site.close())
    await worksAt(t, site.url)
  }
}

test('built by esbuild', async t => {
  const folder = packed.project('strict', 'esbuild', files)
  const args = ['page.js', 'crew.js', '--bundle', '--format=esm', '--splitting', '--outdir=out', '--minify']
  execFileSync(join(root, 'node_modules/esbuild/bin/esbuild'), args, { cwd: folder, stdio: 'pipe' })
  await worksIn(t, join(folder, 'out'))
})

test('built by Vite', async t => {
  const folder = packed.project('strict', 'vite', files)
  run([vite, 'build', '--logLevel', 'error'], folder)
  await worksIn(t, join(folder, 'dist'))
})

test('built by webpack', async t => {
  const folder = packed.project('strict', 'webpack', {
    ...files,
    'bundle.cjs': `const webpack = require(${JSON.stringify(require.resolve('webpack'))})
webpack({
  context: __dirname, mode: 'production', entry: './page.js', target: 'web',
  output: { path: __dirname + '/out', filename: 'page.js' },
}, (error, stats) => {
  if (!error && !stats.hasErrors()) return
  console.error(error || stats.toString())
  process.exit(1)
})`,
  })
  run(['bundle.cjs'], folder)
  await worksIn(t, join(folder, 'out'))
})

test('served by Vite to who develops', async t => {
  const folder = packed.project('strict', 'vite-dev', files)
  const server = spawn(process.execPath, [vite, '--host', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  })
  t.teardown(() => server.kill())
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    const hear = (chunk: Buffer) => {
      told += chunk
      const [, url] = /(http:\/\/127\.0\.0\.1:\d+\/)/.exec(told) ?? []
      if (url !== undefined) resolve(url)
    }
    server.stdout.on('data', hear)
    server.stderr.on('data', hear)
    server.once('exit', code => reject(new Error(`vite ended with ${code}: ${told}`)))
  })
  await worksAt(t, url)
})
