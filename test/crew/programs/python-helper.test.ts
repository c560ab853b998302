/** The helper for Python: values both ways, arrays with numpy and without, what is printed, what is cancelled, what is raised. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import * as io from 'io-ts'

import { defineProgram, type ProgramsOptions, programs } from '../../../src/entries/programs.ts'
import { Boss, type BossOptions, maxThreads, type Report, share } from '../../../src/index.ts'
import { folderWith } from '../../cli/command.ts'
import { commandOf, python, test, testWith } from './python.ts'

const withNumpy = testWith('numpy', spawnSync(python, ['-c', 'import numpy']).status === 0)

const echo = defineProgram({ name: 'echo', attr: { value: io.unknown } })

/** Runs the `work` of a Python text once for each of these. */
async function answers(
  code: string,
  given: readonly object[],
  {
    crew = {},
    options = {},
  }: { crew?: Partial<ProgramsOptions>; options?: Partial<BossOptions<typeof echo>> } = {},
) {
  const folder = folderWith({ 'work.py': `from rxboss import Cancelled, serve, worker\n${code}\nserve()\n` })
  await using boss = new Boss<typeof echo>({
    workers: echo,
    crew: programs({ command: [python, join(folder, 'work.py')], ...crew }),
    scheduler: maxThreads(1),
    output: 'inspect',
    ...options,
  })
  const reports: Report[] = []
  let printed = ''
  boss.reports$.subscribe(report => reports.push(report))
  boss.inspect$.subscribe(event => {
    if (event.type === 'worker.log') printed += event.text
  })
  for (const one of given) boss.give(one as never)
  boss.makeThemWork()
  await boss.waitTillFinished()
  const finals = reports.filter(({ kind }) => kind !== 'interim').sort((a, b) => a.id - b.id)
  return {
    finals,
    printed,
    notes: reports.flatMap(report => (report.kind === 'interim' ? [report.note] : [])),
  }
}

const values = [
  1.5,
  -0,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  12345678901234567890n,
  'ä€𝄞\ud800"\\\n',
  [null, [true], { a: {} }],
  new Date('2026-11-28T06:00:00.000Z'),
  new Uint8Array([0, 1, 255]),
  { $bytes: 1 },
  { $bytes: new Uint8Array([1]) },
  { a: 1, $b: 2 },
  new Set([1, 'x']),
  new Uint8Array(100_000).fill(7),
]

test('values are the same there and back, with what JSON has no words for', async t => {
  const { finals } = await answers(
    '@worker\ndef echo(value):\n    return value',
    values.map(value => ({ value })),
  )
  t.deepEqual(
    finals.map(report => (report.kind === 'done' ? report.result : report)),
    values as unknown[],
  )
})

