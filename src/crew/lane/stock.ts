/** What becomes of the jobs of a lane that ends: which had begun, which had not, which had finished. */

import type { Job, LaneEvent, LaneExit } from '../crew.ts'
import { type Cells, type JobStanding, placeOf, standingOf, withdrawCell } from './claims.ts'
import { given, type InFlight } from './in-flight.ts'
import type { Pace } from './pace.ts'

type Done = Extract<LaneEvent, { type: 'done' }>

export interface Stock extends Pick<LaneExit, 'begun' | 'queued' | 'lost'> {
  /** Results that were in no message yet, and are in shared memory. */
  readonly rescued: readonly Done[]
}

export interface StockTerms {
  readonly inFlight: InFlight
  readonly cells: Cells | undefined
  readonly paces: readonly Pace[]
  /** How far a job came, where it is known though no memory is shared. */
  readonly recorded: ((n: number) => JobStanding) | undefined
}

/** Takes back what has not begun, and lets go of everything. */
export function takeStock({ inFlight, cells, paces, recorded }: StockTerms): Stock {
  const begun: Job[] = []
  const queued: Job[] = []
  const lost: Job[] = []
  const done: { jobs: Job[]; results: unknown[]; began: number[]; workMs: number[] } = {
    jobs: [],
    results: [],
    began: [],
    workMs: [],
  }
  for (const n of [...inFlight.heldNumbers()]) {
    const standing = standingIn(n, { inFlight, cells, recorded })
    const pace = paces[inFlight.definitions[placeOf(n)] as number] as Pace
    if (standing !== 'queued') pace.cautious = true
    const result = standing === 'finished' ? cells?.results.resultOf(n) : undefined
    const job = inFlight.release(n)
    if (result === undefined) (standing === 'queued' ? queued : standing === 'begun' ? begun : lost).push(job)
    else {
      // Nobody has written down how long it took: as long as such jobs take.
      done.jobs.push(job)
      done.results.push(result.value)
      done.began.push((cells?.began[0] ?? performance.now()) - pace.meanMs)
      done.workMs.push(pace.meanMs)
    }
  }
  queued.push(...inFlight.popOverflow(Infinity).reverse())
  inFlight.tidy()
  return { begun, queued, lost, rescued: done.jobs.length === 0 ? [] : [{ type: 'done', ...done }] }
}

function standingIn(
  n: number,
  { inFlight, cells, recorded }: Pick<StockTerms, 'inFlight' | 'cells' | 'recorded'>,
): JobStanding {
  if (inFlight.stateOf(n) === given) return 'queued'
  // If nobody can tell: at most once means that it may have begun.
  if (cells === undefined) return recorded?.(n) ?? 'begun'
  // Taken back first: a browser lets a terminated thread run on for two seconds.
  return withdrawCell(cells.words, n) ? 'queued' : standingOf(cells.words, n)
}
