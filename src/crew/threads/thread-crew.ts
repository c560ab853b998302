/**
 * What `threads()` is everywhere: its options, and its lanes. How a thread is started and reached is a `Starter`:
 * Node's in threads.ts, a page's in threads.browser.ts.
 *
 *     threads(options) ──► threadCrew(options, starter) ──► lane ──► starter.start ──► link
 */

import { inTurns } from '../../words/turns.ts'
import type { AnyWorker } from '../../worker/worker.ts'
import type { Crew, LaneTerms } from '../crew.ts'
import { type CrewLimits, crewLimits, mustBe } from '../crew-limits.ts'
import { cellsBytes, cellsOver, clearCells } from '../lane/claims.ts'
import { connectTerms } from '../lane/connect-terms.ts'
import type { Link, LinkEvents } from '../lane/link.ts'
import { openLinkedLane } from '../lane/linked-lane.ts'
import { type Pace, sharedPaces } from '../lane/pace.ts'
import type { ConnectTerms } from '../lane/wire.ts'
import { startMsDefault } from '../limits.ts'

/** A thread that the user supplies: a `Worker` of `node:worker_threads`, or of the page. */
export interface SuppliedThread {
  postMessage(message: unknown): void
  terminate(): unknown
}

export interface ThreadsOptions extends CrewLimits {
  /** As in `node:worker_threads`; a heap limit here wins over one that this process was started with. Browsers have their own limits. */
  readonly resourceLimits?: {
    readonly maxYoungGenerationSizeMb?: number
    readonly maxOldGenerationSizeMb?: number
    readonly codeRangeSizeMb?: number
    readonly stackSizeMb?: number
  }
  /** Supplies the thread, whose file calls `serve([...])`. A browser needs it: see docs/browser.md. */
  readonly worker?: () => SuppliedThread
  /**
   * False: do without shared memory, as in a page without cross-origin isolation. Jobs are then handed over one at a
   * time. Default true, where there is any.
   */
  readonly sharedMemory?: boolean
  /**
   * Microseconds for which a thread looks for its next instruction after its last one, and this thread for the result of
   * an only one: a call then takes a few microseconds instead of two wake-ups. Both burn a processor meanwhile, and timers of
   * the work may be late by 0.2 ms. For one short call after the other; needs shared memory. Default 0: nobody looks.
   */
  readonly spinUs?: number
}

/** What a thread is told as it is connected. */
export interface ThreadConnection {
  readonly cells: SharedArrayBuffer | undefined
  readonly terms: ConnectTerms
}

/** How threads come to be, here. */
export interface Starter {
  readonly check: Crew['check']
  /** Whether threads can share memory with this one. */
  readonly sharesMemory: () => boolean
  readonly start: (
    events: LinkEvents,
    connection: ThreadConnection,
  ) => { readonly link: Link; threadId?: number }
}

/** @throws {TypeError} at once, when a number cannot be meant */
export function threadCrew(options: ThreadsOptions, starter: Starter): Crew {
  const limits = crewLimits('threads', options)
  const { spinUs = 0 } = options
  mustBe('threads', { name: 'spinUs', value: spinUs, holds: spinUs >= 0, rule: 'microseconds, at least 0' })
  const paceOf = sharedPaces()
  return {
    name: 'threads',
    ...limits,
    check: starter.check,
    open: terms => openThread(terms, { options, starter, paceOf }),
  }
}

interface Means {
  readonly options: ThreadsOptions
  readonly starter: Starter
  readonly paceOf: (worker: AnyWorker) => Pace
}

function openThread(terms: LaneTerms, { options, starter, paceOf }: Means) {
  const shares = options.sharedMemory !== false && starter.sharesMemory()
  const shared = shares ? new SharedArrayBuffer(cellsBytes) : undefined
  const cells = shared && cellsOver(shared)
  if (cells !== undefined) clearCells(cells)
  const paces = terms.definitions.map(paceOf)
  const { spinUs } = options
  let threadId: number | undefined
  return openLinkedLane({
    terms,
    cells,
    paces,
    startMs: options.startMs ?? startMsDefault,
    clone: structuredClone,
    ...(spinUs !== undefined && { spinUs }),
    where: () => (threadId === undefined ? {} : { threadId }),
    connect: events => {
      const started = starter.start(inTurns(events), {
        cells: shared,
        terms: connectTerms(terms, paces, { tellHeap: options.recycleAboveMB !== undefined, spinUs }),
      })
      threadId = started.threadId
      return started.link
    },
  })
}
