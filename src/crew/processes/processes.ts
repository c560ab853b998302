/**
 * `processes()`: each lane a child process of its own, for native crashes and for memory that must not grow.
 *
 *     lane ── batches ──► IPC channel ──► process-entry ──► Performer          the same wire as threads
 *          ◄── results ──      │
 *                              └── exit code, signal, last words on stderr ──► exit
 *
 * No memory is shared with a child, so a job that was sent cannot be taken back: jobs are handed over one at a time.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { inTurns } from '../../words/turns.ts'
import type { AnyWorker } from '../../worker/worker.ts'
import { environmentForChild, forChild } from '../child-arguments.ts'
import type { Crew, LaneTerms } from '../crew.ts'
import { type CrewLimits, crewLimits, mustBe } from '../crew-limits.ts'
import { connectTerms } from '../lane/connect-terms.ts'
import type { Link, LinkEvents } from '../lane/link.ts'
import { openLinkedLane } from '../lane/linked-lane.ts'
import { type Pace, sharedPaces } from '../lane/pace.ts'
import { toMain } from '../lane/wire.ts'
import { keptWords, lastWordsMs, leastProcessMB, startMsDefault } from '../limits.ts'
import { mustBeLoadable } from '../must-be-loadable.ts'
import { ownFile } from '../own-file.ts'
import { refuseShared } from '../refuse-shared.ts'
import { actorProcess } from './actor-process.ts'
import { cloneOverPipe, mustCross } from './clone-over-pipe.ts'
import { type FlightRecorder, openRecorder } from './flight-recorder.ts'
import { type ChildTerms, overLimit } from './process-terms.ts'

/** How many children there are, and what they may take. */
export interface ProcessesOptions extends CrewLimits {
  /**
   * MB that a process may take: of JavaScript's heap, which V8 keeps to, and in all, which is looked at five times a second.
   * Beyond it the process is ended, and its instruction fails with `outOfMemory`.
   */
  readonly memoryLimit?: number
  /** -20 (first) to 19 (last), as the command `nice` has it. Below 0 needs privileges. */
  readonly nice?: number
  /** Environment of the children, instead of this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Working directory of the children. */
  readonly cwd?: string
  /**
   * Arguments for Node, behind those of this process, so that they win. A debugger's (`--inspect` and its kind) reach no child,
   * here, from this process or by `NODE_OPTIONS`: all children would wait at one port.
   */
  readonly execArgv?: readonly string[]
}

/**
 * Workers in child processes of their own.
 *
 * A crash in native code, a signal, an out-of-memory ends one child and settles exactly its instruction. Values are copied over
 * a pipe: what `transfer` marks is copied, too, and shared memory is refused. A child costs some 40 MB and starts in 50 to 100 ms.
 *
 * @throws {TypeError} at once, when a number cannot be meant
 *
 * @example
 * new Boss({ workers: [convert], crew: processes({ memoryLimit: 512, nice: 10 }) })
 */
export function processes(options: ProcessesOptions = {}): Crew {
  const { memoryLimit, nice } = options
  const limits = crewLimits('processes', options)
  if (memoryLimit !== undefined)
    mustBe('processes', {
      name: 'memoryLimit',
      value: memoryLimit,
      holds: memoryLimit >= leastProcessMB,
      rule: 'MB, at least 64',
    })
  if (nice !== undefined)
    mustBe('processes', {
      name: 'nice',
      value: nice,
      holds: isNice(nice),
      rule: 'a whole number from -20 to 19',
    })
  const paceOf = sharedPaces()
  return {
    name: 'processes',
    ...limits,
    check: definitions => {
      ownFile('process-entry', import.meta.url, inABundle)
      for (const one of definitions) mustBeLoadable(one, 'in a process')
    },
    open: terms => openProcess(terms, options, paceOf),
    startMs: options.startMs ?? startMsDefault,
    place: (definition, events) => {
      mustBeLoadable(definition, 'in a process')
      const { name, url } = definition
      const start = () => startChild(options, undefined, 'actor-process-entry')
      return actorProcess(start, { name, url, memoryLimit }, events)
    },
  }
}

const isNice = (nice: number) => Number.isInteger(nice) && nice >= -20 && nice <= 19

