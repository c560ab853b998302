/**
 * A report: one thing that happened to one instruction.
 *
 *     interim* ──► done
 *             ├──► failed
 *             └──► cancelled      also from the queue, before anything began
 *
 * Plain data: it crosses threads, processes and files unchanged. Times are milliseconds on the monotonic clock.
 */

import type { Failure } from './failure.ts'
import type { Instruction, InstructionId } from './instruction.ts'

interface Subject {
  readonly id: InstructionId
  /** The instruction's own name, or `<worker>#<id>`. */
  readonly name: string
}

interface Attempt extends Subject {
  /** The name of the worker definition that does or did the work. */
  readonly worker: string
  /** 1 the first time; more when it was repeated. 0 when it failed before its work began. */
  readonly attempt: number
}

interface Final {
  /** True where a journal knew it: it was settled in an earlier life of this run, or is left out of this one. */
  readonly recorded?: true
}

interface Times {
  /** From acceptance until this attempt's work began. */
  readonly waitMs: number
  /** The work itself. */
  readonly workMs: number
}

export interface Interim extends Attempt {
  readonly kind: 'interim'
  readonly note: unknown
}

export interface Done<A = unknown> extends Attempt, Times, Final {
  readonly kind: 'done'
  readonly result: A
}

export interface Failed extends Attempt, Times, Final {
  readonly kind: 'failed'
  readonly failure: Failure
  readonly instruction: Instruction
}

/**
 * Who ended an instruction before its time.
 *
 * - `cancelled` somebody called `cancel(id)`
 * - `signal` the AbortSignal that came with it
 * - `unsubscribed` who had asked for it turned away
 * - `queueTimeout` it waited longer than its `queueTimeout`
 * - `evicted` newer ones came, and the mailbox was full
 * - `stopped` the boss was stopped, or left it out of this run
 */
export type CancelCode = 'cancelled' | 'signal' | 'unsubscribed' | 'queueTimeout' | 'evicted' | 'stopped'

export const cancelCodes: readonly CancelCode[] = [
  'cancelled',
  'signal',
  'unsubscribed',
  'queueTimeout',
  'evicted',
  'stopped',
]

/** Never finished: stopped, cancelled, or timed out in the queue. */
export interface Cancelled extends Subject, Final {
  readonly kind: 'cancelled'
  readonly code: CancelCode
  readonly reason: unknown
  readonly instruction: Instruction
}

/** One thing that happened to one instruction: `interim` any number of times, then exactly one of the others. */
export type Report<A = unknown> = Interim | Settled<A>

/** A report after which no other about its instruction can follow. */
export type Settled<A = unknown> = Done<A> | Failed | Cancelled

/** True when no further report about this instruction can follow. */
export function isSettled<A>(report: Report<A>): report is Settled<A> {
  switch (report.kind) {
    case 'interim':
      return false
    case 'done':
    case 'failed':
    case 'cancelled':
      return true
    default:
      return report satisfies never
  }
}

/**
 * Where every accepted instruction is. At every moment
 * `submitted = done + failed + cancelled + unheard + pending + running`.
 */
export interface Counts {
  readonly submitted: number
  readonly done: number
  readonly failed: number
  readonly cancelled: number
  /** At work when `stopListening` came; it finished, or will, and nobody hears of it. */
  readonly unheard: number
  readonly pending: number
  readonly running: number
  /** Given and never accepted: bad, too many, or too late. Not part of the sum. */
  readonly refused: number
}

/** What runs now: one line for each instruction at work. */
export interface RunningNow {
  readonly id: InstructionId
  readonly name: string
  readonly worker: string
  readonly ticket: number
  readonly ms: number
}

/** Where a boss stands, and what came out so far. `reports` are those kept (`keepReports`), in order of completion. */
export interface InterimAccount<A = unknown> {
  readonly status: 'interim'
  readonly counts: Counts
  readonly reports: readonly Settled<A>[]
  /** Instructions that have not begun, in order of arrival, fit to be given again. */
  readonly pending: readonly Instruction[]
  readonly runningNow: readonly RunningNow[]
}

/** A source of instructions that was left before it had completed, since the boss took no more. */
export interface CutOff {
  /** How many of its instructions were accepted. */
  readonly given: number
  readonly cutOff: true
}

/** The end of a boss: a value, the same for every reader. */
export interface FinalAccount<A = unknown> {
  readonly status: 'finished' | 'stopped' | 'failed'
  readonly counts: Counts
  readonly reports: readonly Settled<A>[]
  /** Instructions given back by a stop, in order of arrival, fit to be given again. */
  readonly pending: readonly Instruction[]
  /** False where `keepReports` let some go. What was given by `run`, `run$` or `delegate()` is never among them. */
  readonly keptAll: boolean
  /** What was not read to its end. */
  readonly sources: readonly CutOff[]
  /** Why `status` is `failed`. */
  readonly failure?: Failure
}
