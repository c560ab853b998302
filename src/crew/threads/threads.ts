/**
 * `threads()`: each lane a worker thread of Node's.
 *
 * The threads package is the control plane: it spawns, and one exposed method connects our own port, over which all
 * work goes. Its calls hang when a thread dies, so nothing depends on their answers: `ready` and `exit` tell.
 */

import { createRequire } from 'node:module'
import {
  MessageChannel,
  type MessagePort,
  type ResourceLimits,
  receiveMessageOnPort,
  Worker as Thread,
  type WorkerOptions,
} from 'node:worker_threads'

import { errorToData } from '../../words/error-data.ts'
import { forChild } from '../child-arguments.ts'
import type { Crew } from '../crew.ts'
import type { Link, LinkEvents } from '../lane/link.ts'
import { mustBeLoadable } from '../must-be-loadable.ts'
import type { ThreadEntry } from '../place/port.ts'
import { actorThread } from './actor-thread.ts'
import { withLimits } from './heap-limit.ts'
import { type ThreadConnection, type ThreadsOptions, threadCrew } from './thread-crew.ts'

/** So many messages are read in one go, before anything else has its turn. */
const messagesPerTurn = 32

/**
 * Workers in threads of this process: the default crew.
 *
 * @throws {TypeError} at once, when a number cannot be meant
 *
 * @example
 * new Boss({ workers: [primes], crew: threads({ resourceLimits: { maxOldGenerationSizeMb: 256 } }) })
 */
export function threads(options: ThreadsOptions = {}): Crew {
  const crew = threadCrew(options, {
    check: definitions => {
      if (options.worker === undefined) for (const one of definitions) mustBeLoadable(one, 'in a thread')
    },
    sharesMemory: () => true,
    start: (events, connection) => {
      const thread = (options.worker?.() as Thread | undefined) ?? startThread(options.resourceLimits)
      return { link: connectThread(thread, events, connection), threadId: thread.threadId }
    },
  })
  return {
    ...crew,
    place: (definition, events) => {
      mustBeLoadable(definition, 'in a thread')
      const start = (terms: WorkerOptions) =>
        startThread(options.resourceLimits, { entry: 'actor-thread-entry', terms })
      return actorThread(start, definition, events)
    },
  }
}

function startThread(
  resourceLimits: ResourceLimits | undefined,
  { entry: name, terms }: { readonly entry: string; readonly terms: WorkerOptions } = {
    entry: 'thread-entry',
    terms: {},
  },
): Thread {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = new URL(`./${name}.${extension}`, import.meta.url)
  const start = () => newThread(entry, { ...terms, ...(resourceLimits !== undefined && { resourceLimits }) })
  return resourceLimits === undefined ? start() : withLimits(resourceLimits, start)
}

/** A thread inherits the arguments of its process, and `--input-type` would keep it from loading any file. */
function newThread(entry: URL, options: WorkerOptions): Thread {
  const execArgv = forChild(process.execArgv)
  if (execArgv.length === process.execArgv.length) return new Thread(entry, options)
  try {
    return new Thread(entry, { ...options, execArgv })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error
    return new Thread(entry, { ...options, execArgv: [] }) // those of a whole process hold without being said again
  }
}

