import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import ava from 'ava'
import type { TraceEvent } from '../../src/inspect/trace.ts'
import { flawsOf } from '../inspect/trace-checker.ts'

import { folderWith, ndjson, numbers, rxboss, start, worker } from './command.ts'

// One at a time: each of them starts a process with threads.
const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary']

test('records on stdin become reports on stdout, with their line, and exit code 0', async t => {
  const { code, reports, stderr } = await rxboss(['run', worker('add')], { input: numbers(5) })
  t.is(code, 0)
  t.deepEqual(
    reports
      .map(({ kind, worker, line, result }) => ({ kind, worker, line, result }))
      .sort((a, b) => a.line - b.line),
    [1, 2, 3, 4, 5].map(line => ({ kind: 'done', worker: 'add', line, result: line })),
  )
  t.regex(stderr, /✔ 5 done {3}5 in \d\.\ds {2}\d/)
})

test('a last line needs no newline, empty lines are skipped and counted, \\r\\n and a byte order mark are accepted', async t => {
  const { code, reports } = await rxboss(['run', worker('add'), '-k', ...quiet], {
    input: '\ufeff{"n":1}\r\n\r\n  \n{"n":2}',
  })
  t.is(code, 0)
  t.deepEqual(
    reports.map(({ line, result }) => [line, result]),
    [
      [1, 2],
      [4, 3],
    ],
  )
})

test('no records at all are no failure', async t => {
  const { code, stdout } = await rxboss(['run', worker('add'), ...quiet])
  t.is(code, 0)
  t.is(stdout, '')
})

test('bad lines are reported with their number, the others are done, and the exit code counts them', async t => {
  const invalid = Buffer.concat([
    Buffer.from('{"n":1}\nnot json\n[1]\n"text"\n'),
    Buffer.from([0x22, 0xff, 0x22, 0x0a]),
  ])
  const { code, reports, stderr } = await rxboss(['run', worker('add'), '-k'], {
    input: Buffer.concat([invalid, Buffer.from('{"n":"x"}\n{"n":2}\n')]),
  })
  t.is(code, 5)
  t.deepEqual(
    reports.map(({ line, kind }) => [line, kind]),
    [
      [1, 'done'],
      [2, 'failed'],
      [3, 'failed'],
      [4, 'failed'],
      [5, 'failed'],
      [6, 'failed'],
      [7, 'done'],
    ],
  )
  for (const bad of reports.filter(({ kind }) => kind === 'failed')) {
    t.is(bad.id, null)
    t.is(bad.failure.code, 'refused')
    t.is(typeof bad.failure.remedy, 'string')
  }
  t.is(reports[1]?.text, 'not json')
  t.regex(reports[4]?.failure.why, /UTF-8/)
  t.regex(reports[5]?.failure.why, /^n: expected number, got/)
  t.regex(stderr, /✔ 2 done {2}✖ 5 failed/)
})

test('--max-line: a longer line is refused with its first thousand characters, 100 MB or not', async t => {
  const { child, ended } = start(['run', worker('any'), '-k', '--max-line', '64K', ...quiet])
  child.stdin.write('{"n":1}\n{"n":"')
  const piece = Buffer.alloc(2 ** 20, 'x')
  for (let i = 0; i < 100; i++) {
    if (!child.stdin.write(piece)) await new Promise(resolve => child.stdin.once('drain', resolve))
  }
  child.stdin.end('"}\n{"n":3}\n')
  const { code, reports } = await ended
  t.is(code, 1)
  t.deepEqual(
    reports.map(({ line, kind }) => [line, kind]),
    [
      [1, 'done'],
      [2, 'failed'],
      [3, 'done'],
    ],
  )
  t.regex(reports[1]?.failure.why, /longer than 65536 bytes/)
  t.is(reports[1]?.text.length, 1000)
})

test('what failed says so in its report, in the summary by groups, and in the exit code', async t => {
  const { code, reports, stderr } = await rxboss(['run', worker('any'), '-k', '-j1'], {
    input: ndjson(
      { n: 1 },
      { throws: 'no file /tmp/a1' },
      { throws: 'no file /tmp/b22' },
      { throws: 'else' },
    ),
  })
  t.is(code, 3)
  t.is(reports[1]?.failure.code, 'threw')
  t.is(reports[1]?.failure.error.message, 'no file /tmp/a1')
  t.deepEqual(reports[1]?.instruction, { throws: 'no file /tmp/a1' })
  t.regex(stderr, /✔ 1 done {2}✖ 3 failed/)
  t.regex(stderr, / 2× Error: no file \/tmp\/a1 /)
  t.regex(stderr, / 1× Error: else /)
})

