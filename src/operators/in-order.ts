/** `inOrder`: reports in the order in which their instructions came, not in the order of completion. */

import { Observable, type OperatorFunction } from 'rxjs'
import { Credit, creditFor, subscribeWith } from '../scheduler/credit.ts'
import { defaultOrderWindow } from '../scheduler/limits.ts'
import type { InstructionId } from '../words/instruction.ts'
import { isSettled, type Report } from '../words/report.ts'

/** How far {@link inOrder} lets others run ahead. */
export interface InOrderOptions {
  /**
   * How far a finished instruction may be ahead of the slowest: beyond it, `delegate` takes no more from a lazy source.
   * What is finished and not delivered counts as in flight. Default 1024; at least 1.
   */
  readonly window?: number
}

/**
 * Reports of instruction 0, then those of instruction 1, and so on. The reports of the first unfinished instruction pass
 * at once; those of later ones wait, in a buffer bounded by `window` where the source is lazy (`pull`) and `delegate`
 * stands directly above.
 *
 * @throws {TypeError} at once, when `window` is not a whole number of at least 1
 *
 * @example
 * pull(paths).pipe(map(path => ({ path })), delegate(digest), inOrder(), result())
 */
export function inOrder<A>({
  window = defaultOrderWindow,
}: InOrderOptions = {}): OperatorFunction<Report<A>, Report<A>> {
  if (!Number.isInteger(window) || window < 1) {
    throw new TypeError(
      `Cannot put reports in order: 'window' must be a whole number of at least 1, got ${window}`,
    )
  }
  return reports$ =>
    new Observable(subscriber => {
      const waiting = new Map<InstructionId, Report<A>[]>()
      /** The instruction whose reports pass. */
      let turn = 0
      let heard = 0
      const below = creditFor(subscriber)
      const ahead = new Credit({
        left: come => Math.min(window - (come - turn), below?.left(come) ?? window),
        arrived: () => heard,
        // It counts from the first on. What began before may be further already.
        forHot: { credit: below },
      })
      subscriber.add(below?.join(() => ahead.ask()))

      const deliver = (report: Report<A>) => {
        subscriber.next(report)
        if (isSettled(report)) turn++
      }

      return subscribeWith(ahead, reports$, {
        next: report => {
          heard++
          if (report.id !== turn) {
            const earlier = waiting.get(report.id)
            if (earlier === undefined) waiting.set(report.id, [report])
            else earlier.push(report)
            return
          }
          deliver(report)
          const before = turn
          for (let next = waiting.get(turn); next !== undefined; next = waiting.get(turn)) {
            waiting.delete(turn)
            const mine = turn
            for (const one of next) deliver(one)
            if (turn === mine) break
          }
          if (turn !== before || isSettled(report)) ahead.ask()
        },
        error: error => subscriber.error(error),
        complete: () => {
          // Ids that never settled here (unheard, or from before this subscription) must not hold the others back.
          for (const id of [...waiting.keys()].sort((a, b) => a - b)) {
            for (const report of waiting.get(id) ?? []) subscriber.next(report)
          }
          subscriber.complete()
        },
      })
    })
}
