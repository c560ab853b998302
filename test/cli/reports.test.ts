/** `rxboss reports`: what a journal has, whatever became of stdout. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import test from 'ava'

import { folderWith, ndjson, rxboss, worker } from './command.ts'

async function journalOf(...inputs: readonly object[][]): Promise<string> {
  const journal = join(folderWith(), 'j')
  for (const [i, input] of inputs.entries()) {
    const again = i === 0 ? [] : ['--resume-failed']
    await rxboss(['run', worker('any'), '-j1', '-q', '--journal', journal, ...again], {
      input: ndjson(...input),
    })
  }
  return journal
}

test('all reports, with what they were told and the key that they are known by', async t => {
  const journal = await journalOf([
    { n: { deep: [1] } },
    { throws: 'no', key: 'two' },
    { n: 3, name: 'third' },
  ])
  const { code, reports, stderr } = await rxboss(['reports', journal])
  t.is(code, 0)
  t.is(stderr, '')
  t.is(reports.length, 3)
  t.like(reports[0], { kind: 'done', name: 'any#0', worker: 'any', attempt: 1, result: { deep: [1] } })
  t.regex(reports[0]?.key, /^[0-9a-f]{64}$/)
  t.like(reports[1], {
    kind: 'failed',
    key: 'two',
    instruction: { throws: 'no', key: 'two' },
    failure: { code: 'threw' },
  })
  t.like(reports[2], { kind: 'done', name: 'third', result: 3 })
})

test('of several attempts the last, and --failed alone', async t => {
  const journal = await journalOf(
    [{ throws: 'x', failsTimes: 1 }, { throws: 'y' }, { n: 1 }],
    [{ throws: 'x', failsTimes: 1 }, { throws: 'y' }, { n: 1 }],
  )
  const all = await rxboss(['reports', journal])
  t.deepEqual(
    all.reports.map(({ kind, attempt }) => [kind, attempt]),
    [
      ['done', 2],
      ['failed', 2],
      ['done', 1],
    ],
  )
  const failed = await rxboss(['reports', journal, '--failed'])
  t.deepEqual(
    failed.reports.map(({ instruction }) => instruction),
    [{ throws: 'y' }],
  )
})

test('--format: one array, or a table', async t => {
  const journal = await journalOf([{ n: 'a,"b"' }, { throws: 'no\ttab' }])
  const json = await rxboss(['reports', journal, '--format', 'json'])
  t.deepEqual(
    JSON.parse(json.stdout).map(({ kind }: { kind: string }) => kind),
    ['done', 'failed'],
  )
  const csv = await rxboss(['reports', journal, '--format', 'csv'])
  const [header, first] = csv.stdout.split('\n')
  t.is(header, 'key,id,name,worker,kind,attempt,waitMs,workMs,result,code,why')
  t.regex(first ?? '', /,0,any#0,any,done,1,[\d.]+,[\d.]+,"a,""b""",,$/)
  const tsv = await rxboss(['reports', journal, '--format', 'tsv'])
  t.regex(tsv.stdout, /\tthrew\tError: no tab\n$/)
  t.is(JSON.parse((await rxboss(['reports', await journalOf([]), '--format', 'json'])).stdout).length, 0)
})

test('what cannot be read is said, with exit code 254; a torn last line is left out', async t => {
  const journal = await journalOf([{ n: 1 }])
  const text = readFileSync(journal, 'utf8')
  writeFileSync(journal, `${text}{"t":"en`)
  t.is((await rxboss(['reports', journal])).reports.length, 1)
  writeFileSync(journal, text.replace('"result":1', '"result":2'))
  const damaged = await rxboss(['reports', journal])
  t.is(damaged.code, 254)
  t.regex(damaged.stderr, /line \d: it is not as it was written/)
  t.is((await rxboss(['reports', join(journal, 'no')])).code, 254)
  t.is((await rxboss(['reports'])).code, 255)
})