test('more than 100 failures are exit code 101', async t => {
  const { code } = await rxboss(['run', worker('any'), ...quiet], { input: '{"throws":"x"}\n'.repeat(150) })
  t.is(code, 101)
})

test('a worker that dies fails its instruction, the others are done', async t => {
  const { code, reports, stderr } = await rxboss(['run', worker('any'), '-k', '-j1'], {
    input: ndjson({ n: 1 }, { exits: 3 }, { n: 2 }),
  })
  t.is(code, 1)
  t.deepEqual(
    reports.map(({ kind }) => kind),
    ['done', 'failed', 'done'],
  )
  t.is(reports[1]?.failure.code, 'crashed')
  t.regex(stderr, /rxboss: worker w1 died: /)
})

test('-k: reports in the order of the input, whatever ends first', async t => {
  const folder = folderWith()
  const gate = join(folder, 'gate')
  const run = start(['run', worker('any'), '-k', '-j2', '--interim'])
  run.child.stdin.end(
    ndjson(
      { until: gate, notes: ['first'], n: 1 },
      ...Array.from({ length: 50 }, (_, n) => ({ n, print: `${n};\n` })),
    ),
  )
  await run.said('49;')
  writeFileSync(gate, '')
  const { reports, code } = await run.ended
  t.is(code, 0)
  t.deepEqual(
    reports.filter(({ kind }) => kind === 'done').map(({ line }) => line),
    Array.from({ length: 51 }, (_, i) => i + 1),
  )
  t.is(reports[0]?.note, 'first')
})

test('--interim: interim reports as well', async t => {
  const input = ndjson({ notes: [0, null, { done: 1 }], n: 7 })
  const { reports } = await rxboss(['run', worker('any'), '--interim', ...quiet], { input })
  t.deepEqual(
    reports.map(({ kind, note, line }) => [kind, note, line]),
    [
      ['interim', 0, 1],
      ['interim', null, 1],
      ['interim', { done: 1 }, 1],
      ['done', undefined, 1],
    ],
  )
  const without = await rxboss(['run', worker('any'), ...quiet], { input })
  t.is(without.reports.length, 1)
})

test('--crew inline: work in the main thread; what it prints goes to stderr', async t => {
  const { code, stdout, reports, stderr } = await rxboss(
    ['run', worker('any'), '--crew', 'inline', ...quiet],
    {
      input: ndjson({ n: 1, print: 'hello\n' }),
    },
  )
  t.is(code, 0)
  t.is(reports.length, 1)
  t.is(stdout.trim().split('\n').length, 1)
  t.regex(stderr, /^main│ hello$/m)
})

test('a worker file that prints while it is imported keeps stdout clean', async t => {
  const { stdout, stderr, reports } = await rxboss(['run', worker('chatty'), ...quiet], { input: '{}\n' })
  t.is(reports.length, 1)
  t.is(stdout.trim().split('\n').length, 1)
  t.regex(stderr, /^main│ hello from the import$/m)
  t.regex(stderr, /^w1│ hello from the import$/m)
})

test('what workers print is grouped by instruction, whole lines, control characters taken out', async t => {
  const { stderr } = await rxboss(['run', worker('any'), '-j2', ...quiet], {
    input: ndjson({ print: 'a1\na2' }, { print: 'b1\n\u001b[31mb2\u001b[0m\u0007\n' }),
  })
  t.regex(stderr, /w(\d)│ a1\nw\1│ a2\n/)
  // Node 24 leaves the bell to us, and we show that there was something.
  t.regex(stderr, /w(\d)│ b1\nw\1│ b2\ufffd?\n/)
})

test('--tag: lines carry the name; --line-buffer: they come at once', async t => {
  const folder = folderWith()
  const gate = join(folder, 'gate')
  const run = start(['run', worker('any'), '--tag', '--line-buffer', '--name', 'job [n]', ...quiet])
  run.child.stdin.end(ndjson({ n: 5, print: 'early\n', until: gate }))
  await run.said('job 5│ early\n')
  writeFileSync(gate, '')
  t.is((await run.ended).code, 0)
  const grouped = await rxboss(['run', worker('any'), '--tag', ...quiet], {
    input: ndjson({ name: 'mine', print: 'x\n' }),
  })
  t.regex(grouped.stderr, /^mine│ x$/m)
})

