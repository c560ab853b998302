/** `rxboss/worker`: what a worker file imports. Tiny: neither rxjs, nor io-ts, nor the threads package. */

export { serve } from '../crew/threads/serve.ts'
export { extendFootprint } from '../footprint/extend-footprint.ts'
export type { AttributeOf, AttributeSpec, Attributes, AttributesOf, GivenOf } from '../footprint/footprint.ts'
export { fromString } from '../footprint/from-string.ts'
export { before, type Guard, matching, node, oneOf, platform, since } from '../footprint/guards.ts'
export { sharedArray } from '../footprint/shared-array-codec.ts'
export { type ElementType, SharedArray } from '../shared-memory/shared-array.ts'
export type { Lock, LockOptions } from '../shared-memory/shared-lock.ts'
export type { BaseAttributes } from '../words/instruction.ts'
export { share } from '../words/share.ts'
export { transfer } from '../words/transfer.ts'
export { type ActorSpec, defineActor } from '../worker/define-actor.ts'
export { defineWorker } from '../worker/define-worker.ts'
export type { ModuleSelf } from '../worker/module-url.ts'
export { ref } from '../worker/ref-codec.ts'
export type {
  GivenTo,
  InstructionOf,
  OutcomeOf,
  ResultOf,
  Task,
  WorkerDefinition,
  WorkerPlace,
  WorkerSpec,
} from '../worker/worker.ts'
