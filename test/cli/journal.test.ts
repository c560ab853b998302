/** `--journal` and what goes on from it. */

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import ava from 'ava'

import { folderWith, main, ndjson, rxboss, start, worker } from './command.ts'

const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary']

const run = (journal: string, input: string, ...more: string[]) =>
  rxboss(['run', worker('any'), '--journal', journal, ...more, ...quiet], { input })

const linesOf = ({ reports }: { readonly reports: readonly { readonly line?: number }[] }) =>
  reports.map(({ line }) => line).sort()

test('--resume skips what is done or failed, in any order of the input, and prints the rest', async t => {
  const journal = join(folderWith(), 'j')
  const first = await run(journal, ndjson({ n: 1 }, { throws: 'no' }, { n: 3 }))
  t.is(first.code, 1)
  const second = await run(journal, ndjson({ n: 4 }, { n: 3 }, { throws: 'no' }, { n: 1 }), '--resume')
  t.is(second.code, 1, 'what failed has failed, whichever life it was in')
  t.deepEqual(linesOf(second), [1])
})

test('--resume-failed runs what failed again, --retry-failed nothing else', async t => {
  const journal = join(folderWith(), 'j')
  const input = ndjson({ n: 1 }, { throws: 'no', key: 'two' }, { n: 3 })
  await run(journal, input)
  const again = await run(
    journal,
    ndjson({ n: 1 }, { n: 9 }, { throws: 'no', key: 'two' }),
    '--resume-failed',
  )
  t.deepEqual(linesOf(again), [2, 3])
  t.is(again.reports.find(({ line }) => line === 3)?.attempt, 2)
  const only = await run(journal, ndjson({ n: 1 }, { n: 10 }, { n: 2, key: 'two' }), '--retry-failed')
  t.deepEqual(linesOf(only), [3])
  t.is(only.code, 0)
})

test('a journal that is there is refused without --resume, with exit code 254, and nothing is run', async t => {
  const journal = join(folderWith(), 'j')
  await run(journal, ndjson({ n: 1 }))
  const before = readFileSync(journal, 'utf8')
  const { code, stderr, stdout } = await run(journal, ndjson({ n: 2 }))
  t.is(code, 254)
  t.is(stdout, '')
  t.regex(stderr, /cannot be begun: it is there already.*--resume/s)
  t.is(readFileSync(journal, 'utf8'), before)
})

test('--resume without a journal cannot be meant', async t => {
  const { code, stderr } = await rxboss(['run', worker('any'), '--resume', ...quiet], { input: '' })
  t.is(code, 255)
  t.regex(stderr, /--resume needs a journal: --journal FILE/)
})

test('what had begun when the process was killed runs again, and is named', async t => {
  const journal = join(folderWith(), 'j')
  const first = start(['run', worker('any'), '--journal', journal, '--interim', ...quiet])
  first.child.stdin.write(ndjson({ until: '/nowhere', notes: ['at work'], key: 'slow' }))
  await first.said('at work')
  first.child.kill('SIGKILL')
  await first.ended
  const second = await run(journal, ndjson({ n: 1, key: 'slow' }), '--resume')
  t.is(second.code, 0)
  t.like(second.reports[0], { kind: 'done', attempt: 2 })
  t.regex(second.stderr, /had begun in an earlier life of this run \(attempt 1\)/)
})

test('a damaged line is refused, and --journal-repair runs again what it says of', async t => {
  const journal = join(folderWith(), 'j')
  await run(journal, ndjson({ n: 1 }, { n: 2 }))
  const damaged = readFileSync(journal, 'utf8').replace('"result":1', '"result":7')
  writeFileSync(journal, damaged)
  const refused = await run(journal, ndjson({ n: 1 }, { n: 2 }), '--resume')
  t.is(refused.code, 254)
  t.regex(refused.stderr, /line \d: it is not as it was written .*--journal-repair/)
  const repaired = await run(journal, ndjson({ n: 1 }, { n: 2 }), '--resume', '--journal-repair')
  t.is(repaired.code, 0)
  t.is(repaired.reports.find(({ line }) => line === 1)?.result, 1)
  t.is(readFileSync(`${journal}.damaged`, 'utf8'), damaged)
})

test('a journal that another process writes is refused, unless --force-lock says that nobody does', async t => {
  const journal = join(folderWith(), 'j')
  await run(journal, ndjson({ n: 1 }))
  writeFileSync(`${journal}.lock`, String(process.pid))
  const refused = await run(journal, ndjson({ n: 2 }), '--resume')
  t.is(refused.code, 254)
  t.regex(refused.stderr, new RegExp(`process ${process.pid} writes this journal.*--force-lock`))
  const forced = await run(journal, ndjson({ n: 2 }), '--resume', '--force-lock')
  t.is(forced.code, 0)
  t.deepEqual(linesOf(forced), [1])
})

test('a journal that cannot be written ends the run with exit code 254, and resuming loses nothing (9.7)', async t => {
  const folder = folderWith()
  const count = 400
  writeFileSync(join(folder, 'in'), ndjson(...Array.from({ length: count }, (_, n) => ({ n }))))
  // A file may grow to 32 kB: as good as a full disk.
  const command = `"${process.execPath}" "${main}" run "${worker('any')}" -a in --journal j --progress none`
  const full = spawnSync('bash', ['-c', `(ulimit -f 32; exec ${command}) | cat > reports`], {
    cwd: folder,
    encoding: 'utf8',
  })
  t.regex(full.stderr, /The journal .* cannot be written: EFBIG/)
  const text = readFileSync(join(folder, 'j'), 'utf8')
  t.true(text.endsWith('\n'), 'it ends with a whole line')

  const rest = spawnSync('bash', ['-c', `${command} --resume >> reports`], { cwd: folder, encoding: 'utf8' })
  t.is(rest.status, 0, rest.stderr)
  const done = readFileSync(join(folder, 'reports'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { kind: string; line: number })
    .filter(({ kind }) => kind === 'done')
  t.is(new Set(done.map(({ line }) => line)).size, count)
})