test('--name: what instructions are called', async t => {
  const { reports } = await rxboss(['run', worker('any'), '--name', 'job [n]', '-k', ...quiet], {
    input: ndjson({ n: 1 }, { n: 2, name: 'own' }),
  })
  t.deepEqual(
    reports.map(({ name }) => name),
    ['job 1', 'own'],
  )
})

test('a name cannot move the cursor of whoever reads stderr', async t => {
  const { stderr } = await rxboss(['run', worker('any')], {
    input: ndjson({ throws: 'x', name: '\u001b]0;pwn\u0007</script>' }),
  })
  t.false(stderr.includes('\u001b'))
  t.false(stderr.includes('\u0007'))
})

test('--dry-run: counts and the first five refusals, no worker starts, no report is printed', async t => {
  const { code, stdout, stderr } = await rxboss(['run', worker('any'), '--dry-run'], {
    input: ndjson({ n: 1 }, { exits: 1 }, ...Array.from({ length: 7 }, () => ({ ms: 'x' }))),
  })
  t.is(code, 7)
  t.is(stdout, '')
  t.regex(stderr, /dry run: 2 accepted, 7 refused/)
  t.is(stderr.match(/would be refused/g)?.length, 5)
  t.regex(stderr, /line 3 would be refused: ms: expected/)
  t.regex(stderr, /and 2 more/)
})

test('--failures: failed instructions, to be given again', async t => {
  const file = join(folderWith(), 'again.ndjson')
  await rxboss(['run', worker('any'), '--failures', file, ...quiet], {
    input: ndjson({ n: 1 }, { n: 2, throws: 'x' }, { n: 3, ms: 'no' }),
  })
  t.deepEqual(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .sort()
      .map(line => JSON.parse(line)),
    [
      { n: 2, throws: 'x' },
      { n: 3, ms: 'no' },
    ],
  )
})

test('--failures that is the input is refused before it is overwritten', async t => {
  const folder = folderWith({ 'in.ndjson': numbers(2) })
  const file = join(folder, 'in.ndjson')
  const { code, stderr } = await rxboss([
    'run',
    worker('add'),
    '-a',
    file,
    '--failures',
    join(folder, '.', 'in.ndjson'),
  ])
  t.is(code, 255)
  t.regex(stderr, /is an input/)
  t.is(readFileSync(file, 'utf8'), numbers(2))
})

test("--joblog: GNU parallel's columns; + appends", async t => {
  const file = join(folderWith(), 'log.tsv')
  await rxboss(['run', worker('any'), '--joblog', file, '-k', '-j1', ...quiet], {
    input: ndjson({ n: 1 }, { throws: 'x' }),
  })
  await rxboss(['run', worker('any'), '--joblog', `+${file}`, ...quiet], { input: ndjson({ n: 1 }) })
  const [header, ...rows] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => line.split('\t'))
  t.deepEqual(header, [
    'Seq',
    'Host',
    'Starttime',
    'JobRuntime',
    'Send',
    'Receive',
    'Exitval',
    'Signal',
    'Command',
  ])
  t.deepEqual(
    rows.map(row => [row[0], row[6], row[7], row[8]]),
    [
      ['1', '0', '0', 'any#0'],
      ['2', '1', '0', 'any#1'],
      ['1', '0', '0', 'any#0'],
    ],
  )
  t.true(Math.abs(Number(rows[0]?.[2]) - Date.now() / 1000) < 60)
})

test('--results: a file for each final report, named by key or id', async t => {
  const folder = join(folderWith(), 'deep', 'results')
  await rxboss(['run', worker('any'), '--results', folder, '-k', ...quiet], {
    input: ndjson({ n: 1 }, { n: 2, key: '../a/b' }, { throws: 'x' }),
  })
  t.deepEqual(readdirSync(folder).sort(), ['%2E.%2Fa%2Fb.json', '0.json', '2.json'])
  t.is(JSON.parse(readFileSync(join(folder, '0.json'), 'utf8')).result, 1)
  t.is(JSON.parse(readFileSync(join(folder, '2.json'), 'utf8')).kind, 'failed')
})

