/** What a boss tells of itself when it is asked: where it stands, and how it ended. */

import type { Counts, FinalAccount, InterimAccount } from '../words/report.ts'
import type { AnyWorker, ResultOf } from '../worker/worker.ts'

/** The end of a boss: how it ended, every instruction accounted for, and the reports that were kept. */
export type FinalReport<D = AnyWorker> = FinalAccount<ResultOf<D>>
/** Where a boss stands: an interim account while it works, the final one once there is one. */
export type BossReport<D = AnyWorker> = InterimAccount<ResultOf<D>> | FinalAccount<ResultOf<D>>

/** A snapshot of a boss. */
export interface BossState {
  /** `draining`: the boss was told to end, and sources that are work have more. */
  readonly intake: 'open' | 'draining' | 'closed'
  readonly pump: 'on' | 'off'
  readonly phase: 'live' | 'stopping' | 'exited'
  readonly counts: Counts
  readonly workers: readonly {
    readonly workerId: string
    readonly ticket: number
    readonly state: 'opening' | 'idle' | 'busy' | 'closing'
  }[]
  readonly mailbox: { readonly size: number; readonly capacity: number }
}
