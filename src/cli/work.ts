/**
 * `rxboss work`: a consumer. It works for whoever gives instructions to a queue, until it is told to stop.
 *
 *     SIGTERM, SIGINT ──► takes no more, finishes ──► again: cuts what runs ──► again: gone
 */

import type { Consumer } from '../entries/bullmq.ts'
import { maxThreads } from '../index.ts'
import { crewOf } from './crew-and-scheduler.ts'
import { leaveBehind } from './exit.ts'
import { exitCodes, RunError, UsageError } from './exit-codes.ts'
import { parseJobs } from './jobs.ts'
import { loadWorkers } from './load-workers.ts'
import { crewWithPrograms } from './program-workers.ts'
import { watchSignals } from './signals.ts'
import { takeStandardStreams } from './standard-streams.ts'

/** What may be said to `work`. */
export interface WorkOptions {
  readonly redis?: string
  readonly queue: string
  readonly prefix: string
  readonly jobs?: string
  readonly crew: 'threads' | 'processes' | 'inline'
  readonly lock: number
  readonly grace?: number
  readonly quiet?: boolean
}

/** @returns the exit code. @throws {UsageError | RunError} what keeps it from starting */
export async function work(targets: readonly string[], options: WorkOptions): Promise<number> {
  const { redis, queue, prefix, lock, grace, quiet } = options
  if (redis === undefined)
    throw new UsageError('Which Redis? Give --redis URL, as in redis://host:6379, or set RXBOSS_REDIS')
  // Its stdout stays empty, whatever workers print.
  takeStandardStreams(text => process.stderr.write(text))
  const workers = (await Promise.all(targets.map(target => loadWorkers(target)))).flat()
  const { count } = parseJobs(options.jobs ?? '100%', maxThreads().concurrency)
  const crew = await crewWithPrograms(workers, () => crewOf(options.crew, { size: count }), { size: count })
  const say = (text: string) => process.stderr.write(`rxboss: ${text}\n`)
  const stop = new AbortController()
  let consumer: Consumer | undefined
  watchSignals({
    soon: () => {
      if (!quiet && (consumer?.busy ?? 0) > 0)
        say(`takes no more, finishes ${consumer?.busy} job(s); again to cut them`)
      stop.abort()
    },
    now: () => void consumer?.close(0),
    tell: () => say(`${consumer?.busy ?? 0} at work, ${consumer?.done ?? 0} done`),
  })
  const stopped = new Promise<void>(resolve => {
    if (stop.signal.aborted) resolve()
    stop.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  try {
    const { consume } = await import('../entries/bullmq.ts')
    const opening = consume({
      workers,
      connection: redis,
      queue,
      prefix,
      crew,
      jobs: count,
      lockMs: lock,
      notice: say,
    })
    consumer = await Promise.race([opening, stopped.then(() => undefined)])
    if (consumer === undefined) return exitCodes.fine
    const names = workers
      .map(({ name, version }) => (version === undefined ? name : `${name}@${version}`))
      .join(', ')
    if (!quiet) say(`${consumer.name} works on queue "${queue}", ${count} at once: ${names}`)
    await stopped
    await consumer.close(grace)
    leaveBehind(consumer.leftBehind)
    if (!quiet) say(`${consumer.done} job(s) done`)
    return exitCodes.fine
  } catch (error) {
    throw new RunError((error as Error).message, { cause: error })
  }
}