test('--retries repeats accidents, --retry-on other failures, --backoff spaces them', async t => {
  const input = ndjson({ n: 1, exits: 1, failsTimes: 1 }, { n: 2, throws: 'x', failsTimes: 2 })
  const args = ['run', worker('any'), '-k', '--retries', '3', '--backoff', '1ms..5ms']
  const accidents = await rxboss([...args, ...quiet], { input })
  t.is(accidents.code, 1)
  t.deepEqual(
    accidents.reports.map(({ kind, attempt }) => [kind, attempt]),
    [
      ['done', 2],
      ['failed', 1],
    ],
  )
  const all = await rxboss([...args, '--retry-on', 'threw'], { input })
  t.is(all.code, 0)
  t.deepEqual(
    all.reports.map(({ kind, attempt }) => [kind, attempt]),
    [
      ['done', 2],
      ['done', 3],
    ],
  )
  t.regex(all.stderr, /↻ 3 retried/)
})

test('--timeout: the work is cut off, as failed', async t => {
  const { code, reports } = await rxboss(
    ['run', worker('any'), '--timeout', '200ms', '--grace', '50ms', '-k', ...quiet],
    {
      input: ndjson({ n: 1 }, { until: '/nowhere/at/all' }, { until: '/nowhere/at/all', stubborn: true }),
    },
  )
  t.is(code, 2)
  t.deepEqual(
    reports.map(({ kind, failure }) => [kind, failure?.code]),
    [
      ['done', undefined],
      ['failed', 'timeout'],
      ['failed', 'timeout'],
    ],
  )
})

test('--timeout in per cent of the median, once ten are done', async t => {
  const input = ndjson(...Array.from({ length: 12 }, () => ({ ms: 20 })), { until: '/nowhere/at/all' })
  const { code, reports } = await rxboss(
    ['run', worker('any'), '--timeout', '400%', '--grace', '50ms', '-k', ...quiet],
    { input },
  )
  t.is(code, 1)
  t.is(reports.at(-1)?.failure.code, 'timeout')
})

test('--queue-timeout: what has not begun in time is cancelled, and counts as failed', async t => {
  const gate = join(folderWith(), 'gate')
  const run = start(['run', worker('any'), '-j1', '--queue-timeout', '3s', '--interim', ...quiet])
  run.child.stdin.end(ndjson({ until: gate, notes: ['begun'] }, { n: 2 }))
  await run.said('"line":2')
  writeFileSync(gate, '')
  const { code, reports } = await run.ended
  t.is(code, 1)
  t.deepEqual(
    reports.filter(({ kind }) => kind !== 'interim').map(({ kind, line }) => [kind, line]),
    [
      ['cancelled', 2],
      ['done', 1],
    ],
  )
})

test('--halt soon: what runs is heard out, no more is taken', async t => {
  const { code, reports, stderr } = await rxboss(
    ['run', worker('any'), '-j1', '-k', '--halt', 'soon,fail=1'],
    {
      input: ndjson({ n: 1 }, { throws: 'x' }, ...Array.from({ length: 500 }, (_, n) => ({ n }))),
    },
  )
  t.is(code, 1)
  t.true(reports.length < 100)
  t.regex(stderr, /halted: \d+ done, 1 failed/)
})

test('--halt now,success: the rest is cut off, and that is no failure', async t => {
  const { code, reports } = await rxboss(
    ['run', worker('any'), '-j2', '--halt', 'now,success=1', '--grace', '50ms', ...quiet],
    {
      input: ndjson({ until: '/nowhere/at/all', stubborn: true }, { throws: 'x' }, { n: 1 }),
    },
  )
  t.is(code, 0)
  t.true(reports.some(({ kind }) => kind === 'cancelled'))
})

test('--halt by per cent of --total', async t => {
  const { code, reports } = await rxboss(
    ['run', worker('any'), '-j1', '-k', '--total', '100', '--halt', 'soon,done=5%', ...quiet],
    {
      input: numbers(400),
    },
  )
  t.is(code, 0)
  const done = reports.filter(({ kind }) => kind === 'done').length
  t.true(done >= 5 && done < 100, `${done}`)
})

test('--exclusive: never two at once with the same value', async t => {
  const { reports } = await rxboss(['run', worker('any'), '-j2', '--exclusive', 'file', ...quiet], {
    input: ndjson(...Array.from({ length: 6 }, () => ({ file: 'a', ms: 30 }))),
  })
  t.is(reports.length, 6)
  const waits = reports.map(({ waitMs }) => waitMs).sort((a, b) => a - b)
  waits.slice(1).forEach((wait, i) => {
    t.true(wait - waits[i] > 8, `${waits}`)
  })
})

