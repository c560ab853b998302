/** Probes of the seed (SEED.md §8, P1-P40): what it should have done. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import { Boss, maxThreads, RxbossError, runAsServer, threads } from '../../src/index.ts'
import { balances, nappers, seconds, server } from './server.ts'
import badAnswers from './workers/bad-answers.ts'
import napper from './workers/napper.ts'
import texter from './workers/texter.ts'

// One after the other: each has threads of its own.
const test = ava.serial

/** Until so many are really at work, their threads started. */
const atWork = async (boss: Boss<typeof napper>, count: number) => {
  for (;;) {
    const report = await boss.getReport()
    if (report.status !== 'interim' || report.runningNow.length >= count) return
    await seconds(0.01)
  }
}

/** Lets those go on that wait at this gate. */
const open = (gate: SharedArrayBuffer) => Atomics.store(new Int32Array(gate), 0, 1)

const twoBusy = async (boss: Boss<typeof napper>) => {
  while (boss.state.counts.done < 1) await seconds(0.01)
  await atWork(boss, 2)
}

test('P1 stop: what runs finishes, what waits is given back', async t => {
  const gate = new SharedArrayBuffer(4)
  await using boss = nappers({ seconds: [0, 0, 0, 0], gate: [undefined, gate, gate, gate] })
  await twoBusy(boss)
  const stopped = boss.stop()
  open(gate)
  const report = await stopped
  t.is(report.status, 'stopped')
  t.like(report.counts, { done: 3, pending: 1 })
  t.is(report.reports.filter(({ kind }) => kind === 'cancelled').length, 1)
  t.true(balances(report))
})

test('P2 stopThemWorking: what runs is cancelled, at once', async t => {
  await using boss = nappers({ seconds: [0.05, 30, 30, 30] })
  await twoBusy(boss)
  const before = performance.now()
  const report = await boss.stopThemWorking()
  t.true(performance.now() - before < 2000)
  t.like(report.counts, { done: 1, cancelled: 2, pending: 1 })
  t.is(boss.state.workers.length, 0)
  t.true(balances(report))
})

test('P3 stopListening returns at once; the work goes on, unheard, to its end', async t => {
  const mark = join(mkdtempSync(join(tmpdir(), 'rxboss-')), 'mark')
  const gate = new SharedArrayBuffer(4)
  const boss = nappers({ seconds: [0, 0], mark: ['', mark], gate: [undefined, gate] })
  while (boss.state.counts.done < 1) await seconds(0.01)
  await atWork(boss, 1)
  const report = boss.stopListening()
  t.is(report.status, 'stopped')
  t.like(report.counts, { done: 1, unheard: 1 })
  t.false(existsSync(mark))
  open(gate)
  while (boss.state.phase !== 'exited') await seconds(0.01)
  t.true(existsSync(mark))
  t.true(balances(report))
})

test('P4 after end(), give throws', async t => {
  await using boss = nappers({ seconds: [0.01, 0.01] })
  boss.end()
  t.throws(() => boss.give({ seconds: 1 }), { instanceOf: RxbossError })
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 2)
  t.true(balances(report))
})

test('P5 a wait without makeThemWork rejects at once, naming it', async t => {
  await using boss = new Boss({ workers: napper, crew: threads() })
  boss.setInstructions({ individual: { seconds: [0.01] } })
  await t.throwsAsync(boss.waitTillFinished(), { message: /makeThemWork/ })
  boss.makeThemWork()
  const report = await boss.waitTillFinished()
  t.is(report.status, 'finished')
  t.true(balances(report))
})

test('P6 halt and resume', async t => {
  await using boss = nappers({ seconds: [0.1, 0.1, 0.1] }, { scheduler: maxThreads(1) })
  await atWork(boss, 1)
  boss.halt()
  while (boss.state.counts.running > 0) await seconds(0.01)
  await seconds(0.1)
  t.like(boss.state.counts, { done: 1, pending: 2, running: 0 })
  boss.resume()
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 3)
  t.true(balances(report))
})

test('P8 answers and errors that cannot travel', async t => {
  await using boss = runAsServer({
    workers: badAnswers,
    crew: threads(),
    individual: { how: ['function', 'holding', 'class', 'fine'] as const },
  })
  const report = await boss.waitTillFinished()
  const of = (id: number) => report.reports.find(one => one.id === id)
  t.like(of(0), { failure: { code: 'unserialisable' } })
  t.like(of(1), { failure: { code: 'threw', error: { message: 'holds a function' } } })
  t.like(of(2), { failure: { code: 'threw', error: { name: 'Stubborn', message: 'CANNOT BE REBUILT' } } })
  t.like(of(3), { kind: 'done' })
  t.true(balances(report))
})

test('P9 P10 a worker that exits has crashed, whatever its code; the others are done', async t => {
  await using boss = runAsServer({
    workers: badAnswers,
    scheduler: maxThreads(1),
    crew: threads(),
    individual: { how: ['exit3', 'fine', 'exit1', 'exit0', 'fine'] as const },
  })
  const report = await boss.waitTillFinished()
  t.like(report.counts, { done: 2, failed: 3 })
  for (const one of report.reports) if (one.kind === 'failed') t.is(one.failure.code, 'crashed')
  t.true(balances(report))
})

