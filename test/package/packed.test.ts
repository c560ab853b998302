/**
 * The tarball as a stranger has it, where nothing lies beside it but what it says it needs: strict and linked, run as it
 * is and bundled. The thread entry is found, and the work is done. What needs a network is in `npm run matrix`.
 */

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import ava from 'ava'

import { root } from '../docs/snippets.ts'
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

test('bundled by esbuild', t => {
  const folder = project('strict', 'esbuild')
  const args = ['main.js', 'square.js', '--bundle', '--platform=node', '--format=esm', '--packages=external']
  execFileSync(join(root, 'node_modules/esbuild/bin/esbuild'), [...args, '--splitting', '--outdir=out'], {
    cwd: folder,
    stdio: 'pipe',
  })
  t.is(run(['out/main.js'], folder), expected)
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
