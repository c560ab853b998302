/**
 * `threads()` in a page: each lane a Web Worker that the user supplies, since only a bundler that sees the literal
 * `new Worker(new URL(...))` builds its file. `threads.ts` is Node's.
 *
 * A page is never told that a worker has ended. What is known: its last words (`dying`, `closed`), errors that reach
 * the Worker object, and what we terminate ourselves.
 */

import { type ErrorData, errorToData } from '../../words/error-data.ts'
import type { Crew } from '../crew.ts'
import type { Link, LinkEvents } from '../lane/link.ts'
import { toMain } from '../lane/wire.ts'
import { browserLastWordsMs, startMsDefault } from '../limits.ts'
import { meetByHandshake, type Talk } from '../place/handshake.ts'
import { actorWorker } from './actor-worker.ts'
import { type ThreadConnection, type ThreadsOptions, threadCrew } from './thread-crew.ts'

/**
 * Workers in Web Workers of this page.
 *
 * @throws {TypeError} at once, when a number cannot be meant
 * @throws {TypeError} from `new Boss`, without `worker`
 *
 * @example
 * threads({ worker: () => new Worker(new URL('../crew.ts', import.meta.url), { type: 'module' }) })
 */
export function threads(options: ThreadsOptions = {}): Crew {
  const sharesMemory = () =>
    typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated === true
  const newWorker = options.worker as () => unknown as () => Worker
  const crew = threadCrew(options, {
    check: () => mustBeSupplied(options, 'serve'),
    sharesMemory,
    start: (events, connection) => ({ link: connectWorker(newWorker, events, connection) }),
  })
  return {
    ...crew,
    startMs: options.startMs ?? startMsDefault,
    place: (definition, events) => {
      mustBeSupplied(options, 'serveActors')
      const shares = options.sharedMemory !== false && sharesMemory()
      return actorWorker(newWorker, definition, { events, shares })
    },
  }
}

function mustBeSupplied({ worker }: ThreadsOptions, serve: string): void {
  if (worker === undefined)
    throw new TypeError(
      "Cannot start threads in a browser: 'threads' must be told how, as in threads({ worker: () => " +
        `new Worker(new URL('../crew.js', import.meta.url), { type: 'module' }) }), whose file calls ${serve}([...])`,
    )
}

/** A worker before our port is there. */
const talkingTo = (worker: Worker): Talk => ({
  listen: hear => {
    const heard = ({ data }: MessageEvent) => hear(data)
    worker.addEventListener('message', heard)
    return () => worker.removeEventListener('message', heard)
  },
  post: (message, moving) => worker.postMessage(message, moving as Transferable[]),
})

function connectWorker(
  newWorker: () => Worker,
  events: LinkEvents,
  { cells, terms }: ThreadConnection,
): Link {
  const { port1: port, port2 } = new MessageChannel()
  let worker: Worker | undefined
  let phase: 'connecting' | 'connected' | 'ending' | 'gone' = 'connecting'
  const end = (reason: string, error?: ErrorData) => {
    if (phase === 'gone') return
    phase = 'gone'
    worker?.terminate()
    port.close()
    events.exited({ reason, ...(error !== undefined && { error }) })
  }
  const endSoon = (reason: string, error?: ErrorData) => {
    if (phase === 'ending' || phase === 'gone') return
    phase = 'ending'
    setTimeout(end, browserLastWordsMs, reason, error)
  }
  port.onmessage = ({ data }) => {
    events.receive(data)
    // Nothing follows these: a thread says them last.
    if (data?.[0] === toMain.dying) end('it ended by itself')
    else if (data?.[0] === toMain.closed) end('it was closed')
  }
  port.onmessageerror = () => events.receive(undefined)

  try {
    worker = newWorker()
    worker.addEventListener('error', event => {
      event.preventDefault()
      const error = event.message ? errorToData(event.error ?? new Error(event.message)) : undefined
      if (phase !== 'connecting') return endSoon('it threw an error that nobody caught', error)
      end(
        error === undefined
          ? 'its script could not be loaded: is the URL right, and does the server send it as JavaScript?'
          : `its script failed: ${error.message}`,
        error,
      )
    })
    meetByHandshake(talkingTo(worker))(port2, cells, terms).then(
      () => {
        if (phase === 'connecting') phase = 'connected'
      },
      thrown => end('it could not be started', errorToData(thrown)),
    )
  } catch (thrown) {
    queueMicrotask(() => end('it could not be started', errorToData(thrown)))
  }

  return {
    send: (message, moving) => port.postMessage(message, moving as Transferable[]),
    kill: () => {
      worker?.terminate()
      if (worker === undefined) queueMicrotask(() => end('it was terminated'))
      else endSoon('it was terminated')
    },
    keepAlive: () => {}, // a page lives as long as its tab
  }
}
