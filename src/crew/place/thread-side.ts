/**
 * What runs in a thread, in Node and in browsers: the threads package exposes one method, `connect`, and everything
 * after that is our protocol on a port of our own. No `node:` import, neither rxjs nor the package's main entry.
 *
 *     connect(port, cells, terms) ──► hooks ──► definitions ──► ready ──► Performer
 *                                        └─────────┴── throws: dying, exit: a failed start
 */

import { errorToData } from '../../words/error-data.ts'
import { macrotask } from '../../words/macrotask.ts'
import type { Clone } from '../../words/survey.ts'
import type { Movable } from '../../words/transfer.ts'
import type { AnyWorker } from '../../worker/worker.ts'
import { cellsBytes, cellsOver } from '../lane/claims.ts'
import {
  type ConnectTerms,
  clockBase,
  type DefinitionRef,
  type ToMain,
  type ToWorker,
  toMain,
} from '../lane/wire.ts'
import { Performer } from './performer.ts'
import type { Port, ThreadEntry } from './port.ts'
import { thisPlace } from './thread-place.ts'
import type { Recorder, Workplace } from './workplace.ts'

// Work may replace what is global where it runs.
const { ArrayBuffer, Object, Reflect, Symbol, TypeError, performance } = globalThis

/** Finds a definition for each reference, in order. */
export type Find = (refs: readonly DefinitionRef[]) => Promise<readonly AnyWorker[]>

const loading = Symbol.for('rxboss.loading')

/** What is different where no memory is shared. */
interface Means {
  /** How what is sent from here is cloned. */
  readonly clone?: Clone
  readonly record?: Recorder | undefined
  /** Where the environment is this place's own. */
  readonly setEnvironment?: Workplace['setEnvironment']
}

/** The one method that the threads package exposes here. */
export function entryOf(find: Find, { clone = structuredClone, ...means }: Means = {}): ThreadEntry {
  return {
    connect: (port, cells, terms) => {
      void connect({ find, clone, ...means }, port, { shared: cells, terms })
    },
  }
}

async function connect(
  { find, clone, record, setEnvironment }: { readonly find: Find } & Means,
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
    const place: Workplace = {
      post,
      soon: macrotask,
      ...(here.sleep && { sleep: here.sleep }),
      ...(here.receive && { next: () => here.receive?.(port)?.message as ToWorker | undefined }),
      now: () => performance.now() + ahead,
      exit: here.exit,
      record,
      setEnvironment,
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
      clone,
      spinUs: terms.spinUs,
    })
    const told = performer
    port.onmessage = ({ data }) => told.receive(data as ToWorker)
    post([toMain.ready])
  } catch (error) {
    post([toMain.dying, errorToData(error)])
    here.exit(1)
  }
}
