/** Whatever happens to a worker, every instruction gets exactly one final report: on real threads. */

import ava from 'ava'

import {
  Boss,
  BossFailure,
  type BossOptions,
  failureToError,
  inline,
  maxThreads,
  type Report,
  threads,
} from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'
import broken from '../fixtures/throws-on-import.ts'
import { balances } from './desk-of-fakes.ts'

// One after the other: each has threads of its own.
const test = ava.serial

type Act = Parameters<Boss<typeof misbehave>['give']>[0]['act']

function boss(options: Partial<BossOptions<typeof misbehave>> = {}) {
  const one = new Boss<typeof misbehave>({
    workers: misbehave,
    scheduler: maxThreads(1),
    crew: threads(),
    graceMs: 200,
    ...options,
  })
  const reports: Report[] = []
  one.reports$.subscribe(report => reports.push(report))
  return { boss: one, reports }
}

/** One ticket, A working, B pending: B is done whatever A does. */
async function aThenB(act: Act, options: Partial<BossOptions<typeof misbehave>> = {}) {
  const { boss: one, reports } = boss(options)
  await using _ = one
  one.give({ act })
  one.give({ act: 'answer' })
  one.makeThemWork()
  const final = await one.waitTillFinished()
  const finals = reports.filter(({ kind }) => kind !== 'interim')
  return { a: finals.find(({ id }) => id === 0), b: finals.find(({ id }) => id === 1), final, reports }
}

for (const [act, code] of [
  ['exit0', 0],
  ['exit3', 3],
] as const) {
  test(`R1 process.exit(${code}) in the work is a crash naming the code, and the next is done`, async t => {
    const { a, b, final } = await aThenB(act)
    t.like(a, { kind: 'failed', failure: { code: 'crashed' } })
    t.regex((a as { failure: { why: string } }).failure.why, new RegExp(String(code)))
    t.like(b, { kind: 'done', result: 'fine' })
    t.true(balances(final))
  })
}

for (const act of ['throwFromTimer', 'rejectUnheard'] as const) {
  test(`R2 R3 ${act}: a crash with the thrown error as its cause`, async t => {
    const { a, b } = await aThenB(act)
    t.like(a, { kind: 'failed', failure: { code: 'crashed', error: { name: 'RangeError' } } })
    t.like(b, { kind: 'done' })
  })
}

test('R5 out of memory settles its culprit alone', async t => {
  const { a, b } = await aThenB('allocate', {
    crew: threads({ resourceLimits: { maxOldGenerationSizeMb: 32 } }),
  })
  t.like(a, { kind: 'failed', failure: { code: 'outOfMemory' } })
  t.like(b, { kind: 'done' })
})

test('R6 a file that throws on import: a storm with the import error as its cause, and no endless starting', async t => {
  await using one = new Boss({
    workers: broken,
    scheduler: maxThreads(1),
    crew: threads(),
    supervise: { max: 2, within: 5000 },
  })
  const starts: unknown[] = []
  one.inspect$.subscribe(event => event.type === 'worker.spawn' && starts.push(event))
  one.give({})
  one.give({})
  one.makeThemWork()
  const error = await t.throwsAsync(one.waitTillFinished(), {
    instanceOf: BossFailure,
    message: /broken at import/,
  })
  t.like(error.report.counts, { failed: 2, submitted: 2 })
  t.is(starts.length, 3)
})

test('R10 R12 cancel ends a busy loop, and the next begins', async t => {
  for (const act of ['loop', 'ignore'] as const) {
    const { boss: one, reports } = boss()
    await using _ = one
    const began = new Promise<void>(resolve =>
      one.inspect$.subscribe(event => event.type === 'worker.ready' && setTimeout(resolve, 50)),
    )
    const id = one.give({ act })
    one.give({ act: 'answer' })
    one.makeThemWork()
    await began
    t.true(one.cancel(id, 'enough'))
    await one.waitTillFinished()
    t.like(reports[0], { kind: 'cancelled', id: 0, reason: 'enough' })
    t.like(reports[1], { kind: 'done', id: 1 })
  }
})

