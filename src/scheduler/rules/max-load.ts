/**
 * Starts nothing while the machine is busier, or has less free memory, than this. What runs goes on.
 *
 * It looks at the whole machine, own work included, and a start shows only a while later: combine it with `maxThreads`
 * or `rateLimit`, which count at once.
 */

import { loadAgainMs, loadFreshMs } from '../limits.ts'
import type { AnyScheduler } from '../scheduler.ts'
import * as thisMachine from './machine.ts'
import { shown } from './shown.ts'

/** When {@link maxLoad} lets nobody start. */
export interface LoadLimits {
  /** Load average of the last minute. Default: the parallelism available, if `memFreeMB` is not given either. */
  readonly load?: number
  /** MiB that are free, within the container's limit. */
  readonly memFreeMB?: number
}

/** What it reads. */
export interface Gauges {
  /** `undefined` where the system has no such figure. */
  load(): number | undefined
  freeMiB(): number | undefined
}

/**
 * @param gauges  this machine's; tests have their own
 * @throws {TypeError} when a limit is not a number of at least 0, or the system cannot tell (load on Windows)
 */
export function maxLoad(limits: LoadLimits = {}, gauges: Gauges = thisMachine): AnyScheduler {
  const { memFreeMB } = limits
  const load = limits.load ?? (memFreeMB === undefined ? thisMachine.parallelism() : undefined)
  check('load', load, gauges.load)
  check('memFreeMB', memFreeMB, gauges.freeMiB)

  const isBusy = () =>
    (load !== undefined && (gauges.load() ?? 0) > load) ||
    (memFreeMB !== undefined && (gauges.freeMiB() ?? Infinity) < memFreeMB)

  let readAt = -Infinity
  let opensAt = -Infinity
  return {
    name: 'maxLoad',
    concurrency: Infinity,
    opensAt: now => {
      if (now >= Math.max(readAt + loadFreshMs, opensAt) || now < readAt) {
        readAt = now
        opensAt = isBusy() ? now + loadAgainMs : now
      }
      return opensAt
    },
  }
}

function check(name: string, limit: number | undefined, gauge: () => number | undefined): void {
  if (limit === undefined) return
  if (!(typeof limit === 'number' && limit >= 0)) {
    throw new TypeError(
      `Cannot watch the load: '${name}' must be a number of at least 0, not ${shown(limit)}`,
    )
  }
  if (gauge() === undefined) throw new TypeError(`Cannot watch the load: this system does not tell '${name}'`)
}
