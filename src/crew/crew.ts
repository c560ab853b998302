/**
 * A crew: where workers live. One contract for threads, this thread, child processes and other machines;
 * `test/crew/contract.ts` is run against every crew.
 *
 *     boss ── give(job), abort(job), withdraw(job) ──► lane ──► a thread, a process, ...
 *          ◄── events$: ready · done · failed · note · log · exit ──
 *
 * A lane is a place where one Worker works: it holds jobs in order and works on the first. A *job* is a number by which
 * the boss knows one attempt at one instruction; what it stands for is read from `orders` when it is sent, so that a
 * plain instruction costs no object on its way.
 */

import type { Observable } from 'rxjs'

import type { Placer } from '../actor/actor-place.ts'
import type { ErrorData } from '../words/error-data.ts'
import type { Failure } from '../words/failure.ts'
import type { Hook } from '../words/hook.ts'
import type { AnyWorker } from '../worker/worker.ts'

/** One attempt at one instruction, as the boss numbers it. A number is used again only after its job left the lane. */
export type Job = number

/** The boss's columns: what a job stands for. Valid from `give` until the lane has let go of the job. */
export interface Orders {
  readonly definitionOf: (job: Job) => number
  readonly idOf: (job: Job) => number
  readonly attributesOf: (job: Job) => unknown
  readonly attemptOf: (job: Job) => number
  /** A name of its own; `undefined` means `<worker>#<id>`. */
  readonly nameOf: (job: Job) => string | undefined
  /** W3C trace context of who gave it, where there is one. */
  readonly traceparentOf?: (job: Job) => string | undefined
  /** Which parts of named resources it has, where it has some. */
  readonly resourcesOf?: (job: Job) => Readonly<Record<string, readonly string[]>> | undefined
  /** The same as environment variables, for what the work starts. */
  readonly environmentOf?: (job: Job) => Readonly<Record<string, string>> | undefined
  /** How urgent it is, where somebody said so; higher is sooner. For places with a queue of their own. */
  readonly priorityOf?: (job: Job) => number | undefined
}

/** What a crew is told when it opens a lane. */
export interface LaneTerms {
  /** The slot number, 0 .. concurrency-1. */
  readonly ticket: number
  readonly definitions: readonly AnyWorker[]
  readonly orders: Orders
  readonly hooks: readonly Hook[]
  /** Between asking work to stop and terminating its thread, in milliseconds. */
  readonly graceMs: number
  /** False where instructions are only ever handed over one at a time. */
  readonly ahead: boolean
}

/**
 * What happens in a lane, in order. A burst of results is one event with parallel arrays, so that the stream costs
 * nothing per instruction. Times are milliseconds on this thread's monotonic clock (`performance.now()`).
 */
export type LaneEvent =
  | {
      readonly type: 'ready'
      readonly startMs: number
      readonly threadId?: number
      readonly pid?: number
      readonly host?: string
      /** In what a program is written, as far as it says it: `Python 3.11.7`. */
      readonly language?: string
    }
  | {
      readonly type: 'done'
      readonly jobs: readonly Job[]
      readonly results: readonly unknown[]
      /** When the work of each began. */
      readonly began: readonly number[]
      readonly workMs: readonly number[]
    }
  | {
      readonly type: 'failed'
      readonly job: Job
      readonly failure: Failure
      readonly began: number
      readonly workMs: number
    }
  | { readonly type: 'note'; readonly job: Job; readonly note: unknown }
  /**
   * It was told to end, and lets go of all it held at once; its place ends a little later, because the job at work was asked to
   * stop, and may clean up. `begun` has that job. The exit that follows holds nothing any more.
   */
  | {
      readonly type: 'released'
      readonly begun: readonly Job[]
      readonly queued: readonly Job[]
      readonly lost: readonly Job[]
    }
  /** What a worker printed; `job`: the one at work then, if there was one. */
  | {
      readonly type: 'log'
      readonly stream: 'stdout' | 'stderr'
      readonly text: string
      readonly job?: Job
    }
  /** What a worker sent and the protocol does not know, or a word about a job the lane does not hold. */
  | { readonly type: 'nonsense'; readonly why: string }
  | LaneExit

