/** What a place of work offers to the performer in it: a thread, a child process, or main itself. */

import type { Clone } from '../../words/survey.ts'
import type { AnyWorker } from '../../worker/worker.ts'
import type { Cells } from '../lane/claims.ts'
import type { ToWorker } from '../lane/wire.ts'
import type { Post } from './outbox.ts'

/** Writes down what has begun and what has finished, where no memory is shared. */
export interface Recorder {
  begun(n: number): void
  finished(n: number): void
}

export interface Workplace {
  readonly post: Post
  /** Calls back after the event loop has had a turn. */
  soon(run: () => void): void
  /** The next message, if it is here already. */
  next?(): ToWorker | undefined
  /** Holds everything here up for so many milliseconds. */
  sleep?(ms: number): void
  /** Milliseconds on main's clock. */
  now(): number
  /** The end of a polite close: teardowns have run, the last word is said. */
  exit(): void
  readonly record?: Recorder | undefined
  /** Sets these variables for what is done next, where the environment is this place's own. */
  readonly setEnvironment?: ((variables: Readonly<Record<string, string>>) => void) | undefined
  /** MB used by this place; told now and then, where it is there. */
  heapMB?(): number
}

export interface PerformTerms {
  readonly ticket: number
  readonly definitions: readonly { readonly worker: AnyWorker; readonly cautious: boolean }[]
  readonly cells: Cells
  /** Nobody else sees the cells: what arrives is queued here. */
  readonly cellsAreMine: boolean
  /** How what is sent from here is cloned; absent: nothing is cloned on its way. */
  readonly clone: Clone | undefined
  /** So many microseconds a next call is looked for after the last job. Needs cells that main sees. */
  readonly spinUs?: number
}
