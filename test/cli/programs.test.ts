/** Programs on the command line: they are run, described and checked, and their helpers are printed. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { helperFile } from '../../src/entries/programs.ts'
import { test } from '../crew/programs/python.ts'
import { folderWith, ndjson, rxboss } from './command.ts'

const programOf = (path: string) =>
  fileURLToPath(new URL(`../../../test/crew/programs/${path}`, import.meta.url))
const smooth = programOf('python/smooth.py')

test('a program is a worker: its #! line says how it is started, its hello what it takes', async t => {
  const { code, reports, stderr } = await rxboss(['run', smooth, '-j', '1'], {
    input: ndjson({ field: [1, 5, 3] }, { field: [1, 2], radius: 0 }, { radius: 3 }, { field: 'no' }),
  })
  t.is(code, 2)
  const done = reports.filter(({ kind }) => kind === 'done').map(({ result }) => result)
  t.deepEqual(done, [
    [3, 3, 4],
    [1, 2],
  ])
  t.is(reports.filter(({ failure }) => failure?.code === 'refused').length, 2)
  t.regex(stderr, /smoothing 3/)
})

test('--command stands for the #! line, --ahead hands over more; a typed attribute is read from text', async t => {
  const folder = folderWith({ 'smooth.txt': readFileSync(smooth, 'utf8').replace(/^#!.*\n/, '') })
  const input = Array.from({ length: 300 }, (_, n) => `{"field":[${n},${n}]}\n`).join('')
  const args = ['run', './smooth.txt', '--command', 'python3', '--ahead', '10', '-q', '--common', 'radius=2']
  const { code, reports } = await rxboss(args, { cwd: folder, input: ndjson({ field: [1, 3] }) })
  t.is(code, 0)
  t.deepEqual(reports[0]?.result, [2, 2])
  const many = await rxboss(
    ['run', './smooth.txt', '--command', 'python3', '--ahead', '10', '-q', '-j', '1'],
    { cwd: folder, input },
  )
  t.is(many.reports.length, 300)
  t.deepEqual(many.reports[299]?.result, [299, 299])
})

test('a file that nothing starts, and one that says no hello, are refused with the remedy', async t => {
  const folder = folderWith({
    'one.py': 'print(1)\n',
    'two.py': '#!/usr/bin/env python3\nraise ValueError("no netCDF")\n',
  })
  const one = await rxboss(['run', './one.py'], { cwd: folder })
  t.is(one.code, 254)
  t.regex(one.stderr, /Nothing says how to start .*one\.py: .*#!.*--command python3/)
  const two = await rxboss(['run', 'two.py'], { cwd: folder })
  t.is(two.code, 254)
  t.regex(two.stderr, /said no hello: its process exited with code 1: ValueError: no netCDF/)
})

test('describe shows what a program tells of itself', async t => {
  const { stdout, code } = await rxboss(['describe', smooth])
  t.is(code, 0)
  t.regex(stdout, /## smooth\n\nSmooths a row of numbers\.\n\nVersion: 1/)
  t.regex(stdout, /\| `radius` \| `Int` \| `1` \|/)
})

test('check-program says what is right', async t => {
  const { stdout, code } = await rxboss(['check-program', 'python3', smooth])
  t.is(code, 0, stdout)
  t.regex(stdout, /^ok {4}hello: protocol 1, smooth, accepts shared, files\nok {4}hello: in Python 3/)
  for (const found of [
    'ready, after start',
    'pong to a ping',
    'smooth: begun, 1 notes, a result',
    'in order',
    'does not begin',
    'exited with 0',
    'the end of stdin',
  ])
    t.true(stdout.includes(found), found)
  const perl = await rxboss([
    'check-program',
    '--attributes',
    'count={"text":"a b"}',
    'perl',
    programOf('perl/count.pl'),
  ])
  if (spawnSync('perl', ['-v']).status === 0) t.is(perl.code, 0, perl.stdout)
})

test('check-program says what is wrong, and exits with 1', async t => {
  const folder = folderWith({
    'wrong.py': `import json, sys
def say(**m): print(json.dumps(m), flush=True)
print('starting')
say(type='hello', protocol=1, workers=[{'name': 'a'}])
for line in sys.stdin:
    told = json.loads(line)
    if told['type'] == 'start': say(type='ready')
    if told['type'] == 'instruction': say(type='result', n=told['n'], value=float('nan') if told['n'] == 100 else 1)
    if told['type'] == 'close': sys.exit(3)
import time
time.sleep(60)
`,
  })
  const { stdout, code } = await rxboss(['check-program', '--json', 'python3', 'wrong.py'], { cwd: folder })
  t.is(code, 1)
  const verdicts = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  const wrong = verdicts
    .filter(({ verdict }) => verdict === 'wrong')
    .map(({ says }) => says)
    .join('\n')
  for (const found of [
    /ping: it must be answered/,
    /"begun","n":0.*said result of 0/,
    /NaN, which JSON does not have/,
    /close: it must exit with 0; its process exited with code 3/,
    /the end of stdin means/,
  ])
    t.regex(wrong, found)
  t.true(verdicts.some(({ verdict, says }) => verdict === 'advice' && /"starting"/.test(says)))
  const none = await rxboss(['check-program', 'no-such-program'])
  t.is(none.code, 1)
  t.regex(none.stdout, /WRONG hello: .*no such program on PATH/)
})

test('helper prints the helper of a language', async t => {
  for (const language of ['python', 'perl'])
    t.is((await rxboss(['helper', language])).stdout, readFileSync(helperFile(language), 'utf8'))
  t.is((await rxboss(['helper', 'cobol'])).code, 255)
})
