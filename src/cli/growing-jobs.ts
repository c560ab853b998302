/**
 * `--jobs 0`, as many as possible: workers are added while they help. A worker in a thread or a process costs memory and the
 * time to start it, so there are a few at first, and twice as many whenever all of them are busy and the processors are not.
 * Work that waits gets hundreds of them; work that computes gets as many as there are cores, and a few.
 */

import { type AnyWorker, type Boss, maxThreads, type Scheduler } from '../index.ts'
import { busyEnough, growLookMs } from './limits.ts'

export interface GrowingJobsTerms {
  readonly cores: number
  readonly most: number
  /** How many instructions run, and how many wait. */
  readonly counts: () => { readonly running: number; readonly pending: number }
  /** So many at once from now on. */
  readonly grow: (jobs: number) => void
  /** Microseconds of processor time that this process has taken. */
  readonly cpu?: () => number
  readonly clock?: () => number
}

/** How many there are at first. */
export const firstJobs = (cores: number, most: number): number => Math.min(most, Math.max(4, 2 * cores))

export class GrowingJobs {
  jobs: number
  readonly #terms: Required<GrowingJobsTerms>
  readonly #timer: NodeJS.Timeout
  #at: number
  #cpu: number

  constructor(terms: GrowingJobsTerms) {
    this.#terms = { cpu: cpuTime, clock: () => performance.now(), ...terms }
    this.jobs = firstJobs(terms.cores, terms.most)
    this.#at = this.#terms.clock()
    this.#cpu = this.#terms.cpu()
    this.#timer = setInterval(() => this.look(), growLookMs).unref()
  }

  look(): void {
    const { cores, most, counts, grow, cpu, clock } = this.#terms
    const [now, taken] = [clock(), cpu()]
    const busy = (taken - this.#cpu) / 1000 / ((now - this.#at) * cores)
    this.#at = now
    this.#cpu = taken
    const { running, pending } = counts()
    if (running < this.jobs || pending === 0 || busy > busyEnough || this.jobs >= most) return
    this.jobs = Math.min(most, 2 * this.jobs)
    grow(this.jobs)
  }

  end(): void {
    clearInterval(this.#timer)
  }
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Where there is no limit of the user's: `withJobs` makes the rules for so many. */
export function growJobs(
  boss: Boss<AnyWorker>,
  {
    jobs,
    withJobs,
    grows,
  }: {
    readonly jobs: number
    readonly withJobs: (jobs: number) => Scheduler
    readonly grows: boolean
  },
): GrowingJobs | undefined {
  if (!grows) return undefined
  return new GrowingJobs({
    cores: maxThreads().concurrency,
    most: jobs,
    counts: () => boss.state.counts,
    grow: many => boss.reschedule(withJobs(many)),
  })
}
