/**
 * Runs a command. Instruction: `{ command, args?, shell?, cwd?, env?, input?, output?, maxBuffer? }`. Result:
 * `{ exitCode, stdout, stderr }`, as text, or as bytes where they are none. Any exit code but 0 fails, with `error.exitCode`
 * and the last of `stdout`, `stderr`.
 *
 * There is no shell unless asked, and then `args` are its `$1`, `$2` ...: nothing in them is ever expanded. In its
 * environment, `RXBOSS_SLOT` is the slot that it runs in, from 1, and `RXBOSS_GPU` which `gpu` it was granted, if any.
 *
 * With `output: 'whole'` or `'lines'` there is no limit to what it writes: notes `{ stdout }` carry it, all of it in the end,
 * or lines as they come; what is long is in a file, `{ stdout: { file } }`, which is whoever hears of it's to remove.
 *
 *     cancelled ──► its whole process group is killed
 *     thread terminated, process killed ──► the pipe to a watchman closes, and he kills the group
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { constants } from 'node:os'
import type { Writable } from 'node:stream'

import * as t from 'io-ts'

import { defineWorker, type Task } from 'rxboss/worker'

import { Lines, Spool, textOrBytes } from './shell/output.ts'

const onWindows = process.platform === 'win32'

const Bytes = new t.Type<Uint8Array, Uint8Array, unknown>(
  'Uint8Array',
  (value): value is Uint8Array => value instanceof Uint8Array,
  (value, context) => (value instanceof Uint8Array ? t.success(value) : t.failure(value, context)),
  t.identity,
)
const Input = t.union([t.string, Bytes, t.type({ file: t.string, from: t.number, to: t.number })])

export default defineWorker(import.meta, {
  name: 'shell',
  info: 'Runs a command.',
  attr: {
    command: { type: t.string, info: 'A program; with `shell`, what the shell reads.' },
    args: { type: t.array(t.string), default: () => [] },
    shell: { type: t.boolean, default: false },
    cwd: t.union([t.string, t.undefined]),
    env: { type: t.record(t.string, t.string), default: () => ({}), info: 'Besides what is there already.' },
    input: {
      type: Input,
      default: '',
      info: 'For its stdin: text, bytes, or `{ file, from, to }`, a piece of a file.',
    },
    output: {
      type: t.keyof({ collect: null, whole: null, lines: null }),
      default: 'collect' as const,
      info: 'Where stdout goes: into the result; whole, or by lines, into notes. Then stderr is that of the worker.',
    },
    title: { type: t.union([t.string, t.undefined]), info: 'What it is called in errors and views.' },
    tag: { type: t.union([t.string, t.undefined]), info: 'Stands before each line of notes, and a tab.' },
    maxBuffer: { type: t.number, default: 16 * 1024 ** 2, info: 'Most bytes of stdout, and of stderr.' },
  },
  setup: () => hireWatchman(),
  work: (given, task): AsyncGenerator<Note, Outcome> | Promise<Outcome> =>
    given.output === 'lines' ? byLines(given, task) : run(given, task),
  teardown: watchman => watchman.leave(),
})

interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly shell: boolean
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string>>
  readonly input: t.TypeOf<typeof Input>
  readonly output: 'collect' | 'whole' | 'lines'
  readonly title: string | undefined
  readonly tag: string | undefined
  readonly maxBuffer: number
}

interface Outcome {
  readonly exitCode: number
  readonly stdout: string | Uint8Array
  readonly stderr: string | Uint8Array
}

/** What a command has written, as an interim report. */
interface Note {
  readonly stdout: string | Uint8Array | { readonly file: string; readonly bytes: number }
}

type ShellTask = Pick<Task<Watchman>, 'signal' | 'local' | 'report' | 'ticket' | 'environment'>

/** Longest piece of stdout and stderr in an error: failures are kept, printed and journalled. */
const tailLength = 4096

class CommandError extends Error {
  override readonly name = 'CommandError'
}

async function run(given: Command, task: ShellTask): Promise<Outcome> {
  return guarded(given, task, async (child, kill) => {
    const spool = given.output === 'whole' ? new Spool(given.tag) : undefined
    const end = await ended(child, given, { kill, spool })
    const stdout = spool?.close()
    if (stdout !== undefined) task.report({ stdout })
    return outcomeOf(given, end, task.signal)
  })
}

/** Told as it comes, at the pace at which it is heard. */
async function* byLines(given: Command, task: ShellTask): AsyncGenerator<Note, Outcome> {
  const lines = new Lines(given.tag)
  const { child, kill, leave } = begin(given, task)
  try {
    const end = ended(child, given, { kill, spool: null })
    end.catch(() => {}) // it could not be started: awaited below
    for await (const chunk of child.stdout ?? []) {
      const stdout = lines.take(chunk as Buffer)
      if (stdout !== undefined) yield { stdout }
    }
    const rest = lines.end()
    if (rest !== undefined) yield { stdout: rest }
    return outcomeOf(given, await end, task.signal)
  } finally {
    leave()
  }
}

async function guarded<A>(
  given: Command,
  task: ShellTask,
  work: (child: ChildProcessWithoutNullStreams, kill: () => void) => Promise<A>,
): Promise<A> {
  const { child, kill, leave } = begin(given, task)
  try {
    return await work(child, kill)
  } finally {
    leave()
  }
}

