/** Forty odd inputs on which taylorism hangs or misleads: what it should have done. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import { Boss, maxThreads, RxbossError, runAsServer, threads } from '../../src/index.ts'
import { atWork, balances, nappers, newGate, open, seconds, server, until } from './server.ts'
import badAnswers from './workers/bad-answers.ts'
import keeper from './workers/keeper.ts'
import napper from './workers/napper.ts'
import texter from './workers/texter.ts'

// One after the other: each has threads of its own.
const test = ava.serial

/** The rows about death are run on each of them. */
const crews = [['threads', threads]] as const

const twoBusy = async (boss: Boss<typeof napper>) => {
  await until(() => boss.state.counts.done >= 1)
  await atWork(boss, 2)
}

test('stop: what runs finishes, what waits is given back', async t => {
  const gate = newGate()
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

test('stopThemWorking: what runs is cancelled, at once', async t => {
  await using boss = nappers({ seconds: [0, 30, 30, 30] })
  await twoBusy(boss)
  const before = performance.now()
  const report = await boss.stopThemWorking()
  t.true(performance.now() - before < 2000)
  t.like(report.counts, { done: 1, cancelled: 2, pending: 1 })
  t.is(boss.state.workers.length, 0)
  t.true(balances(report))
})

test('stopListening returns at once; the work goes on, unheard, to its end', async t => {
  const mark = join(mkdtempSync(join(tmpdir(), 'rxboss-')), 'mark')
  const gate = newGate()
  const boss = nappers({ seconds: [0, 0], mark: ['', mark], gate: [undefined, gate] })
  await until(() => boss.state.counts.done >= 1)
  await atWork(boss, 1)
  const report = boss.stopListening()
  t.is(report.status, 'stopped')
  t.like(report.counts, { done: 1, unheard: 1 })
  t.false(existsSync(mark))
  open(gate)
  await until(() => boss.state.phase === 'exited')
  t.true(existsSync(mark))
  t.true(balances(report))
})

test('after end(), give throws', async t => {
  await using boss = nappers({ seconds: [0.01, 0.01] })
  boss.end()
  t.throws(() => boss.give({ seconds: 1 }), { instanceOf: RxbossError })
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 2)
  t.true(balances(report))
})

test('a wait without makeThemWork rejects at once, naming it; after that call it finishes', async t => {
  await using boss = new Boss({ workers: napper, crew: threads() })
  boss.setInstructions({ individual: { seconds: [0.01] } })
  await t.throwsAsync(boss.waitTillFinished(), { instanceOf: RxbossError, message: /makeThemWork/ })
  await t.throwsAsync(boss.getReport({ block: true }), { message: /makeThemWork/ })
  t.true(balances(await boss.getReport()))
  boss.makeThemWork()
  const report = await boss.waitTillFinished()
  t.is(report.status, 'finished')
  t.is(report.counts.done, 1)
  t.true(balances(report))
})

test('halt keeps what is pending, resume starts it', async t => {
  const gate = newGate()
  await using boss = nappers(
    { seconds: [0, 0, 0], gate: [gate, undefined, undefined] },
    { scheduler: maxThreads(1) },
  )
  await atWork(boss, 1)
  boss.halt()
  open(gate)
  await until(() => boss.state.counts.running === 0)
  await seconds(0.1) // time enough to start, if it were wrong
  t.like(boss.state.counts, { done: 1, pending: 2, running: 0 })
  t.true(balances(boss.state))
  boss.resume()
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 3)
  t.true(balances(report))
})

