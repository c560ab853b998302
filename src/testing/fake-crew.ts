/** `fakeCrew()`: lanes that answer when the test says so. */

import { Observable, Subject } from 'rxjs'

import type { Crew, Job, Lane, LaneEvent, LaneExit, LaneTerms } from '../crew/crew.ts'
import { errorToData } from '../words/error-data.ts'
import { type Failure, threw } from '../words/failure.ts'

/** A lane that does nothing by itself. */
export interface FakeLane extends Lane {
  readonly jobs: readonly Job[]
  readonly open: boolean
  /** What the boss asked of the work at hand. */
  readonly aborted: readonly { readonly job: Job; readonly reason: unknown }[]
  readonly asked: 'nothing' | 'close' | 'terminate'
  /** The thread has started. */
  getReady(): void
  /** The first job is done. */
  finish(result?: unknown): void
  /** As many of the first jobs as there are results are done, and told of together. */
  finishTogether(results: readonly unknown[]): void
  /** The first job threw. */
  throws(error: unknown): void
  /** The first job fails with this. */
  fails(failure: Failure): void
  /** The first job sends an interim report. */
  note(note: unknown): void
  /** The thread dies, or did not start. */
  dies(why?: 'crashed' | 'outOfMemory' | 'failedToStart', reason?: string): void
  /** It does as it was asked: closes or is terminated. */
  leaves(): void
  /** Says whatever a lane should not say. */
  says(event: LaneEvent): void
}

/** What {@link fakeCrew} makes. */
export interface FakeCrew extends Crew {
  /** Every lane ever opened, by age. */
  readonly lanes: readonly FakeLane[]
}

/** How {@link fakeCrew} is made. */
export interface FakeCrewOptions {
  readonly size?: number
  /** Lanes kept though idle. Default 0. */
  readonly min?: number
  /** How many jobs a lane likes to have. Default 1. */
  readonly depth?: number
  /** The clock that its events go by. Default `performance.now`. */
  readonly now?: () => number
}

/**
 * A crew whose lanes answer when the test says so.
 *
 * @example
 * const crew = fakeCrew()
 * const boss = new Boss({ workers: [primes], crew })
 * boss.give({ limit: 10 })
 * boss.makeThemWork()
 * await Promise.resolve()
 * crew.lanes[0].getReady()
 * crew.lanes[0].finish(4)
 */
export function fakeCrew({
  size = Infinity,
  min = 0,
  depth = 1,
  now = () => performance.now(),
}: FakeCrewOptions = {}): FakeCrew {
  const lanes: FakeLane[] = []
  return {
    name: 'fake',
    size,
    min,
    idleMs: Infinity,
    lanes,
    check: () => {},
    open: terms => {
      const lane = openFakeLane(terms, depth, now)
      lanes.push(lane)
      return lane
    },
  }
}

function openFakeLane(terms: LaneTerms, depth: number, now: () => number): FakeLane {
  const events$ = new Subject<LaneEvent>()
  const jobs: Job[] = []
  const aborted: { job: Job; reason: unknown }[] = []
  let open = false
  let ready = false
  let asked: FakeLane['asked'] = 'nothing'
  let began = now()

  const first = () => {
    if (jobs.length === 0) throw new Error(`The fake lane with ticket ${terms.ticket} holds no job`)
    const job = jobs.shift() as Job
    const times = { began, workMs: now() - began }
    began = now()
    return { job, ...times }
  }
  const exit = (event: Omit<LaneExit, 'type' | 'begun' | 'queued' | 'lost'>) => {
    if (!open) return
    open = false
    const begun = ready ? jobs.slice(0, 1) : []
    const queued = jobs.slice(begun.length)
    jobs.length = 0
    events$.next({ type: 'exit', ...event, begun, queued, lost: [] })
    events$.complete()
  }

  return {
    ticket: terms.ticket,
    events$: new Observable(subscriber => {
      open = true
      return events$.subscribe(subscriber)
    }),
    get held() {
      return jobs.length
    },
    jobs,
    get open() {
      return open
    },
    get asked() {
      return asked
    },
    heapMB: undefined,
    aborted,
    room: () => Math.max(0, (terms.ahead ? depth : 1) - jobs.length),
    give: job => {
      if (jobs.length === 0) began = now()
      jobs.push(job)
    },
    withdraw: job => {
      const place = jobs.indexOf(job)
      if (place < 0 || (place === 0 && ready)) return false
      jobs.splice(place, 1)
      return true
    },
    withdrawTail: count => (count <= 0 ? [] : jobs.splice(Math.max(1, jobs.length - count))),
    atWork: () => (jobs.length > 0 ? { job: jobs[0] as Job, began } : undefined),
    abort: (job, reason) => void aborted.push({ job, reason }),
    close: () => {
      if (asked === 'nothing') asked = 'close'
    },
    terminate: () => {
      asked = 'terminate'
    },
    keepAlive: () => {},
    getReady: () => {
      ready = true
      began = now()
      events$.next({ type: 'ready', startMs: 1 })
    },
    ...answers(first, event => events$.next(event)),
    note: note => events$.next({ type: 'note', job: jobs[0] as Job, note }),
    dies: (why = 'crashed', reason = why) => exit({ why, reason }),
    leaves: () => exit({ why: 'closed', reason: `asked to ${asked}` }),
    says: event => events$.next(event),
  }
}

/** How the first jobs of a lane end. */
function answers(
  first: () => { readonly job: Job; readonly began: number; readonly workMs: number },
  tell: (event: LaneEvent) => void,
): Pick<FakeLane, 'finish' | 'finishTogether' | 'throws' | 'fails'> {
  const finishTogether = (results: readonly unknown[]) => {
    const done = results.map(() => first())
    const jobs = done.map(({ job }) => job)
    const began = done.map(one => one.began)
    tell({ type: 'done', jobs, results, began, workMs: done.map(({ workMs }) => workMs) })
  }
  const fails = (failure: Failure) => tell({ type: 'failed', failure, ...first() })
  return {
    finish: result => finishTogether([result]),
    finishTogether,
    throws: error => fails(threw('fake', errorToData(error))),
    fails,
  }
}
