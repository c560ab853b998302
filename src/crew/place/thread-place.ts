/** What a thread, or a child process, of Node's can do. `thread-place.browser.ts` stands for it in browsers. */

import type { Talk } from './handshake.ts'
import type { ThreadPlace } from './port.ts'

// Work may replace what is global where it runs.
const { Atomics, Int32Array, SharedArrayBuffer, TextDecoder, process } = globalThis

/** Nobody ever wakes who sleeps on it. */
const pillow = new Int32Array(new SharedArrayBuffer(4))

export function thisPlace(): ThreadPlace {
  const v8 = process.getBuiltinModule?.('node:v8')
  const threads = process.getBuiltinModule?.('node:worker_threads')
  return {
    // A child process has a channel, and no port to look into.
    receive: threads?.isMainThread
      ? undefined
      : (threads?.receiveMessageOnPort as unknown as ThreadPlace['receive']),
    sleep: threads?.isMainThread ? undefined : ms => void Atomics.wait(pillow, 0, 0, ms),
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

/** The thread that started this one, before there is a port. @throws where this is no thread */
export function mainSide(): Talk {
  const { parentPort } = process.getBuiltinModule('node:worker_threads')
  if (parentPort === null)
    throw new Error(
      `Cannot serve on the main thread: call 'serve' in a file for threads, or only where 'isMainThread' of node:worker_threads is false`,
    )
  return {
    listen: hear => {
      parentPort.on('message', hear)
      return () => parentPort.off('message', hear)
    },
    post: (message, moving) => parentPort.postMessage(message, moving as never),
  }
}