test('answers and errors that cannot travel', async t => {
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

for (const [name, crew] of crews) {
  test(`a worker that exits has crashed, with its code; the others are done; ${name}`, async t => {
    await using boss = runAsServer({
      workers: badAnswers,
      scheduler: maxThreads(1),
      crew: crew(),
      individual: { how: ['fine', 'exit3', 'fine'] as const },
    })
    const report = await boss.waitTillFinished()
    t.like(report.counts, { done: 2, failed: 1 })
    const dead = report.reports.find(({ id }) => id === 1)
    t.like(dead, { kind: 'failed', failure: { code: 'crashed' } })
    t.regex(dead?.kind === 'failed' ? dead.failure.why : '', /code 3/)
    t.true(balances(report))
  })

  test(`a worker that exits with 1 or with 0 has crashed; ${name}`, async t => {
    await using boss = runAsServer({
      workers: badAnswers,
      scheduler: maxThreads(1),
      crew: crew(),
      individual: { how: ['exit1', 'exit0', 'fine'] as const },
    })
    const report = await boss.waitTillFinished()
    t.like(report.counts, { done: 1, failed: 2 })
    for (const one of report.reports) if (one.kind === 'failed') t.is(one.failure.code, 'crashed')
    t.true(balances(report))
  })
}

test('what nobody accepts is refused at submit, with a reason per definition', async t => {
  const refusal = t.throws(() => server({}, { nothing: [1] }), { instanceOf: RxbossError })
  for (const name of ['sleeper', 'succeeder', 'failer'])
    t.regex(refusal?.message ?? '', new RegExp(`"${name}": sleepingTime`))
  await using boss = server({ sleepingTime: 0 }, { succeed: [true] })
  t.throws(() => boss.give({ nothing: 1 }), { instanceOf: RxbossError })
  const report = await boss.waitTillFinished()
  t.is(report.counts.submitted, 1)
  t.true(balances(report))
})

test('one name for three is refused at submit', async t => {
  const three = { seconds: [1, 1, 1], name: ['alfred', 'alfred', 'alfred'] }
  t.throws(() => nappers(three, { scheduler: maxThreads(1) }), { message: /alfred/ })
  await using boss = nappers({ seconds: [] })
  t.throws(() => boss.setInstructions({ individual: three }), { message: /alfred/ })
  t.is(boss.state.counts.submitted, 0)
  t.true(balances(await boss.waitTillFinished()))
})

test('lists of unequal lengths: fatal stops everybody, else nothing is lost', async t => {
  const unequal = { individual: { seconds: [1, 2], label: ['a'] } }
  await using fatal = nappers({ seconds: [30, 30] }, { scheduler: maxThreads(1) })
  await atWork(fatal, 1)
  t.throws(() => fatal.setInstructions(unequal, { fatal: true }), {
    message: /seconds.*label|label.*seconds/,
  })
  const stopped = await fatal.getReport({ block: true })
  t.is(stopped.status, 'stopped')
  t.like(stopped.counts, { cancelled: 1, pending: 1 })
  t.true(balances(stopped))
  await using gentle = nappers({ seconds: [0.01, 0.01] }, { scheduler: maxThreads(1) })
  t.throws(() => gentle.setInstructions(unequal, { fatal: false }))
  const report = await gentle.waitTillFinished()
  t.is(report.counts.done, 2)
  t.true(balances(report))
})

test('common alone is refused, naming give; an explicit empty list is zero instructions', async t => {
  t.throws(() => server({ sleepingTime: 1 }, undefined), { message: /give/ })
  await using boss = server({}, { sleepingTime: [] })
  t.throws(() => boss.setInstructions({ common: { sleepingTime: 1 } }), { message: /give/ })
  const report = await boss.waitTillFinished()
  t.is(report.counts.submitted, 0)
  t.true(balances(report))
})

test('individual wins over common', async t => {
  await using boss = runAsServer({
    workers: napper,
    crew: threads(),
    common: { seconds: 50, label: 'common' },
    individual: { seconds: [0.01, 0.02], label: ['a', 'b'] },
  })
  const report = await boss.waitTillFinished()
  t.deepEqual(report.reports.map(one => one.kind === 'done' && one.result).sort(), ['a', 'b'])
  t.true(balances(report))
})

test('frozen and nested inputs are not touched, whatever the work does to what it gets', async t => {
  const make = () => ({ individual: { box: [{ inner: { list: [1, 2] } }], label: ['a'] } })
  const given = deepFreeze(make())
  await using boss = runAsServer({ workers: keeper, crew: threads(), ...given })
  const report = await boss.waitTillFinished()
  t.is(report.counts.done, 1)
  for (const one of report.reports) t.true(one.kind === 'done' && one.result.list.includes(99))
  t.deepEqual(given, make())
  t.true(balances(report))
})

test('what is common to all is frozen where the work is done: changing it is an error, and the input is not touched', async t => {
  const make = () => ({
    common: { box: { inner: { list: [1, 2] } } },
    individual: { label: ['a', 'b'] },
  })
  const given = make()
  await using boss = runAsServer({ workers: keeper, crew: threads(), ...given })
  const report = await boss.waitTillFinished()
  t.is(report.counts.failed, 2)
  for (const one of report.reports) t.true(one.kind === 'failed' && one.failure.error?.name === 'TypeError')
  t.deepEqual(given, make())
  t.true(balances(report))
})

test('waiting twice gives the same report, the second time at once', async t => {
  await using boss = nappers({ seconds: [0.01] })
  const report = await boss.waitTillFinished()
  let answered: unknown
  void boss.waitTillFinished().then(again => {
    answered = again
  })
  await new Promise(resolve => setImmediate(resolve))
  t.is(answered, report)
  t.true(balances(report))
})

test('instructions after the final report are thrown back', async t => {
  await using boss = nappers({ seconds: [0.01] })
  const report = await boss.waitTillFinished()
  t.throws(() => boss.give({ seconds: 1 }), { instanceOf: RxbossError })
  t.throws(() => boss.setInstructions({ individual: { seconds: [1] } }), { instanceOf: RxbossError })
  t.is(await boss.getReport(), report)
  t.true(balances(report))
})

test('instructions after a stop are thrown back, and the wait returns', async t => {
  await using boss = nappers({ seconds: [0.01] })
  void boss.stop()
  t.throws(() => boss.setInstructions({ individual: { seconds: [1] } }), { instanceOf: RxbossError })
  const report = await boss.waitTillFinished()
  t.is(report.status, 'stopped')
  t.is(report.counts.submitted, 1)
  t.true(balances(report))
})

test('hang (f): a program that throws before the end exits non-zero, soon, with its workers', async t => {
  const program = fileURLToPath(new URL('./programs/throws.js', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] })
  await once(child.stdout, 'data')
  const thrown = performance.now()
  const [code] = await once(child, 'exit')
  t.not(code, 0)
  t.true(performance.now() - thrown < 1000)
})

test('a program that never ends its boss exits by itself when the work is done', async t => {
  const program = fileURLToPath(new URL('./programs/never-ends.js', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  child.stdout.on('data', chunk => (printed += chunk))
  const [code] = await once(child, 'exit')
  t.is(code, 0)
  t.deepEqual(printed.trim().split('\n').sort(), ['0', '1', '2'])
})

test('reports come in order of completion', async t => {
  const gates = [newGate(), newGate(), newGate()] as const
  await using boss = nappers({ seconds: [0, 0, 0], gate: [...gates] }, { scheduler: maxThreads(3) })
  const ids: number[] = []
  boss.reports$.subscribe(({ id }) => {
    ids.push(id)
    const next = gates[id - 1]
    if (next !== undefined) open(next)
  })
  await atWork(boss, 3)
  open(gates[2])
  const report = await boss.waitTillFinished()
  t.deepEqual(ids, [2, 1, 0])
  t.deepEqual(
    report.reports.map(({ id }) => id),
    ids,
  )
  t.true(balances(report))
})

test('verbose lines cut long results; the report is whole', async t => {
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
    t.true(balances(report))
  } finally {
    process.stderr.write = write
  }
  t.true(written.some(line => line.includes('xxxxxxxxxx ...') && !line.includes('xxxxxxxxxxx')))
})

test('tickets: 0, 1, then the freed one', async t => {
  const boss = new Boss({ workers: napper, scheduler: maxThreads(2), crew: threads() })
  await using _ = boss
  const tickets: number[] = []
  boss.inspect$.subscribe(event => {
    if (event.type === 'instruction.start') tickets[event.id] = event.ticket
  })
  const gate = newGate()
  boss.setInstructions({ individual: { seconds: [0, 0, 0], gate: [gate, undefined, undefined] } })
  boss.makeThemWork()
  await until(() => boss.state.counts.done >= 2)
  open(gate)
  const report = await boss.waitTillFinished()
  t.deepEqual(tickets, [0, 1, 1])
  t.true(balances(report))
})

function deepFreeze<A extends object>(value: A): A {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner)
  return Object.freeze(value)
}
