/** What the end of a place means for its lane: what was asked of it, and what it said last, decide. */

import type { ErrorData } from '../../words/error-data.ts'
import type { LaneExit } from '../crew.ts'
import type { LaneLife } from './lane-life.ts'
import type { End } from './link.ts'

/** The last word of a place. `closed`: it was asked to close, and has. */
export interface LastWord {
  readonly error: ErrorData | undefined
  readonly closed: boolean
}

export interface ExitCircumstances {
  readonly asked: LaneLife['asked']
  readonly wasReady: boolean
  readonly lastWord: LastWord | undefined
  /** Why the lane itself gave up a start. */
  readonly failedStart: string | undefined
}

export function laneExitOf(
  end: End,
  stock: Pick<LaneExit, 'begun' | 'queued' | 'lost'>,
  circumstances: ExitCircumstances,
): LaneExit {
  const isTerminated = circumstances.asked === 'terminate'
  const error = circumstances.lastWord?.error ?? end.error
  const why = whyOf(end, circumstances)
  return {
    type: 'exit',
    why,
    reason: isTerminated
      ? end.stuck
        ? end.reason
        : 'it was terminated'
      : reasonOf(why, end, { error, failedStart: circumstances.failedStart }),
    exitCode: end.exitCode,
    error: isTerminated ? undefined : error,
    ...stock,
    ...(end.stuck && { stuck: true }),
  }
}

function whyOf(end: End, { asked, wasReady, lastWord }: ExitCircumstances): LaneExit['why'] {
  if (asked === 'terminate') return 'closed'
  if (asked === 'close' && lastWord?.closed === true) return 'closed'
  if (end.outOfMemory === true) return 'outOfMemory'
  if (!wasReady) return 'failedToStart'
  return 'crashed'
}

function reasonOf(
  why: LaneExit['why'],
  end: End,
  { error, failedStart }: { readonly error: ErrorData | undefined; readonly failedStart: string | undefined },
): string {
  if (failedStart !== undefined) return failedStart
  if (why === 'closed') return 'it was closed'
  return error === undefined ? end.reason : `${error.name}: ${error.message}`
}
