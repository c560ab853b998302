/** `--pipe`, `--pipepart`, `--batch`: goal, that every record is done once, wherever blocks are cut, and that one that fails is named by its place. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { fc, testProp } from '@fast-check/ava'
import test from 'ava'

import { borderIn, CutFile } from '../../src/cli/blocks/block-borders.ts'
import { RecordOffsets } from '../../src/cli/blocks/record-offsets.ts'
import { folderWith, ndjson, numbers, rxboss, worker } from './command.ts'

const line = fc.string({ unit: fc.constantFrom('a', 'é', ',', ' '), maxLength: 12 })
const rows = fc.array(
  fc.array(fc.string({ unit: fc.constantFrom('a', '"', '\n', ',', '\r'), maxLength: 6 }), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 1, maxLength: 20 },
)
const folder = folderWith()

testProp(
  'blocks of lines are the whole file, and each ends behind a newline',
  [fc.array(line), fc.integer({ min: 1, max: 40 })],
  (t, lines, blockBytes) => {
    const path = join(folder, 'lines')
    const text = lines.map(one => `${one}\n`).join('')
    writeFileSync(path, text)
    const file = new CutFile(path)
    const blocks = [...file.ranges({ blockBytes, quoted: false, from: 0 })].map(({ from, to }) =>
      readFileSync(path).subarray(from, to),
    )
    file.close()
    t.is(Buffer.concat(blocks).toString(), text)
    for (const block of blocks) t.is(block.at(-1), 10)
  },
)

testProp(
  'blocks of a table are never cut within quotes',
  [rows, fc.integer({ min: 1, max: 30 })],
  (t, table, blockBytes) => {
    const written = table.map(cells => `${cells.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`)
    const path = join(folder, 'table')
    writeFileSync(path, written.join(''))
    const ends = new Set<number>()
    let at = 0
    for (const row of written) {
      at += Buffer.byteLength(row)
      ends.add(at)
    }
    const file = new CutFile(path)
    for (const { from, to } of file.ranges({ blockBytes, quoted: true, from: 0 })) {
      t.true(ends.has(to), `${from} to ${to}`)
      t.true(to - from >= blockBytes || to === at)
    }
    file.close()
    const offsets = new RecordOffsets(Buffer.from(written.join('')), { quoted: true }, 100)
    at = 100
    for (const [i, row] of written.entries()) {
      t.is(offsets.of(i), at)
      at += Buffer.byteLength(row)
    }
  },
)

test('where a row ends: not within quotes, and not before the place that is asked for', t => {
  const bytes = Buffer.from('a,"b\nc"\nd\n')
  t.deepEqual(borderIn(bytes, { open: false, least: 1 }), { border: 8, open: false })
  t.deepEqual(borderIn(bytes, { open: false, least: 9 }), { border: 10, open: false })
  t.deepEqual(borderIn(Buffer.from('a,"b\n'), { open: false, least: 1 }), { border: undefined, open: true })
})

test('--pipepart and --pipe do every record once, in order with -k; what fails has the byte where it begins', async t => {
  const input = `${numbers(3000)}{"throws":"no"}\n\nbad\n{"n":3000}`
  const path = join(folderWith({ 'in.ndjson': input }), 'in.ndjson')
  const run = ['run', worker('any'), '-k', '-q', '--block', '4K']
  const part = await rxboss([...run, '--pipepart', path])
  t.is(part.code, 2, part.stderr)
  t.deepEqual(
    part.reports.filter(({ kind }) => kind === 'done').map(({ result }) => result),
    Array.from({ length: 3001 }, (_, n) => n),
  )
  for (const { offset, result } of part.reports.filter(({ kind }) => kind === 'done'))
    t.true(input.startsWith(`{"n":${result}}`, offset))
  const failed = part.reports.filter(({ kind }) => kind === 'failed')
  t.deepEqual(
    failed.map(({ text, failure }) => [text, failure.code]),
    [
      ['{"throws":"no"}', 'threw'],
      ['bad', 'refused'],
    ],
  )
  for (const { text, offset } of failed) t.true(input.startsWith(text, offset))
  const piped = await rxboss([...run, '--pipe'], { input })
  t.is(piped.stdout, part.stdout)
})

test('--failures has the records of blocks that failed, to be given again', async t => {
  const dir = folderWith({ 'in.ndjson': ndjson({ n: 1 }, { throws: 'x' }, { n: 2 }) })
  const { stdout } = await rxboss(
    ['run', worker('any'), '-kq', '--pipepart', 'in.ndjson', '--format', 'results', '--failures', 'again'],
    { cwd: dir },
  )
  t.is(stdout, '1\n2\n')
  t.is(readFileSync(join(dir, 'again'), 'utf8'), '{"throws":"x"}\n')
})

test('a table in blocks: quotes, a header, a separator that is guessed', async t => {
  const records = Array.from({ length: 400 }, (_, n) => `"${n}";"a\nb"`)
  const dir = folderWith({ 'in.csv': `n;print\n${records.join('\n')}\n` })
  const { reports, code, stderr } = await rxboss(
    ['run', worker('any'), '-kq', '--pipepart', 'in.csv', '--block', '256B'],
    { cwd: dir },
  )
  t.is(code, 0, stderr)
  t.deepEqual(
    reports.map(({ result }) => result),
    records.map((_, n) => n),
  )
})

test('a block is the stdin of a command', async t => {
  const dir = folderWith({ 'in.txt': 'line\n'.repeat(1000) })
  const { stdout, code, stderr } = await rxboss(
    ['run', 'shell', '-kq', '--pipepart', 'in.txt', '--block', '1K', 'wc -l'],
    { cwd: dir },
  )
  t.is(code, 0, stderr)
  t.is(
    stdout
      .trim()
      .split('\n')
      .reduce((sum, count) => sum + Number(count), 0),
    1000,
  )
  t.true(stdout.trim().split('\n').length > 3)
  const piped = await rxboss(['run', 'shell', '-kq', '--pipe', '--block', '1K', 'wc -l'], {
    input: 'line\n'.repeat(1000),
  })
  t.is(piped.stdout, stdout)
})

test('a block whose worker dies is one failure, named by its place; the others are done', async t => {
  const dir = folderWith({ 'in.ndjson': `${numbers(500)}${ndjson({ exits: 1 })}${numbers(500)}` })
  const { reports, code } = await rxboss(
    ['run', worker('any'), '-kq', '--pipepart', 'in.ndjson', '--block', '2K'],
    { cwd: dir },
  )
  t.is(code, 1)
  const [failed, ...others] = reports.filter(({ kind }) => kind === 'failed')
  t.deepEqual(others, [])
  t.is(failed?.failure.code, 'crashed')
  t.true(failed?.from < 500 * 10 && failed?.to > 4000)
})

test('what makes no sense of blocks is refused', async t => {
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    [/--limit is said of records/, ['--pipe', '--limit', '1']],
    [/--block goes with --pipe/, ['--block', '1M']],
    [/either --pipe or --pipepart/, ['--pipe', '--pipepart', 'x']],
    [/Cannot read nowhere: ENOENT/, ['--pipepart', 'nowhere']],
    [/name the columns with/, ['--pipe', '--input', 'csv']],
    [/--input json cannot be read in blocks/, ['--pipe', '--input', 'json']],
    [/NAME=N/, ['--batch', 'n']],
  ]
  for (const [why, args] of cases) {
    const { code, stderr } = await rxboss(['run', worker('any'), ...args])
    t.true(code === 255 || code === 254, stderr)
    t.regex(stderr, why)
  }
})

test('--batch: so many records are one instruction; lines are their texts, what is no record is told by itself', async t => {
  const lines = await rxboss(
    ['run', worker('any'), '-kq', '--input', 'lines', '--batch', 'n=2', '--format', 'results'],
    { input: 'a\nb\n\nc\n' },
  )
  t.is(lines.stdout, '["a","b"]\n["c"]\n')
  const records = await rxboss(['run', worker('any'), '-kq', '--batch', 'n=2'], {
    input: '{"a":1}\nbad\n{"a":2}\n{"a":3}\n',
  })
  t.deepEqual(records.reports.map(one => [one.line, one.kind, one.result]).sort(), [
    [1, 'done', [{ a: 1 }, { a: 2 }]],
    [2, 'failed', undefined],
    [4, 'done', [{ a: 3 }]],
  ])
  t.is(
    (await rxboss(['run', worker('any'), '-q', '--each', 'n=1..5', '--batch', 'n=5', '--format', 'results']))
      .stdout,
    '["1","2","3","4","5"]\n',
  )
})
