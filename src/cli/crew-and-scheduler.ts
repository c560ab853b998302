/** From options to the crew and the scheduler of a boss. */

import { closeSync, openSync, readSync } from 'node:fs'
import { Worker as Thread } from 'node:worker_threads'

import {
  type AnyWorker,
  byDeadline,
  byPriority,
  type Crew,
  exclusive,
  inline,
  laxist,
  longestFirst,
  maxLoad,
  maxMemory,
  maxThreads,
  rateLimit,
  type Scheduler,
  scheduler,
  threads,
} from '../index.ts'
import { RunError, UsageError } from './exit-codes.ts'
import { firstJobs } from './growing-jobs.ts'
import { parseJobs } from './jobs.ts'
import { mostJobs, recordsAhead } from './limits.ts'
import { crewWithPrograms } from './program-workers.ts'
import { readJobsFile } from './run/jobs-file.ts'
import type { RunCommandOptions } from './run-options.ts'
import { keysOf, sharingRules } from './sharing-rules.ts'

const bytesPerMiB = 2 ** 20

export interface Hiring {
  readonly crew: Crew
  readonly scheduler: Scheduler
  readonly jobs: number
  readonly unlimited: boolean
  /** The same rules, with so many at once. */
  readonly withJobs: (jobs: number) => Scheduler
  /** Workers are to be added while they help. */
  readonly grows: boolean
  /** The order of starts depends on who waits: so many must wait. */
  readonly lookAhead: number | undefined
}

const limitsOf = ({ startTimeout, heap }: RunCommandOptions, size: number) => ({
  size,
  startMs: startTimeout,
  heap,
})

function jobsOf({ jobs, jobsFile }: RunCommandOptions): ReturnType<typeof parseJobs> {
  if (jobsFile === undefined) return parseJobs(jobs ?? '100%', maxThreads().concurrency)
  if (jobs !== undefined) throw new UsageError('Give either --jobs or --jobs-file')
  return { count: readJobsFile(jobsFile), unlimited: false }
}

/** @throws {RunError} when there is no such crew, or the rules contradict each other */
export async function hireFor(options: RunCommandOptions, workers: readonly AnyWorker[]): Promise<Hiring> {
  const { count, unlimited } = jobsOf(options)
  const size = options.jobsFile === undefined ? count : mostJobs
  const rules = rulesOf(options)
  const withJobs = (jobs: number) => combined([maxThreads(jobs), ...rules])
  // Instructions in the inline crew share one thread: there is nothing to add.
  const grows = unlimited && options.crew !== 'inline' && options.queue === undefined
  const limit = unlimited ? laxist() : maxThreads(count)
  return {
    crew:
      options.queue === undefined
        ? await crewWithPrograms(workers, () => crewOf(options.crew, limitsOf(options, size)), {
            ...options,
            size,
          })
        : await queueOf(options, count),
    scheduler: grows
      ? withJobs(firstJobs(maxThreads().concurrency, count))
      : rules.length === 0
        ? limit
        : combined([limit, ...rules]),
    withJobs,
    grows,
    jobs: count,
    unlimited,
    lookAhead: (options.order ?? options.deadline ?? options.sticky) ? recordsAhead : undefined,
  }
}

function rulesOf(options: RunCommandOptions): readonly Scheduler[] {
  const {
    maxMemory: memory,
    taskMemory,
    memfree,
    load,
    delay,
    exclusive: attributes,
    order,
    deadline,
  } = options
  return [
    ...(memory === undefined && taskMemory === undefined ? [] : [memoryRule(memory, taskMemory)]),
    ...(memfree === undefined && load === undefined ? [] : [loadRule(load, memfree)]),
    ...(delay === undefined ? [] : [rateLimit(1, delay)]),
    ...sharingRules(options),
    ...(attributes ?? []).map(attribute => exclusive(given => keysOf(given, attribute))),
    ...(deadline ? [byDeadline()] : []),
    ...(order === undefined ? [] : [orderRule(order)]),
  ]
}

function memoryRule(memory: RunCommandOptions['maxMemory'], taskMemory: number | undefined): Scheduler {
  if (memory !== undefined && 'bytes' in memory && (taskMemory ?? 0) > memory.bytes)
    throw new UsageError('--task-memory is more than --max-memory: nothing could ever start')
  const most = memory === undefined ? {} : 'bytes' in memory ? { max: memory.bytes / bytesPerMiB } : memory
  return maxMemory({ ...most, ...(taskMemory !== undefined && { perTask: taskMemory / bytesPerMiB }) })
}

