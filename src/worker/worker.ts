/**
 * A worker definition: a name, a footprint, and the function that does the work.
 *
 * This file and what it imports load in 20 ms: a worker thread imports neither rxjs nor the threads package.
 */

import type {
  Attributes,
  AttributesOf,
  CheckedAttributes,
  Footprint,
  GivenOf,
} from '../footprint/footprint.ts'
import type { Guards, Only } from '../footprint/guards.ts'
import type { BaseAttributes, InstructionId } from '../words/instruction.ts'

/** What the work knows about itself besides its attributes. */
export interface Task<Local = undefined> {
  readonly id: InstructionId
  readonly name: string
  /** 1 the first time, more when it is repeated. */
  readonly attempt: number
  /** The slot number of this worker, 0 .. concurrency-1. */
  readonly ticket: number
  /** W3C trace context of who gave the instruction, for spans of this work's own; `undefined` where there is none. */
  readonly traceparent?: string | undefined
  /** Which parts of each resource it has while it runs (see `resources`): `{ gpu: ['1'] }`. Empty where it needs none. */
  readonly resources: Readonly<Record<string, readonly string[]>>
  /**
   * The same as environment variables, for programs that the work starts: `{ RXBOSS_GPU: '1' }`, and what `resources` names
   * besides. In a child process of `processes()` they are in `process.env` as well.
   */
  readonly environment: Readonly<Record<string, string>>
  /** Aborts when this instruction is cancelled, times out or is stopped. Work that obeys keeps its thread. */
  readonly signal: AbortSignal
  /** What `setup` made in this thread. */
  readonly local: Local
  /** Sends an interim report. Notes arrive in order, all before the final report; falsy ones too. */
  report(note: unknown): void
  /** The CPU numbers this worker is pinned to; empty when free. */
  binding(): readonly number[]
}

/** What `setup` knows: one thread, before its first instruction. */
export interface WorkerPlace {
  readonly ticket: number
  /** The shared attributes (`share`, `common`) of the first instruction, by name: the same objects that the work gets. */
  readonly shared: Readonly<Record<string, unknown>>
}

/** Anything with `subscribe`, such as an RxJS Observable: every value an interim report, the last one the result. */
export interface Watchable<A> {
  subscribe(
    observer: { next: (value: A) => void; error: (error: unknown) => void; complete: () => void },
    /** How the platform's own Observables are left. */
    options?: { readonly signal: AbortSignal },
  ): unknown
}

/** RxJS as TypeScript sees it: of its several ways to subscribe the last one, by functions, is what types are inferred from. */
interface WatchableByFunctions<A> {
  subscribe(next?: ((value: A) => void) | null, error?: never, complete?: never): unknown
}

/** What the result is, for each way in which work may answer. */
export type OutcomeOf<R> =
  R extends AsyncGenerator<unknown, infer A, unknown>
    ? Awaited<A>
    : R extends Generator<unknown, infer A, unknown>
      ? A
      : R extends WatchableByFunctions<infer A>
        ? A
        : R extends Watchable<infer A>
          ? A
          : Awaited<R>

/** What {@link defineWorker} takes. */
export interface WorkerSpec<A extends Attributes, R, Local> {
  readonly name: string
  /** One sentence for people. */
  readonly info?: string
  /** What the worker accepts. Default: no attributes. */
  readonly attr?: A & CheckedAttributes<A>
  /** Guards: conditions on attributes and on the boss's context, checked once the attributes are accepted. */
  readonly only?: Only
  /** The level at which it competes with other definitions: `none < default < toolbox < debug`, or the registry's own. */
  readonly priority?: string
  /** Kept, and shown by `describe`; used nowhere. */
  readonly bind?: readonly unknown[]
  /** Changes when the work means something else: a journal and remote consumers refuse another version. */
  readonly version?: string
  /** Runs once in each thread, before its first instruction. */
  readonly setup?: (place: WorkerPlace) => Local | PromiseLike<Local>
  /**
   * Does the work. May answer with a value, a promise, an async generator (yield = interim report, return = result) or
   * an Observable (every value an interim report, the last one the result).
   */
  readonly work: (attributes: AttributesOf<A>, task: Task<Local>) => R
  /** Runs once when the thread closes politely. */
  readonly teardown?: (local: Local) => void | PromiseLike<void>
}

/** What {@link defineWorker} returns: it remembers what goes in and what comes out, and forgets the codecs. */
export interface WorkerDefinition<In, Out> {
  readonly name: string
  readonly info: string
  readonly version: string | undefined
  /** Where a thread imports it from: `import.meta.url` of its file. */
  readonly url: string
  readonly footprint: Footprint
  /** What `only` became; `undefined` where there is nothing to guard. */
  readonly guards: Guards | undefined
  readonly priority: string
  readonly bind: readonly unknown[]
  /** Does the work of one instruction, its attributes decoded. Called where the worker lives. */
  readonly work: (attributes: never, task: Task<never>) => unknown
  /** Runs once in each place, before its first instruction. */
  readonly setup: ((place: WorkerPlace) => unknown) | undefined
  /** Runs once when that place closes politely. */
  readonly teardown: ((local: never) => unknown) | undefined
  /** Never called: carries the two types, so that `Boss` and `delegate` can infer them. */
  readonly types?: (given: In) => Out
}

/** Any worker definition, whatever goes in and comes out. */
export type AnyWorker = WorkerDefinition<never, unknown>
/** What a caller may give to a worker, base attributes aside. */
export type GivenTo<D> = D extends WorkerDefinition<infer In, unknown> ? In : never
/** What a caller may give to a worker: its own attributes and the base attributes. */
export type InstructionOf<D> = GivenTo<D> & BaseAttributes
/** What a worker answers with: the result in its `done` reports. */
export type ResultOf<D> = D extends WorkerDefinition<never, infer Out> ? Out : never

export type { Attributes, GivenOf }