test('--order priority: higher ones first', async t => {
  const { reports } = await rxboss(['run', worker('any'), '-j1', '--order', 'priority', ...quiet], {
    input: ndjson(...[1, 5, 3, 4, 2].map(priority => ({ n: priority, priority }))),
  })
  t.deepEqual(
    reports.map(({ result }) => result),
    [5, 4, 3, 2, 1],
  )
})

test('--order longest and shuffle: all are done', async t => {
  const longest = await rxboss(['run', worker('any'), '-j1', '--order', 'longest', ...quiet], {
    input: ndjson(...[1, 5, 3].map(expectedTime => ({ n: expectedTime, expectedTime }))),
  })
  t.deepEqual(
    longest.reports.map(({ result }) => result),
    [5, 3, 1],
  )
  const shuffled = await rxboss(['run', worker('add'), '-j1', '--order', 'shuffle', ...quiet], {
    input: numbers(40),
  })
  const lines = shuffled.reports.map(({ line }) => line)
  t.notDeepEqual(
    lines,
    [...lines].sort((a, b) => a - b),
  )
  t.is(new Set(lines).size, 40)
})

test('--delay and --rate space the starts', async t => {
  /** When each began, by the events. */
  const begins = async (...args: string[]) => {
    const { stderr } = await rxboss(['run', worker('add'), '-j1', '--json', ...args], { input: numbers(6) })
    const events = stderr
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    return events.filter(({ type }) => type === 'instruction.start').map(event => event.t as number)
  }
  // Of the first, the start that counts may be earlier than its work: its thread has to begin.
  const spaced = await begins('--delay', '60ms')
  t.true((spaced.at(-1) ?? 0) - (spaced[1] ?? 0) >= 230, `${spaced}`)
  const limited = await begins('--rate', '2/100ms')
  t.true((limited.at(-1) ?? 0) - (limited[1] ?? 0) >= 180, `${limited}`)
})

test('--max-memory and --task-memory: what can never fit is refused, the rest is done', async t => {
  const { reports, code } = await rxboss(
    ['run', worker('any'), '--max-memory', '100M', '--task-memory', '60M', '-k', ...quiet],
    {
      input: ndjson({ n: 1 }, { n: 2, memory: 200 }, { n: 3 }),
    },
  )
  t.is(code, 1)
  t.deepEqual(
    reports.map(({ kind }) => kind),
    ['done', 'failed', 'done'],
  )
})

test('--memfree and --load with room to spare hold nothing back', async t => {
  const { code } = await rxboss(['run', worker('add'), '--memfree', '1M', '--load', '100000%', ...quiet], {
    input: numbers(3),
  })
  t.is(code, 0)
})

test('-j 0: as many as possible, and it says how many that is', async t => {
  const { code, stderr } = await rxboss(['run', worker('add'), '-j0', '--crew', 'inline'], {
    input: numbers(3),
  })
  t.is(code, 0)
  t.regex(stderr, /as many at once as help: at most 256/)
})

test('unknown attributes are warned about once', async t => {
  const { code, stderr } = await rxboss(['run', worker('add'), ...quiet], {
    input: '{"n":1,"bidon":2}\n'.repeat(3),
  })
  t.is(code, 0)
  t.is(stderr.match(/warning: .*bidon/g)?.length, 1)
})

test('results that JSON has no words for are still printed', async t => {
  const folder = folderWith({
    'odd.mjs': `import { defineWorker } from ${JSON.stringify(new URL('../../src/entries/worker.js', import.meta.url).href)}
export default defineWorker(import.meta, { name: 'odd', work: () => ({ big: 12n, bytes: new Uint8Array([1, 2, 3]), map: new Map([['a', 1]]) }) })`,
  })
  const { reports } = await rxboss(['run', join(folder, 'odd.mjs'), ...quiet], { input: '{}\n' })
  t.deepEqual(reports[0]?.result, { big: '12', bytes: { base64: 'AQID' }, map: [['a', 1]] })
})

