/**
 * What runs in a thread, in Node and in browsers: the threads package exposes one method, `connect`, and everything
 * after that is our protocol on a port of our own. No `node:` import, neither rxjs nor the package's main entry.
 *
 *     connect(port, cells, terms) ──► hooks ──► definitions ──► ready ──► Performer
 *                                        └─────────┴── throws: dying, exit: a failed start
 */

import { errorToData } from '../error-data.ts'
import type { Movable } from '../transfer.ts'
import type { AnyWorker } from '../worker.ts'
import { cellsBytes, cellsOver } from './cells.ts'
import { Performer, type Place } from './perform.ts'
import { soon } from './soon.ts'
import {
  type ConnectTerms,
  clockBase,
  type DefinitionRef,
  type ToMain,
  type ToWorker,
  toMain,
} from './wire.ts'

/** What Node and browsers agree on about a port. */
export interface Port {
  postMessage(message: unknown, moving?: readonly Movable[]): void
  onmessage: ((event: { readonly data: unknown }) => void) | null
}

export interface Entry {
  connect(port: Port, cells: SharedArrayBuffer | undefined, terms: ConnectTerms): void
}

/** Finds a definition for each reference, in order. */
export type Find = (refs: readonly DefinitionRef[]) => Promise<readonly AnyWorker[]>

const loading = Symbol.for('rxboss.loading')

/** The one method that the threads package exposes here. */
export function entryOf(find: Find): Entry {
  return {
    connect: (port, cells, terms) => {
      void connect(find, port, { shared: cells, terms })
    },
  }
}

async function connect(
  find: Find,
  port: Port,
  { shared, terms }: { shared: SharedArrayBuffer | undefined; terms: ConnectTerms },
): Promise<void> {
  const post = (message: ToMain, moving?: readonly Movable[]) => port.postMessage(message, moving)
  const ahead = clockBase() - terms.clockBase
  let performer: Performer | undefined
  const here = thisPlace()
  here.beforeDeath(dying => {
    performer?.sayEverything()
    if (dying !== undefined) post([toMain.dying, errorToData(dying.error)])
  })
  here.capture((stream, text) =>
    performer === undefined ? post([toMain.log, stream, text, -1]) : performer.print(stream, text),
  )
  try {
    for (const hook of terms.hooks) {
      const module = (await import(hook.module)) as Record<string, unknown>
      const run = module[hook.export]
      if (typeof run !== 'function')
        throw new TypeError(`Cannot run hook "${hook.export}": '${hook.module}' must export a function`)
      await run(hook.argument)
    }
    Object.defineProperty(globalThis, loading, { value: true, configurable: true })
    const definitions = await find(terms.definitions)
    Reflect.deleteProperty(globalThis, loading)
    const place: Place = {
      post,
      soon,
      ...(here.receive && { next: () => here.receive?.(port)?.message as ToWorker | undefined }),
      now: () => performance.now() + ahead,
      exit: here.exit,
      ...(terms.tellHeap && here.heapMB && { heapMB: here.heapMB }),
    }
    performer = new Performer(place, {
      ticket: terms.ticket,
      definitions: definitions.map((worker, i) => ({
        worker,
        cautious: terms.definitions[i]?.cautious ?? false,
      })),
      cells: cellsOver(shared ?? new ArrayBuffer(cellsBytes)),
      cellsAreMine: shared === undefined,
      byReference: false,
    })
    const told = performer
    port.onmessage = ({ data }) => told.receive(data as ToWorker)
    post([toMain.ready])
  } catch (error) {
    post([toMain.dying, errorToData(error)])
    here.exit(1)
  }
}

interface Here {
  receive?: ((port: Port) => { readonly message: unknown } | undefined) | undefined
  exit(code?: number): void
  heapMB?: (() => number) | undefined
  /** Called once before the thread ends by itself: with an error that nobody caught, or when somebody exits. */
  beforeDeath(tell: (dying: { readonly error: unknown } | undefined) => void): void
  /** Everything printed from now on. */
  capture(tell: (stream: 'stdout' | 'stderr', text: string) => void): void
}

const thisPlace = (): Here => (typeof process === 'object' && 'pid' in process ? nodeThread() : webWorker())

function nodeThread(): Here {
  const v8 = process.getBuiltinModule?.('node:v8')
  const threads = process.getBuiltinModule?.('node:worker_threads')
  return {
    // A child process has a channel, and no port to look into.
    receive: threads?.isMainThread
      ? undefined
      : (threads?.receiveMessageOnPort as unknown as Here['receive']),
    exit: code => process.exit(code ?? 0),
    heapMB:
      v8 &&
      (() => {
        const { used_heap_size, external_memory } = v8.getHeapStatistics()
        return (used_heap_size + external_memory) / 1_048_576
      }),
    beforeDeath: tell => {
      // A monitor, not a handler: Node ends the thread by itself, unless the user's own handler says otherwise.
      process.on('uncaughtExceptionMonitor', error => {
        if (process.listenerCount('uncaughtException') === 0) tell({ error })
      })
      process.on('exit', () => tell(undefined))
    },
    capture: tell => {
      for (const name of ['stdout', 'stderr'] as const) {
        // Node's own stream tells main only when this thread's loop turns, and may come after our results. Ours goes
        // the way of everything else.
        const decoder = new TextDecoder()
        const told = process[name] as unknown as { _write: unknown; _writev: unknown }
        told._writev = null
        told._write = (chunk: string | Uint8Array, _encoding: string, written: () => void) => {
          tell(name, typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
          written()
        }
      }
    },
  }
}

function webWorker(): Here {
  const scope = globalThis as unknown as {
    close(): void
    addEventListener(type: string, listener: (event: { error?: unknown; reason?: unknown }) => void): void
  }
  return {
    exit: () => scope.close(),
    beforeDeath: tell => {
      const die = (error: unknown) => {
        tell({ error })
        scope.close()
      }
      scope.addEventListener('error', event => die(event.error))
      scope.addEventListener('unhandledrejection', event => die(event.reason))
    },
    capture: () => {}, // the browser's console is where a page's workers print
  }
}

const swallowed = ['uncaughtException', 'unhandledRejection'] as const

/**
 * Loads `threads/worker` without what its import adds here: handlers that keep a thread alive whose error nobody
 * caught.
 */
export function withoutItsListeners<T>(load: () => T): T {
  if (typeof process !== 'object' || typeof process.listeners !== 'function') return load()
  const before = swallowed.map(name => process.rawListeners(name))
  const remove = () => {
    for (const [i, name] of swallowed.entries()) {
      for (const one of process.rawListeners(name)) {
        if (!before[i]?.includes(one)) process.off(name, one as () => void)
      }
    }
  }
  const loaded = load()
  if (loaded instanceof Promise) void loaded.then(remove, () => {})
  else remove()
  return loaded
}
