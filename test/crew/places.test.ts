/** What places of work can do and must say: a boss in a thread, buffers that move, files that are TypeScript. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import { Boss, maxThreads, threads, transfer } from '../../src/index.ts'
import { rxboss } from '../cli/command.ts'
import { mover } from '../fixtures/basic.ts'
import manager from '../fixtures/manager.ts'

const test = ava.serial
const one = { crew: threads(), scheduler: maxThreads(1), graceMs: 50 }

test('a worker that has a boss of its own: it works', async t => {
  await using boss = new Boss({ workers: manager, ...one })
  boss.give({})
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], { kind: 'done', result: [1, 4, 9] })
})

test('a worker that has a boss of its own: its workers die with it (1.30)', async t => {
  const boss = new Boss({ workers: manager, ...one })
  const memory = new SharedArrayBuffer(4)
  const count = new Int32Array(memory)
  boss.give({ counter: memory })
  boss.makeThemWork()
  while (Atomics.load(count, 0) < 10) await sleep(5)
  await boss[Symbol.asyncDispose]()
  t.like(boss.state.counts, { cancelled: 1 })
  await sleep(50)
  const before = Atomics.load(count, 0)
  await sleep(100)
  t.is(Atomics.load(count, 0), before)
})

test('one buffer twice, and one that is gone: clear refusals, and the others are done', async t => {
  await using boss = new Boss({ workers: mover, ...one })
  const buffer = new ArrayBuffer(8)
  const gone = new ArrayBuffer(8)
  structuredClone(gone, { transfer: [gone] })
  boss.give({ buffer: transfer(buffer, [buffer]) })
  boss.give({ buffer })
  boss.give({ buffer: gone })
  boss.give({ buffer: new ArrayBuffer(8) })
  t.throws(() => transfer(gone, [gone]), { message: /moved before/ })
  boss.makeThemWork()
  const { reports, counts } = await boss.waitTillFinished()
  t.like(counts, { submitted: 4, done: 2, failed: 2 })
  for (const report of reports) {
    if (report.kind !== 'failed') continue
    t.is(report.failure.code, 'unserialisable')
    t.is(report.failure.why, 'attributes.buffer: the buffer was moved before')
  }
})

const source = `import { defineWorker } from 'rxboss/worker'
import * as t from 'io-ts'
import { more } from './more.ts'

const attr: { readonly n: typeof t.number } = { n: t.number }
export default defineWorker(import.meta, { name: 'typescript', attr, work: ({ n }): number => n + more })
`

/** A folder of this package, so that its own name is found from there. */
function folderHere() {
  const here = fileURLToPath(new URL('../', import.meta.url))
  mkdirSync(here, { recursive: true })
  const folder = mkdtempSync(`${here}typescript-`)
  writeFileSync(`${folder}/plus.ts`, source)
  writeFileSync(`${folder}/more.ts`, 'export const more: number = 1\n')
  // Where jiti is not installed.
  writeFileSync(
    `${folder}/hide.mjs`,
    `import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(\`export const resolve = (name, context, next) => {
  if (name === 'jiti') throw Object.assign(new Error('no jiti'), { code: 'ERR_MODULE_NOT_FOUND' })
  return next(name, context)
}\`))`,
  )
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

const native =
  (process.features as { typescript?: unknown }).typescript !== undefined &&
  (process.features as { typescript?: unknown }).typescript !== false

test('a TypeScript worker, where jiti is installed, works', async t => {
  using here = folderHere()
  const { code, reports, stderr } = await rxboss(['run', `${here.folder}/plus.ts`, '--each', 'n=1,2', '-k'])
  t.is(code, 0, stderr)
  t.deepEqual(
    reports.map(({ result }) => result),
    [2, 3],
  )
})

test(`a TypeScript worker without jiti ${native ? 'works natively' : 'gets one clear line'}`, async t => {
  using here = folderHere()
  const env = { NODE_OPTIONS: `--import ${here.folder}/hide.mjs --no-warnings` }
  const { code, stderr } = await rxboss(['run', `${here.folder}/plus.ts`, '--each', 'n=1', '-q'], { env })
  if (native) return void t.is(code, 0, stderr)
  t.not(code, 0)
  t.regex(stderr, /reads no TypeScript: .*install jiti/)
  t.notRegex(stderr, /\n\s+at /)
  t.true(stderr.trim().split('\n').length <= 2, stderr)
})
