/**
 * The tarball as a stranger has it, where nothing lies beside it but what it says it needs: strict and linked, run as it
 * is and bundled. The thread entry is found, and the work is done. What needs a network is in `npm run matrix`.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, normalize } from 'node:path'

import ava from 'ava'
import typescript from 'typescript'

import { linksOf, root } from '../docs/snippets.ts'
import { run, type Stranger, stranger } from './stranger.ts'

const test = ava.serial

const main = `import { delegate, inOrder, result } from 'rxboss'
import { from, map } from 'rxjs'
import square from './square.js'
from([1, 2, 3]).pipe(map(n => ({ n })), delegate(square), inOrder(), result()).subscribe(n => console.log(n))
`
const expected = '1\n4\n9\n'

let packed: Stranger
test.before(() => {
  packed = stranger()
})
test.after.always(() => packed.forget())
const project = (how: 'strict' | 'linked', name: string) => packed.project(how, name, { 'main.js': main })

for (const how of ['strict', 'linked'] as const) {
  test(`the packed tarball, ${how} install: the thread entry is found, and the work is done`, t => {
    t.is(run(['main.js'], project(how, `plain-${how}`)), expected)
  })
}

test('every link of the packed pages leads to what is packed, apart from tests', t => {
  const home = join(project('strict', 'pages'), 'node_modules/rxboss')
  const pages = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(name =>
    /^([A-Z]+\.md|docs\/llms\.txt|docs\/[\w-]+\.md|actors\/\w+\.md)$/.test(name),
  )
  t.true(
    pages.includes('README.md') &&
      pages.includes('docs/llms.txt') &&
      pages.includes('docs/getting-started.md'),
  )
  for (const page of pages) {
    const missing = linksOf(readFileSync(join(home, page), 'utf8'))
      .map(link => normalize(join(dirname(page), link.split('#')[0] ?? '')))
      .filter(file => !file.startsWith('test/') && !existsSync(join(home, file)))
    t.deepEqual(missing, [], page)
  }
})

test('publishing is refused as long as what only the publisher knows is missing', t => {
  const { stderr, status } = spawnSync(process.execPath, ['test/package/may-publish.mjs'], {
    cwd: root,
    encoding: 'utf8',
  })
  t.is(status, 1)
  t.regex(stderr, /✘ package.json has a `repository`/)
  t.regex(stderr, /docs\/releasing\.md/)
})

const byHand = `const { defineWorker } = require('rxboss/worker')
const t = require('io-ts')
const square = { name: 'square', attr: { n: t.number }, work: ({ n }) => n * n }
`
const typed = `import * as t from 'io-ts'
import { defineWorker } from 'rxboss/worker'
export default defineWorker(__filename, { name: 'square', attr: { n: t.number }, work: ({ n }: { n: number }) => n * n })
`
const commonJs: Readonly<Record<string, (folder: string) => void>> = {
  'module.exports': folder =>
    writeFileSync(join(folder, 'square.cjs'), `${byHand}module.exports = defineWorker(module, square)\n`),
  'exports with a name': folder =>
    writeFileSync(join(folder, 'square.cjs'), `${byHand}exports.square = defineWorker(__filename, square)\n`),
  'compiled by tsc': folder => {
    const { outputText } = typescript.transpileModule(typed, {
      compilerOptions: { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022 },
    })
    writeFileSync(join(folder, 'square.cjs'), outputText)
  },
  'compiled by esbuild': folder => {
    writeFileSync(join(folder, 'square.ts'), typed)
    const args = ['square.ts', '--format=cjs', '--platform=node', '--outfile=square.cjs']
    execFileSync(join(root, 'node_modules/esbuild/bin/esbuild'), args, { cwd: folder, stdio: 'pipe' })
  },
}
for (const [how, write] of Object.entries(commonJs))
  test(`a worker file in CommonJS, ${how}: in threads, in child processes, by the command, and by require`, t => {
    const folder = project('strict', `commonjs-${how.replace(/\W/g, '-')}`)
    write(folder)
    writeFileSync(
      join(folder, 'main.cjs'),
      `const { delegate, inOrder, result } = require('rxboss')
const { processes } = require('rxboss/processes')
const { concat, from, map } = require('rxjs')
const file = require('./square.cjs')
const square = file.default ?? file.square ?? file
const squares = crew => from([1, 2, 3]).pipe(map(n => ({ n })), delegate(square, crew), inOrder(), result())
concat(squares({}), squares({ crew: processes() })).subscribe(n => console.log(n))
`,
    )
    t.is(run(['main.cjs'], folder), expected + expected)
    const command = join(folder, 'node_modules/rxboss/dist/lib/main.js')
    const [report = ''] = run([command, 'run', './square.cjs', '--each', 'n=3', '-q'], folder).split('\n')
    t.like(JSON.parse(report), { kind: 'done', result: 9 })
  })

test('an error that nobody catches shows its message first, though stderr is a pipe', t => {
  const folder = project('strict', 'uncaught')
  writeFileSync(
    join(folder, 'wrong.js'),
    `import { Boss } from 'rxboss'\nimport square from './square.js'\nnew Boss({ workers: [square], graceMs: -1 })\n`,
  )
  const { stderr, status } = spawnSync(process.execPath, ['wrong.js'], { cwd: folder, encoding: 'utf8' })
  t.is(status, 1)
  t.true(stderr.length < 4000, `${stderr.length} characters`)
  t.regex(stderr, /graceMs/)
})

test('bundled by esbuild', t => {
  const folder = project('strict', 'esbuild')
  const args = ['main.js', 'square.js', '--bundle', '--platform=node', '--format=esm', '--packages=external']
  execFileSync(join(root, 'node_modules/esbuild/bin/esbuild'), [...args, '--splitting', '--outdir=out'], {
    cwd: folder,
    stdio: 'pipe',
  })
  t.is(run(['out/main.js'], folder), expected)
})

const both = `import { isMainThread, Worker } from 'node:worker_threads'
import { delegate, inOrder, result, threads } from 'rxboss'
import { serve } from 'rxboss/worker'
import { from, map } from 'rxjs'
import square from './square.js'
const crew = threads({ worker: () => new Worker(new URL(import.meta.url)) })
if (isMainThread)
  from([1, 2, 3]).pipe(map(n => ({ n })), delegate(square, { crew }), inOrder(), result()).subscribe(n => console.log(n))
else serve([square])
`
const esbuild = (folder: string, ...args: readonly string[]) =>
  execFileSync(join(root, 'node_modules/esbuild/bin/esbuild'), [...args, '--bundle', '--platform=node'], {
    cwd: folder,
    stdio: 'pipe',
  })

test('all in one file, which threads serve as well, where nothing is installed', t => {
  const folder = project('strict', 'one-file')
  writeFileSync(join(folder, 'both.js'), both)
  esbuild(folder, 'both.js', '--format=esm', '--outfile=out/both.mjs')
  rmSync(join(folder, 'node_modules'), { recursive: true })
  t.is(run(['out/both.mjs'], folder), expected)
})

test('all in one CommonJS file', t => {
  const folder = project('strict', 'one-cjs-file')
  const inCommonJs = both
    .replace('new URL(import.meta.url)', '__filename')
    .replace('./square.js', './square.cjs')
  writeFileSync(join(folder, 'square.cjs'), `${byHand}module.exports = defineWorker(__filename, square)\n`)
  writeFileSync(join(folder, 'both.js'), inCommonJs)
  esbuild(folder, 'both.js', '--format=cjs', '--outfile=out/both.cjs')
  rmSync(join(folder, 'node_modules'), { recursive: true })
  t.is(run(['out/both.cjs'], folder), expected)
})

for (const [crew, import_] of [
  ['threads', `import { threads } from 'rxboss'`],
  ['processes', `import { processes } from 'rxboss/processes'`],
])
  test(`a bundle without the files that ${crew} begin with: refused at once, with what to tell the bundler`, t => {
    const folder = project('strict', `left-behind-${crew}`)
    writeFileSync(
      join(folder, 'left.js'),
      `${import_}\nimport { Boss } from 'rxboss'\nimport square from './square.js'\nnew Boss({ workers: [square], crew: ${crew}() })\n`,
    )
    esbuild(folder, 'left.js', '--format=esm', '--outfile=out/left.js')
    const { stderr, status } = spawnSync(process.execPath, ['out/left.js'], { cwd: folder, encoding: 'utf8' })
    t.is(status, 1)
    t.regex(stderr, /TypeError: Cannot start .*took rxboss into its output.*--external:rxboss/)
  })

test('bundled by Vite', t => {
  const folder = project('strict', 'vite')
  writeFileSync(
    join(folder, 'vite.config.js'),
    `export default { build: { ssr: true, target: 'node20', rollupOptions: { input: ['main.js', 'square.js'] } } }`,
  )
  run([join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], folder)
  t.is(run(['dist/main.js'], folder), expected)
})

test('bundled by webpack', t => {
  const folder = project('strict', 'webpack')
  writeFileSync(
    join(folder, 'bundle.cjs'),
    `const webpack = require(${JSON.stringify(createRequire(import.meta.url).resolve('webpack'))})
const one = name => ({
  context: __dirname, mode: 'production', target: 'node20', entry: { [name]: './' + name + '.js' },
  experiments: { outputModule: true },
  output: { module: true, path: __dirname + '/out', filename: '[name].js', library: { type: 'module' } },
  // A worker's file stays a file of its own, since threads import it.
  externals: [({ request }, done) => request === './' + name + '.js' ? done() : done(null, 'module ' + request)],
  module: { parser: { javascript: { importMeta: false } } },
})
webpack([one('main'), one('square')], (error, stats) => {
  if (!error && !stats.hasErrors()) return
  console.error(error || stats.toString())
  process.exit(1)
})`,
  )
  run(['bundle.cjs'], folder)
  t.is(run(['out/main.js'], folder), expected)
})
