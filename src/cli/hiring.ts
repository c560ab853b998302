/** From options to the crew and the scheduler of a boss. */

import { type Crew, inline, laxist, maxThreads, type Scheduler, threads } from '../index.ts'
import { RunError } from './end.ts'
import { parseJobs } from './jobs.ts'
import type { RunOptions } from './run-options.ts'

/** How many records are looked at when their order matters. */
export const lookAhead = 10_000

export interface Hiring {
  readonly crew: Crew
  readonly scheduler: Scheduler
  readonly jobs: number
  readonly unlimited: boolean
  /** The order of starts depends on who waits: so many must wait. */
  readonly lookAhead: number | undefined
}

export async function hireFor(options: RunOptions): Promise<Hiring> {
  const jobs = parseJobs(options.jobs ?? '100%', maxThreads().concurrency)
  const limit = jobs.unlimited ? laxist() : maxThreads(jobs.count)
  return {
    crew: await crewOf(options.crew, jobs.count),
    scheduler: limit,
    jobs: jobs.count,
    unlimited: jobs.unlimited,
    lookAhead: options.order === undefined ? undefined : lookAhead,
  }
}

async function crewOf(name: RunOptions['crew'], size: number): Promise<Crew> {
  if (name === 'inline') return inline()
  if (name === 'threads') return threads({ size })
  const entry = 'rxboss/processes'
  try {
    const { processes } = (await import(entry)) as { processes: (options: { size: number }) => Crew }
    return processes({ size })
  } catch (error) {
    throw new RunError(`--crew processes is not there: ${(error as Error).message}`, { cause: error })
  }
}

/** Milliseconds before the next attempt: doubling between two limits, with up to a quarter of jitter either way. */
export function backoffBetween([least, most]: readonly [number, number]): (attempt: number) => number {
  return attempt => Math.min(most, least * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2)
}
