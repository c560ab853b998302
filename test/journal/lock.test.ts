/**
 * One writer. Goal: whoever writes is never joined by a second one, and whoever is gone keeps nobody out. Method: locks as
 * others would have left them, and real processes in namespaces of their own, where the system allows it.
 */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import test from 'ava'

import { fileJournal } from '../../src/entries/journal.ts'
import { asHolder } from '../../src/journal/holder.ts'
import { lock } from '../../src/journal/lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'rxboss-lock-'))
test.after.always(() => rmSync(folder, { recursive: true }))
let files = 0
const freshFile = () => join(folder, `${++files}.journal`)

const workers = [{ name: 'square', version: undefined, url: 'file:///nowhere/square.js' }]
const linux = existsSync('/proc/self/stat') ? test : test.skip

/** A lock that somebody else has left, touched so many seconds ago. */
function leftBy(path: string, holder: object | string, secondsAgo = 0): void {
  const file = `${path}.lock`
  writeFileSync(file, typeof holder === 'string' ? holder : JSON.stringify(holder))
  const at = Date.now() / 1000 - secondsAgo
  utimesSync(file, at, at)
}

const isFree = (path: string): boolean => {
  try {
    lock(path).release()
    return true
  } catch {
    return false
  }
}

linux(
  'who is gone keeps nobody out: another start time, another boot, a zombie, nonsense, an old number of ours',
  async t => {
    const path = freshFile()
    const own = asHolder()
    const gone: readonly (object | string)[] = [
      { ...own, started: '1' },
      { ...own, pid: 999_999_999 },
      { ...own, boot: 'before' },
      String(process.pid),
      '999999999',
      '',
      '{"pid":',
      'null',
    ]
    for (const holder of gone) {
      leftBy(path, holder)
      t.true(isFree(path), JSON.stringify(holder))
      t.false(existsSync(`${path}.lock`))
    }
    // A child that has ended, and that its parent does not look after.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 20'])
    const [text] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(String(text))
    while (!/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await delay(5)
    leftBy(path, { ...own, pid, started: '' })
    t.true(isFree(path))
    parent.kill('SIGKILL')
  },
)

linux('who lives keeps others out: this process, another, under another name of the file', async t => {
  const path = freshFile()
  const own = asHolder()
  for (const holder of [own, { ...own, pid: process.ppid, started: '' }, String(process.ppid)]) {
    leftBy(path, holder)
    t.false(isFree(path), JSON.stringify(holder))
  }
  rmSync(`${path}.lock`)

  const journal = fileJournal(path)
  journal.open(workers)
  const link = freshFile()
  symlinkSync(path, link)
  t.throws(() => fileJournal(link, { resume: true }).open(workers), { message: /writes this journal/ })
  journal.close()
  const dangling = freshFile()
  const target = freshFile()
  symlinkSync(target, dangling)
  const first = fileJournal(dangling)
  first.open(workers)
  t.throws(() => fileJournal(target, { resume: true }).open(workers), { message: /writes this journal/ })
  first.close()
})

linux('who cannot be seen is gone after some silence, and not before', t => {
  const path = freshFile()
  const own = asHolder()
  const contained = { ...own, space: 'pid:[1]', pid: 1 }
  const elsewhere = { ...contained, boot: 'another', host: 'another' }
  leftBy(path, contained, 3)
  t.throws(() => lock(path), {
    message: /process 1 in another container writes this journal, or died a moment ago/,
  })
  leftBy(path, contained, 7)
  t.true(isFree(path))
  leftBy(path, elsewhere, 7)
  t.throws(() => lock(path), { message: /process 1 on another writes/ })
  leftBy(path, elsewhere, 16)
  t.true(isFree(path))
  leftBy(path, contained)
  const forced = fileJournal(path, { forceLock: true })
  forced.open(workers)
  forced.close()
  t.is(hostname(), own.host)
})

linux('`ready` waits for a sign of who cannot be seen: until there is one, or none for long', async t => {
  const notes: string[] = []
  const path = freshFile()
  const contained = { ...asHolder(), space: 'pid:[1]', pid: 1 }
  leftBy(path, contained, 5.5)
  const journal = fileJournal(path, { note: text => notes.push(text) })
  await journal.ready()
  t.regex(notes.join(), /waiting 1 s for a sign of it/)
  journal.open(workers)
  journal.close()

  leftBy(path, contained, 1)
  const other = fileJournal(path, { resume: true, note: () => {} })
  const waiting = other.ready()
  await delay(150)
  leftBy(path, contained)
  await waiting
  t.throws(() => other.open(workers), { message: /in another container writes this journal/ })
})

test('whose lock was taken over writes nothing more', t => {
  const path = freshFile()
  const held = lock(path)
  writeFileSync(`${path}.lock`, JSON.stringify({ ...asHolder(), pid: 1 }))
  const { now } = performance
  performance.now = () => now.call(performance) + 5000
  t.teardown(() => {
    performance.now = now
  })
  t.throws(() => held.check(), { message: /taken it over/ })
  held.release()
  t.true(existsSync(`${path}.lock`), 'the lock of the other stays')
})

test('of many that find a lock of somebody who is gone, one gets it', t => {
  const path = freshFile()
  leftBy(path, '999999999')
  const got: unknown[] = []
  for (let i = 0; i < 5; i++) {
    try {
      got.push(lock(path))
    } catch {
      // Another has it.
    }
  }
  t.is(got.length, 1)
  t.notThrows(() => linkSync(`${path}.lock`, `${path}.same`))
})

const canUnshare = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0
const contained = canUnshare ? test : test.skip

contained(
  'a container that was killed and is started again goes on; a second one beside it is kept out',
  async t => {
    t.timeout(60_000)
    const main = new URL('../../lib/main.js', import.meta.url).pathname
    const worker = new URL('../cli/workers/any.js', import.meta.url).pathname
    const path = freshFile()
    const input = `${path}.in`
    writeFileSync(input, Array.from({ length: 12 }, (_, n) => `{"n":${n},"ms":400}\n`).join(''))
    const args = ['--pid', '--fork', '--mount-proc', '--kill-child', process.execPath, main]
    const run = ['run', worker, '-j1', '-a', input, '--journal', path, '-q']
    const start = (...more: string[]) => spawn('unshare', [...args, ...run, ...more])
    const first = start()
    const reports: string[] = []
    first.stdout.on('data', text => reports.push(...String(text).trim().split('\n')))
    while (reports.length < 2) await once(first.stdout, 'data')

    const beside = start('--resume')
    const [code] = (await once(beside, 'close')) as [number]
    t.is(code, 254, 'the first one gives signs of life')
    first.kill('SIGKILL')
    await once(first, 'close')

    const again = start('--resume')
    again.stdout.on('data', text => reports.push(...String(text).trim().split('\n')))
    const [codeAgain] = (await once(again, 'close')) as [number]
    t.is(codeAgain, 0)
    t.is(new Set(reports.map(line => JSON.parse(line).line)).size, 12)
  },
)
