/** What is read exactly is handed on exactly, or refused: numbers, cells, lines, names of files. */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fc } from '@fast-check/ava'
import ava from 'ava'

import { BadRecord } from '../../src/cli/input/bad-record.ts'
import { inexactElements, inexactNumber, isExactNumber } from '../../src/cli/input/exact-number.ts'
import { LineSplitter } from '../../src/cli/input/split-lines.ts'
import { TableRows } from '../../src/cli/input/table-rows.ts'
import { folderWith, rxboss, start, worker } from './command.ts'

const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary', '-k']
const typed = ['run', worker('typed'), ...quiet]

test('a number is exact when, written with as many digits, it is the same again', t => {
  for (const same of [
    '0',
    '-0',
    '0.1',
    '1e25',
    '9007199254740991',
    '100000000000000000000',
    '5e-324',
    '1.50',
    '66492370449253370',
  ])
    t.true(isExactNumber(same), same)
  for (const other of [
    '9007199254740993',
    '12345678901234567890',
    '1e999',
    '1e-400',
    '3.14159265358979323846',
  ])
    t.false(isExactNumber(other), other)
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true })
  fc.assert(
    fc.property(
      doubles,
      n => isExactNumber(JSON.stringify(n)) && (n === 0 || isExactNumber(n.toPrecision(25))),
    ),
  )
})

test('inexact numbers are found in JSON, and not in its texts', t => {
  t.is(inexactNumber('{"id":"12345678901234567890","n":1}'), undefined)
  t.is(
    inexactNumber('{"a":"\\"123456789012345678","b":[1,{"c":12345678901234567890}]}'),
    '12345678901234567890',
  )
  const found = inexactElements('[{"n":1}, {"a":[1,2],"n":9007199254740993 } ,3,1e999]')
  t.deepEqual(
    [...found].map(([place, { text }]) => [place, text]),
    [
      [1, '{"a":[1,2],"n":9007199254740993 }'],
      [3, '1e999'],
    ],
  )
})

test('NDJSON and JSON: a number that would change is refused, as it was written', async t => {
  const big = '{"n":9007199254740993}'
  for (const [format, input] of [
    ['ndjson', `${big}\n{"n":1}\n`],
    ['json', `[${big},{"n":1}]`],
  ] as const) {
    const { reports, code } = await rxboss(['run', worker('any'), '--input', format, ...quiet], {
      input,
    })
    t.is(code, 1)
    t.regex(reports[0]?.failure.why, /9007199254740993 cannot be kept exactly/)
    t.is(reports[0]?.text, big)
    t.is(reports[1]?.result, 1)
  }
})

test('texts that could be numbers: the number where it is the same, the text where it is not', async t => {
  const texts = ['7', '12E4', '1e999', '12345678901234567890', '007', '1.0', '-0']
  const either = await rxboss(['run', worker('any'), '--each', `n=${texts.join(',')}`, ...quiet])
  t.deepEqual(
    either.reports.map(({ result }) => result),
    [7, ...texts.slice(1)],
  )
  const numbers = await rxboss([...typed, '--each', 'count=7,12E4,1.0,1e999', '--common', 'id=x'])
  t.deepEqual(
    numbers.reports.map(({ result }) => result?.count),
    [7, 120_000, 1, undefined],
  )
})

const rowsOf = (text: string, cut = text.length) => {
  const [lines, rows] = [
    new LineSplitter(1 << 20, 'bare newline'),
    new TableRows({ separator: ',', quoted: true, mostCharacters: 1 << 20 }),
  ]
  const bytes = Buffer.from(text)
  const all = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap(part => rows.push(lines.push(part)))
  return [...all, ...rows.push(lines.end()), ...rows.end()]
}

test('rows: what was written as RFC 4180 has it comes back, wherever the input is cut', t => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é'), maxLength: 5 })
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 5 })
  const written = (rows: readonly (readonly string[])[]) =>
    rows.map(row => `${row.map(one => `"${one.replaceAll('"', '""')}"`).join(',')}\r\n`).join('')
  fc.assert(
    fc.property(table, fc.nat(), (rows, at) => {
      const text = written(rows)
      t.deepEqual(rowsOf(text, at % (text.length + 1)), rows)
    }),
  )
})

test('rows: no line is lost, whatever its quotes', t => {
  const line = fc.string({ unit: fc.constantFrom('a', '"', ','), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), lines => {
      const kept = rowsOf(lines.join('\n')).reduce(
        (sum, row) => sum + (row instanceof BadRecord ? 1 : row.join('').split('\n').length),
        0,
      )
      t.is(kept, lines.length)
    }),
  )
})

test('an unclosed quote is refused with its line, and the rows behind it are read', async t => {
  const rows = Array.from({ length: 100 }, (_, n) => `${n},${n}\n`)
  rows[50] = '"x,1\n'
  const { reports, code } = await rxboss([...typed, '--input', 'csv'], {
    input: `id,count\n${rows.join('')}`,
  })
  t.is(code, 1)
  t.is(reports.length, 100)
  t.regex(reports[50]?.failure.why, /the quote that line 52 opens is not closed by line 101/)
})

