/** What a lane is made of: its terms, how its place is reached, and how much that may hold. */

import type { Clone } from '../../words/survey.ts'
import type { LaneEvent, LaneTerms } from '../crew.ts'
import type { Cells } from './claims.ts'
import type { InFlight } from './in-flight.ts'
import type { Link, LinkEvents } from './link.ts'
import { type Pace, wanted } from './pace.ts'

export interface LanePlan {
  readonly terms: LaneTerms
  /** Absent: no shared memory. Then none is taken back once it was sent. */
  readonly cells: Cells | undefined
  /** Where no memory is shared: how many jobs are sent before the first is answered. Default 1. */
  readonly depth?: number
  /** Its link tells what has begun. */
  readonly tellsBegun?: boolean
  readonly paces: readonly Pace[]
  /** Milliseconds in which the place must be ready; `Infinity`: no limit. */
  readonly startMs: number
  /** What to look for where it was not. */
  readonly slowStart?: string
  /** How what is sent is cloned; absent where values pass by reference. */
  readonly clone: Clone | undefined
  /** Both sides look for a lone call, and its answer, for so many microseconds. Default 0; needs cells. */
  readonly spinUs?: number
  /** Opens the place. Called once, when somebody subscribes. */
  readonly connect: (events: LinkEvents) => Link
  /** What `ready` says about the place. */
  readonly where: () => Omit<Extract<LaneEvent, { type: 'ready' }>, 'type' | 'startMs'>
}

/** How many more jobs of this definition are worth having there now. */
export function roomIn(
  { terms, cells, depth = 1, paces }: LanePlan,
  inFlight: InFlight,
  definition: number,
): number {
  const most = !terms.ahead ? 1 : cells === undefined ? depth : Infinity
  if (inFlight.held >= most || most === 1) return inFlight.held === 0 ? 1 : 0
  let heldMs = 0
  for (let d = 0; d < inFlight.heldOf.length; d++) {
    const held = inFlight.heldOf[d] as number
    if (held > 0) heldMs += held * (paces[d] as Pace).meanMs
  }
  return Math.min(most - inFlight.held, wanted(paces[definition] as Pace, inFlight.held, heldMs))
}
