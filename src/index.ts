/** `rxboss`: every public name, browsers included. */

export { type Actor, type Behaviour, type SpawnOptions, spawn } from './actor/actor.ts'
export type { ActorEvent } from './actor/actor-event.ts'
export { AskError, type Asked, ask, askTE } from './actor/ask.ts'
export type { Context } from './actor/life.ts'
export type { Exit } from './actor/lives.ts'
export { type DeadLetter, Mailbox, type MailboxOptions, type Offered } from './actor/mailbox.ts'
export type { Output } from './actor/output.ts'
export { type Supervision, supervise } from './actor/supervise.ts'
export {
  Boss,
  type BossExit,
  type BossReport,
  type BossState,
  type FinalReport,
} from './boss/boss.ts'
export { BossFailure } from './boss/boss-failure.ts'
export { type DelegateOptions, delegate } from './boss/delegate.ts'
export { type HireOptions, hire, Worker } from './boss/hire.ts'
export type { BossOptions } from './boss/options.ts'
export type { Signal } from './boss/protocol.ts'
export { type BatchOptions, batchMain, runAsServer, type ServerOptions } from './boss/run-as-server.ts'
export { FailureCodec, reportCodec } from './codecs.ts'
export type { Crew, Hook, Lane, LaneEvent, LaneTerms } from './crew/crew.ts'
export { inline } from './crew/inline.ts'
export { threads } from './crew/threads.ts'
export { defineWorker } from './define-worker.ts'
export {
  type AttributeDescription,
  describe,
  type RegistryDescription,
  type WorkerDescription,
} from './describe.ts'
export type { ErrorData } from './error-data.ts'
export { extendFootprint } from './extend-footprint.ts'
export { explain, type Failure, type FailureCode, failureToError, RxbossError } from './failure.ts'
export { sharedArray } from './footprint/shared-array-codec.ts'
export type { Lock, LockOptions } from './footprint/shared-lock.ts'
export type { AttributeSpec, Attributes } from './footprint.ts'
export { fromString } from './from-string.ts'
export { before, type Guard, matching, node, oneOf, platform, since } from './guards.ts'
export type { InspectEvent } from './inspect/events.ts'
export { reduceAll, reduceRun } from './inspect/reduce.ts'
export { emptyRun, type Run } from './inspect/run.ts'
export { type TraceOptions, toTrace } from './inspect/trace.ts'
export type { BaseAttributes, Instruction, InstructionId } from './instruction.ts'
export { product, type SetOf } from './instruction-set.ts'
export { collect, type NoResult, toEither } from './operators/collect.ts'
export { type EachValueOptions, eachValueFrom } from './operators/each-value-from.ts'
export { type InOrderOptions, inOrder } from './operators/in-order.ts'
export { CancelledError, interim, result, settled } from './operators/result.ts'
export type { LevelPlace, Priorities } from './priorities.ts'
export { type Registry, registry } from './registry.ts'
export { type Counts, isSettled, type Report, type RunningNow, type Settled } from './report.ts'
export { bindToCpu } from './scheduler/bind-to-cpu.ts'
export { byPriority } from './scheduler/by-priority.ts'
export { scheduler } from './scheduler/combine.ts'
export { exclusive } from './scheduler/exclusive.ts'
export { fairShare } from './scheduler/fair-share.ts'
export { laxist } from './scheduler/laxist.ts'
export { longestFirst } from './scheduler/longest-first.ts'
export { type LoadLimits, maxLoad } from './scheduler/max-load.ts'
export { type MemoryLimits, maxMemory } from './scheduler/max-memory.ts'
export { maxThreads } from './scheduler/max-threads.ts'
export { pull } from './scheduler/pull.ts'
export { rateLimit } from './scheduler/rate-limit.ts'
export { schedule } from './scheduler/schedule.ts'
export type { Pending, Running, Scheduler } from './scheduler/scheduler.ts'
export { type ElementType, SharedArray } from './shared-array.ts'
export { transfer } from './transfer.ts'
export type {
  AnyWorker,
  GivenTo,
  InstructionOf,
  ResultOf,
  Task,
  WorkerDefinition,
  WorkerPlace,
  WorkerSpec,
} from './worker.ts'
