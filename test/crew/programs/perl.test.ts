/** A worker in Perl: the protocol is no secret between JavaScript and Python. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import * as io from 'io-ts'

import { defineProgram, helperFile, programs } from '../../../src/entries/programs.ts'
import { Boss, maxThreads, type Report } from '../../../src/index.ts'
import { testWith } from './python.ts'

const test = testWith('perl', spawnSync('perl', ['-MJSON::PP', '-e', '1']).status === 0)
const script = fileURLToPath(new URL('../../../../test/crew/programs/perl/count.pl', import.meta.url))

const count = defineProgram({ name: 'count', attr: { text: io.string }, command: ['perl', script] })

test('results, notes, prints, failures, deaths and cancelling, in Perl', async t => {
  const boss = new Boss({
    workers: count,
    crew: programs({ ahead: 2 }),
    scheduler: maxThreads(1),
    output: 'inspect',
  })
  await using _ = boss
  const reports: Report[] = []
  let printed = ''
  let language: string | undefined
  boss.reports$.subscribe(report => {
    reports.push(report)
    if (report.kind === 'interim' && report.id === 4) boss.cancel(4, 'enough')
  })
  boss.inspect$.subscribe(event => {
    if (event.type === 'worker.log') printed += event.text
    if (event.type === 'worker.ready') language = event.language
  })
  for (const text of ['a b ä', '', 'exit', 'x y', 'wait', 'last']) boss.give({ text })
  boss.makeThemWork()
  await boss.waitTillFinished()
  const final = (id: number) => reports.find(report => report.id === id && report.kind !== 'interim')
  t.like(final(0), { kind: 'done', result: 3 })
  t.like(final(1), { kind: 'done', result: 0 })
  t.like(final(2), { kind: 'failed', failure: { code: 'crashed' } })
  t.like(final(3), { kind: 'done', result: 2, attempt: 1 })
  t.like(final(4), { kind: 'cancelled', reason: 'enough' })
  t.like(final(5), { kind: 'done', result: 1 })
  t.true(reports.some(report => report.kind === 'interim' && report.id === 0))
  t.regex(printed, /counting\n/)
  t.regex(language ?? '', /^Perl 5\./)
})

test('the helper has at most 60 lines', t => {
  t.true(readFileSync(helperFile('perl'), 'utf8').trimEnd().split('\n').length <= 60)
})
