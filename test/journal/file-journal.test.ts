import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serialize } from 'node:v8'

import { testProp } from '@fast-check/ava'
import test from 'ava'
import fc from 'fast-check'
import * as types from 'io-ts'
import { type FileJournalOptions, fileJournal, type Journal } from '../../src/entries/journal.ts'
import { Boss, BossFailure, defineWorker, inline, maxThreads, type Report } from '../../src/index.ts'
import { sealed } from '../../src/journal/seal.ts'
import { meetsJournalContract, type Resume } from './contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'rxboss-journal-'))
test.after.always(() => rmSync(folder, { recursive: true }))
let files = 0
const freshFile = () => join(folder, `${++files}.journal`)

const silent = { note: () => {} }
const optionsOf: Readonly<Record<Resume, FileJournalOptions>> = {
  fresh: silent,
  resume: { resume: true, ...silent },
  resumeFailed: { resumeFailed: true, ...silent },
  retryFailed: { retryFailed: true, ...silent },
  resumeAndFail: { resume: true, interrupted: 'fail', ...silent },
}

meetsJournalContract('file', () => {
  const path = freshFile()
  return resume => fileJournal(path, optionsOf[resume])
})

const square = defineWorker(import.meta, {
  name: 'square',
  attr: { n: types.number },
  work: ({ n }) => {
    if (n < 0) throw new RangeError('below zero')
    return n * n
  },
})

/** A line again, as somebody writes it who knows how. */
const resealed = ({ crc: _, ...line }: { readonly crc?: string }) => sealed(line)

/** One life: gives all of these, and tells what was reported. */
async function live(path: string, ns: readonly number[], options: FileJournalOptions = {}) {
  const boss = new Boss({
    workers: [square],
    crew: inline(),
    scheduler: maxThreads(1),
    journal: fileJournal(path, { ...silent, ...options }),
  })
  const reports: Report<number>[] = []
  boss.reports$.subscribe(report => reports.push(report))
  for (const n of ns) boss.give({ n })
  boss.makeThemWork()
  await boss.waitTillFinished()
  return reports
}

test('a run that goes on reports everything, and does only what is not done', async t => {
  const path = freshFile()
  await live(path, [1, 2, -3])
  const reports = await live(path, [4, -3, 2, 1], { resume: true })

  t.deepEqual(
    reports.map(report => [report.id, report.kind, report.kind === 'done' ? report.result : undefined]),
    [
      [1, 'failed', undefined],
      [2, 'done', 4],
      [3, 'done', 1],
      [0, 'done', 16],
    ],
  )
  t.deepEqual(
    reports.map(report => 'recorded' in report),
    [true, true, true, false],
  )
})

test('what failed is tried again as the next attempt, and its retries are those of this life', async t => {
  const path = freshFile()
  await live(path, [-1])
  const [report] = await live(path, [-1], { resumeFailed: true })
  t.like(report, { kind: 'failed', attempt: 2, failure: { code: 'threw' } })
})

test('a journal that is there is not begun again without being told to go on (9.4)', async t => {
  const path = freshFile()
  await live(path, [1])
  const error = await t.throwsAsync(live(path, [1]))
  t.regex(error?.message ?? '', /1?\d\.journal cannot be begun: it is there already.*`resume: true`/s)
})

test('one writer: a second boss is refused, naming the process; a dead writer’s lock is taken over', async t => {
  const path = freshFile()
  const first = new Boss({ workers: [square], crew: inline(), journal: fileJournal(path) })
  const error = t.throws(() => new Boss({ workers: [square], crew: inline(), journal: fileJournal(path) }))
  t.regex(error?.message ?? '', new RegExp(`process ${process.pid} writes this journal`))
  await first[Symbol.asyncDispose]()
  t.false(existsSync(`${path}.lock`))

  writeFileSync(`${path}.lock`, '999999999')
  t.is((await live(path, [2], { resume: true })).length, 1)
})

test('a torn last line is cut off, and said; a broken one elsewhere is refused with its number (9.5)', async t => {
  const path = freshFile()
  await live(path, [1, 2])
  appendFileSync(path, '{"t":"end","ke')
  const notes: string[] = []
  await live(path, [1, 2, 3], { resume: true, note: text => notes.push(text) })
  t.regex(notes[0] ?? '', /its last line was torn, and is cut off \(14 bytes\)/)

  const lines = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, [...lines.slice(0, 2), '{"t":', ...lines.slice(2)].join('\n'))
  await t.throwsAsync(live(path, [1], { resume: true }), { message: /line 3: it is not valid JSON/ })
})

test('of two ends of one attempt the first counts (9.5)', async t => {
  const path = freshFile()
  await live(path, [3])
  const end = JSON.parse(
    readFileSync(path, 'utf8')
      .split('\n')
      .find(line => line.includes('"end"')) as string,
  )
  appendFileSync(path, resealed({ ...end, result: 10 }))
  t.like((await live(path, [3], { resume: true }))[0], { result: 9 })
})

