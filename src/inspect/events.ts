/**
 * What happens in a run, as events: the only thing that any view of it is built on.
 *
 * Types and constructors only, so that the Boss may import it. Payload-free: names and failures, never what
 * instructions hold. `v` is raised when a field changes its meaning; new types and fields do not raise it.
 */

import type { Failure, FailureCode } from '../words/failure.ts'
import type { InstructionId } from '../words/instruction.ts'
import type { Counts, RunningNow } from '../words/report.ts'
import { oneLine } from '../words/show-value.ts'

/** Put on every event: version, number without gaps, monotonic milliseconds since the boss began, its name. */
export interface Stamp {
  readonly v: 1
  readonly seq: number
  readonly t: number
  readonly boss: string
}

export interface PhaseFields {
  readonly intake: 'open' | 'draining' | 'closed'
  readonly pump: 'on' | 'off'
  readonly phase: 'live' | 'stopping' | 'exited'
}

/** Who works where. */
export interface Who {
  /** Milliseconds since 1970 when the boss began. */
  readonly wall: number
  /** The worker definitions, by name. */
  readonly workers: readonly string[]
  readonly crew: string
  readonly concurrency: number
  /** How many instructions there will be, once no more are taken. */
  readonly total?: number
  readonly node: string
  readonly version: string
}

export type Happening =
  /** Once, when it begins to work. */
  | ({ readonly type: 'boss.start' } & Who)
  | ({ readonly type: 'boss.phase'; readonly by: 'api' | 'signal' | 'cli' | 'web' } & PhaseFields)
  /** What a new observer is told first: where the run stands. Not numbered: `upTo` is the last number it covers. */
  | ({
      readonly type: 'boss.state'
      readonly upTo: number
      readonly counts: Counts
      /** Lanes that are open. What they did is that of their predecessors with the same ticket, too. */
      readonly lanes: readonly {
        readonly workerId: string
        readonly ticket: number
        readonly ready: boolean
        /** When the first of them was ready. */
        readonly since?: number
        readonly busyMs?: number
        readonly done?: number
        readonly failed?: number
        readonly restarts?: number
        readonly threadId?: number
        readonly pid?: number
        readonly host?: string
        readonly language?: string
      }[]
      readonly runningNow: readonly (RunningNow & { readonly workerId: string; readonly attempt: number })[]
    } & Who &
      PhaseFields)
  | { readonly type: 'boss.total'; readonly total: number }
  /** Something about the boss itself. */
  | { readonly type: 'boss.warn'; readonly why: string }
  /** A source of instructions was left before it had completed: the boss takes no more. */
  | { readonly type: 'source.cutOff'; readonly given: number }
  | {
      readonly type: 'boss.report'
      readonly counts: Counts
      readonly runningNow: readonly RunningNow[]
    }
  | {
      readonly type: 'boss.end'
      readonly status: 'finished' | 'stopped' | 'failed'
      readonly counts: Counts
      readonly ms: number
    }
  | {
      readonly type: 'boss.sample'
      readonly pending: number
      readonly running: number
      readonly rate: number
      readonly lagMs: number
      readonly rss: number
      /** Cores that this process used since the last sample, all its threads together. */
      readonly cpu?: number
    }
  | {
      readonly type: 'worker.spawn'
      readonly workerId: string
      readonly ticket: number
      readonly host?: string
    }
  | {
      readonly type: 'worker.ready'
      readonly workerId: string
      readonly ticket: number
      readonly startMs: number
      readonly threadId?: number
      /** Of a child process. */
      readonly pid?: number
      readonly host?: string
      /** In what a program is written, and its version: `Python 3.11.7`. */
      readonly language?: string
    }
  | {
      readonly type: 'worker.sample'
      readonly workerId: string
      readonly ticket: number
      readonly loop: number
      readonly heap?: number
    }
  | {
      readonly type: 'worker.log'
      readonly workerId: string
      readonly ticket: number
      readonly id?: InstructionId
      readonly stream: 'stdout' | 'stderr'
      readonly text: string
    }
  | {
      readonly type: 'worker.exit'
      readonly workerId: string
      readonly ticket: number
      readonly reason: 'retired' | 'idle' | 'terminated' | 'crashed' | 'outOfMemory'
      readonly exitCode?: number
      readonly why: string
      readonly ids: readonly InstructionId[]
      /** It is stuck in native code, and was left behind: the end of this process would wait for it. */
      readonly stuck?: true
    }
  | {
      readonly type: 'instruction.accept'
      readonly id: InstructionId
      readonly name: string
      readonly worker: string
      readonly parent?: number
      readonly traceparent?: string
      /** What was given, as the boss's `inspect.payload` has it. */
      readonly payload?: unknown
    }
  | {
      readonly type: 'instruction.refuse'
      readonly name?: string
      readonly why: string
      readonly failure?: Failure
    }
  | {
      readonly type: 'instruction.warn'
      readonly id: InstructionId
      readonly name: string
      readonly why: string
    }
  | {
      readonly type: 'instruction.start'
      readonly id: InstructionId
      readonly name: string
      readonly worker: string
      readonly ticket: number
      readonly workerId: string
      readonly attempt: number
      readonly waitMs: number
      /** When the work began, on the scale of `t`: a burst is heard of after its end. */
      readonly began: number
    }
  | {
      readonly type: 'instruction.retry'
      readonly id: InstructionId
      readonly attempt: number
      readonly delayMs: number
      readonly code: FailureCode
      /** Of the attempt that failed. */
      readonly failure?: Failure
      readonly ticket?: number
      readonly waitMs?: number
      readonly workMs?: number
    }
  | {
      readonly type: 'report'
      readonly kind: 'interim' | 'done' | 'failed' | 'cancelled'
      readonly id: InstructionId
      readonly name: string
      readonly worker: string
      readonly ticket?: number
      readonly attempt?: number
      readonly waitMs?: number
      readonly workMs?: number
      readonly done?: number
      readonly total?: number
      readonly failure?: Failure
      readonly reason?: string
      /** What was answered or noted, as the boss's `inspect.payload` has it. */
      readonly payload?: unknown
    }
  | {
      readonly type: 'actor.spawn' | 'actor.restart' | 'actor.exit' | 'actor.deadLetter'
      readonly actor: string
      readonly why?: string
      readonly restarts?: number
      readonly message?: string
    }
  | { readonly type: 'drop'; readonly count: number }

/** One thing that happened in a boss, as `inspect$` tells it: versioned, numbered without gaps, free of payloads unless `inspect.payload` says otherwise. */
export type InspectEvent = Stamp & Happening

/** A name fit for any view: no control characters, at most 80 characters. */
export const cleanName = oneLine
