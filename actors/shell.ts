/**
 * Runs a command. Instruction: `{ command, args?, shell?, cwd?, env?, input?, maxBuffer? }`. Result:
 * `{ exitCode, stdout, stderr }`. Any exit code but 0 fails, with `error.exitCode` and the last of `stdout`, `stderr`.
 *
 * There is no shell unless asked, and then `args` are its `$1`, `$2` ...: nothing in them is ever expanded.
 *
 *     cancelled ──► its whole process group is killed
 *     thread terminated, process killed ──► the pipe to a watchman closes, and he kills the group
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const onWindows = process.platform === 'win32'

export default defineWorker(import.meta, {
  name: 'shell',
  info: 'Runs a command.',
  attr: {
    command: { type: t.string, info: 'A program; with `shell`, what the shell reads.' },
    args: { type: t.array(t.string), default: () => [] },
    shell: { type: t.boolean, default: false },
    cwd: t.union([t.string, t.undefined]),
    env: { type: t.record(t.string, t.string), default: () => ({}), info: 'Besides what is there already.' },
    input: { type: t.string, default: '', info: 'For its stdin.' },
    maxBuffer: { type: t.number, default: 16 * 1024 ** 2, info: 'Most bytes of stdout, and of stderr.' },
  },
  setup: () => hireWatchman(),
  work: (given, { signal, local }) => run(given, signal, local),
  teardown: watchman => watchman.leave(),
})

interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly shell: boolean
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string>>
  readonly input: string
  readonly maxBuffer: number
}

interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Longest piece of stdout and stderr in an error: failures are kept, printed and journalled. */
const tailLength = 4096

class CommandError extends Error {
  override readonly name = 'CommandError'
}

async function run(given: Command, signal: AbortSignal, watchman: Watchman): Promise<Outcome> {
  signal.throwIfAborted()
  const child = start(given)
  watchman.guards(child.pid)
  const kill = () => {
    killGroup(child.pid)
    // Whoever has left the group may hold them open, and is not waited for.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  signal.addEventListener('abort', kill, { once: true })
  try {
    const end = await ended(child, given, kill)
    signal.throwIfAborted()
    const { exitCode, stdout, stderr } = end
    if (exitCode === 0 && end.overflown === undefined) return { exitCode, stdout, stderr }
    throw complaint(given, end)
  } finally {
    signal.removeEventListener('abort', kill)
    watchman.guards(undefined)
  }
}

function start({ command, args, shell, cwd, env }: Command): ChildProcessWithoutNullStreams {
  const options = { cwd, env: { ...process.env, ...env }, detached: !onWindows } // in a process group of its own
  if (!shell) return spawn(command, args, options)
  return onWindows
    ? spawn([command, ...args].join(' '), { ...options, shell })
    : spawn('/bin/sh', ['-c', command, 'sh', ...args], options)
}

interface End {
  readonly exitCode: number | null
  readonly killedBy: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** The stream to which it wrote more than `maxBuffer`. */
  readonly overflown: string | undefined
}

/** How it ended, once its output is closed; rejects when it could not be started. */
function ended(child: ChildProcessWithoutNullStreams, given: Command, kill: () => void): Promise<End> {
  return new Promise((resolve, reject) => {
    let overflown: string | undefined
    const hear = (stream: 'stdout' | 'stderr') =>
      collect(child[stream], given.maxBuffer, () => {
        overflown ??= stream
        kill()
      })
    const [stdout, stderr] = [hear('stdout'), hear('stderr')]
    child.stdin?.on('error', () => {}) // a command that does not read its input closes it: its exit tells
    child.stdin?.end(given.input)
    child.once('error', error => reject(notStarted(given, error)))
    child.once('close', (exitCode: number | null, killedBy: NodeJS.Signals | null) =>
      resolve({ exitCode, killedBy, stdout: stdout(), stderr: stderr(), overflown }),
    )
  })
}

/** @param stream  there is none where there were no descriptors left: its error is told */
function collect(
  stream: NodeJS.ReadableStream | undefined,
  most: number,
  overflow: () => void,
): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > most) overflow()
    else chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString()
}

function complaint({ command, maxBuffer }: Command, end: End): Error {
  const { exitCode, killedBy, overflown } = end
  const how =
    overflown !== undefined
      ? `wrote more than ${maxBuffer} bytes to ${overflown}, and was killed`
      : exitCode === null
        ? `was killed by ${killedBy}`
        : `exited with code ${exitCode}`
  const lastWords = end.stderr.trimEnd().split('\n').at(-1)
  return Object.assign(new CommandError(`${command} ${how}${lastWords ? `: ${lastWords}` : ''}`), {
    exitCode: exitCode ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]), // as a shell has it
    stdout: end.stdout.slice(-tailLength),
    stderr: end.stderr.slice(-tailLength),
  })
}

function notStarted({ command, cwd }: Command, error: NodeJS.ErrnoException): Error {
  const why =
    cwd !== undefined && !existsSync(cwd)
      ? `its working directory does not exist: ${cwd}`
      : error.code === 'ENOENT'
        ? `there is no such program${command.includes('/') ? '' : ' on PATH'}`
        : error.code === 'EACCES'
          ? 'it is no program, or may not be run'
          : error.message
  return Object.assign(new CommandError(`Cannot run ${command}: ${why}`, { cause: error }), {
    code: error.code,
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(onWindows ? pid : -pid, 'SIGKILL')
  } catch (error) {
    // Gone already, or another user's by now.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

interface Watchman {
  guards(pid: number | undefined): void
  leave(): void
}

/** He reads who is at work; when nobody writes any more, because this thread is gone, he kills who was at work last. */
const duty = 'while read -r pid; do last=$pid; done; [ -z "$last" ] || kill -s KILL -- "-$last"'

function hireWatchman(): Watchman {
  if (onWindows) return { guards: () => {}, leave: () => {} }
  const watchman = spawn('/bin/sh', ['-c', duty], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  watchman.on('error', () => {}) // no shell here: then nobody watches
  watchman.stdin.on('error', () => {})
  watchman.unref()
  ;(watchman.stdin as unknown as { unref(): void }).unref()
  return {
    guards: pid => void watchman.stdin.write(`${pid ?? ''}\n`),
    leave: () => watchman.stdin.end(),
  }
}