test('arrays without numpy are what the standard library has', async t => {
  const code = `import sys\nsys.modules['numpy'] = None\n@worker\ndef echo(value):\n    return value if not isinstance(value, memoryview) else [value.shape, value.tolist()]`
  const given = [
    new Float64Array([1, 2.5]),
    new Int16Array([-1]),
    { shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) },
  ]
  const { finals } = await answers(
    code,
    given.map(value => ({ value })),
  )
  t.deepEqual(
    finals.map(report => report.kind === 'done' && report.result),
    [
      new Float64Array([1, 2.5]),
      new Int16Array([-1]),
      [
        [2, 2],
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
  )
})

withNumpy('numpy arrays, small ones in the line and large ones by file, and its scalars', async t => {
  const code = `import numpy
@worker
def echo(value):
    if isinstance(value, str):
        return {'float32': numpy.float32(1.5), 'int64': numpy.int64(7), 'bool': numpy.bool_(True), 'columns': numpy.asfortranarray([[1., 2.], [3., 4.]]),
                'big': numpy.array([1, 2], dtype='>i4'), 'half': numpy.float16([1.5]), 'flags': numpy.array([True, False]), 'zero': numpy.array(2.5), 'nan': numpy.array([numpy.nan])}
    return value * 2`
  const given = [
    new Float64Array([1, 2]),
    { shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
    { shape: [100, 200], data: new Float64Array(20_000).fill(3) },
    new BigInt64Array(5000).fill(3n),
    'some',
  ]
  const { finals } = await answers(
    code,
    given.map(value => ({ value })),
  )
  t.deepEqual(
    finals.map(report => (report.kind === 'done' ? report.result : report)),
    [
      new Float64Array([2, 4]),
      { shape: [2, 3], data: new Float32Array([2, 4, 6, 8, 10, 12]) },
      { shape: [100, 200], data: new Float64Array(20_000).fill(6) },
      new BigInt64Array(5000).fill(6n),
      {
        float32: 1.5,
        int64: 7,
        bool: true,
        columns: { shape: [2, 2], data: new Float64Array([1, 2, 3, 4]) },
        big: new Int32Array([1, 2]),
        half: new Float32Array([1.5]),
        flags: new Uint8Array([1, 0]),
        zero: 2.5,
        nan: new Float64Array([Number.NaN]),
      },
    ],
  )
})

test('what has no form is named, and costs its own instruction', async t => {
  const code = `@worker
def echo(value):
    deep = []
    for _ in range(2000): deep = [deep]
    loop = []; loop.append(loop)
    return {'complex': 1j, 'key': {(1, 2): 3}, 'object': {'rows': [object()]}, 'deep': deep, 'loop': loop, 'fine': [1]}[value]`
  const { finals } = await answers(
    code,
    ['complex', 'key', 'object', 'deep', 'loop', 'fine'].map(value => ({ value })),
  )
  const why = finals.map(report =>
    report.kind === 'failed' ? `${report.failure.code}: ${report.failure.why}` : report.kind,
  )
  for (const [i, pattern] of [
    /^unserialisable: result: 1j/,
    /^unserialisable: result: the key \(1, 2\)/,
    /^unserialisable: result\.rows\[0\]: <object/,
    /^unserialisable: result(\[0\])+: it is nested deeper/,
    /^unserialisable: .*within itself/,
    /^done$/,
  ].entries())
    t.regex(why[i] ?? '', pattern)
})

test('what is printed, by C code and by what it starts as well, is a log, and stdin is empty', async t => {
  const code = `import os, subprocess, sys
@worker
def echo(value):
    print('one', end=''); print(' line'); sys.stdout.write('half')
    os.write(1, b'from C\\n'); subprocess.run(['echo', 'from a child'])
    return [sys.stdin.read(), input.__name__]`
  const { finals, printed } = await answers(code, [{ value: 1 }])
  t.like(finals[0], { kind: 'done', result: ['', 'input'] })
  for (const line of ['one line\n', 'half', 'from C\n', 'from a child\n'])
    t.true(printed.includes(line), line)
})

test('generators, async work, setup, a class: all are workers', async t => {
  const code = `import asyncio
def prepare(): return {'calls': 0}
@worker(name='echo', setup=prepare, info='does it')
async def work(value, *, task):
    task.local['calls'] += 1
    await asyncio.sleep(0)
    return [value, task.local['calls'], task.id, task.attempt]`
  const { finals } = await answers(code, [{ value: 'a' }, { value: 'b' }])
  t.deepEqual(
    finals.map(report => report.kind === 'done' && report.result),
    [
      ['a', 1, 0, 1],
      ['b', 2, 1, 1],
    ],
  )
  const listed = await answers(
    '@worker\ndef echo(value):\n    for i in range(3):\n        yield i\n    return "end"',
    [{ value: 1 }],
  )
  t.deepEqual(listed.notes, [0, 1, 2])
  t.like(listed.finals[0], { kind: 'done', result: 'end' })
})

test('a generator that is cancelled is closed, and SIGTERM leaves the work through finally', async t => {
  const code = `import time
@worker
def echo(value):
    try:
        while True:
            if value == 'yields':
                yield 1
            time.sleep(0.005)
    finally:
        print('cleaned up', value)`
  for (const value of ['yields', 'deaf']) {
    const { finals, printed } = await answers(code, [{ value, timeout: 300 }], { options: { graceMs: 200 } })
    t.like(finals[0], { kind: 'failed', failure: { code: 'timeout' } })
    t.true(printed.includes(`cleaned up ${value}`), value)
  }
})

test('errors of Python keep what they have: class, errno, traceback, cause', async t => {
  const code = `@worker
def echo(value):
    if value == 'file':
        open('/no/such/file')
    if value == 'exit':
        raise SystemExit(7)
    try:
        {}['key']
    except KeyError as error:
        raise ValueError('bad value') from error`
  const { finals } = await answers(
    code,
    ['file', 'cause', 'exit', 'file'].map(value => ({ value })),
  )
  t.like(finals[0], { failure: { code: 'threw', error: { name: 'FileNotFoundError', code: 'ENOENT' } } })
  t.like(finals[1], { failure: { why: 'ValueError: bad value', error: { cause: { name: 'KeyError' } } } })
  t.regex((finals[1] as { failure: { error: { stack: string } } }).failure.error.stack, /line \d+, in echo/)
  t.like(finals[2], { failure: { code: 'crashed' } })
  t.regex((finals[2] as { failure: { why: string } }).failure.why, /exited with code 7/)
  t.like(finals[3], { failure: { code: 'threw' } })
})

test('shared attributes cross once, and are one object there', async t => {
  const table = share(Array.from({ length: 10_000 }, (_, i) => i))
  const code = `seen = set()
@worker
def echo(value):
    seen.add(id(value))
    return [len(value), len(seen)]`
  const { finals } = await answers(
    code,
    Array.from({ length: 5 }, () => ({ value: table })),
  )
  t.deepEqual(
    finals.map(report => report.kind === 'done' && report.result),
    Array.from({ length: 5 }, () => [10_000, 1]),
  )
})

test('of what was handed ahead, the cancelled does not begin, and whoever is at work is not touched', async t => {
  const folder = folderWith({
    'work.py': `from rxboss import serve, worker\nimport time\nbegun = []\n@worker\ndef echo(value, *, task):\n    begun.append(value)\n    if value == 'first':\n        task.report('at work')\n        time.sleep(0.3)\n    return list(begun)\nserve()\n`,
  })
  await using boss = new Boss({
    workers: echo,
    crew: programs({ command: [python, join(folder, 'work.py')], ahead: 5 }),
    scheduler: maxThreads(1),
    graceMs: 50,
  })
  const finals: Report[] = []
  boss.reports$.subscribe(report => {
    if (report.kind === 'interim') t.true(boss.cancel(2, 'not that one'))
    else finals.push(report)
  })
  // The pace is learnt by the first ones, so that more are handed ahead.
  boss.give({ value: 'zero' })
  for (const value of ['first', 'second', 'third']) boss.give({ value })
  boss.makeThemWork()
  await boss.waitTillFinished()
  const of = (id: number) => finals.find(report => report.id === id)
  t.like(of(2), { kind: 'cancelled', reason: 'not that one' })
  t.like(of(1), { kind: 'done', attempt: 1 })
  t.deepEqual((of(3) as { result: unknown }).result, ['zero', 'first', 'third'])
  t.is(finals.length, 4)
})

test('a program whose file throws is a start that failed, with the last line of its traceback', async t => {
  await using boss = new Boss({
    workers: echo,
    crew: programs({ command: [python, '-c', 'import no_such_module'] }),
    supervise: { max: 2, within: 5000 },
  })
  boss.give({ value: 1 })
  boss.makeThemWork()
  await t.throwsAsync(boss.waitTillFinished(), {
    message: /ModuleNotFoundError: No module named 'no_such_module'/,
  })
})

test('one that blocks while it is imported does not keep dispose waiting', async t => {
  const boss = new Boss({
    workers: echo,
    crew: programs({ command: [python, '-c', 'import time; time.sleep(60)'] }),
  })
  boss.give({ value: 1 })
  boss.makeThemWork()
  await new Promise(resolve => setTimeout(resolve, 200))
  await boss[Symbol.asyncDispose]()
  t.like(boss.state.counts, { submitted: 1, pending: 1 })
})

test('environment, working directory and niceness are those of the options', async t => {
  const cwd = folderWith()
  const code = `import os\n@worker\ndef echo(value):\n    return [os.getcwd(), os.environ.get('COLOUR'), os.nice(0)]`
  const { finals } = await answers(code, [{ value: 1 }], {
    crew: { cwd, env: { ...process.env, COLOUR: 'blue' }, nice: 15 },
  })
  t.like(finals[0], { kind: 'done', result: [cwd, 'blue', 15] })
})

test('the helper is plain Python 3.8: no syntax of later versions', t => {
  const check = `import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 8))`
  const file = commandOf('contract')[1]?.replace(
    /test\/crew.*/,
    'src/crew/programs/helpers/rxboss.py',
  ) as string
  t.is(spawnSync(python, ['-c', check, file]).status, 0)
})
