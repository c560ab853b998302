/** Records that no worker takes: each is reported, and the command ends, whatever the form of the input and the options. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import ava from 'ava'

import { folderWith, numbers, rxboss, worker } from './command.ts'

// One at a time: each of them starts a process.
const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary']

const hundred = Array.from({ length: 100 }, (_, n) => n + 1)
const lines = hundred.map(n => `${n}\n`).join('')
const many = 3000
const folder = folderWith({
  'numbers.ndjson': lines,
  'wrong.csv': `nope\n${hundred.map(n => `x${n}`).join('\n')}\n`,
  'wrong.tsv': `nope\n${lines}`,
  'wrong.json': JSON.stringify(Array.from({ length: many }, (_, n) => n)),
  'words.txt': 'x\n'.repeat(100),
  'right.ndjson': numbers(100),
})
const from = (name: string) => ['-a', join(folder, name)]

const forms: Readonly<Record<string, readonly [count: number, args: readonly string[]]>> = {
  'numbers where instructions should be': [100, from('numbers.ndjson')],
  'a wrong CSV header': [100, from('wrong.csv')],
  'a wrong TSV header': [100, from('wrong.tsv')],
  'an array of numbers': [many, from('wrong.json')],
  'lines of the wrong type': [100, [...from('words.txt'), '--input', 'lines=n']],
  'values of the wrong type': [100, ['--each', `n=${hundred.map(() => 'x').join(',')}`]],
  'several inputs': [200, [...from('numbers.ndjson'), ...from('wrong.csv')]],
  'a name with an attribute that is not there': [100, [...from('right.ndjson'), '--name', '[nope]']],
}

for (const [form, [count, args]] of Object.entries(forms)) {
  test(`nothing but refused records, ${form}: all are reported, and it ends`, async t => {
    const { code, reports } = await rxboss(['run', worker('add'), '-j2', ...quiet, ...args])
    t.is(reports.length, count)
    t.true(reports.every(({ kind, failure }) => kind === 'failed' && failure.code === 'refused'))
    t.is(code, Math.min(count, 101))
  })
}

const options: readonly (readonly string[])[] = [
  ['-k'],
  ['--crew', 'inline'],
  ['--crew', 'processes'],
  ['--order', 'longest'],
  ['--timeout', '200%'],
  ['--memfree', '1M'],
  ['--interim', '--retries', '2'],
  ['-j', '0'],
]

for (const extra of options) {
  test(`refused records and good ones in turn, ${extra.join(' ')}: all are reported, and it ends`, async t => {
    const input = hundred.map(n => (n % 25 === 0 ? `{"n":${n}}\n` : `${n}\n`)).join('')
    const { code, reports } = await rxboss(['run', worker('add'), '-j1', ...extra, ...quiet], { input })
    t.is(reports.length, 100)
    t.is(code, 96)
  })
}

test('--halt heeds refused records at once', async t => {
  const { code, reports } = await rxboss(
    ['run', worker('add'), '--halt', 'soon,fail=3', ...from('wrong.json'), ...quiet],
    {},
  )
  t.is(reports.length, 3)
  t.is(code, 3)
})

test('--journal with nothing but refused records: all are reported, and so they are by --resume', async t => {
  const journal = join(folderWith(), 'j')
  const run = ['run', worker('add'), ...from('numbers.ndjson'), '--journal', journal, ...quiet]
  for (const again of [[], ['--resume']]) {
    const { code, reports } = await rxboss([...run, ...again])
    t.is(reports.length, 100)
    t.is(code, 100)
  }
  t.is(readFileSync(journal, 'utf8').trim().split('\n').length, 1)
})

test('--dry-run reads more records than it looks at in one go, good or bad', async t => {
  const { code, stderr } = await rxboss(['run', worker('add'), ...from('wrong.json'), '--dry-run'])
  t.is(code, 101)
  t.regex(stderr, new RegExp(`0 accepted, ${many} refused`))
  const each = JSON.stringify(Array.from({ length: many }, (_, n) => n))
  const good = await rxboss(['run', worker('add'), '--each', `n=${each}`, '--dry-run'])
  t.is(good.code, 0)
  t.regex(good.stderr, new RegExp(`${many} accepted, 0 refused`))
})
