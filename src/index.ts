/** `rxboss`: every public name, browsers included. */

export type { Actor, Exit, Ref } from './actor/actor.ts'
export type { ActorDefinition, AnyActor } from './actor/actor-definition.ts'
export type { ActorEvent } from './actor/actor-event.ts'
export type { Place, Placeable, PlaceEvents, PlaceExit, Placer } from './actor/actor-place.ts'
export {
  type Answering,
  type Ask,
  AskError,
  type AskErrorCode,
  type Asked,
  type AskTE,
  answer,
  ask,
  askTE,
  type Question,
  type Reply,
} from './actor/ask.ts'
export type { Behaviour, Cleanup, Context, PlacedOptions, SpawnOptions, Watched } from './actor/behaviour.ts'
export { type DeadLetter, Mailbox, type MailboxOptions, type Offered } from './actor/mailbox.ts'
export type { MessageQueue, Shown } from './actor/message-queue.ts'
export type { Output } from './actor/output.ts'
export { priorityQueue } from './actor/priority-queue.ts'
export { type ShardOptions, shards } from './actor/shards.ts'
export { spawn } from './actor/spawn.ts'
export { type Supervision, supervise } from './actor/supervise.ts'
export { Boss } from './boss/boss.ts'
export type { BossExit } from './boss/boss-exit.ts'
export { BossFailure } from './boss/boss-failure.ts'
export type { BossReport, BossState, FinalReport } from './boss/boss-state.ts'
export { type DelegateOptions, delegate } from './boss/delegate.ts'
export { type Explanation, explain, type HeldBack } from './boss/explain.ts'
export { type HireOptions, hire, Worker } from './boss/hire.ts'
export type { BossOptions } from './boss/options.ts'
export { type BatchOptions, batchMain, runAsServer, type ServerOptions } from './boss/run-as-server.ts'
export type { RunOptions } from './boss/runs.ts'
export { type InstructionSource, type Listened, Listening } from './boss/sources.ts'
export type { Signal } from './boss/step/protocol.ts'
export type { Crew, Lane, LaneEvent, LaneTerms } from './crew/crew.ts'
export { inline } from './crew/inline.ts'
export { serveActors } from './crew/threads/serve-actors.ts'
export { threads } from './crew/threads/threads.ts'
export { extendFootprint } from './footprint/extend-footprint.ts'
export type { AttributeOf, AttributeSpec, Attributes } from './footprint/footprint.ts'
export { fromString } from './footprint/from-string.ts'
export { before, type Guard, matching, node, oneOf, platform, since } from './footprint/guards.ts'
export { sharedArray } from './footprint/shared-array-codec.ts'
export type { InspectEvent } from './inspect/events.ts'
export { reduceAll, reduceRun } from './inspect/reduce.ts'
export { emptyRun, type Run } from './inspect/run.ts'
export { type TraceOptions, toTrace } from './inspect/trace.ts'
export { collect, type NoResult, toEither } from './operators/collect.ts'
export { type EachValueOptions, eachValueFrom } from './operators/each-value-from.ts'
export { type InOrderOptions, inOrder } from './operators/in-order.ts'
export { interim, result, settled } from './operators/result.ts'
export { toReadableStream } from './operators/to-readable-stream.ts'
export type { PlatformObservable, Readable } from './scheduler/other-streams.ts'
export { pull } from './scheduler/pull.ts'
export { type AdaptiveLimits, adaptive } from './scheduler/rules/adaptive.ts'
export { atMost } from './scheduler/rules/at-most.ts'
export { bindToCpu } from './scheduler/rules/bind-to-cpu.ts'
export { byDeadline } from './scheduler/rules/by-deadline.ts'
export { byPriority } from './scheduler/rules/by-priority.ts'
export { scheduler } from './scheduler/rules/combine.ts'
export { exclusive } from './scheduler/rules/exclusive.ts'
export { fairShare, type ShareOptions } from './scheduler/rules/fair-share.ts'
export { laxist } from './scheduler/rules/laxist.ts'
export { longestFirst } from './scheduler/rules/longest-first.ts'
export { type LoadLimits, maxLoad } from './scheduler/rules/max-load.ts'
export { type MemoryLimits, maxMemory } from './scheduler/rules/max-memory.ts'
export { maxThreads } from './scheduler/rules/max-threads.ts'
export { rateLimit } from './scheduler/rules/rate-limit.ts'
export { resources, type Supplies } from './scheduler/rules/resources.ts'
export { sticky } from './scheduler/rules/sticky.ts'
export { schedule } from './scheduler/schedule.ts'
export type {
  AnyInstruction,
  AnyScheduler,
  Granted,
  Pending,
  RulesFor,
  Running,
  Scheduler,
} from './scheduler/scheduler.ts'
export { type ElementType, SharedArray } from './shared-memory/shared-array.ts'
export type { Lock, LockOptions } from './shared-memory/shared-lock.ts'
export { FailureCodec, reportCodec } from './words/codecs.ts'
export type { ErrorData } from './words/error-data.ts'
export { type Failure, type FailureCode, failureToError, RxbossError } from './words/failure.ts'
export type { Hook } from './words/hook.ts'
export type { BaseAttributes, Instruction, InstructionId } from './words/instruction.ts'
export {
  type CancelCode,
  type Counts,
  type CutOff,
  isSettled,
  type Report,
  type RunningNow,
  type Settled,
} from './words/report.ts'
export { AbortError, CancelledError } from './words/result-or-throw.ts'
export { share } from './words/share.ts'
export { transfer } from './words/transfer.ts'
export { type ActorSpec, defineActor } from './worker/define-actor.ts'
export { defineWorker } from './worker/define-worker.ts'
export {
  type AttributeDescription,
  describe,
  type RegistryDescription,
  type WorkerDescription,
} from './worker/describe.ts'
export { product, type SetOf } from './worker/instruction-set.ts'
export type { LevelPlace, Priorities } from './worker/priorities.ts'
export { ref } from './worker/ref-codec.ts'
export { type Registry, registry } from './worker/registry.ts'
export type {
  AnyWorker,
  GivenTo,
  InstructionOf,
  ResultOf,
  Task,
  WorkerDefinition,
  WorkerPlace,
  WorkerSpec,
} from './worker/worker.ts'