test('other workers and versions are refused, unless forced; another file is a note; another format is refused (9.6)', async t => {
  const path = freshFile()
  await live(path, [1])
  const renamed = (name: string, version?: string) =>
    new Boss({
      workers: [{ ...square, name, version }],
      crew: inline(),
      journal: fileJournal(path, { resume: true, ...silent }),
    })
  t.throws(() => renamed('cube'), { message: /written by the workers "square", and these are "cube"/ })
  t.throws(() => renamed('square', '2'), { message: /these are "square" \(version 2\)/ })
  const notes: string[] = []
  const note = (text: string) => void notes.push(text)
  const moved = { ...square, url: pathToFileURL(path).href }
  const journal = fileJournal(path, { resume: true, force: true, note })
  await new Boss({ workers: [moved], crew: inline(), journal })[Symbol.asyncDispose]()
  t.regex(notes.join(), /the file of worker "square" has changed since/)

  const [header = '', ...rest] = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, resealed({ ...JSON.parse(header), journal: 3 }) + rest.join('\n'))
  const later = () => live(path, [1], { resume: true, force: true })
  await t.throwsAsync(later, { message: /it is of version 3, and this is version 2/ })
})

test('the last attempt counts: what was repaired and is done is not tried again, and what began again and did not end is', async t => {
  const path = freshFile()
  const key = 'one'
  const give = async (n: number, options: FileJournalOptions) => {
    const boss = new Boss({
      workers: [square],
      crew: inline(),
      journal: fileJournal(path, { ...silent, ...options }),
    })
    boss.give({ n, key })
    boss.makeThemWork()
    const { reports } = await boss.waitTillFinished()
    return reports[0]
  }
  t.like(await give(-1, {}), { kind: 'failed', attempt: 1 })
  t.like(await give(5, { retryFailed: true }), { kind: 'done', attempt: 2, result: 25 })
  t.like(await give(-1, { retryFailed: true }), { kind: 'done', attempt: 2, result: 25, recorded: true })

  const failed = freshFile()
  const life = (options: FileJournalOptions) => {
    const journal = fileJournal(failed, { ...silent, ...options })
    journal.open([{ name: 'square', version: undefined, url: 'file:///nowhere' }])
    return journal
  }
  const first = life({})
  const failure = { code: 'threw', what: '', why: '', remedy: '' } as const
  const report = { id: 0, name: 'square#0', worker: 'square', attempt: 1, waitMs: 0, workMs: 0 }
  first.start({ key, id: 0, attempt: 1 })
  first.end({ key, id: 0, attempt: 1 }, { kind: 'failed', ...report, failure, instruction: {} })
  first.close()
  const second = life({ retryFailed: true })
  t.deepEqual(second.enter(key).memory, { kind: 'failed', attempt: 1 })
  second.start({ key, id: 0, attempt: 2 })
  second.close()
  for (const options of [{ resume: true }, { resumeFailed: true }, { retryFailed: true }]) {
    const third = life(options)
    t.deepEqual(third.enter(key).memory, { kind: 'begun', attempt: 2 })
    third.close()
  }
})

