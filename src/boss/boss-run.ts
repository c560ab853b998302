/**
 * One run of a boss: who works together in it, each with one subject. Whoever needs another asks for it here; nobody keeps
 * a list of his own of what he was handed.
 *
 *     acceptance ──► ledger, desk ──starting, dispatch──► lanes ──lane-events──► outcomes ──► reporter
 *                                                           └── reclaim ◄── time-limits, ending
 *
 * The interpreter makes it, and carries out the effects of `step` through it.
 */

import type { AsyncSubject, Subject } from 'rxjs'

import type { Desk } from '../scheduler/desk/desk.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import type { FinalAccount } from '../words/report.ts'
import type { Acceptance } from './acceptance.ts'
import type { BossQueue } from './boss-queue.ts'
import type { Dispatch } from './dispatch.ts'
import type { Ending } from './ending.ts'
import type { Inspector } from './inspector.ts'
import type { Journaling } from './journaling.ts'
import type { LaneEvents } from './lane-events.ts'
import type { LaneTable } from './lane-table.ts'
import type { Ledger, Line } from './ledger.ts'
import type { Settings } from './options.ts'
import type { Outcomes } from './outcomes.ts'
import type { Readiness } from './readiness.ts'
import type { Reclaim } from './reclaim.ts'
import type { Reporter } from './reporter.ts'
import type { Starting } from './starting.ts'
import type { Status } from './status.ts'
import type { Message } from './step/protocol.ts'
import type { State } from './step/state.ts'
import type { Supply } from './supply.ts'
import type { TimeLimits } from './time-limits.ts'

export interface BossRun {
  readonly settings: Settings
  /** The rules that hold now. */
  readonly scheduler: Scheduler
  /** What `step` knows. */
  readonly state: State
  /** A message takes effect at once. Its effects follow in order, after those under way. */
  readonly tell: (message: Message) => void
  /** Starts what may start now. */
  readonly start: () => void
  /** The same, once for all that comes in this turn. */
  readonly soon: () => void
  /** How much there is has changed, other than by a result. */
  readonly changed: () => void
  /** Most lanes that may be open: the scheduler's and the crew's. */
  readonly limit: () => number

  /** Every instruction that is not settled, and how many there were. */
  readonly ledger: Ledger
  /** Who waits, and who may start by the scheduler's rules. */
  readonly desk: Desk<Line>
  readonly lanes: LaneTable
  readonly acceptance: Acceptance
  readonly starting: Starting
  readonly dispatch: Dispatch
  readonly laneEvents: LaneEvents
  readonly reclaim: Reclaim
  readonly limits: TimeLimits
  readonly outcomes: Outcomes
  readonly ending: Ending
  /** Only where there is a journal. */
  readonly journaling: Journaling | undefined
  readonly reporter: Reporter
  readonly inspector: Inspector
  readonly status: Status
  /** The lazy sources. */
  readonly supply: Supply
  /** Lanes that are there without work. */
  readonly readiness: Readiness
  /** What the mailbox keeps its instructions in; its subscribers see what is handed out and what is given up. */
  readonly queue: BossQueue<never> | undefined
  /** The final report: one value, replayed to whoever asks late. */
  readonly final$: AsyncSubject<FinalAccount>
  /** Says that instructions are taken from sources alone that are work, then from nobody. */
  readonly closing$: Subject<'draining' | 'closed'>
  /** One value, when no lane is left. */
  readonly exit$: AsyncSubject<{ readonly status: FinalAccount['status'] }>
}
