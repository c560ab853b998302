/** The crash suite on child processes, and what only they survive. */

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import ava from 'ava'
import { processes } from '../../src/entries/processes.ts'
import { Boss, type BossOptions, bindToCpu, maxThreads, type Settled, scheduler } from '../../src/index.ts'
import native from '../fixtures/native.ts'
import { survivesCrashes } from './crash-suite.ts'

const test = ava.serial

survivesCrashes('processes', {
  make: options => processes(options),
  small: () => processes({ memoryLimit: 96 }),
})

type Act = Parameters<Boss<typeof native>['give']>[0]['act']

/** A, then B behind it in the same lane. */
async function aThenB(act: Act, options: Partial<BossOptions<typeof native>> = {}) {
  await using boss = new Boss<typeof native>({
    workers: native,
    crew: processes(),
    scheduler: maxThreads(1),
    graceMs: 200,
    ...options,
  })
  const finals: Settled[] = []
  boss.reports$.subscribe(report => {
    if (report.kind !== 'interim') finals.push(report)
  })
  boss.give({ act })
  boss.give({ act: 'who' })
  boss.makeThemWork()
  await boss.waitTillFinished()
  return {
    a: finals.find(({ id }) => id === 0),
    b: finals.find(({ id }) => id === 1) as Settled<{ pid: number }>,
  }
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

for (const [act, signal] of [
  ['segfault', 'SIGSEGV'],
  ['kill', 'SIGKILL'],
  ['abort', 'SIGABRT'],
] as const) {
  test(`${signal} in the work is a crash that names it, and the next is done`, async t => {
    const { a, b } = await aThenB(act)
    t.like(a, { kind: 'failed', failure: { code: 'crashed' } })
    t.regex((a as { failure: { why: string } }).failure.why, new RegExp(signal))
    t.like(b, { kind: 'done' })
  })
}

test('memory beyond V8’s heap is limited as well', async t => {
  const { a, b } = await aThenB('allocateBuffers', { crew: processes({ memoryLimit: 160 }) })
  t.like(a, { kind: 'failed', failure: { code: 'outOfMemory' } })
  t.like(b, { kind: 'done' })
})

test('a child that is killed right after it reported: that stays done, and the next one has a new child', async t => {
  await using boss = new Boss({ workers: native, crew: processes(), scheduler: maxThreads(1), retries: 1 })
  const pids: number[] = []
  boss.reports$.subscribe(report => {
    if (report.kind !== 'done') return
    const { pid } = report.result as { pid: number }
    pids.push(pid)
    if (pids.length === 1) process.kill(pid, 'SIGKILL')
  })
  boss.give({ act: 'who' })
  boss.give({ act: 'who' })
  boss.makeThemWork()
  t.like((await boss.waitTillFinished()).counts, { done: 2, failed: 0 })
  t.is(new Set(pids).size, 2)
})

test('environment, working directory, niceness and arguments are those of the options', async t => {
  const before = getPriority()
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'rxboss-cwd-')))
  const crew = processes({
    cwd,
    env: { ...process.env, COLOUR: 'blue' },
    nice: 17,
    execArgv: ['--expose-gc'],
  })
  const { b } = await aThenB('who', { crew })
  t.like(b, { kind: 'done', result: { cwd, colour: 'blue', gc: 'function', nice: 17 } })
  t.is(getPriority(), before)
})

test('options that cannot be meant are refused at once', t => {
  t.throws(() => processes({ size: 0 }), { message: /size 0: 'size' must be at least 1/ })
  t.throws(() => processes({ nice: 99 }), {
    message: /nice 99: 'nice' must be a whole number from -20 to 19/,
  })
  t.throws(() => processes({ memoryLimit: 1 }), { message: /memoryLimit 1: 'memoryLimit' must be MB/ })
})

test('shared memory is refused with the remedy, since it would become a copy', async t => {
  await using boss = new Boss({ workers: native, crew: processes() })
  boss.give({ act: 'who', data: new Int32Array(new SharedArrayBuffer(8)) })
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], { kind: 'failed', failure: { code: 'unserialisable' } })
  t.regex(
    (reports[0] as { failure: { why: string } }).failure.why,
    /shared memory cannot be shared with another process/,
  )
})

test('what is moved is copied, both ways', async t => {
  await using boss = new Boss({ workers: native, crew: processes() })
  boss.give({ act: 'echo', data: new Uint8Array([1, 2, 3]) })
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  t.deepEqual((reports[0] as { result: unknown }).result, new Uint8Array([1, 2, 3]))
})

for (const act of ['who', 'loop'] as const) {
  test(`hang (e): the children of a parent that is killed are gone soon, ${act === 'loop' ? 'in a busy loop' : 'when idle'}, too (1.30)`, async t => {
    const program = fileURLToPath(new URL('./programs/orphans.js', import.meta.url))
    const parent = spawn(process.execPath, [program, act])
    const pid = await new Promise<number>(resolve => {
      let said = ''
      parent.stdout.on('data', chunk => {
        said += chunk
        const found = /^child (\d+)$/m.exec(said)
        if (found !== null) resolve(Number(found[1]))
      })
    })
    t.true(isAlive(pid))
    parent.kill('SIGKILL')
    const until = performance.now() + 5000
    while (isAlive(pid) && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 50))
    t.false(isAlive(pid))
  })
}

test('a program whose children have nothing to do ends by itself (1.29)', t => {
  const program = fileURLToPath(new URL('./programs/never-ended.js', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  t.is(stderr, '')
  t.is(status, 0)
  t.is(stdout, 'done\ndone\ndone\n')
})

const canBind = process.platform === 'linux' && spawnSync('taskset', ['--version']).error === undefined
;(canBind ? test : test.skip)('bindToCpu pins a child to the CPU of its ticket', async t => {
  await using boss = new Boss({
    workers: native,
    crew: processes(),
    scheduler: scheduler(maxThreads(1), bindToCpu()),
  })
  boss.give({ act: 'who' })
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  const allowed = (reports[0] as { result: { allowed: string } }).result.allowed
  const all = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  t.regex(allowed, /^\d+$/)
  t.not(all, undefined)
})