test('P12 what nobody accepts is refused at submit, with a reason per definition', t => {
  t.throws(() => server({}, { nothing: [1] }), { instanceOf: RxbossError })
})

test('P13 one name for three is refused at submit', t => {
  t.throws(() => nappers({ seconds: [1, 1, 1], name: ['alfred', 'alfred', 'alfred'] }), { message: /alfred/ })
})

test('P14 lists of unequal lengths: fatal stops everybody, else nothing is lost', async t => {
  await using fatal = nappers({ seconds: [1, 1] }, { scheduler: maxThreads(1) })
  await atWork(fatal, 1)
  const unequal = { individual: { seconds: [1, 2], label: ['a'] } }
  t.throws(() => fatal.setInstructions(unequal, { fatal: true }))
  const report = await fatal.getReport({ block: true })
  t.is(report.status, 'stopped')
  t.like(report.counts, { cancelled: 1, pending: 1 })
  await using gentle = nappers({ seconds: [0.01, 0.01] }, { scheduler: maxThreads(1) })
  t.throws(() => gentle.setInstructions(unequal, { fatal: false }))
  t.is((await gentle.waitTillFinished()).counts.done, 2)
})

test('P15 common alone is refused, never zero instructions in silence', t => {
  t.throws(() => server({ sleepingTime: 1 }, undefined), { message: /give/ })
})

test('P16 individual wins over common', async t => {
  await using boss = runAsServer({
    workers: napper,
    crew: threads(),
    common: { seconds: 50 },
    individual: { seconds: [0.01, 0.02] },
  })
  t.is((await boss.waitTillFinished()).counts.done, 2)
})

test('P17 frozen and nested inputs are not touched', async t => {
  const common = Object.freeze({ label: 'a' })
  const individual = Object.freeze({ seconds: Object.freeze([0.001, 0.001]) })
  await using boss = runAsServer({ workers: napper, crew: threads(), common, individual })
  await boss.waitTillFinished()
  t.deepEqual(common, { label: 'a' })
  t.deepEqual(individual, { seconds: [0.001, 0.001] })
})

test('P25 waiting twice gives the same report', async t => {
  await using boss = nappers({ seconds: [0.01] })
  t.is(await boss.waitTillFinished(), await boss.waitTillFinished())
})

test('P26 P27 instructions after the final report, or after a stop, are thrown back; the wait returns', async t => {
  await using finished = nappers({ seconds: [0.01] })
  await finished.waitTillFinished()
  t.throws(() => finished.give({ seconds: 1 }))
  await using stopped = nappers({ seconds: [0.01] })
  await stopped.stop()
  t.throws(() => stopped.setInstructions({ individual: { seconds: [1] } }))
  t.is((await stopped.waitTillFinished()).status, 'stopped')
})

test('P29 a program that throws before the end exits non-zero, soon, with its workers', async t => {
  const program = fileURLToPath(new URL('./programs/throws.js', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] })
  await once(child.stdout, 'data')
  const thrown = performance.now()
  const [code] = await once(child, 'exit')
  t.not(code, 0)
  t.true(performance.now() - thrown < 1000)
})

test('R38 a program that never ends its boss exits by itself when the work is done', async t => {
  const program = fileURLToPath(new URL('./programs/never-ends.js', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  child.stdout.on('data', chunk => (printed += chunk))
  const [code] = await once(child, 'exit')
  t.is(code, 0)
  t.deepEqual(printed.trim().split('\n').sort(), ['0', '1', '2'])
})

test('P31 reports come in order of completion', async t => {
  await using boss = nappers({ seconds: [0.1, 0.1, 0.1] }, { scheduler: maxThreads(3) })
  while (boss.state.counts.done < 3) await seconds(0.01) // the threads have started
  boss.setInstructions({ individual: { seconds: [0.6, 0.3, 0.01] } })
  const { reports } = await boss.waitTillFinished()
  t.deepEqual(
    reports.slice(3).map(({ id }) => id),
    [5, 4, 3],
  )
})

test('P32 verbose lines cut long results; the report is whole', async t => {
  const written: string[] = []
  const { write } = process.stderr
  process.stderr.write = (chunk: unknown) => {
    written.push(String(chunk))
    return true
  }
  try {
    await using boss = runAsServer({
      workers: texter,
      crew: threads(),
      verbose: true,
      maxLenReport: 10,
      individual: { letters: [50] },
    })
    const report = await boss.waitTillFinished()
    t.like(report.reports[0], { result: 'x'.repeat(50) })
  } finally {
    process.stderr.write = write
  }
  t.true(written.some(line => line.includes('xxxxxxxxxx ...') && !line.includes('xxxxxxxxxxx')))
})

test('P40 tickets: 0, 1, then the freed one', async t => {
  const boss = new Boss({ workers: napper, scheduler: maxThreads(2), crew: threads() })
  await using _ = boss
  const tickets: number[] = []
  boss.inspect$.subscribe(event => {
    if (event.type === 'instruction.start') tickets[event.id] = event.ticket
  })
  const gate = new SharedArrayBuffer(4)
  boss.setInstructions({ individual: { seconds: [0, 0, 0], gate: [gate, undefined, undefined] } })
  boss.makeThemWork()
  while (boss.state.counts.done < 2) await seconds(0.01)
  open(gate)
  await boss.waitTillFinished()
  t.deepEqual(tickets, [0, 1, 1])
})
