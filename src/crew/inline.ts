/**
 * `inline()`: work in this thread. For tests, for debugging, and for work that is only waiting.
 *
 * The same lane and the same performer as everywhere, with nothing between them: values pass by reference, work begins
 * in a microtask, `abort` is cooperative, and terminating lets go at once of work that nobody can stop.
 */

import { macrotask } from '../words/macrotask.ts'
import type { AnyWorker } from '../worker/worker.ts'
import type { Crew } from './crew.ts'
import { runInside } from './inside-work.ts'
import { cellsBytes, cellsOver, clearCells } from './lane/claims.ts'
import { openLinkedLane } from './lane/linked-lane.ts'
import { newPace } from './lane/pace.ts'
import { type ToMain, toMain } from './lane/wire.ts'
import { Performer } from './place/performer.ts'

/**
 * Workers in this thread.
 *
 * @example
 * new Boss({ workers: [primes], crew: inline() }) // breakpoints in the work just work
 */
export function inline({ size = Infinity }: { readonly size?: number } = {}): Crew {
  if (!(size >= 1))
    throw new TypeError(`Cannot make an inline crew of size ${size}: 'size' must be at least 1`)
  return {
    name: 'inline',
    size,
    min: 0,
    idleMs: Infinity,
    check: () => {},
    place: 'here',
    open: terms => {
      const cells = cellsOver(new ArrayBuffer(cellsBytes))
      clearCells(cells)
      return openLinkedLane({
        terms,
        cells,
        paces: terms.definitions.map(newPace),
        startMs: Infinity,
        clone: undefined,
        where: () => ({}),
        connect: events => {
          let over = false
          const exit = (reason: string) => {
            if (over) return
            over = true
            queueMicrotask(() => events.exited({ reason, exitCode: 0 }))
          }
          const hear = (message: ToMain) => {
            if (!over) queueMicrotask(() => events.receive(message))
          }
          const performer = new Performer(
            {
              post: hear,
              soon: macrotask,
              now: () => performance.now(),
              exit: () => queueMicrotask(() => exit('it was closed')),
            },
            {
              ticket: terms.ticket,
              definitions: terms.definitions.map(worker => ({ worker: insideWork(worker), cautious: false })),
              cells,
              cellsAreMine: false,
              clone: undefined,
            },
          )
          queueMicrotask(() => hear([toMain.ready]))
          return {
            send: message => queueMicrotask(() => over || performer.receive(message)),
            kill: () => {
              exit('it was terminated')
              performer.stop(new Error('This worker was terminated'))
            },
            keepAlive: () => {}, // what the work waits for does that
          }
        },
      })
    },
  }
}

/** The same worker, in whose work `isInsideWork` is true: here work could wait for itself. */
const insideWork = (worker: AnyWorker): AnyWorker => ({
  ...worker,
  work: (attributes, task) => runInside(() => worker.work(attributes, task)),
})