function connectThread(thread: Thread, events: LinkEvents, { cells, terms }: ThreadConnection): Link {
  const { port1: port, port2 } = new MessageChannel()
  const shape = new WebShape(thread)
  let error: (Error & { code?: unknown }) | undefined
  let gone = false
  port.on('message', message => {
    events.receive(message)
    // What else is here belongs to the same turn: one event dispatched instead of many, and one batch in answer.
    for (let more = 1; more < messagesPerTurn; more++) {
      const next = receiveMessageOnPort(port)
      if (next === undefined) return
      events.receive(next.message)
    }
  })
  port.on('messageerror', () => events.receive(undefined))
  thread.on('error', (thrown: Error) => {
    error ??= thrown
  })
  thread.on('messageerror', () => {})
  thread.once('exit', exitCode => {
    gone = true
    for (let last = receiveMessageOnPort(port); last !== undefined; last = receiveMessageOnPort(port))
      events.receive(last.message)
    port.close()
    shape.pretendInit()
    events.exited({
      reason: `its thread exited with code ${exitCode}`,
      exitCode,
      outOfMemory: error?.code === 'ERR_WORKER_OUT_OF_MEMORY',
      ...(error !== undefined && { error: errorToData(error) }),
    })
  })
  void spawnAndConnect()

  // The thread starts while the package is imported here. Nothing is missed: it is all one turn, up to the listener.
  async function spawnAndConnect(): Promise<void> {
    try {
      const { spawn, Transfer } = threadsPackage()
      const exposed = await spawn(shape as never, { timeout: 2 ** 31 - 1 })
      if (gone) return
      const { connect } = exposed as unknown as ThreadEntry
      await connect(Transfer(port2 as never, [port2 as never]) as never, cells, terms)
    } catch (thrown) {
      if (gone) return
      error ??= thrown as Error
      void thread.terminate()
    }
  }

  return {
    send: (message, moving) => port.postMessage(message, moving as never),
    kill: () => void thread.terminate(),
    keepAlive: alive => {
      if (gone) return
      alive ? port.ref() : port.unref()
      alive ? thread.ref() : thread.unref()
    },
    load: loadOf(thread),
  }
}

/** Node 24 tells the heap of a thread; its answer is for the next question. */
interface TellsHeap {
  getHeapStatistics?(): Promise<{ readonly used_heap_size: number }>
}

function loadOf(thread: Thread): NonNullable<Link['load']> {
  let last: ReturnType<Thread['performance']['eventLoopUtilization']> | undefined
  let heap: number | undefined
  return () => {
    const now = thread.performance.eventLoopUtilization()
    const { utilization } = last === undefined ? now : thread.performance.eventLoopUtilization(now, last)
    last = now
    void (thread as Thread & TellsHeap).getHeapStatistics?.().then(
      ({ used_heap_size }) => {
        heap = used_heap_size / 2 ** 20
      },
      () => {}, // it has gone meanwhile
    )
    return { loop: utilization, ...(heap !== undefined && { heap }) }
  }
}

type Listener = (event: { readonly data: unknown }) => void

/** A thread of Node's with the listeners that `spawn` expects, which are a browser's. */
class WebShape {
  private readonly thread: Thread
  private readonly wrapped = new Map<Listener, (data: unknown) => void>()
  private awaitsInit = true

  constructor(thread: Thread) {
    this.thread = thread
  }

  addEventListener(name: string, listener: Listener): void {
    const wrapped = (data: unknown) => listener({ data })
    this.wrapped.set(listener, wrapped)
    this.thread.on(name, wrapped)
  }

  removeEventListener(name: string, listener: Listener): void {
    const wrapped = this.wrapped.get(listener)
    if (wrapped === undefined) return
    this.awaitsInit = false
    this.wrapped.delete(listener)
    this.thread.off(name, wrapped)
  }

  postMessage(message: unknown, moving?: readonly unknown[]): void {
    this.thread.postMessage(message, moving as readonly MessagePort[])
  }

  terminate(): Promise<number> {
    return this.thread.terminate()
  }

  /** A thread that died before its first word: else `spawn` keeps a timer, and the process, until its limit. */
  pretendInit(): void {
    if (!this.awaitsInit) return
    for (const listener of [...this.wrapped.keys()])
      listener({ data: { type: 'init', exposed: { type: 'module', methods: [] } } })
  }
}

type ThreadsPackage = typeof import('threads', { with: { 'resolution-mode': 'require' }})

const signals = ['SIGINT', 'SIGTERM'] as const
let loaded: ThreadsPackage | undefined

/** The package, loaded at the first thread, without the signal handlers its import adds: they exit with 0. */
function threadsPackage(): ThreadsPackage {
  if (loaded !== undefined) return loaded
  const before = signals.map(signal => process.rawListeners(signal))
  // `require`, since it is synchronous: the difference is exactly what the package added.
  loaded = createRequire(import.meta.url)('threads') as ThreadsPackage
  for (const [i, signal] of signals.entries()) {
    for (const one of process.rawListeners(signal)) {
      if (!before[i]?.includes(one)) process.off(signal, one as () => void)
    }
  }
  return loaded
}
