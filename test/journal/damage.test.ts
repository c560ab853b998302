/**
 * A journal that somebody or something has changed. Goal: no wrong result and nothing that runs again in silence, whichever
 * bit was flipped. Method: bits are flipped one at a time, and the journal is resumed as it is, then repaired.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'
import * as types from 'io-ts'

import { type FileJournalOptions, fileJournal } from '../../src/entries/journal.ts'
import { Boss, defineWorker, inline, maxThreads, type Settled } from '../../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'rxboss-damage-'))
test.after.always(() => rmSync(folder, { recursive: true }))

const square = defineWorker(import.meta, {
  name: 'square',
  attr: { n: types.number },
  work: ({ n }) => {
    if (n < 0) throw new RangeError('below zero')
    return n > 5 ? BigInt(n * n) : n * n
  },
})
const ns = [1, 2, 3, -4, 5, 6, 7]

interface Life {
  readonly reports: readonly Settled[]
  readonly notes: string
}

async function live(path: string, options: FileJournalOptions): Promise<Life> {
  const notes: string[] = []
  const journal = fileJournal(path, { fsync: 'never', note: text => notes.push(text), ...options })
  await using boss = new Boss({ workers: [square], crew: inline(), scheduler: maxThreads(1), journal })
  boss.notices$.subscribe(event => 'why' in event && notes.push(String(event.why)))
  for (const n of ns) boss.give({ n })
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  return { reports: reports as readonly Settled[], notes: notes.join('\n') }
}

const isRight = (report: Settled): boolean => {
  const n = ns[report.id] as number
  if (n < 0) return report.kind === 'failed' && report.failure.why.includes('below zero')
  return (
    report.kind === 'done' &&
    Number(report.result) === n * n &&
    typeof report.result === (n > 5 ? 'bigint' : 'number')
  )
}

const flips = Number(process.env.FLIPS ?? 400)

test(`of ${flips} bits that were flipped, each is noticed: no wrong result, nothing that runs again unsaid`, async t => {
  const whole = join(folder, 'whole')
  await live(whole, {})
  const bytes = readFileSync(whole)
  for (let i = 0; i < flips; i++) {
    const path = join(folder, `flipped-${i}`)
    const flipped = Buffer.from(bytes)
    const at = Math.floor(Math.random() * bytes.length)
    const bit = Math.floor(Math.random() * 8)
    flipped[at] = (flipped[at] as number) ^ (1 << bit)
    writeFileSync(path, flipped)
    const what = `bit ${bit} of byte ${at}`
    let life: Life | undefined
    try {
      life = await live(path, { resume: true })
    } catch (error) {
      t.regex((error as Error).message, /, line \d+: .*(`repair: true`, `--journal-repair`)/s, what)
      t.deepEqual(readFileSync(path), flipped, 'a refused journal is left as it is')
      life = await live(path, { resume: true, repair: true })
      t.regex(life.notes, /damaged and left out/, what)
      t.deepEqual(readFileSync(`${path}.damaged`), flipped)
    }
    t.is(life.reports.length, ns.length, what)
    t.true(life.reports.every(isRight), what)
    if (life.reports.some(({ recorded }) => recorded === undefined)) t.regex(life.notes, /torn|damaged/, what)
    // Whatever it was, it is whole now.
    const again = await live(path, { resume: true })
    t.true(
      again.reports.every(report => report.recorded === true && isRight(report)),
      what,
    )
  }
})

test('a line that was taken out by hand is a start or an end less, and a repair without need changes nothing', async t => {
  const path = join(folder, 'shorter')
  await live(path, {})
  const lines = readFileSync(path, 'utf8').split('\n')
  const end = lines.findIndex(line => line.includes('"t":"end"'))
  writeFileSync(path, lines.filter((_, i) => i !== end).join('\n'))
  const before = readFileSync(path, 'utf8')
  const { reports, notes } = await live(path, { resume: true, repair: true })
  t.true(readFileSync(path, 'utf8').startsWith(before))
  t.false(readdirSync(folder).includes('shorter.damaged'))
  t.is(reports.filter(({ recorded }) => recorded === undefined).length, 1)
  t.regex(notes, /"square#0" had begun in an earlier life/)
})

test('without its first line a journal can be repaired, for the workers that repair it', async t => {
  const path = join(folder, 'headless')
  await live(path, {})
  const [, ...rest] = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, ['{"journal":', ...rest].join('\n'))
  await t.throwsAsync(live(path, { resume: true }), { message: /line 1: it is not a journal/ })
  const { reports, notes } = await live(path, { resume: true, repair: true })
  t.true(reports.every(({ recorded }) => recorded === true))
  t.regex(notes, /line 1 was damaged and left out/)
})
