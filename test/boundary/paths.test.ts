/** `--results DIR`: whatever instructions are called, a file of this folder is written, and none beside it. */

import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'

import { testProp } from '@fast-check/ava'
import test from 'ava'
import fc from 'fast-check'

import { ResultsFolder, safeName } from '../../src/cli/output/results-folder.ts'
import { folderWith, ndjson, rxboss, worker } from '../cli/command.ts'

const trick = fc.constantFrom(
  '..',
  '../',
  '../../etc/passwd',
  '/etc/passwd',
  '/',
  '\\\\server\\share',
  'C:\\Windows\\x',
  'C:x',
  'a\u0000b',
  '\u0000',
  '.',
  '...',
  '~',
  '%2e%2e%2f',
  'CON',
  'nul',
  'Com1',
  'LPT9.txt',
  'aux.c',
  'name.',
  'name ',
  'a:stream',
  'a?*<>|"b',
  'x'.repeat(5000),
  'é'.repeat(200),
  'e\u0301'.repeat(200),
  '👩‍👩‍👧'.repeat(100),
  '\ud800',
  '\udc00\ufffd',
  '\ufffd',
  '-rf',
  '',
)
const name = fc.oneof(
  trick,
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(trick, fc.string()), { maxLength: 4 }).map(parts => parts.join('/')),
)

/** Names that Windows keeps for devices, whatever follows the first dot. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

testProp(
  'a safe name is a file name on every system, and two names are two files',
  [name, name],
  (t, one, other) => {
    const safe = safeName(one)
    const folder = resolve('/some/folder')
    t.true(resolve(folder, `${safe}.json`).startsWith(folder + sep))
    t.is(basename(`${safe}.json`), `${safe}.json`)
    t.regex(safe, /^[\w%.-]+$/)
    t.true(`${safe}.json.${2 ** 31}.tmp`.length <= 255)
    t.notRegex(`${safe}.json`, device)
    t.false(safe.startsWith('.') || safe.endsWith('.'), safe)
    if (one !== other) t.not(safe, safeName(other))
  },
  { numRuns: 5000 },
)

test('every tricky name is written into its folder, whole, and nothing lies beside it', async t => {
  const root = folderWith()
  const folder = join(root, 'deep', 'results')
  mkdirSync(join(root, 'deep'))
  const results = new ResultsFolder(folder)
  const broken: unknown[] = []
  results.onBroken = error => broken.push(error)
  const names = [...new Set(fc.sample(name, { numRuns: 500, seed: 7 }))]
  for (const one of names) results.put(one, JSON.stringify(one))
  await results.written()
  t.deepEqual(broken, [])
  t.deepEqual(readdirSync(root), ['deep'])
  t.deepEqual(readdirSync(join(root, 'deep')), ['results'])
  const written = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'))
  t.deepEqual(written.sort(), names.map(one => JSON.stringify(one)).sort())
})

test('a name that comes twice at once is one file, and breaks nothing', async t => {
  const folder = folderWith()
  const results = new ResultsFolder(folder)
  const broken: unknown[] = []
  results.onBroken = error => broken.push(error)
  for (let i = 0; i < 20; i++) results.put('same', String(i))
  await results.written()
  t.deepEqual(broken, [])
  t.deepEqual(readdirSync(folder), ['same.json'])
})

test('the command itself: records with tricky names and keys leave nothing outside of --results', async t => {
  const root = folderWith()
  const folder = join(root, 'a', 'results')
  const tricks = ['../../evil', '/tmp/rxboss-evil', '..', 'nul', 'a\u0000b', 'x'.repeat(3000)]
  const input = ndjson(
    ...tricks.map((key, n) => ({ n, key })),
    ...tricks.map((one, n) => ({ n, name: `n${one}` })),
  )
  const { code, stderr } = await rxboss(['run', worker('add'), '--results', folder], { input, cwd: root })
  t.is(code, 0, stderr)
  t.deepEqual(readdirSync(root), ['a'])
  t.deepEqual(readdirSync(join(root, 'a')), ['results'])
  t.is(readdirSync(folder).length, 12)
  t.true(readdirSync(folder).every(file => file.endsWith('.json')))
})

test('a --results folder that cannot be one says why in a line', async t => {
  const root = folderWith({ file: 'x' })
  for (const folder of [join(root, 'file'), join(root, 'file', 'below'), join(root, 'x'.repeat(300))]) {
    const { code, stderr } = await rxboss(['run', worker('add'), '--results', folder], {
      input: ndjson({ n: 1 }),
    })
    t.is(code, 254)
    t.regex(stderr, /Cannot make the folder/)
    t.notRegex(stderr, /\n\s+at /)
  }
})