/** The last event of a lane; its stream completes after it. Everything the lane still held is in `begun` or `queued`. */
export interface LaneExit {
  readonly type: 'exit'
  /** `closed`: we asked. `failedToStart`: it was never ready. The others are accidents. */
  readonly why: 'closed' | 'failedToStart' | 'crashed' | 'outOfMemory'
  /** In words: the exit code or signal, the import error, the name of what was stuck. */
  readonly reason: string
  readonly exitCode?: number | undefined
  readonly error?: ErrorData | undefined
  /** What its user can do about it, where that is not to correct the worker's file. */
  readonly remedy?: string
  /** The job whose body had begun there: the one to blame. At most one. */
  readonly begun: readonly Job[]
  /** Jobs handed ahead that had not begun. */
  readonly queued: readonly Job[]
  /**
   * Jobs that had finished, and whose answers died with the lane: killed within the few milliseconds in which it
   * collects small results, or under a later job of the same burst. Not to blame, and not to be run again.
   */
  readonly lost: readonly Job[]
  /** It could not be ended, native code being what it is, and was left behind. */
  readonly stuck?: boolean
}

/** A place where one Worker works: it holds jobs in order and works on the first. See docs/writing-a-crew.md. */
export interface Lane {
  readonly ticket: number
  /**
   * Subscribing opens the lane; it emits until `exit` and completes. One subscriber. Unsubscribing terminates.
   * Never errors, and never completes without an `exit`: what goes wrong is an event.
   */
  readonly events$: Observable<LaneEvent>
  /** How many jobs it holds: given, and not yet let go of. */
  readonly held: number
  /** The heap of its thread in MB, as last told; only where the crew has `recycleAboveMB`. */
  readonly heapMB: number | undefined
  /**
   * How busy its event loop was since it was last asked, 0 to 1, and its heap in MB where that is known; `undefined` where
   * nobody can tell. Read from outside: a thread that is stuck is asked as well.
   */
  load?(): { readonly loop: number; readonly heap?: number } | undefined
  /** True where what was given waits in a queue outside, so that `atWork` alone says when it began. */
  readonly awaits?: boolean
  /** How many more jobs of this definition are worth having here now, so that it never runs dry: 0 is enough. */
  room(definition: number): number
  /** Takes a job, behind those it holds. May be called before `ready`. Sent at the end of this turn. */
  give(job: Job): void
  /** Takes back a job that has not begun. True: it never will, and the lane has let go of it. */
  withdraw(job: Job): boolean
  /** Takes back up to `count` jobs that have not begun, from the tail; always leaves the first. */
  withdrawTail(count: number): readonly Job[]
  /** The job at work now, as far as can be told from outside, and when it began. */
  atWork(): { readonly job: Job; readonly began: number } | undefined
  /** The job that is at work, or about to be: its place may not have begun it this very moment. */
  head?(): Job | undefined
  /** Jobs that have ended, and whose results are on their way, in order. */
  onTheWay?(): readonly Job[]
  /** From now on `atWork` tells when each job began, however short those before it were. False, or absent: it cannot. */
  timesEach?(): boolean
  /** Asks the work to stop (`task.signal` aborts). It answers as any job does; forcing it is the boss's business. */
  abort(job: Job, reason: unknown): void
  /** Exits once what it holds is done. Teardowns run. */
  close(): void
  /**
   * Exits now: what it holds is in the exit event. Work that can be asked to stop (it has looked at `task.signal`, or yields
   * notes) is asked first, with this reason, and has `graceMs`; what it holds is in a `released` event then, at once.
   */
  terminate(reason?: unknown): void
  /** Whether this lane keeps the process alive. The boss says so while the lane has work. */
  keepAlive(alive: boolean): void
}

/** Where workers live: `threads()`, `inline()`, or one of your own. See docs/writing-a-crew.md. */
export interface Crew {
  /** As people write it: `threads`, `inline`. */
  readonly name: string
  /** Most lanes that may be open at once. */
  readonly size: number
  /** Lanes kept open though idle. */
  readonly min: number
  /** Milliseconds after which an idle lane above `min` closes; `Infinity`: never. */
  readonly idleMs: number
  /** Recycle a lane after so many instructions. */
  readonly recycleAfter?: number
  /** Recycle a lane whose `heapMB` is above this. */
  readonly recycleAboveMB?: number
  /** @throws now, when one of these definitions cannot work in this crew, with the remedy */
  check(definitions: readonly AnyWorker[]): void
  /** Makes a lane. It opens when its `events$` are subscribed to. One that throws is, to the boss, a start that failed. */
  open(terms: LaneTerms): Lane
  /** Opens a place where one actor lives, or says that this thread is one. A crew without it has none for actors. */
  readonly place?: Placer['place']
  /** Milliseconds in which the place of an actor must be ready. */
  readonly startMs?: Placer['startMs']
}