test('reports are byte-identical, times aside, whatever stderr is and whatever workers print', async t => {
  const input = ndjson({ n: 1, print: 'x\n' }, { n: 2, throws: 'y' })
  const timeless = (stdout: string) =>
    stdout.replace(/"(wait|work)Ms":[\d.]+/g, '').replace(/"stack":"[^"]*"/g, '')
  const plain = await rxboss(['run', worker('any'), '-k', '-j1'], { input })
  const coloured = await rxboss(
    ['run', worker('any'), '-k', '-j1', '--color', 'always', '--progress', 'tty'],
    { input },
  )
  const json = await rxboss(['run', worker('any'), '-k', '-j1', '--json'], { input })
  t.is(timeless(coloured.stdout), timeless(plain.stdout))
  t.is(timeless(json.stdout), timeless(plain.stdout))
  t.true(coloured.stderr.includes('\u001b['))
  for (const line of json.stderr.trim().split('\n')) t.is(JSON.parse(line).v, 1)
})

test('no escape sequence on stderr where colours are not wanted', async t => {
  const input = ndjson({ n: 1 }, { throws: 'y' })
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { CI: '1' }]) {
    const { stderr } = await rxboss(['run', worker('any')], { input, env })
    t.false(stderr.includes('\u001b'), JSON.stringify(env))
  }
})

test('--quiet says nothing but why it did not end well', async t => {
  const fine = await rxboss(['run', worker('add'), '-q'], { input: numbers(2) })
  t.is(fine.stderr, '')
  const failed = await rxboss(['run', worker('any'), '-q'], { input: '{"throws":"x"}\n' })
  t.is(failed.stderr, 'rxboss: 1 of 1 failed\n')
})

test('--ascii and a locale without UTF-8: no symbol beyond ASCII', async t => {
  const input = ndjson({ n: 1, print: 'x\n' }, { throws: 'y' })
  for (const terms of [
    { args: ['--ascii'], env: {} },
    { args: [], env: { LANG: 'C', LC_ALL: undefined } },
  ]) {
    const { stderr } = await rxboss(['run', worker('any'), ...terms.args], { input, env: terms.env })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is meant is exactly ASCII
    t.regex(stderr, /^[\x00-\x7f]*$/)
  }
})

test('--progress plain: a line at each interval, with what is known', async t => {
  const gate = join(folderWith(), 'gate')
  const run = start(['run', worker('any'), '-j1', '--interval', '50ms', '--total', '2'])
  run.child.stdin.end(ndjson({ n: 1 }, { until: gate }))
  await run.said(/\[rxboss\] 00:0\d done=1\/2 50% rate=[\d.]+\/s failed=0/)
  writeFileSync(gate, '')
  t.is((await run.ended).code, 0)
})

test('the files that are written are named in the end', async t => {
  const folder = folderWith()
  const { stderr } = await rxboss(
    [
      'run',
      worker('add'),
      '--failures',
      join(folder, 'f'),
      '--joblog',
      join(folder, 'j'),
      '--results',
      join(folder, 'r'),
    ],
    { input: numbers(1) },
  )
  t.true(stderr.includes(`failed instructions → ${join(folder, 'f')}`))
  t.true(stderr.includes(`job log → ${join(folder, 'j')}`))
  t.true(stderr.includes(`results → ${join(folder, 'r')}`))
  t.true(existsSync(join(folder, 'r', '0.json')))
})

test('--events and --trace: what happened, as it was and as slices; a trace survives a kill', async t => {
  const folder = folderWith()
  const [events = '', trace = '', zipped = ''] = ['e', 't.json', 't.json.gz'].map(name => join(folder, name))
  const one = await rxboss(
    ['run', worker('any'), '-j1', '--events', events, '--trace', zipped, '--trace-flows'],
    { input: ndjson({ n: 1 }, { throws: 'y' }) },
  )
  t.true(one.stderr.includes(`trace → ${zipped}`))
  const seqs = readFileSync(events, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).seq)
  t.deepEqual(seqs, [...seqs.keys()])
  const unzipped: TraceEvent[] = JSON.parse(gunzipSync(readFileSync(zipped)).toString())
  t.deepEqual(flawsOf(unzipped), [])
  t.is(unzipped.filter(({ flow_in }) => flow_in).length, 2)

  const run = start(['run', worker('any'), '-j1', '--trace', trace])
  run.child.stdin.write(ndjson({ n: 1 }, { until: join(folder, 'never') }))
  await run.said('"result":1')
  run.child.kill('SIGKILL')
  await run.ended
  t.deepEqual(flawsOf(JSON.parse(`${readFileSync(trace, 'utf8')}]`)), [])
})
