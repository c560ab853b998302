/**
 * Opens a lane, whatever its crew does. A crew that throws, gives no lane, or whose stream errors or ends without a word
 * has broken its contract; to the boss that is a start that failed, or a death, told by the exit that every lane ends with.
 */

import { catchError, concat, defer, type Observable, of, takeWhile } from 'rxjs'

import type { Crew, Job, Lane, LaneEvent, LaneTerms } from '../crew/crew.ts'
import { type ErrorData, errorToData } from '../words/error-data.ts'

const correctCrew = 'Correct the crew: docs/writing-a-crew.md says what a lane must do'
const noJobs = { begun: [], queued: [], lost: [] }

/** The lane of these terms; where there is none, one that has failed to start. */
export function openLane(crew: Crew, terms: LaneTerms): Lane {
  try {
    const lane: Lane | undefined = crew.open(terms)
    if (typeof lane?.events$?.subscribe === 'function') return lane
    throw new TypeError("open() must give a lane at once, with 'events$'")
  } catch (thrown) {
    const error = errorToData(thrown)
    return stillborn(terms.ticket, `crew "${crew.name}" could not open a lane: ${error.message}`, error)
  }
}

/** What a lane says, up to its exit, which never fails to come. `held`: what it holds if it does not say so itself. */
export function eventsOf(
  lane: Lane,
  isReady: () => boolean,
  held: () => readonly Job[],
): Observable<LaneEvent> {
  const lost = (reason: string, error?: ErrorData): Observable<LaneEvent> => {
    const ready = isReady()
    const jobs = held()
    return of({
      type: 'exit',
      why: ready ? 'crashed' : 'failedToStart',
      reason,
      ...(error !== undefined && { error }),
      remedy: correctCrew,
      begun: ready ? jobs.slice(0, 1) : [],
      queued: ready ? jobs.slice(1) : jobs,
      lost: [],
    })
  }
  const broke = (thrown: unknown) => {
    const error = errorToData(thrown)
    return lost(error.message, error)
  }
  const untold = defer(() => lost('its events ended without an exit'))
  return concat(defer(() => lane.events$).pipe(catchError(broke)), untold).pipe(
    takeWhile(({ type }) => type !== 'exit', true),
  )
}

/** It takes nothing, and says why as soon as somebody listens. */
const stillborn = (ticket: number, reason: string, error: ErrorData): Lane => ({
  ticket,
  events$: of({ ...noJobs, type: 'exit', why: 'failedToStart', reason, error, remedy: correctCrew }),
  held: 0,
  heapMB: undefined,
  room: () => 0,
  give: () => {},
  withdraw: () => false,
  withdrawTail: () => [],
  atWork: () => undefined,
  abort: () => {},
  close: () => {},
  terminate: () => {},
  keepAlive: () => {},
})
