/**
 * A crew whose places say anything at all: the real lane over a link that the test speaks for.
 *
 *     boss ──► lane ──batch──► honest work in a list, in order; and, whenever the test likes, lies
 */

import type { Crew } from '../../src/crew/crew.ts'
import { cellsBytes, cellsOver, claimCell, clearCells, finishCell } from '../../src/crew/lane/claims.ts'
import type { End, LinkEvents } from '../../src/crew/lane/link.ts'
import { openLinkedLane } from '../../src/crew/lane/linked-lane.ts'
import { newPace } from '../../src/crew/lane/pace.ts'
import { type ToWorker, toMain, toWorker } from '../../src/crew/lane/wire.ts'

export interface HostilePlace {
  readonly open: boolean
  /** Says this to main, as it is. */
  say(message: unknown): void
  /** Does the next job honestly. False when it has none. */
  work(): boolean
  /** Its place is gone. */
  ends(end: End): void
}

export interface HostileCrew extends Crew {
  readonly places: readonly HostilePlace[]
}

/** @param shared  whether there are cells: without, a lane has one job at a time */
export function hostileCrew(shared = true): HostileCrew {
  const places: HostilePlace[] = []
  return {
    name: 'hostile',
    size: 2,
    min: 0,
    idleMs: Infinity,
    places,
    check: () => {},
    open: terms => {
      const cells = cellsOver(new ArrayBuffer(cellsBytes))
      clearCells(cells)
      return openLinkedLane({
        terms,
        cells: shared ? cells : undefined,
        paces: terms.definitions.map(newPace),
        startMs: Infinity,
        clone: undefined,
        where: () => ({}),
        connect: events =>
          placeOf(events, places, (n: number) => !shared || claimCell(cells.words, n), cells.words),
      })
    },
  }
}

function placeOf(
  events: LinkEvents,
  places: HostilePlace[],
  claim: (n: number) => boolean,
  words: Int32Array,
) {
  const jobs: number[] = []
  let open = true
  let closing = false
  const end = (how: End) => {
    if (!open) return
    open = false
    events.exited(how)
  }
  const place: HostilePlace = {
    get open() {
      return open
    },
    say: message => {
      if (open) events.receive(message)
    },
    work: () => {
      if (!open) return false
      let n = jobs.shift()
      while (n !== undefined && !claim(n)) n = jobs.shift()
      if (n !== undefined) {
        finishCell(words, n)
        events.receive([toMain.results, n, 0, [1, 1], ['honest']])
        return true
      }
      if (closing) {
        events.receive([toMain.closed, undefined])
        end({ reason: 'it was closed' })
      }
      return false
    },
    ends: end,
  }
  places.push(place)
  return {
    send: (message: ToWorker) => {
      if (message[0] === toWorker.batch) {
        for (let n = message[2]; n < message[2] + message[3]; n++) jobs.push(n)
      } else if (message[0] === toWorker.close) closing = true
    },
    kill: () => end({ reason: 'it was terminated' }),
    keepAlive: () => {},
  }
}