/** Starts it, and sees to it that it ends with the work. */
function begin(given: Command, { signal, local: watchman, ticket, environment }: ShellTask) {
  signal.throwIfAborted()
  const child = start(given, { ticket, environment })
  watchman.guards(child.pid)
  const kill = () => {
    killGroup(child.pid)
    // Whoever has left the group may hold them open, and is not waited for.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  signal.addEventListener('abort', kill, { once: true })
  const leave = () => {
    signal.removeEventListener('abort', kill)
    // Nobody reads on: it was left in the middle.
    if (child.exitCode === null && child.signalCode === null) kill()
    watchman.guards(undefined)
  }
  return { child, kill, leave }
}

/** @throws {CommandError} unless it ended well */
function outcomeOf(given: Command, end: End, signal: AbortSignal): Outcome {
  signal.throwIfAborted()
  const { exitCode, stdout, stderr } = end
  if (exitCode !== 0 || end.overflown !== undefined) throw complaint(given, end)
  return { exitCode, stdout: textOrBytes(stdout), stderr: textOrBytes(stderr) }
}

function start(
  { command, args, shell, cwd, env }: Command,
  { ticket, environment }: Pick<Task, 'ticket' | 'environment'>,
): ChildProcessWithoutNullStreams {
  const options = {
    ...{ cwd, env: { ...process.env, RXBOSS_SLOT: String(ticket + 1), ...environment, ...env } },
    detached: !onWindows, // in a process group of its own
  }
  if (!shell) return spawn(command, args, options)
  return onWindows
    ? spawn([command, ...args].join(' '), { ...options, shell })
    : spawn('/bin/sh', ['-c', command, 'sh', ...args], options)
}

interface End {
  readonly exitCode: number | null
  readonly killedBy: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: Buffer
  /** The stream to which it wrote more than `maxBuffer`. */
  readonly overflown: string | undefined
}

interface Ears {
  readonly kill: () => void
  /** Where stdout goes: nowhere else, `null` where somebody else reads it. */
  readonly spool: Spool | null | undefined
}

/** How it ended, once its output is closed; rejects when it could not be started. */
function ended(child: ChildProcessWithoutNullStreams, given: Command, { kill, spool }: Ears): Promise<End> {
  return new Promise((resolve, reject) => {
    let overflown: string | undefined
    const hear = (stream: 'stdout' | 'stderr') =>
      collect(child[stream], given.maxBuffer, () => {
        overflown ??= stream
        kill()
      })
    const stdout = spool === undefined ? hear('stdout') : () => Buffer.alloc(0)
    if (spool) child.stdout?.on('data', (chunk: Buffer) => spool.take(chunk))
    const stderr = spool === undefined ? hear('stderr') : passOn(child.stderr)
    child.stdin?.on('error', () => {}) // a command that does not read its input closes it: its exit tells
    feed(child.stdin, given.input)
    child.once('error', error => reject(notStarted(given, error)))
    child.once('close', (exitCode: number | null, killedBy: NodeJS.Signals | null) =>
      resolve({ exitCode, killedBy, stdout: stdout(), stderr: stderr(), overflown }),
    )
  })
}

function feed(stdin: Writable | undefined, input: Command['input']): void {
  if (typeof input === 'string' || input instanceof Uint8Array) stdin?.end(input)
  else if (stdin !== undefined)
    createReadStream(input.file, { start: input.from, end: input.to - 1 })
      .on('error', error => stdin.destroy(error))
      .pipe(stdin)
}

/** @param stream  there is none where there were no descriptors left: its error is told */
function collect(
  stream: NodeJS.ReadableStream | undefined,
  most: number,
  overflow: () => void,
): () => Buffer {
  const chunks: Buffer[] = []
  let size = 0
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > most) overflow()
    else chunks.push(chunk)
  })
  return () => Buffer.concat(chunks)
}

/** Its stderr is this worker's. @returns the last of it */
function passOn(stream: NodeJS.ReadableStream | undefined): () => Buffer {
  let last = ''
  stream?.setEncoding('utf8').on('data', text => {
    process.stderr.write(text)
    last = (last + text).slice(-tailLength)
  })
  return () => Buffer.from(last)
}

function complaint({ command, title = command, maxBuffer }: Command, end: End): Error {
  const { exitCode, killedBy, overflown } = end
  const how =
    overflown !== undefined
      ? `wrote more than ${maxBuffer} bytes to ${overflown}, and was killed`
      : exitCode === null
        ? `was killed by ${killedBy}`
        : `exited with code ${exitCode}`
  const [stdout, stderr] = [end.stdout.toString(), end.stderr.toString()]
  const lastWords = stderr.trimEnd().split('\n').at(-1)
  return Object.assign(new CommandError(`${title} ${how}${lastWords ? `: ${lastWords}` : ''}`), {
    exitCode: exitCode ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]), // as a shell has it
    stdout: stdout.slice(-tailLength),
    stderr: stderr.slice(-tailLength),
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
  watchman.on('error', () => {}) // no shell here, or too many open files: then nobody watches
  if (watchman.pid === undefined) return { guards: () => {}, leave: () => {} }
  watchman.stdin.on('error', () => {})
  watchman.unref()
  ;(watchman.stdin as unknown as { unref(): void }).unref()
  return {
    guards: pid => void watchman.stdin.write(`${pid ?? ''}\n`),
    leave: () => watchman.stdin.end(),
  }
}