function openProcess(terms: LaneTerms, options: ProcessesOptions, paceOf: (worker: AnyWorker) => Pace) {
  const paces = terms.definitions.map(paceOf)
  let pid = 0
  return openLinkedLane({
    terms,
    cells: undefined,
    paces,
    startMs: options.startMs ?? startMsDefault,
    clone: cloneOverPipe,
    where: () => ({ pid }),
    connect: events => {
      const recorder = openRecorder()
      const child = startChild(options, recorder)
      pid = child.pid ?? 0
      const childTerms: ChildTerms = {
        ...connectTerms(terms, paces, { tellHeap: options.recycleAboveMB !== undefined }),
        memoryLimit: options.memoryLimit,
        recorded: recorder !== undefined,
      }
      return connectChild(child, inTurns(events), { childTerms, nice: options.nice, recorder })
    },
  })
}

const inABundle = 'Children need files to begin with: there is no way to have all in one'

function startChild(
  { memoryLimit, env = process.env, cwd, execArgv = [] }: ProcessesOptions,
  recorder: FlightRecorder | undefined,
  entry = 'process-entry',
): ChildProcess {
  const heap = memoryLimit === undefined ? [] : [`--max-old-space-size=${Math.floor(memoryLimit)}`]
  return fork(fileURLToPath(ownFile(entry, import.meta.url, inABundle)), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', recorder?.fd ?? 'ignore'],
    // Outside of the terminal's group: a Ctrl-C is for its parent, which says what becomes of the work.
    detached: process.platform !== 'win32',
    execArgv: forChild([...process.execArgv, ...heap, ...execArgv]),
    env: environmentForChild(env) as NodeJS.ProcessEnv,
    ...(cwd !== undefined && { cwd }),
  })
}

interface ChildMeans {
  readonly childTerms: ChildTerms
  readonly nice: number | undefined
  readonly recorder: FlightRecorder | undefined
}

function connectChild(
  child: ChildProcess,
  events: LinkEvents,
  { childTerms, nice, recorder }: ChildMeans,
): Link {
  let gone = false
  /** How many messages it has sent, as far as they have come. */
  let heard = 0
  let ended: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined
  let connected = true
  let lastWords = ''
  let wait: NodeJS.Timeout | undefined

  const finish = () => {
    if (gone || ended === undefined) return
    gone = true
    clearTimeout(wait)
    for (const message of recorder?.lastWords(heard) ?? []) events.receive(message)
    const { code, signal } = ended
    const outOfMemory = lastWords.includes(overLimit) || lastWords.includes('heap out of memory')
    const by = signal === null ? `exited with code ${code}` : `was ended by ${signal}`
    events.exited({
      reason: `its process ${by}`,
      outOfMemory,
      ...(code !== null && { exitCode: code }),
      ...(recorder !== undefined && { standingOf: recorder.standing() }),
    })
    recorder?.close()
  }
  /** It has ended, and all that it said has come. */
  const maybeFinish = () => {
    if (ended === undefined) return
    if (!connected) setImmediate(finish)
    else wait ??= setTimeout(finish, lastWordsMs)
  }

  child.on('message', message => {
    heard++
    events.receive(message)
  })
  child.on('disconnect', () => {
    connected = false
    maybeFinish()
  })
  child.on('exit', (code, signal) => {
    ended ??= { code, signal }
    maybeFinish()
  })
  child.on('error', error => {
    // It could not be started, or not be spoken to: the latter ends with its exit.
    if (child.pid !== undefined) return
    lastWords = error.message
    gone = true
    recorder?.close()
    queueMicrotask(() => events.exited({ reason: `its process could not be started: ${error.message}` }))
  })
  for (const name of ['stdout', 'stderr'] as const) {
    // What does not come over the channel: native code, and Node's own last words.
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      if (name === 'stderr') lastWords = (lastWords + text).slice(-keptWords)
      if (!text.includes(overLimit)) events.receive([toMain.log, name, text, -1])
    })
  }
  if (child.pid !== undefined) {
    if (nice !== undefined) beNice(child.pid, nice)
    child.send(childTerms, error => void error)
  }

  return {
    send: message => {
      refuseShared(message)
      mustCross(message)
      // A channel that closes meanwhile is reported by the exit.
      if (connected) child.send(message, error => void error)
    },
    kill: () => void child.kill('SIGKILL'),
    keepAlive: alive => {
      if (gone) return
      const streams = [child, child.channel, child.stdout, child.stderr] as readonly Referable[]
      for (const one of streams) alive ? one?.ref?.() : one?.unref?.()
    },
  }
}

type Referable = { ref?(): void; unref?(): void } | null | undefined

function beNice(pid: number, nice: number): void {
  try {
    setPriority(pid, nice)
  } catch (error) {
    throw new TypeError(
      `Cannot make a process as nice as ${nice}: ${(error as Error).message}. Below 0 needs privileges`,
      { cause: error },
    )
  }
}
