/** Where instructions come from, and how records are written. */

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import ava from 'ava'

import { folderWith, main, ndjson, numbers, rxboss, start, worker } from './command.ts'

// One at a time: each of them starts a process with threads.
const test = ava.serial
const quiet = ['-k', '--progress', 'none', '--no-summary']

/** Line and result of each report. */
const brief = (reports: readonly Record<string, unknown>[]) =>
  reports.map(({ line, result }) => [line, result])

test('--each: a list, a JSON array, lines of a file; several are paired, --common fills in', async t => {
  const folder = folderWith({ 'ids.txt': 'a\n\nb\nc' })
  const { code, reports } = await rxboss([
    'run',
    worker('typed'),
    '--each',
    `id=@${join(folder, 'ids.txt')}`,
    '--each',
    'count=1,2,3',
    '--common',
    'flag=true',
    ...quiet,
  ])
  t.is(code, 0)
  t.deepEqual(brief(reports), [
    [1, { id: 'a', count: 1, flag: true }],
    [2, { id: 'b', count: 2, flag: true }],
    [3, { id: 'c', count: 3, flag: true }],
  ])
  const json = await rxboss(['run', worker('typed'), '--each', 'id=["1,2","3"]', ...quiet])
  t.deepEqual(
    json.reports.map(({ result }) => result.id),
    ['1,2', '3'],
  )
})

test('--each: a glob is expanded and sorted', async t => {
  const folder = folderWith({ 'b.txt': 'b', 'a.txt': 'a', 'c.md': 'c' })
  const { reports } = await rxboss(['run', worker('typed'), '--each', 'id=*.txt', ...quiet], { cwd: folder })
  t.deepEqual(
    reports.map(({ result }) => result.id),
    ['a.txt', 'b.txt'],
  )
})

test('--common: an individual value wins, in NDJSON too', async t => {
  const { reports } = await rxboss(['run', worker('typed'), '--common', 'count=5', ...quiet], {
    input: ndjson({ id: 'a' }, { id: 'b', count: 6 }),
  })
  t.deepEqual(
    reports.map(({ result }) => result.count),
    [5, 6],
  )
})

test('text becomes a value by asking the footprint', async t => {
  const { code, reports } = await rxboss([
    'run',
    worker('typed'),
    '--each',
    'id=7,x',
    '--each',
    'count=7,8',
    ...quiet,
  ])
  t.is(code, 0)
  t.deepEqual(
    reports.map(({ result }) => [result.id, result.count]),
    [
      ['7', 7],
      ['x', 8],
    ],
  )
})

test('base attributes are common too', async t => {
  const { reports } = await rxboss(
    ['run', worker('add'), '--common', 'name=mine', '--common', 'priority=5', ...quiet],
    {
      input: numbers(1),
    },
  )
  t.is(reports[0]?.name, 'mine')
})

test('-a: files instead of stdin, read by extension; several say where a report is from', async t => {
  const folder = folderWith({
    'a.ndjson': numbers(1),
    'b.json': '[{"n":10},{"n":"x"},3]',
    'c.csv': 'n\n20\n',
  })
  const files = ['a.ndjson', 'b.json', 'c.csv'].flatMap(file => ['-a', file])
  const { code, reports } = await rxboss(['run', worker('add'), ...files, ...quiet], { cwd: folder })
  t.is(code, 2)
  t.deepEqual(
    reports.map(({ from, line, result }) => [from, line, result]),
    [
      ['a.ndjson', 1, 1],
      ['b.json', 1, 11],
      ['b.json', 2, undefined],
      ['b.json', 3, undefined],
      ['c.csv', 1, 21],
    ],
  )
})

test('--input csv: cells become values, quotes hold newlines, bad rows are refused in their place', async t => {
  const { code, reports } = await rxboss(['run', worker('typed'), '--input', 'csv', ...quiet], {
    input: '\ufeffid,count,flag\r\n"a\nb",1,true\r\n7,2\r\n"x ""y""",3,false\r\n\r\nz,many,true\r\n',
  })
  t.is(code, 2)
  t.deepEqual(brief(reports), [
    [1, { id: 'a\nb', count: 1, flag: true }],
    [2, undefined],
    [3, { id: 'x "y"', count: 3, flag: false }],
    [4, undefined],
  ])
  t.regex(reports[1]?.failure.why, /it has 2 cells, and the header has 3/)
  t.regex(reports[3]?.failure.why, /^count: expected number/)
})

test('--input csv: invalid UTF-8 spoils its row only', async t => {
  const bytes = Buffer.concat([Buffer.from('id\na\n'), Buffer.from([0xff, 0x0a]), Buffer.from('b\n')])
  const { code, reports } = await rxboss(['run', worker('typed'), '--input', 'csv', ...quiet], {
    input: bytes,
  })
  t.is(code, 1)
  t.deepEqual(
    reports.map(({ result }) => result?.id),
    ['a', undefined, 'b'],
  )
})

test('--input tsv: tabs part cells, quotes are ordinary', async t => {
  const { reports } = await rxboss(['run', worker('typed'), '--input', 'tsv', ...quiet], {
    input: 'id\tcount\n"a\t1\n',
  })
  t.deepEqual(brief(reports), [[1, { id: '"a', count: 1, flag: false }]])
})

test('--input lines: each line is the one required attribute, or the one that is named', async t => {
  const only = await rxboss(['run', worker('typed'), '--input', 'lines', ...quiet], {
    input: 'a\n\n{"b":1}\n7',
  })
  t.deepEqual(
    only.reports.map(({ line, result }) => [line, result.id]),
    [
      [1, 'a'],
      [3, '{"b":1}'],
      [4, '7'],
    ],
  )
  const named = await rxboss(['run', worker('any'), '--input', 'lines=n', ...quiet], { input: 'a\n7\n' })
  t.deepEqual(brief(named.reports), [
    [1, 'a'],
    [2, 7],
  ])
})

test('a record goes to work as soon as its line is there, while stdin stays open', async t => {
  const run = start(['run', worker('add'), ...quiet])
  run.child.stdin.write('{"n":1}\n')
  await run.said('"result":2')
  run.child.stdin.write('{"n":')
  run.child.stdin.write('5}\n')
  await run.said('"result":6')
  run.child.stdin.end()
  t.is((await run.ended).code, 0)
})

test('one run feeds the next', async t => {
  const folder = folderWith()
  writeFileSync(join(folder, 'in.ndjson'), numbers(3))
  const command = (target: string) => `"${process.execPath}" "${main}" run "${worker(target)}" -q -k`
  const piped = spawnSync(
    'bash',
    [
      '-c',
      `set -o pipefail; ${command('add')} < in.ndjson | sed 's/.*"result":\\([0-9]*\\).*/{"n":\\1}/' | ${command('add')}`,
    ],
    { cwd: folder, encoding: 'utf8' },
  )
  t.is(piped.status, 0)
  t.deepEqual(
    piped.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).result),
    [2, 3, 4],
  )
})
