/**
 * What a run writes beside its reports. Goal: no input and no earlier life is overwritten, nothing is missing, and no file can
 * end a run. Method: the published command, with files that are there already, the same, torn, or on a full disk.
 */

import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'

import ava from 'ava'

import type { TraceEvent } from '../../src/inspect/trace.ts'
import { flawsOf } from '../inspect/trace-checker.ts'
import { folderWith, main, ndjson, numbers, rxboss, start, worker } from './command.ts'

const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary']
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1)

test('no output may be an input: by its name, a link, a hard link, a redirection, an @file, the worker', async t => {
  const files = { 'in.ndjson': numbers(2), values: 'a\nb\n', 'w.mjs': 'export default 1' }
  const folder = folderWith(files)
  const path = (name: string) => join(folder, name)
  symlinkSync(path('in.ndjson'), path('link'))
  linkSync(path('in.ndjson'), path('hard'))
  const input = ['-a', path('in.ndjson')]
  const cases: readonly (readonly string[])[] = [
    ...['--failures', '--joblog', '--events', '--trace', '--report', '--journal'].map(option => [
      ...[worker('add'), ...input, option, path('in.ndjson')],
    ]),
    [worker('add'), ...input, '--joblog', `+${path('in.ndjson')}`],
    [worker('add'), ...input, '--failures', path('link')],
    [worker('add'), ...input, '--events', path('hard')],
    [worker('add'), '-a', path('link'), '--events', path('hard')],
    [worker('any'), '--each', `n=@${path('values')}`, '--failures', path('values')],
    [path('w.mjs'), '--each', 'n=1', '--failures', path('w.mjs')],
    [worker('add'), ...input, '--failures', path('new'), '--joblog', path('new')],
  ]
  for (const args of cases) {
    const { code, stderr, stdout } = await rxboss(['run', ...args, ...quiet])
    t.is(code, 255, args.join(' '))
    t.regex(stderr, /is an input|are one file/)
    t.is(stdout, '')
  }
  const command = `"${process.execPath}" "${main}" run "${worker('add')}" -q`
  const shell = (text: string) => spawnSync('bash', ['-c', text], { cwd: folder, encoding: 'utf8' })
  t.is(shell(`${command} --failures in.ndjson < in.ndjson`).status, 255)
  t.is(shell(`${command} -a /dev/stdin --events in.ndjson < in.ndjson`).status, 255)
  t.is(shell(`${command} -a in.ndjson >> in.ndjson`).status, 255)
  t.is(shell(`${command} -a in.ndjson --failures out > out`).status, 255)
  mkdirSync(path('r'))
  writeFileSync(join(path('r'), '0.json'), '[{"n":1}]')
  t.is(shell(`${command} -a r/0.json --results r`).status, 255)
  for (const [name, text] of Object.entries(files)) t.is(readFileSync(path(name), 'utf8'), text)
  t.is(readFileSync(join(path('r'), '0.json'), 'utf8'), '[{"n":1}]')
  t.false(existsSync(path('new')))
})

test('nothing is emptied before inputs are there and arguments are right', async t => {
  const folder = folderWith({ keep: 'as it was\n', 'in.ndjson': numbers(1), j: '{"journal":1}\n' })
  const keep = join(folder, 'keep')
  const kept = ['--failures', keep, '--joblog', `${keep}2`]
  writeFileSync(`${keep}2`, 'too\n')
  for (const wrong of [
    ['-a', join(folder, 'typo.ndjson')],
    ['-a', join(folder, 'in.ndjson'), '--port', '80'],
    ['-a', join(folder, 'in.ndjson'), '--events', join(folder, 'no', 'e')],
    ['-a', join(folder, 'in.ndjson'), '--journal', join(folder, 'j')],
    ['-a', join(folder, 'in.ndjson'), '--dashboard', '--host', '256.1.1.1'],
  ]) {
    const { code } = await rxboss(['run', worker('add'), ...wrong, ...kept, ...quiet])
    t.true(code === 254 || code === 255, wrong.join(' '))
    t.is(readFileSync(keep, 'utf8'), 'as it was\n', wrong.join(' '))
    t.is(readFileSync(`${keep}2`, 'utf8'), 'too\n')
  }
})

test('what failed in an earlier life is counted, named, and in a new --failures file', async t => {
  const folder = folderWith()
  const path = (name: string) => join(folder, name)
  const input = ndjson({ n: 1 }, { throws: 'a' }, { n: 2 }, { throws: 'b' })
  const run = ['run', worker('any'), '--journal', path('j')]
  await rxboss([...run, ...quiet], { input })
  const { code, stderr } = await rxboss([...run, '--resume', '--failures', path('f2')], { input })
  t.is(code, 2)
  t.regex(stderr, /[≡=] 4 in the journal, 2 of them failed/)
  t.deepEqual(linesOf(path('f2')), ['{"throws":"a"}', '{"throws":"b"}'])
})