test('R11 work that obeys its signal cleans up, and keeps its thread', async t => {
  const { boss: one, reports } = boss()
  await using _ = one
  const before = one.give({ act: 'where' })
  const id = one.give({ act: 'obey' })
  one.give({ act: 'where' })
  const working = new Promise<void>(resolve => {
    one.reports$.subscribe(({ id: settled }) => settled === before && setTimeout(resolve, 50))
  })
  one.makeThemWork()
  await working
  one.cancel(id)
  await one.waitTillFinished()
  const kinds = reports.map(({ kind, id: of }) => `${kind} ${of}`)
  t.deepEqual(kinds, ['done 0', 'interim 1', 'cancelled 1', 'done 2'])
  t.is((reports[0] as { result: unknown }).result, (reports[3] as { result: unknown }).result)
})

test('R21 what cannot be sent is unserialisable and names the path; an error’s field becomes text', async t => {
  const { a: result, b } = await aThenB('returnFunction')
  t.like(result, { kind: 'failed', failure: { code: 'unserialisable' } })
  t.regex((result as { failure: { why: string } }).failure.why, /rows\[1\]\.handler/)
  t.like(b, { kind: 'done' })
  const { a: note } = await aThenB('noteFunction')
  t.like(note, { kind: 'failed', failure: { code: 'unserialisable' } })
  const { a: error } = await aThenB('throwWithFunction')
  t.like(error, { kind: 'failed', failure: { code: 'threw', error: { name: 'TypeError', code: 'E_FN' } } })
})

test('R22 errors keep class name, message, stack, code, cause and own fields', async t => {
  const { a } = await aThenB('throwClass')
  t.is(a?.kind, 'failed')
  if (a?.kind !== 'failed') return
  t.like(a.failure.error, {
    name: 'Unrebuildable',
    message: 'it is odd',
    code: 'E_ODD',
    details: { rows: [1, 2] },
  })
  const error = failureToError(a.failure)
  t.true(error instanceof Error)
  t.true(error.cause instanceof TypeError)
  t.like((await aThenB('throwOne')).a, { kind: 'failed', failure: { code: 'threw' } })
  t.like((await aThenB('throwUndefined')).a, { kind: 'failed', failure: { code: 'threw' } })
})

test('R47 falsy notes arrive, in order, before the result', async t => {
  const { reports } = await aThenB('notes')
  t.deepEqual(
    reports
      .filter(({ id }) => id === 0)
      .map(report => (report.kind === 'interim' ? report.note : report.kind)),
    [0, '', false, 'done'],
  )
})

test('R32 stopThemWorking while threads start resolves, and no thread appears later', async t => {
  const { boss: one } = boss({ scheduler: maxThreads(2) })
  one.give({ act: 'answer' })
  one.give({ act: 'answer' })
  one.makeThemWork()
  await Promise.resolve()
  const report = await one.stopThemWorking()
  t.is(report.status, 'stopped')
  t.true(balances(report))
  t.is(one.state.workers.length, 0)
})

test('what workers print comes before their report, and on inspect$', async t => {
  const { boss: one } = boss({ output: 'inspect' })
  await using _ = one
  const printed: string[] = []
  let before = 0
  one.inspect$.subscribe(event => {
    if (event.type === 'worker.log') printed.push(event.text)
  })
  one.reports$.subscribe(() => {
    before = printed.join('').length
  })
  one.give({ act: 'print' })
  one.makeThemWork()
  await one.waitTillFinished()
  t.true(before >= 100_000)
  t.true(printed.join('').includes('to stderr'))
})

test('the inline crew keeps the same promises where it can', async t => {
  const { reports, final } = await aThenB('notes', { crew: inline() })
  t.is(reports.length, 5)
  t.is(final.status, 'finished')
  t.like((await aThenB('throwClass', { crew: inline() })).a, { failure: { code: 'threw' } })
})
