/** Descriptors 0 and 1 are the command's own: no worker, and no child of one, takes a record or puts in a word. */

import { spawnSync } from 'node:child_process'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import ava from 'ava'

import { folderWith, main, ndjson, plain, rxboss, worker } from './command.ts'
import { waysOfUse } from './workers/descriptors.ts'

const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary']
const count = 160
const folder = folderWith()
const command = [process.execPath, main, 'run', worker('descriptors'), '-j2', '-k', ...quiet]
const env = { ...process.env, ...plain }

/** A file of records that use the streams in all ways, in turn. */
function recordsFor(crew: string): string {
  const path = join(folder, `${crew}.ndjson`)
  const ways = waysOfUse(crew)
  const records = Array.from({ length: count }, (_, n) => ({ n, how: ways[n % ways.length] }))
  writeFileSync(path, ndjson(...records))
  return path
}

/** Every line of it is a report, and all are there. */
const isWhole = (out: string): boolean =>
  out.split('\n').filter((line, n) => line !== '' && JSON.parse(line).result === n).length === count

for (const crew of ['threads', 'inline', 'processes']) {
  const input = recordsFor(crew)
  const args = [...command, '--crew', crew]

  test(`${crew}: whatever workers do with 0 and 1, all records are read, and stdout is reports`, async t => {
    const { stdout, code, stderr } = await rxboss(args.slice(2), { input: readFileSync(input) })
    t.is(code, 0, stderr)
    t.true(isWhole(stdout))
  })

  test(`${crew}: the same with files, and with pipes of a shell`, t => {
    const out = join(folder, `out-${crew}`)
    const line = args.map(one => `'${one}'`).join(' ')
    for (const whole of [`${line} < '${input}' > '${out}'`, `cat '${input}' | ${line} | cat > '${out}'`]) {
      const { stderr } = spawnSync('sh', ['-c', whole], { env, encoding: 'utf8', timeout: 20_000 })
      t.true(isWhole(readFileSync(out, 'utf8')), stderr)
    }
  })
}

test('what a worker writes to descriptor 1, and its children, goes to stderr', async t => {
  const how = ['writeSync(1)', 'spawn, inherited']
  for (const one of how) {
    const { stderr } = await rxboss([
      'run',
      worker('descriptors'),
      '--each',
      'n=1',
      '--common',
      `how=${one}`,
      ...quiet,
    ])
    t.regex(stderr, /straight out|from-a-child/)
  }
})

test('a worker file that reads stdin while it is imported takes nothing', async t => {
  const greedy = worker('greedy')
  const { code, reports } = await rxboss(['run', greedy, ...quiet], { input: '{}\n{}\n{}\n' })
  t.is(reports.length, 3)
  t.is(code, 0)
  const described = await rxboss(['describe', greedy, '--json'])
  t.notThrows(() => JSON.parse(described.stdout))
})

test('a folder as stdin is no empty input', t => {
  const { status, stderr } = spawnSync(command[0] as string, command.slice(1), {
    ...{ env, encoding: 'utf8', timeout: 40_000 },
    stdio: [openSync(folder, 'r'), 'pipe', 'pipe'],
  })
  t.is(status, 254)
  t.regex(stderr, /Cannot read stdin: it is a folder/)
})
