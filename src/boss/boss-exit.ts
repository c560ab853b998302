/** How a boss left, as every actor's exit and in the boss's own words. */

import type { Exit } from '../actor/actor.ts'
import type { FinalAccount } from '../words/report.ts'
import { BossFailure } from './boss-failure.ts'

/** How a boss left: `finished` is `ended`. */
export interface BossExit extends Exit {
  readonly status: 'finished' | 'stopped' | 'failed'
}

const whys = { finished: 'ended', stopped: 'stopped', failed: 'failed' } as const

export function exitOf(status: BossExit['status'], report: FinalAccount | undefined): BossExit {
  const why = whys[status]
  if (report?.failure === undefined) return { why, status }
  return { why, status, error: new BossFailure(report.failure, report) }
}
