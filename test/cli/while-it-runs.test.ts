/** What can be changed while a run goes on, and what workers find around them. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import test from 'ava'

import { folderWith, ndjson, rxboss, start, worker } from './command.ts'

test('--jobs-file: more at once as soon as the file says so; what is no number is said, and changes nothing', async t => {
  const folder = folderWith({ jobs: '1\n' })
  const until = join(folder, 'go')
  const { child, ended, said } = start([
    'run',
    worker('any'),
    '--jobs-file',
    join(folder, 'jobs'),
    '--progress',
    'plain',
    '--line-buffer',
  ])
  child.stdin.end(ndjson(...Array.from({ length: 3 }, (_, n) => ({ n, until, print: `begun ${n}\n` }))))
  await said('begun 0')
  writeFileSync(join(folder, 'jobs'), 'many')
  await said(/'many' is not a number of jobs.*: still 1 at once/)
  writeFileSync(join(folder, 'jobs'), '3')
  await said('3 at once from now on')
  writeFileSync(until, '')
  const { code, stderr } = await ended
  t.is(code, 0, stderr)
})

test('--drain: what still runs after so long is stopped', async t => {
  const { child, ended, said } = start([
    'run',
    worker('any'),
    '--drain',
    '50ms',
    '--grace',
    '50ms',
    '--line-buffer',
  ])
  const folder = folderWith()
  child.stdin.write(ndjson({ until: join(folder, 'never'), print: 'begun\n', notes: [1] }))
  await said('begun')
  child.kill('SIGINT')
  const { code, reports } = await ended
  t.is(code, 130)
  t.is(reports[0]?.kind, 'cancelled')
})

test('--wd, --env and --nice: what commands find around them', async t => {
  const folder = folderWith({ here: '' })
  const run = ['run', 'shell', '-q', '--wd', folder, '--env', 'A=b c', '--nice', '3']
  const { stdout, code, stderr } = await rxboss([...run, 'ls; echo "$A"; nice; : {}', ':::', 'x'])
  t.is(code, 0, stderr)
  t.is(stdout, 'here\nb c\n3\n')
  const wrong = await rxboss(['run', worker('add'), '--wd', folder, '--each', 'n=1'])
  t.is(wrong.code, 255)
  t.regex(wrong.stderr, /--wd is of commands of shell/)
  t.regex(
    (await rxboss(['run', 'shell', '--env', 'A', 'x', ':::', 'y'])).stderr,
    /--env 'A': give NAME=VALUE/,
  )
})

test('--heap: a worker that wants more is out of memory, and the others go on', async t => {
  const { reports, code } = await rxboss(
    ['run', worker('hungry'), '-q', '-j1', '--heap', '40M', '--supervise', '9/1m'],
    {
      input: ndjson({}),
    },
  )
  t.is(code, 1)
  t.is(reports[0]?.failure.code, 'outOfMemory')
  t.regex(
    (await rxboss(['run', worker('add'), '--crew', 'inline', '--heap', '1G', '--each', 'n=1'])).stderr,
    /--heap/,
  )
})

test('--jobs-file and --jobs are one thing said twice', async t => {
  const { code, stderr } = await rxboss(['run', worker('add'), '-j2', '--jobs-file', 'x', '--each', 'n=1'])
  t.is(code, 255)
  t.regex(stderr, /either --jobs or --jobs-file/)
})
