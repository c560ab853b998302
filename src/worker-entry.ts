/** `rxboss/worker`: what a worker file imports. Tiny: neither rxjs, nor io-ts, nor the threads package. */

export { serve } from './crew/serve.ts'
export { defineWorker } from './define-worker.ts'
export { extendFootprint } from './extend-footprint.ts'
export { sharedArray } from './footprint/shared-array-codec.ts'
export type { Lock, LockOptions } from './footprint/shared-lock.ts'
export type { AttributeSpec, Attributes, AttributesOf, GivenOf } from './footprint.ts'
export { fromString } from './from-string.ts'
export { before, type Guard, matching, node, oneOf, platform, since } from './guards.ts'
export type { BaseAttributes } from './instruction.ts'
export { type ElementType, SharedArray } from './shared-array.ts'
export { transfer } from './transfer.ts'
export type {
  GivenTo,
  InstructionOf,
  OutcomeOf,
  ResultOf,
  Task,
  WorkerDefinition,
  WorkerPlace,
  WorkerSpec,
} from './worker.ts'
