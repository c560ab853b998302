/** The first minutes: what people of other tools type, worker files that do not load, and what is said of it. */

import { join } from 'node:path'

import ava from 'ava'

import { folderWith, ndjson, rxboss, worker } from './command.ts'

const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary']

test('options of GNU parallel and xargs: ours is named', async t => {
  for (const [args, ours] of [
    [['-P4'], /-P4 here: -j/],
    [['--max-procs', '4'], /-j/],
    [['--bar'], /the bar is there/],
    [['--shuf'], /--order shuffle/],
    [['--workdir', 'x'], /--wd/],
    [['--colsep', ','], /--delimiter/],
    [['-I{}'], /--each/],
  ] as const) {
    const { code, stderr } = await rxboss(['run', 'sleep', ...args])
    t.is(code, 255)
    t.regex(stderr, ours, args.join(' '))
  }
})

test('a worker in the place of a command: the command is named', async t => {
  for (const target of ['./w.mjs', 'digest'])
    t.regex((await rxboss([target])).stderr, new RegExp(`Did you mean rxboss run ${target}\\?`))
})

test('a worker file that cannot be imported: which file, line and column, once', async t => {
  const folder = folderWith({
    'main.mjs': "import './broken.mjs'\n",
    'broken.mjs': 'const a = 1\nfoo bar\n',
    'throws.mjs': '\n  throw new Error("on import")\n',
    'named.mjs': "import { nothing } from './throws.mjs'\n",
    'package.json': '{"type":"commonjs"}',
    'modules.js': "import 'node:fs'\nexport default 1\n",
  })
  for (const [file, why] of [
    ['main.mjs', /Cannot import \S+main\.mjs: Unexpected identifier.*\(.*broken\.mjs:2:5\)/],
    ['throws.mjs', /on import \(.*throws\.mjs:2:9\)/],
    ['named.mjs', /export named 'nothing' \(.*named\.mjs:1:10\)/],
    ['modules.js', /\(.*modules\.js:1:1\)\. Rename it to \.mjs, or write "type": "module"/],
  ] as const) {
    const { code, stderr } = await rxboss(['run', join(folder, file), ...quiet], { input: '{}\n' })
    t.is(code, 254)
    t.regex(stderr, why)
    t.is(stderr.trim().split('\n').length, 1, stderr)
  }
})

test('attributes on the command line that no worker has are refused, once and at once', async t => {
  for (const args of [
    ['--each', 'n=1', '--common', 'm=1'],
    ['--each', 'm=1'],
    ['--each', 'n=1', '--exclusive', 'm'],
    ['--input', 'lines=m'],
  ]) {
    const { code, stderr, stdout } = await rxboss(['run', worker('add'), ...args, ...quiet])
    t.is(code, 255, args.join(' '))
    t.regex(stderr, /m: add has no such attribute, did you mean 'n'\?/)
    t.is(stdout, '')
  }
  t.is((await rxboss(['run', worker('add'), '--each', 'n=1', '--common', 'priority=3', ...quiet])).code, 0)
})

test('a name that comes as data is no template, and one that is typed is', async t => {
  const input = ndjson({ n: 1, name: 'a[x].txt' }, { n: 2, name: '[[n]' }, { n: 3 })
  const { code, reports } = await rxboss(['run', worker('add'), '--name', 'no. [n]', '-k', ...quiet], {
    input,
  })
  t.is(code, 0)
  t.deepEqual(
    reports.map(({ name }) => name),
    ['a[x].txt', '[[n]', 'no. 3'],
  )
  const failed = await rxboss(['run', worker('any'), ...quiet], {
    input: ndjson({ throws: 'x', name: 'a[x].txt' }),
  })
  t.is(failed.reports[0]?.name, 'a[x].txt')
  t.is(failed.reports[0]?.instruction.name, 'a[x].txt')
})

test('a refused value of --each is shown as it would be in a record', async t => {
  const { reports } = await rxboss([
    'run',
    worker('add'),
    '--each',
    'n=x',
    '--common',
    'priority=1',
    ...quiet,
  ])
  t.is(reports[0]?.text, '{"n":"x"}')
})

test('where nothing begins it is said why, once where there is no terminal, whatever its figures', async t => {
  for (const [args, why] of [
    [['--memfree', '900T'], /waiting: less than 900T free/],
    [['--load', '0.0001%'], /waiting: the load is/],
  ] as const) {
    const { stderr } = await rxboss(['run', worker('add'), '--each', 'n=1,2', ...args], { boundMs: 6500 })
    t.regex(stderr, why)
    t.is(stderr.split('waiting: ').length, 2, stderr)
  }
})

test('the summary tells how busy the workers were, and what was left', async t => {
  const each = ['--each', 'ms=400,400,400,400', '-j1']
  const { stderr } = await rxboss(['run', worker('any'), ...each])
  t.true(Number(/(\d+) % busy/.exec(stderr)?.[1]) >= 50, stderr)
  const halted = await rxboss(['run', worker('any'), ...each, '--halt', 'soon,done=1'])
  t.regex(halted.stderr, /[23] of 4 left/)
})

test('a table of which no worker knows a column is refused row by row, with the columns', async t => {
  const { code, reports } = await rxboss(
    ['run', 'call', '--input', 'csv', '--common', 'module=./x.mjs', ...quiet],
    { input: 'price,rate\n1,2\n3,4\n' },
  )
  t.is(code, 2)
  t.regex(reports[0]?.failure.why, /called as a column: price, rate/)
})

test('what can never start, or never be read, is said in the words of the options', async t => {
  for (const [args, why] of [
    [['--task-memory', '2G', '--max-memory', '1G'], /--task-memory is more than --max-memory/],
    [['--max-line', '1G'], /--max-line: '1G' is more than a text/],
  ] as const) {
    const { code, stderr } = await rxboss(['run', worker('add'), '--each', 'n=1', ...args])
    t.is(code, 255)
    t.regex(stderr, why)
  }
})

test('--retries does not repeat what threw, and says so', async t => {
  const { stderr } = await rxboss(['run', worker('any'), '--each', 'throws=x', '--retries', '2'])
  t.regex(stderr, /1 threw, and were not retried: .*--retry-on threw/)
})

test('--start-timeout: workers that never get ready end the run, which names the limit', async t => {
  const args = ['run', worker('slow-start'), '-j1', '--start-timeout', '200ms', ...quiet]
  const { code, stderr } = await rxboss(args, { input: '{}\n' })
  t.is(code, 254)
  t.regex(stderr, /200 ?ms/)
})
