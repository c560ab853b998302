import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import test from 'ava'

import shell from '../../actors/shell.ts'
import { Boss, maxThreads, threads } from '../../src/index.ts'
import { perform } from './perform.ts'
import { scratch } from './scratch.ts'

const node = process.execPath
/** Answers when a condition holds, looking often; not for ever. */
async function until(holds: () => boolean): Promise<void> {
  const limit = performance.now() + 20_000
  while (!holds()) {
    if (performance.now() > limit) throw new Error('it did not come to hold within 20 s')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/**
 * Starts a process in the background, writes both their ids to a file, and waits. Its input ends only once the watchman was
 * told of it: what is killed after that must not be left behind.
 */
const family = 'cat > /dev/null; sleep 600 & echo $$ $! > "$1.part"; mv "$1.part" "$1"; wait'

async function untilGone(pids: string): Promise<void> {
  const family = readFileSync(pids, 'utf8').split(' ').map(Number)
  await until(() => !family.some(isAlive))
}

const isAlive = (pid: number): boolean => {
  try {
    // A zombie nobody has waited for yet is dead.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z'
  } catch {
    return false
  }
}

test('a command is run with its arguments, and nothing in them is expanded', async t => {
  t.deepEqual(await perform(shell, { command: 'echo', args: ['$HOME *', ';', 'a  b'] }), {
    exitCode: 0,
    stdout: '$HOME * ; a  b\n',
    stderr: '',
  })
})

test('without a shell a whole line is no program', async t => {
  await t.throwsAsync(perform(shell, { command: 'echo hello' }), { code: 'ENOENT' })
})

test('with a shell the line is the shell’s, and args are $1, $2 ..., unexpanded', async t => {
  const command = 'echo "$1" | tr a-z A-Z; echo $2 >&2'
  const { stdout, stderr } = await perform(shell, { command, shell: true, args: ['a; exit 3', 'two'] })
  t.is(stdout, 'A; EXIT 3\n')
  t.is(stderr, 'two\n')
})

test('cwd, env and input reach it', async t => {
  const { folder } = scratch(t)
  const command = 'pwd; echo $WHO; cat'
  const given = { command, shell: true, cwd: folder, env: { WHO: 'me' }, input: 'typed' }
  t.is((await perform(shell, given)).stdout, `${folder}\nme\ntyped`)
})

test('a large input that nobody reads does no harm', async t => {
  t.is((await perform(shell, { command: 'true', input: 'x'.repeat(1_000_000) })).exitCode, 0)
})

test('an exit code other than 0 is an error with the code and the last words', async t => {
  const command = 'echo partly; echo why >&2; exit 7'
  const error = await t.throwsAsync(perform(shell, { command, shell: true }))
  t.is(error?.message, `${command} exited with code 7: why`)
  t.like(error, { name: 'CommandError', exitCode: 7, stdout: 'partly\n', stderr: 'why\n' })
})

test('of long output, the error keeps the end', async t => {
  const args = ['-e', 'console.log("x".repeat(100_000) + "end"); process.exitCode = 1']
  const error = await t.throwsAsync<Error & { stdout?: string }>(perform(shell, { command: node, args }))
  t.true((error?.stdout?.length ?? 0) < 5000 && error?.stdout?.endsWith('end\n'))
})

test('death by signal is an error that names it, with a code as a shell has it', async t => {
  const error = await t.throwsAsync(perform(shell, { command: 'kill -SEGV $$', shell: true }))
  t.like(error, { exitCode: 139 })
  t.regex(error?.message ?? '', /was killed by SIGSEGV/)
})

test('a program that does not exist is said so, by name', async t => {
  const message = 'Cannot run no-such-program: there is no such program on PATH'
  await t.throwsAsync(perform(shell, { command: 'no-such-program' }), { code: 'ENOENT', message })
})

test('a file that is no program is said so', async t => {
  const command = scratch(t).file('text', 'not a program')
  await t.throwsAsync(perform(shell, { command }), { code: 'EACCES', message: /is no program/ })
})

test('a working directory that does not exist is blamed instead of the program', async t => {
  const cwd = scratch(t).path('nowhere')
  await t.throwsAsync(perform(shell, { command: 'ls', cwd }), { message: /working directory .*nowhere/ })
})

test('more output than maxBuffer kills it and fails', async t => {
  const given = { command: 'yes', maxBuffer: 100_000 }
  await t.throwsAsync(perform(shell, given), { message: /more than 100000 bytes to stdout/ })
})

test('an abort kills the whole group, and the reason is what it rejects with', async t => {
  const control = new AbortController()
  const pids = scratch(t).path('pids')
  const given = { command: family, shell: true, args: [pids] }
  const running = perform(shell, given, { signal: control.signal })
  await until(() => existsSync(pids))
  control.abort(new Error('enough'))
  await t.throwsAsync(running, { message: 'enough' })
  await t.notThrowsAsync(untilGone(pids))
})

test('aborted before it begins, it runs nothing', async t => {
  const mark = scratch(t).path('mark')
  const signal = AbortSignal.abort(new Error('never'))
  await t.throwsAsync(perform(shell, { command: 'touch', args: [mark] }, { signal }), { message: 'never' })
  t.false(existsSync(mark))
})

test('stopThemWorking terminates its thread, and what it ran is gone too', async t => {
  const pids = scratch(t).path('pids')
  const boss = new Boss({ workers: shell, crew: threads() })
  boss.give({ command: family, shell: true, args: [pids] })
  boss.makeThemWork()
  await until(() => existsSync(pids))
  const { counts } = await boss.stopThemWorking()
  t.like(counts, { submitted: 1, cancelled: 1 })
  await t.notThrowsAsync(untilGone(pids))
})

test('a program that is killed takes with it what its workers ran', async t => {
  const pids = scratch(t).path('pids')
  const program = fileURLToPath(new URL('./programs/long-command.js', import.meta.url))
  const child = spawn(process.execPath, [program, pids], { stdio: 'inherit' })
  await until(() => existsSync(pids))
  child.kill('SIGKILL')
  await t.notThrowsAsync(untilGone(pids))
})

test('cancelled, it is a cancelled report at once, and its thread does the next one', async t => {
  const pids = scratch(t).path('pids')
  await using boss = new Boss({ workers: shell, crew: threads(), scheduler: maxThreads(1), graceMs: 60_000 })
  const id = boss.give({ command: family, shell: true, args: [pids] })
  boss.give({ command: 'true' })
  boss.makeThemWork()
  await until(() => existsSync(pids))
  t.true(boss.cancel(id))
  const { counts } = await boss.waitTillFinished()
  t.like(counts, { cancelled: 1, done: 1 })
  await t.notThrowsAsync(untilGone(pids))
})

test('through a boss, a command that fails is a failed report with its exit code', async t => {
  await using boss = new Boss({ workers: shell, crew: threads() })
  boss.give({ command: 'exit 5', shell: true })
  boss.give({ command: 'true' })
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  t.like(
    reports.find(({ id }) => id === 0),
    { kind: 'failed', failure: { code: 'threw', error: { name: 'CommandError', exitCode: 5 } } },
  )
  t.like(
    reports.find(({ id }) => id === 1),
    { kind: 'done', result: { exitCode: 0 } },
  )
})