test('a resumed run goes on with every side file, heals a torn line, and says so', async t => {
  const folder = folderWith()
  const path = (name: string) => join(folder, name)
  const gate = path('gate')
  const input = ndjson({ throws: 'first' }, { n: 1 }, { until: gate, key: 'slow' }, { throws: 'later' })
  const files = ['failures', 'joblog', 'events', 'trace', 'trace.gz', 'results', 'report']
  const optionOf = (name: string) =>
    ['--failures', '--joblog', '--events', '--trace', '--results', '--report'].find(o => o.slice(2) === name)
  const args = (...more: string[]) => [
    ...['run', worker('any'), '-j1', '--journal', path('j')],
    ...files.flatMap(name => (optionOf(name) === undefined ? [] : [optionOf(name) as string, path(name)])),
    ...more,
  ]
  const first = start(args(...quiet))
  first.child.stdin.write(input)
  await first.said('"result":1')
  for (const name of ['failures', 'joblog'])
    while (!/first|any#1/.test(readFileSync(path(name), 'utf8'))) await delay(5)
  first.child.kill('SIGKILL')
  await first.ended
  const before = Object.fromEntries(
    ['failures', 'joblog', 'events'].map(name => [name, readFileSync(path(name), 'utf8')]),
  )
  t.regex(before.failures ?? '', /first/)
  appendFileSync(path('failures'), '{"throws":"to')
  appendFileSync(path('joblog'), '7\t:\t')
  appendFileSync(path('events'), '{"v":1,"se')
  appendFileSync(path('trace'), ',{"ph":"X","na')

  writeFileSync(gate, '')
  const { code, stderr } = await rxboss(args('--resume'), { input })
  t.is(code, 2)
  t.regex(stderr, /goes on with the failed instructions .*, the job log .*, the events .*, the trace /)
  for (const [name, text] of Object.entries(before))
    t.true(readFileSync(path(name), 'utf8').startsWith(text), name)
  t.deepEqual(linesOf(path('failures')), ['{"throws":"first"}', '{"throws":"later"}'])
  const [header, ...rows] = linesOf(path('joblog')).map(line => line.split('\t'))
  t.is(header?.[0], 'Seq')
  // What was killed before it could say that it had told of a record tells of it again.
  t.deepEqual([...new Set(rows.map(([line]) => line))].sort(), ['1', '2', '3', '4'])
  t.is(linesOf(path('events')).filter(line => JSON.parse(line).type === 'boss.state').length, 2)
  const trace = JSON.parse(readFileSync(path('trace'), 'utf8')) as TraceEvent[]
  t.deepEqual([...new Set(trace.map(({ pid }) => pid))], [1, 2])
  for (const pid of [1, 2]) t.deepEqual(flawsOf(trace.filter(event => event.pid === pid)), [])
  t.deepEqual(readdirSync(path('results')).sort(), ['0.json', '1.json', '3.json', 'slow.json'])

  const again = await rxboss(args('--retry-failed', ...quiet), {
    input: ndjson({ throws: 'first' }, { n: 1 }, { throws: 'later' }),
  })
  t.is(again.code, 2)
  t.deepEqual(linesOf(path('failures')), ['{"throws":"first"}', '{"throws":"later"}'])
})

test('what is done by now is taken out of --failures', async t => {
  const folder = folderWith()
  const path = (name: string) => join(folder, name)
  const run = (...more: string[]) => [
    'run',
    worker('any'),
    '--journal',
    path('j'),
    '--failures',
    path('f'),
    ...more,
    ...quiet,
  ]
  const gate = path('gate')
  const input = ndjson({ file: gate, throws: 'a', failsTimes: 1 }, { throws: 'b' })
  await rxboss(run(), { input })
  t.is(linesOf(path('f')).length, 2)
  const { code } = await rxboss(run('--retry-failed'), { input })
  t.is(code, 1)
  t.deepEqual(linesOf(path('f')), ['{"throws":"b"}'])
})

test('zipped events and a zipped trace that were torn are whole again when the run goes on', async t => {
  const folder = folderWith()
  const path = (name: string) => join(folder, name)
  const args = [
    'run',
    worker('any'),
    '-j1',
    '--journal',
    path('j'),
    '--events',
    path('e.gz'),
    '--trace',
    path('t.json.gz'),
    ...quiet,
  ]
  await rxboss(args, { input: ndjson({ n: 1 }, { n: 2 }) })
  for (const name of ['e.gz', 't.json.gz']) truncateSync(path(name), readFileSync(path(name)).length - 20)
  const { code } = await rxboss([...args, '--resume'], { input: ndjson({ n: 1 }, { n: 2 }, { n: 3 }) })
  t.is(code, 0)
  for (const line of gunzipSync(readFileSync(path('e.gz')))
    .toString()
    .trim()
    .split('\n'))
    JSON.parse(line)
  const trace = JSON.parse(gunzipSync(readFileSync(path('t.json.gz'))).toString()) as TraceEvent[]
  t.deepEqual([...new Set(trace.map(({ pid }) => pid))], [1, 2])
})

test('what is not known to be printed is printed again, on a fresh line', async t => {
  const folder = folderWith({ in: numbers(1000), rep: '{"kind":"do' })
  const command = `"${process.execPath}" "${main}" run "${worker('add')}" -a in --journal j -q`
  const shell = (text: string) => spawnSync('bash', ['-c', text], { cwd: folder, encoding: 'utf8' })
  t.is(shell(`${command} > /dev/full`).status, 254)
  const ends = readFileSync(join(folder, 'j'), 'utf8').match(/"kind":"done"/g)?.length ?? 0
  t.true(ends > 0)

  t.is(shell(`${command} --resume >> rep`).status, 0)
  const [torn, ...lines] = linesOf(join(folder, 'rep'))
  t.is(torn, '{"kind":"do')
  const reports = lines.map(line => JSON.parse(line))
  t.is(new Set(reports.map(({ line }) => line)).size, 1000)
  t.is(reports.length, 1000)
  t.is(reports.filter(({ recorded }) => recorded).length, ends)
  t.is(shell(`${command} --resume`).stdout, '', 'all are known to be printed now')
  t.is(linesOf(join(folder, 'rep')).length, 1001)
})

test('what was killed before it could say that it has printed, prints again rather than not at all', async t => {
  const folder = folderWith()
  const journal = join(folder, 'j')
  const input = numbers(300)
  const printed: number[] = []
  for (let life = 0; ; life++) {
    const more = life === 0 ? [] : ['--resume']
    const run = start(['run', worker('add'), '-j2', '-k', '--journal', journal, ...more, ...quiet])
    run.child.stdin.end(input)
    const least = printed.length + 40
    let seen = 0
    run.child.stdout.on('data', text => {
      seen += String(text).split('\n').length
      if (seen > 40 && least < 300) run.child.kill('SIGKILL')
    })
    const { code, stdout } = await run.ended
    printed.push(
      ...stdout
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line).line),
    )
    if (code === 0) break
  }
  t.is(new Set(printed).size, 300)
})