test('tables: a separator that is guessed and said, or given; empty cells; columns without a name; no header; old ends of lines', async t => {
  const guessed = await rxboss([...typed, '--input', 'csv'], { input: 'id;count\na;1\nb;\n' })
  t.regex(guessed.stderr, /stdin: cells are parted by ';'/)
  t.deepEqual(
    guessed.reports.map(({ result }) => result.count),
    [1, 0],
  )
  const given = await rxboss([...typed, '--input', 'csv', '--delimiter', '|'], { input: 'id|count\na,b|1\n' })
  t.is(given.reports[0]?.result.id, 'a,b')
  t.is(given.stderr, '')
  const trailing = await rxboss([...typed, '--input', 'csv'], { input: 'id,count,,\na,1,,\nb,2\nc,3,,x\n' })
  t.deepEqual(
    trailing.reports.map(({ result }) => result?.count),
    [1, 2, undefined],
  )
  const bare = ['--input', 'csv', '--no-header', '--columns', 'id,count']
  t.is((await rxboss([...typed, ...bare], { input: 'a,1\r' })).reports[0]?.result.count, 1)
  t.is((await rxboss([...typed, '--input', 'csv'], { input: 'id\rx\ry\r' })).reports.length, 2)
  t.is((await rxboss([...typed, '--input', 'csv', '--no-header'])).code, 255)
})

test('-0 reads names that end with NUL; without it they are refused, and so is UTF-16; what is zipped is unzipped', async t => {
  const input = 'a\n b\0c\0'
  const nul = await rxboss([...typed, '-0'], { input })
  t.deepEqual(
    nul.reports.map(({ result }) => result.id),
    ['a\n b', 'c'],
  )
  const lines = await rxboss([...typed, '--input', 'lines'], { input: 'a\0b\n' })
  t.regex(lines.reports[0]?.failure.remedy, /-0/)
  const wide = await rxboss([...typed, '--input', 'lines'], { input: Buffer.from('\ufeffa\n', 'utf16le') })
  t.is(wide.code, 254)
  t.regex(wide.stderr, /it is UTF-16\. .*iconv/)
  const zipped = await rxboss([...typed, '--input', 'lines'], { input: gzipSync('a\nb\n') })
  t.is(zipped.reports.length, 2)
  const folder = folderWith({
    'in.csv.gz': gzipSync('id\na\n'),
    'torn.csv.gz': gzipSync('id\na\n').subarray(0, 20),
  })
  t.is((await rxboss([...typed, '-a', join(folder, 'in.csv.gz')])).reports.length, 1)
  t.is((await rxboss([...typed, '-a', join(folder, 'torn.csv.gz')])).code, 254)
})

test('a glob follows no link to a folder, and takes a link to a file', async t => {
  const folder = folderWith({ 'a.txt': '' })
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'sub', 'b[1].txt'), '')
  symlinkSync('..', join(folder, 'sub', 'up'))
  symlinkSync('a.txt', join(folder, 'l.txt'))
  symlinkSync('nowhere', join(folder, 'dangling.txt'))
  const { reports } = await rxboss([...typed, '--each', 'id=**', '--name', '[id]'], { cwd: folder })
  t.deepEqual(
    reports.map(({ name, result }) => [name, result.id]),
    ['a.txt', 'l.txt', 'sub/b[1].txt'].map(path => [path, path]),
  )
})

test('hints: the option that would read what is there', async t => {
  for (const [input, hint] of [
    ['5\n', /--input lines/],
    ['[1,\n2]\n', /--input json/],
    ['a,b\n', /--input csv/],
    ['{\n"n":1}\n', /--input json/],
  ] as const) {
    const { reports } = await rxboss([...typed], { input })
    t.regex(reports[0]?.failure.remedy, hint, input)
  }
})

const results = (ended: { readonly reports: readonly { readonly result?: unknown }[] }) =>
  ended.reports.map(({ result }) => result)

test('--each: ranges, lines of stdin, names that end with NUL, and each with each', async t => {
  const any = ['run', worker('any'), ...quiet]
  const ids = async (args: readonly string[], input = '') =>
    results(await rxboss([...typed, ...args], { input })).map(one => Object.values(one as object).slice(0, 2))
  t.deepEqual(results(await rxboss([...any, '--each', 'n=3..-3..2'])), [3, 1, -1, -3])
  t.deepEqual(results(await rxboss([...any, '--each', 'n=@-'], { input: 'a\n7\n' })), ['a', 7])
  t.deepEqual(results(await rxboss([...any, '--each', 'n=@-0'], { input: 'a\nb\0c\0' })), ['a\nb', 'c'])
  t.deepEqual(await ids(['--each', 'id=a,b', '--each', 'count=1..2', '--cross']), [
    ['a', 1],
    ['a', 2],
    ['b', 1],
    ['b', 2],
  ])
  t.is((await rxboss([...any, '--each', 'n=1..5..0'])).code, 255)
  t.is((await rxboss([...any, '--cross'], { input: '' })).code, 255)
})

test('--skip and --limit: some of the records, which keep their lines; stdin that stays open is not waited for', async t => {
  const input = '{"n":1}\n\n{"n":2}\n{"n":3}\n{"n":4}\n'
  const { reports, code } = await rxboss(['run', worker('any'), '--skip', '1', '--limit', '2', ...quiet], {
    input,
  })
  t.is(code, 0)
  t.deepEqual(
    reports.map(({ line, result }) => [line, result]),
    [
      [3, 2],
      [4, 3],
    ],
  )
  const open = start(['run', worker('any'), '--limit', '1', ...quiet])
  open.child.stdin.write('{"n":1}\n')
  const ended = await open.ended
  t.is(ended.code, 0)
  t.is(ended.reports.length, 1)
})
