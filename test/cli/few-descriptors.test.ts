/** Ordinary days at the edge of what a machine has: few descriptors, quick records that may not start at once. */

import { spawnSync } from 'node:child_process'

import ava from 'ava'

import { folderWith, main, numbers, rxboss, worker } from './command.ts'

const test = ava.serial

for (const crew of ['threads', 'inline'])
  test(`--delay with quick records and the crew ${crew}: each starts when it may, and none is waited for in vain`, async t => {
    const before = performance.now()
    const { code, reports } = await rxboss(['run', worker('add'), '--delay', '20ms', '--crew', crew, '-q'], {
      input: numbers(60),
    })
    t.is(code, 0)
    t.is(reports.length, 60)
    // As long as the pauses together, not a multiple of them: it was ten times, or for ever.
    const took = performance.now() - before
    t.true(took >= 59 * 20, `${took}`)
    t.true(took < 10_000, `${took}`)
  })

const withFew = process.platform === 'win32' ? test.skip : test

withFew(
  'too few descriptors for all: what cannot start fails for itself, every record is reported, nothing throws',
  t => {
    const commands = Array.from({ length: 40 }, (_, n) => `sleep 0.1; echo ${n}\n`).join('')
    const folder = folderWith({ commands })
    for (const most of [90, 110]) {
      const { status, stdout, stderr } = spawnSync(
        'bash',
        [
          ...['-c', `ulimit -n ${most}; exec "$0" "$@"`, process.execPath, main, 'run', 'shell'],
          ...['-a', 'commands', '--input', 'lines=command', '--common', 'shell=true', '-j', '20'],
        ],
        { cwd: folder, encoding: 'utf8', timeout: 60_000 },
      )
      const reports = stdout
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line))
      const failed = reports.filter(({ kind }) => kind !== 'done')
      t.is(reports.length, 40, stderr)
      t.is(status, failed.length, stderr)
      for (const { failure } of failed) t.regex(failure.why, /EMFILE|did not start|storm|file/, stderr)
    }
  },
)