/** @param load  a part of the cores that this process may use */
function loadRule(load: number | undefined, memfree: number | undefined): Scheduler {
  return maxLoad({
    ...(load !== undefined && { load: load * maxThreads().concurrency }),
    ...(memfree !== undefined && { memFreeMB: memfree / bytesPerMiB }),
  })
}

function orderRule(order: NonNullable<RunCommandOptions['order']>): Scheduler {
  if (order === 'longest') return longestFirst()
  if (order === 'priority') return byPriority()
  if (order === 'deadline') return byDeadline()
  const salt = Math.floor(Math.random() * 2 ** 32)
  return { name: 'shuffle', concurrency: Infinity, order: (a, b) => drawn(a.id, salt) - drawn(b.id, salt) }
}

/** A number by lot, the same for the same id. */
function drawn(id: number, salt: number): number {
  let bits = Math.imul(id + 1, 0x9e3779b1) ^ salt
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

function combined(rules: readonly Scheduler[]): Scheduler {
  try {
    return scheduler(...rules)
  } catch (error) {
    throw new RunError((error as Error).message, { cause: error })
  }
}

interface CrewSize {
  readonly size: number
  readonly startMs?: number | undefined
  /** The most memory of a worker, in bytes. */
  readonly heap?: number | undefined
}

/** A crew on this machine. @throws {UsageError | RunError} when there is no such crew, or it knows no such limit */
export async function crewOf(
  name: RunCommandOptions['crew'],
  { size, startMs, heap }: CrewSize,
): Promise<Crew> {
  const limits = { size, ...(startMs !== undefined && { startMs }) }
  const megabytes = heap === undefined ? undefined : Math.max(1, Math.round(heap / bytesPerMiB))
  if (name === 'inline') {
    if (heap !== undefined)
      throw new UsageError('--heap is of a thread or a process, and --crew inline has neither')
    return inline()
  }
  if (name === 'threads') {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const file = new URL(`./command-thread.${extension}`, import.meta.url)
    const resourceLimits = megabytes === undefined ? {} : { maxOldGenerationSizeMb: megabytes }
    return threads({ ...limits, worker: () => new Thread(file, { resourceLimits }) })
  }
  const entry = 'rxboss/processes'
  const options = { ...limits, ...(megabytes !== undefined && { memoryLimit: megabytes }) }
  try {
    const { processes } = (await import(entry)) as {
      processes: (options: typeof limits) => Crew
    }
    return processes(options)
  } catch (error) {
    throw new RunError(`--crew processes is not there: ${(error as Error).message}`, { cause: error })
  }
}

/** Other machines. The same journal is the same run, which takes over what an earlier life left in the queue. */
async function queueOf({ redis, queue, pack, journal }: RunCommandOptions, size: number): Promise<Crew> {
  if (redis === undefined)
    throw new UsageError(
      '--queue needs a Redis: give --redis URL, as in redis://host:6379, or set RXBOSS_REDIS',
    )
  try {
    const { bullmq } = await import('../entries/bullmq.ts')
    return bullmq({
      connection: redis,
      queue: queue as string,
      size,
      ...(pack !== undefined && { pack }),
      // Read when work begins: until then the journal may not be there.
      ...(journal !== undefined && { run: () => runOf(journal) }),
    })
  } catch (error) {
    throw new RunError((error as Error).message, { cause: error })
  }
}

/** The name of the run that this journal is of: its first line says it. */
function runOf(journal: string): string {
  const file = openSync(journal, 'r')
  try {
    const start = Buffer.alloc(1024)
    const [header = ''] = start.toString('utf8', 0, readSync(file, start)).split('\n', 1)
    const run = /"run":"([^"]+)"/.exec(header)?.[1]
    if (run !== undefined) return run
    throw new RunError(`The first line of ${journal} names no run: is it a journal?`)
  } finally {
    closeSync(file)
  }
}

/** Milliseconds before the next attempt: doubling between two limits, with up to a quarter of jitter either way. */
export function backoffBetween([least, most]: readonly [number, number]): (attempt: number) => number {
  return attempt => Math.min(most, least * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2)
}
