/** `--jobs-file`: how many at once, as a file says, which is read again every second. */

import { readFileSync } from 'node:fs'

import { type AnyWorker, type Boss, maxThreads, type Scheduler } from '../../index.ts'
import { RunError, UsageError } from '../exit-codes.ts'
import { parseJobs } from '../jobs.ts'
import { jobsFileLookMs, mostJobs } from '../limits.ts'

/** @throws {RunError | UsageError} when it cannot be read, or says no number of jobs */
export function readJobsFile(path: string): number {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new RunError(`Cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`, { cause: error })
  }
  return Math.min(mostJobs, parseJobs(text.trim(), maxThreads().concurrency).count)
}

interface JobsFileTerms {
  readonly boss: Boss<AnyWorker>
  /** The rules, with so many at once. */
  readonly withJobs: (jobs: number) => Scheduler
  readonly onChange: (jobs: number) => void
  readonly say: (text: string) => void
}

/** While it cannot be read, all stays as it is, which is said once. */
export function watchJobsFile(
  path: string | undefined,
  { boss, withJobs, onChange, say }: JobsFileTerms,
): { end(): void } | undefined {
  if (path === undefined) return undefined
  let before = readJobsFile(path)
  let complaint = ''
  const look = () => {
    try {
      const jobs = readJobsFile(path)
      complaint = ''
      if (jobs === before) return
      before = jobs
      onChange(jobs)
      boss.reschedule(withJobs(jobs))
      say(`${jobs} at once from now on`)
    } catch (error) {
      if (!(error instanceof RunError || error instanceof UsageError)) throw error
      if (error.message !== complaint) say(`${error.message}: still ${before} at once`)
      complaint = error.message
    }
  }
  const timer = setInterval(look, jobsFileLookMs).unref()
  return { end: () => clearInterval(timer) }
}
