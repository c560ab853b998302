/** From options to a boss. */

import { type AnyWorker, Boss, registry } from '../index.ts'
import type { Journal } from '../journal/journal.ts'
import { backoffBetween, type Hiring } from './crew-and-scheduler.ts'
import type { RunCommandOptions } from './run-options.ts'

/** A boss who keeps no reports: memory stays flat for any number of records. Born halted. */
export function makeBoss(
  workers: readonly AnyWorker[],
  options: RunCommandOptions,
  {
    crew,
    scheduler,
    journal,
  }: Pick<Hiring, 'crew' | 'scheduler'> & { readonly journal?: Journal | undefined },
): Boss<AnyWorker> {
  const { retries, backoff, retryOn, timeout, queueTimeout, grace, supervise } = options
  return new Boss<AnyWorker>({
    workers: registry(workers),
    crew,
    scheduler,
    name: 'rxboss',
    keepReports: false,
    output: 'inspect',
    ...(journal !== undefined && { journal }),
    ...(retries !== undefined && { retries }),
    ...(backoff !== undefined && { backoff: backoffBetween(backoff) }),
    ...(retryOn !== undefined && { retryOn }),
    ...(timeout !== undefined && 'ms' in timeout && { timeout: timeout.ms }),
    ...(queueTimeout !== undefined && { queueTimeout }),
    ...(grace !== undefined && { graceMs: grace }),
    ...(supervise !== undefined && { supervise: { max: supervise.count, within: supervise.perMs } }),
  })
}
