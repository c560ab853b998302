/**
 * The boss's protocol: the signals anybody may send, the messages that `step` understands, the effects it asks for.
 *
 * Facts come in, decisions go out. Where an instruction waits and what it holds is the ledger's and the desk's business;
 * a message carries what `step` needs to know of it.
 */

import type { Failure } from '../../words/failure.ts'
import type { InstructionId } from '../../words/instruction.ts'
import type { CancelCode } from '../../words/report.ts'

/** Who sent a signal; shown on `inspect$`. */
export type By = 'api' | 'signal' | 'cli' | 'web'

/** What may be sent to `boss.control`. Every signal is legal in every state. */
export type Signal =
  | { readonly type: 'halt' | 'resume' | 'sendReport'; readonly by?: By }
  | {
      readonly type: 'end' | 'stop' | 'stopListening' | 'stopThemWorking'
      readonly by?: By
      readonly reason?: unknown
    }

/** One attempt at one instruction, with what decides how it may go on. */
export interface AttemptFacts {
  readonly id: InstructionId
  readonly attempt: number
  readonly retries: number
  /** Its work is known to have ended, though its answer was lost: it must not run again. */
  readonly finished?: true
  /** False once its buffers were moved to a worker: there is nothing left to send again. */
  readonly repeatable: boolean
  /** The definition's name, for the failure's text. */
  readonly worker: string
}

/** How a lane ended. */
export interface LaneDeath {
  readonly why: 'closed' | 'failedToStart' | 'crashed' | 'outOfMemory'
  readonly failure: Failure
  /** Whether an instruction answers for it: the one whose work had begun there. */
  readonly blamed: boolean
  /** Whether any work had succeeded in this lane. */
  readonly succeeded: boolean
}

export type Message =
  | Signal
  /** How much there is, after anything changed: pending excludes what was given back. */
  | { readonly type: 'load'; readonly pending: number; readonly running: number }
  /** So many sources have more that counts as work. */
  | { readonly type: 'sources'; readonly count: number }
  /** So many more lanes would find work. */
  | { readonly type: 'lanesWanted'; readonly count: number; readonly now: number }
  /** There was a slot for it. */
  | { readonly type: 'laneOpening'; readonly ticket: number }
  | { readonly type: 'laneReady'; readonly ticket: number }
  /** It has been idle for as long as the crew lets it. */
  | { readonly type: 'laneIdle'; readonly ticket: number }
  /** It was given as much as a lane may be given, or its heap is too large. */
  | { readonly type: 'laneWornOut'; readonly ticket: number }
  /** Another scheduler: tickets are those below `limit` now. */
  | { readonly type: 'limitChanged'; readonly limit: number }
  | { readonly type: 'laneGone'; readonly ticket: number; readonly death: LaneDeath; readonly now: number }
  /** Running work is to end before its time. */
  | {
      readonly type: 'cutShort'
      readonly id: InstructionId
      readonly attempt: number
      readonly ticket: number
      /** `timeout` fails it, or lets it try again; all others cancel it. */
      readonly as: CancelCode | 'timeout'
      readonly reason: unknown
    }
  | { readonly type: 'graceOver'; readonly id: InstructionId; readonly attempt: number }
  /** An attempt ended with a result, or without one. */
  | { readonly type: 'attemptDone'; readonly facts: AttemptFacts }
  | { readonly type: 'attemptFailed'; readonly facts: AttemptFacts; readonly failure: Failure }
  /** They were handed ahead to a lane that is gone, and their work had not begun. */
  | { readonly type: 'neverBegan'; readonly attempts: readonly AttemptFacts[]; readonly failure: Failure }
  /** A rule of the scheduler, or the journal, cannot go on. */
  | { readonly type: 'broken'; readonly failure: Failure }

export type Effect =
  /** Start what may start. */
  | { readonly do: 'pump' }
  | { readonly do: 'sendReport' }
  /** As many of them as there are slots. */
  | { readonly do: 'openLanes'; readonly count: number }
  /** `politely`: after what it has begun, and the rest goes elsewhere. Else now. */
  | {
      readonly do: 'closeLane'
      readonly ticket: number
      readonly politely: boolean
      readonly why?: 'idle' | 'retired'
    }
  /** The slot of a lane that is gone is not free before so many milliseconds are over. */
  | { readonly do: 'restTicket'; readonly ticket: number; readonly ms: number }
  /** Ask the work to stop. */
  | { readonly do: 'abort'; readonly id: InstructionId; readonly reason: unknown }
  /** Send a message to the boss itself, later. */
  | { readonly do: 'after'; readonly ms: number; readonly message: Message }
  /** Say again that lanes are wanted, later: deaths have made the boss careful. */
  | { readonly do: 'lookAgain'; readonly ms: number }
  | { readonly do: 'settleDone'; readonly id: InstructionId }
  | { readonly do: 'settleFailed'; readonly id: InstructionId; readonly failure: Failure }
  | {
      readonly do: 'settleCancelled'
      readonly id: InstructionId
      readonly code: CancelCode
      readonly reason: unknown
    }
  | { readonly do: 'repeat'; readonly id: InstructionId; readonly ms: number; readonly code: Failure['code'] }
  /** They wait again, ahead of their equals, as if they had never left. */
  | { readonly do: 'requeue'; readonly ids: readonly InstructionId[] }
  /** It goes back to the user, with a `cancelled` report. */
  | { readonly do: 'settleReturned'; readonly id: InstructionId; readonly reason: unknown }
  /** All that no lane has begun waits again. */
  | { readonly do: 'takeBack' }
  /** Everything pending goes back to the user, each with a `cancelled` report. */
  | { readonly do: 'giveBack'; readonly reason: unknown }
  /** Everything unfinished fails. */
  | { readonly do: 'failAll'; readonly failure: Failure }
  /** What runs is counted as unheard; the streams complete, and the final report is out. */
  | { readonly do: 'unhear' }
  /** What people see of its state. `begins`: it starts work for the first time. `closes`: all that will come has come. */
  | { readonly do: 'phaseChanged'; readonly by: By; readonly begins: boolean; readonly closes: boolean }
  /** The last effect of all: no lane is alive. */
  | { readonly do: 'exit'; readonly status: 'finished' | 'stopped' | 'failed' }
