/** A link: what carries the messages of one lane. A thread's port, a child's channel, or nothing at all. */

import type { ErrorData } from '../../words/error-data.ts'
import type { Movable } from '../../words/transfer.ts'
import type { JobStanding } from './claims.ts'
import type { ToWorker } from './wire.ts'

/** The way to a place of work, and what can be done to it. */
export interface Link {
  /** Throws what the channel throws when a value cannot be cloned; then nothing was sent or moved. */
  send(message: ToWorker, moving?: readonly Movable[]): void
  /** Ends the place now. `exited` follows. */
  kill(): void
  keepAlive(alive: boolean): void
  /** Where no memory is shared, and the place tells what it has begun: the job at work, and since when. */
  begun?(): { readonly n: number; readonly at: number } | undefined
  /**
   * Asks the place not to begin job `n`, which it was handed ahead, and waits no more for what it says of it. False: others
   * are not before it, so that it may have begun.
   */
  skip?(n: number): boolean
  /** How far job number `n` had come, where it is known though no memory is shared. */
  standingOf?(n: number): JobStanding
  /** As in `Lane`. */
  load?(): { readonly loop: number; readonly heap?: number } | undefined
}

/** What a link says to its lane. */
export interface LinkEvents {
  /** Hears a message, until that moment where one is given; what is left of it then. */
  receive(message: unknown, until?: number): unknown
  /** Once, and last: whatever was still on its way has been received. */
  exited(end: End): void
}

export interface End {
  /** In words: `its thread exited with code 3`. */
  readonly reason: string
  readonly exitCode?: number
  readonly error?: ErrorData
  readonly outOfMemory?: boolean
  /** How far job number `n` had come, where it is known though no memory is shared. */
  readonly standingOf?: (n: number) => JobStanding
  /** It could not be ended, and is still there. */
  readonly stuck?: boolean
}