test('a key that looks like an id and an id are two files, and so are equal keys', async t => {
  const folder = join(folderWith(), 'r')
  await rxboss(['run', worker('any'), '--results', folder, '-j1', ...quiet], {
    input: ndjson(
      { n: 'a', key: '1' },
      { n: 'b' },
      { n: 'c', key: 'key-1' },
      { n: 'd', key: 'x' },
      { n: 'e', key: 'x' },
    ),
  })
  const found = readdirSync(folder).map(name => [
    name,
    JSON.parse(readFileSync(join(folder, name), 'utf8')).result,
  ])
  t.deepEqual(Object.fromEntries(found), {
    '1.json': 'b',
    'key-1.json': 'a',
    'key-key-1.json': 'c',
    'x.json': 'd',
    'x~2.json': 'e',
  })
})

test('a folder of results that goes away costs the results, and is said once', async t => {
  const folder = join(folderWith(), 'r')
  const gate = `${folder}.gate`
  const run = start(['run', worker('any'), '--results', folder, '-j1', ...quiet])
  run.child.stdin.end(ndjson({ n: 1 }, { until: gate }, { n: 3 }, { n: 4 }))
  await run.said('"result":1')
  spawnSync('rm', ['-rf', folder])
  writeFileSync(folder, 'in its place')
  writeFileSync(gate, '')
  const { code, reports, stderr } = await run.ended
  t.is(code, 0)
  t.is(reports.length, 4)
  t.is(stderr.match(/cannot write the results in .*: it is given up, the run goes on/g)?.length, 1)
})

test('--failures gives back the bytes that were read, with what --common added', async t => {
  const folder = folderWith()
  const path = (name: string) => join(folder, name)
  const odd = '{ "throws" : "\\u0061", "n":1.0, "print":"\\ud800" }'
  const input = `${odd}\n{}\r\n`
  await rxboss(['run', worker('any'), '--failures', path('f'), '--common', 'throws=x', '-j1', ...quiet], {
    input,
  })
  t.is(readFileSync(path('f'), 'utf8'), `${odd}\n{"throws":"x"}\n`)
  const again = await rxboss(['run', worker('any'), '-a', path('f'), ...quiet])
  t.is(again.code, 2)
})
