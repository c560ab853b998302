/**
 * The process of one program: started, spoken to, watched, and ended.
 *
 *     end ──► SIGTERM, which it may hear ──► SIGKILL for it and all that it has started
 *
 * It has ended when it is gone and its pipes have told all; who has inherited them is not waited for.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { delimiter } from 'node:path'

import { keptStderr, lastWordsMs, processLookMs, termMs } from '../limits.ts'
import { helpersFolder } from './helpers-folder.ts'
import { killGroup, onWindows, unwatchGroup, watchGroup } from './watchman.ts'

export interface ProgramChildTerms {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>> | undefined
  readonly cwd: string | undefined
  readonly nice: number | undefined
  /** MB that it may take. */
  readonly memoryLimit: number | undefined
  readonly tellMemory: boolean
}

export interface ChildEvents {
  stdout(chunk: Buffer): void
  stderr(text: string): void
  /** Nothing more comes from its stdout, though it may still run. */
  closed(): void
  memory(usedMB: number): void
  /** Once, and last. */
  ended(end: ChildEnd): void
}

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly outOfMemory: boolean
  /** Why it could not even be started. */
  readonly notStarted?: string
  /** The last line that it wrote to stderr. */
  readonly lastWords: string
}

export interface Child {
  readonly pid: number | undefined
  write(text: string): void
  /** Nothing more comes for it. */
  hangUp(): void
  end(): void
  /** Holds its stdout or stderr up, and lets it go on. */
  flow(stream: 'stdout' | 'stderr', on: boolean): void
  keepAlive(alive: boolean): void
}

export function startChild(terms: ProgramChildTerms, events: ChildEvents): Child {
  const [file = '', ...parameters] = terms.command
  const { cwd } = terms
  const child = spawn(file, parameters, {
    ...(cwd !== undefined && { cwd }),
    env: environment(terms.env ?? process.env),
    // The leader of a process group: a Ctrl-C at the terminal is ours, and what it starts can be ended with it.
    detached: !onWindows,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const { pid } = child
  let outOfMemory = false
  let killTimer: NodeJS.Timeout | undefined
  const end = () => {
    if (pid === undefined || killTimer !== undefined) return
    child.kill('SIGTERM')
    killTimer = setTimeout(() => killGroup(pid), termMs)
  }
  const words = followOutput(child, events)
  let looking: NodeJS.Timeout | undefined
  if (pid !== undefined) {
    watchGroup(pid)
    if (terms.nice !== undefined) setPriority(pid, terms.nice)
    looking = lookAtMemory(pid, terms, usedMB => {
      if (terms.tellMemory) events.memory(usedMB)
      if (usedMB <= (terms.memoryLimit ?? Infinity)) return
      outOfMemory = true
      killGroup(pid)
    })
  }
  whenOver(child, notStarted => {
    clearTimeout(killTimer)
    clearInterval(looking)
    if (pid !== undefined) unwatchGroup(pid)
    events.ended({
      code: child.exitCode,
      signal: child.signalCode,
      outOfMemory,
      lastWords: words(),
      ...(notStarted !== undefined && { notStarted: whyNotStarted(file, cwd, notStarted) }),
    })
  })
  child.stdin.on('error', () => {}) // who does not listen any more exits, or is ended
  return {
    pid,
    write: text => void (child.stdin.writable && child.stdin.write(text)),
    hangUp: () => void child.stdin.end(),
    end,
    flow: (stream, on) => void (on ? child[stream].resume() : child[stream].pause()),
    keepAlive: alive => {
      const parts = [child, child.stdin, child.stdout, child.stderr] as readonly Referable[]
      for (const one of parts) alive ? one.ref?.() : one.unref?.()
    },
  }
}

type Referable = { ref?(): void; unref?(): void }

/** Tells what comes out of it. @returns the last line on stderr so far */
function followOutput({ stdout, stderr }: ChildProcessWithoutNullStreams, events: ChildEvents): () => string {
  let words = ''
  stdout.on('data', (chunk: Buffer) => events.stdout(chunk))
  stdout.on('close', () => events.closed())
  stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-keptStderr)
    events.stderr(text)
  })
  for (const stream of [stdout, stderr]) stream.on('error', () => {}) // its close follows
  return () => words.trimEnd().split('\n').at(-1)?.trim().slice(0, 400) ?? ''
}

/** Calls back when it is gone and has said all. */
function whenOver(child: ChildProcessWithoutNullStreams, over: (notStarted?: Error) => void): void {
  let isOver = false
  const once = (notStarted?: Error) => {
    if (isOver) return
    isOver = true
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
    over(notStarted)
  }
  child.once('error', error => {
    if (child.pid === undefined) once(error)
  })
  child.once('exit', () => {
    // What it has started must not hold its pipes open.
    if (child.pid !== undefined) killGroup(child.pid)
    const wait = setTimeout(once, lastWordsMs)
    const bothClosed = () => {
      if (!(child.stdout.closed && child.stderr.closed)) return
      clearTimeout(wait)
      setImmediate(once)
    }
    for (const stream of [child.stdout, child.stderr]) stream.once('close', bothClosed)
    bothClosed()
  })
}

/** The helpers are found without having been copied; a copy of the user's own, beside the program, comes first. */
function environment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const folder = helpersFolder()
  if (folder === undefined) return { ...env }
  const behind = (path: string | undefined) => (path ? `${path}${delimiter}${folder}` : folder)
  return { ...env, PYTHONPATH: behind(env.PYTHONPATH), PERL5LIB: behind(env.PERL5LIB) }
}

function lookAtMemory(
  pid: number,
  { memoryLimit, tellMemory }: ProgramChildTerms,
  seen: (usedMB: number) => void,
): NodeJS.Timeout | undefined {
  if (memoryLimit === undefined && !tellMemory) return undefined
  const look = () => {
    const usedMB = memoryOf(pid)
    if (usedMB !== undefined) seen(usedMB)
  }
  return setInterval(look, processLookMs).unref()
}

/** What a process has in memory now, in MB; `undefined` where the system does not tell. */
function memoryOf(pid: number): number | undefined {
  try {
    const kB = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kB === undefined ? undefined : Number(kB) / 1024
  } catch {
    return undefined // gone, or no Linux
  }
}

function whyNotStarted(file: string, cwd: string | undefined, error: NodeJS.ErrnoException): string {
  if (cwd !== undefined && !existsSync(cwd)) return `its working directory does not exist: ${cwd}`
  if (error.code === 'ENOENT')
    return existsSync(file)
      ? `what ${file} names behind #! is not there`
      : `there is no such program${file.includes('/') ? '' : ' on PATH'}: ${file}`
  if (error.code === 'EACCES') return `${file} is no program, or may not be run (chmod +x)`
  return error.message
}

/** How it ended, in words. */
export function whyEnded({ code, signal, notStarted, outOfMemory, lastWords }: ChildEnd): string {
  if (notStarted !== undefined) return `its process could not be started: ${notStarted}`
  if (outOfMemory) return 'its process took more than its `memoryLimit`'
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`
  return `its process ${how}${lastWords === '' ? '' : `: ${lastWords}`}`
}
