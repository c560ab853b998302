/** `rxboss/worker`: what a worker file imports. Tiny: neither rxjs nor the threads package. */

export { serve } from './crew/serve.ts'
export { defineWorker } from './define-worker.ts'
export { transfer } from './transfer.ts'
export type {
  GivenTo,
  OutcomeOf,
  ResultOf,
  Task,
  WorkerDefinition,
  WorkerPlace,
  WorkerSpec,
} from './worker.ts'
