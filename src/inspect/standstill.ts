/** A run in which nothing runs though something waits: people take it for work. After two seconds it is said, and why. */

import { shortTime } from './clock-time.ts'
import { standstillMs } from './limits.ts'
import type { Run } from './run.ts'

export class Standstill {
  #since: number | undefined

  /**
   * @param now  milliseconds since the boss began
   * @param whyNot  what somebody knows who made the rules
   * @returns why nothing runs; `undefined` while something does, or nothing waits
   */
  of(run: Run, now: number, whyNot?: () => string | undefined): string | undefined {
    const { running, pending } = run.counts
    const stands =
      run.status === 'running' && run.phase === 'live' && run.pump === 'on' && running === 0 && pending > 0
    if (!stands) {
      this.#since = undefined
      return undefined
    }
    this.#since ??= now
    const ms = now - this.#since
    if (ms < standstillMs) return undefined
    return `waiting: ${whyNot?.() ?? reasonOf(run)} (${pending} waiting for ${shortTime(ms)})`
  }
}

function reasonOf({ lanes }: Run): string {
  const there = lanes.filter(lane => lane !== undefined && lane.state !== 'gone')
  const starting = there.filter(lane => lane?.state === 'opening').length
  if (starting > 0) return starting === 1 ? 'a worker is starting' : `${starting} workers are starting`
  return there.length === 0 ? 'no worker is there' : 'a rule of the scheduler holds everything back'
}
