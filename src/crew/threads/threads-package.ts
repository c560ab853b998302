/**
 * The control plane of our own threads: the threads package spawns, and calls the one method that is exposed there. It expects
 * the listeners of a browser's worker, adds handlers of its own to this process, and hangs when a thread dies: all of that is
 * dealt with here.
 */

import type { MessagePort, Worker as Thread } from 'node:worker_threads'

import type { Meet } from '../place/handshake.ts'
import type { ThreadEntry } from '../place/port.ts'

/** Meets a thread whose file exposes an `ThreadEntry`. */
export function meetByPackage(thread: Thread): Meet {
  const shape = new WebShape(thread)
  thread.once('exit', () => shape.pretendInit())
  return async (port, cells, terms) => {
    const { spawn, Transfer } = threadsPackage()
    const exposed = await spawn(shape as never, { timeout: 2 ** 31 - 1 })
    const { connect } = exposed as unknown as ThreadEntry
    await connect(Transfer(port as never, [port as never]) as never, cells, terms)
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
  // `require`, since it is synchronous: the difference is exactly what the package added. In a way that
  // bundlers do not follow: they stumble over what the package requires only where it is there.
  const { createRequire } = process.getBuiltinModule('node:module')
  loaded = createRequire(import.meta.url)('threads') as ThreadsPackage
  for (const [i, signal] of signals.entries()) {
    for (const one of process.rawListeners(signal)) {
      if (!before[i]?.includes(one)) process.off(signal, one as () => void)
    }
  }
  return loaded
}
