/**
 * `threads()`: each lane a worker thread of Node's.
 *
 *     threads()             our own file; the threads package spawns it, and hands it our port     threads-package.ts
 *     threads({ worker })   the user's file, which calls `serve`; main and it shake hands          handshake.ts
 *
 * All work goes over that port. The answers of a thread that dies never come, so nothing depends on them: `ready` and `exit` tell.
 */

import {
  MessageChannel,
  type ResourceLimits,
  receiveMessageOnPort,
  Worker as Thread,
  type WorkerOptions,
} from 'node:worker_threads'

import { errorToData } from '../../words/error-data.ts'
import { forChild } from '../child-arguments.ts'
import type { Crew } from '../crew.ts'
import type { Link, LinkEvents } from '../lane/link.ts'
import { messagesPerTurn, startMsDefault } from '../limits.ts'
import { mustBeLoadable } from '../must-be-loadable.ts'
import { ownFile } from '../own-file.ts'
import { type Meet, meetByHandshake, type Talk } from '../place/handshake.ts'
import { actorThread, suppliedActorThread } from './actor-thread.ts'
import { withLimits } from './heap-limit.ts'
import { type ThreadConnection, type ThreadsOptions, threadCrew } from './thread-crew.ts'
import { meetByPackage } from './threads-package.ts'

const inABundle =
  "Or bundle a file that calls serve([...]), and give threads({ worker: () => new Worker(new URL('./crew.js', import.meta.url)) })"

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
      if (options.worker !== undefined) return
      ownFile('thread-entry', import.meta.url, inABundle)
      for (const one of definitions) mustBeLoadable(one, 'in a thread')
    },
    sharesMemory: () => true,
    start: (events, connection) => {
      const supplied = options.worker?.() as Thread | undefined
      const thread = supplied ?? startThread(options.resourceLimits)
      const meet = supplied === undefined ? meetByPackage(thread) : meetByHandshake(talkingTo(thread))
      return { link: connectThread(thread, events, { ...connection, meet }), threadId: thread.threadId }
    },
  })
  return {
    ...crew,
    startMs: options.startMs ?? startMsDefault,
    place: (definition, events) => {
      const { worker } = options
      if (worker !== undefined) return suppliedActorThread(() => worker() as Thread, definition, events)
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
  const entry = ownFile(name, import.meta.url, inABundle)
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

/** A thread before our port is there. */
const talkingTo = (thread: Thread): Talk => ({
  listen: hear => {
    thread.on('message', hear)
    return () => thread.off('message', hear)
  },
  post: (message, moving) => thread.postMessage(message, moving as never),
})

interface Meeting extends ThreadConnection {
  readonly meet: Meet
}

function connectThread(thread: Thread, events: LinkEvents, { cells, terms, meet }: Meeting): Link {
  const { port1: port, port2 } = new MessageChannel()
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
    events.exited({
      reason: `its thread exited with code ${exitCode}`,
      exitCode,
      outOfMemory: error?.code === 'ERR_WORKER_OUT_OF_MEMORY',
      ...(error !== undefined && { error: errorToData(error) }),
    })
  })
  // The thread starts while the package is imported. Nothing is missed: it is all one turn, up to the listener.
  meet(port2, cells, terms).catch(thrown => {
    if (gone) return
    error ??= thrown as Error
    void thread.terminate()
  })

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