test('what decoding makes equal are two instructions all the same; a journal of version 1 keeps its own keys', async t => {
  const Url = new types.Type<URL, string, unknown>(
    'url',
    (value): value is URL => value instanceof URL,
    (value, context) =>
      typeof value === 'string' ? types.success(new URL(value)) : types.failure(value, context),
    String,
  )
  const visit = defineWorker(import.meta, {
    name: 'visit',
    attr: { url: Url },
    work: ({ url }) => url.pathname,
  })
  const lives = async (path: string, paths: readonly string[], options: FileJournalOptions = {}) => {
    const boss = new Boss({
      workers: [visit],
      crew: inline(),
      journal: fileJournal(path, { ...silent, ...options }),
    })
    for (const one of paths) boss.give({ url: `http://x/${one}` })
    boss.makeThemWork()
    const { reports } = await boss.waitTillFinished()
    return reports
      .filter(({ recorded }) => recorded === undefined)
      .map(report => report.kind === 'done' && report.result)
  }
  const path = freshFile()
  await lives(path, ['a', 'b'])
  t.deepEqual((await lives(path, ['c', 'b', 'd', 'a', 'e'], { resume: true })).sort(), ['/c', '/d', '/e'])

  const old = freshFile()
  const key = createHash('sha256').update('square\n{"n":3}').digest('hex')
  const lines = [
    { journal: 1, run: 'a', rxboss: '1.0.0-rc.0', workers: { square: 'unknown' }, versions: {} },
    { t: 'start', key, id: 0, attempt: 1 },
    {
      t: 'end',
      key,
      id: 0,
      attempt: 1,
      kind: 'done',
      waitMs: 1,
      workMs: 1,
      resultV8: serialize(9n).toString('base64'),
    },
  ]
  writeFileSync(old, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  const [one, other] = await live(old, [3, 4], { resume: true })
  t.like(one, { result: 9n, recorded: true })
  t.like(other, { result: 16 })
  t.is((await live(old, [4, 3], { resume: true })).filter(report => 'recorded' in report).length, 2)
})

test('where a journal cannot be, it says so, and what to do', async t => {
  const cannot = async (path: string, why: RegExp) => {
    const error = await t.throwsAsync(live(path, [1]))
    t.regex(error?.message ?? '', why)
    t.regex(error?.message ?? '', /Give the path of a file, in a folder that is there and can be written/)
  }
  await cannot(join(folder, 'no', 'j'), /cannot be opened: ENOENT/)
  await cannot(folder, /cannot be opened: it is not a file/)
  await cannot('/proc/j', /cannot be opened: E/)
})

test('no file: a fresh start, said (9.6)', async t => {
  const notes: string[] = []
  const reports = await live(freshFile(), [2], { resume: true, note: text => notes.push(text) })
  t.like(reports[0], { result: 4 })
  t.regex(notes[0] ?? '', /is not there yet: this is a fresh start/)
})

test('the same key twice is refused, and a set with it is refused whole (9.1)', async t => {
  await using boss = new Boss({ workers: [square], crew: inline(), journal: fileJournal(freshFile()) })
  t.throws(() => boss.setInstructions({ individual: { n: [1, 2, 3], key: ['a', 'b', 'a'] } }), {
    message: /the key "a" is already used/,
  })
  t.deepEqual(boss.setInstructions({ individual: { n: [1, 2], key: ['a', 'b'] } }), [0, 1])
})

/** A journal that cannot be written from some call on. */
function failing(path: string, act: 'start' | 'end', after: number): Journal {
  const journal = fileJournal(path, silent)
  let calls = 0
  const real = journal[act].bind(journal) as (...terms: unknown[]) => void
  const broken = (...terms: unknown[]) => {
    if (++calls > after) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    real(...terms)
  }
  return Object.assign(journal, { [act]: broken })
}

for (const act of ['start', 'end'] as const) {
  test(`a journal whose ${act} cannot be written stops the run: nothing is lost, and the wait rejects with all of it (9.7)`, async t => {
    const path = freshFile()
    const boss = new Boss({
      workers: [square],
      crew: inline(),
      scheduler: maxThreads(1),
      journal: failing(path, act, 2),
    })
    for (let n = 1; n <= 5; n++) boss.give({ n })
    boss.makeThemWork()
    const error = await t.throwsAsync(boss.waitTillFinished(), { instanceOf: BossFailure })
    if (!(error instanceof BossFailure)) return
    const { counts, status, pending } = error.report
    t.is(status, 'failed')
    t.regex(error.message, /no space left/)
    t.is(counts.done + counts.pending, 5)
    t.is(pending.length, counts.pending)

    const later = await live(path, [1, 2, 3, 4, 5], { resume: true })
    t.deepEqual(later.map(report => report.kind === 'done' && report.result).sort(), [1, 16, 25, 4, 9])
  })
}

test('what cannot be written as done is not told as done', async t => {
  const path = freshFile()
  const boss = new Boss({
    workers: [square],
    crew: inline(),
    scheduler: maxThreads(1),
    journal: failing(path, 'end', 2),
  })
  const told: Report<number>[] = []
  boss.reports$.subscribe(report => told.push(report))
  for (let n = 1; n <= 5; n++) boss.give({ n })
  boss.makeThemWork()
  await t.throwsAsync(boss.waitTillFinished())
  const recorded = readFileSync(path, 'utf8').match(/"kind":"done"/g) ?? []
  t.is(told.filter(({ kind }) => kind === 'done').length, recorded.length)
  t.is(told.length, 5)
})

test('cut at every byte of its last three lines, it goes on, and each instruction is settled once over both lives', async t => {
  const whole = freshFile()
  await live(whole, [1, 2, 3])
  const text = readFileSync(whole)
  const from = text.length - text.toString().split('\n').slice(-4).join('\n').length
  for (let bytes = from; bytes <= text.length; bytes++) {
    const path = freshFile()
    writeFileSync(path, text)
    truncateSync(path, bytes)
    const reports = await live(path, [3, 2, 1], { resume: true })
    t.deepEqual(reports.map(report => report.kind === 'done' && report.result).sort(), [1, 4, 9])
    const ends = readFileSync(path, 'utf8').match(/"t":"end"/g) ?? []
    t.is(ends.length, 3, `cut at byte ${bytes}`)
  }
})

testProp(
  'I: any byte prefix of a journal, resumed, settles each key once over both lives',
  [
    fc.array(fc.integer({ min: -2, max: 4 }), { minLength: 1, maxLength: 12 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ],
  async (t, ns, part) => {
    const path = freshFile()
    await live(path, ns)
    truncateSync(path, Math.floor(part * readFileSync(path).length))
    const again = [...ns].reverse()
    const reports = await live(path, again, { resume: true })
    t.is(reports.length, ns.length)
    const ended = readFileSync(path, 'utf8')
      .split('\n')
      .filter(line => line.includes('"t":"end"'))
      .map(line => (JSON.parse(line) as { key: string }).key)
    t.is(new Set(ended).size, ended.length)
    t.is(ended.length, ns.length)
    for (const report of reports) {
      const n = again[report.id] as number
      t.is(report.kind, n < 0 ? 'failed' : 'done')
      if (report.kind === 'done') t.is(report.result, n * n)
    }
  },
  { numRuns: 60 },
)
