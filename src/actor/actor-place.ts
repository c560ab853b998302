/**
 * A place where an actor can live other than here: a thread, a child process. What a crew offers that has one, and what an
 * actor asks of it; what is said there is the border's business (`border.ts`).
 */

/** What is imported there. */
export interface Placeable {
  readonly name: string
  /** The file whose export it is. */
  readonly url: string
}

/** How a place came to its end. */
export interface PlaceExit {
  /** In words: the exit code, the signal. */
  readonly reason: string
  readonly outOfMemory?: boolean
  /** What nobody caught there. */
  readonly error?: unknown
}

/** Who hears of a place. Nothing comes after `exited`, which comes exactly once. */
export interface PlaceEvents {
  /** What the host there says. (What it gives back is for itself.) */
  receive(frames: unknown): unknown
  /** It is gone. */
  exited(exit: PlaceExit): void
}

/** One place, from when it starts until it is gone. */
export interface Place {
  /**
   * Three numbers in memory that both sides share: how many messages were begun there, how many of them were handled, and whether
   * it is over (`barActor`). Where there are none, one message is sent at a time, so that a death tells which one it was at.
   */
  readonly cells?: Int32Array
  /** @throws what cannot be cloned */
  post(frames: unknown, moving?: readonly object[]): void
  /** Ends it at once. */
  kill(): void
  /** Whether it keeps this process alive. */
  keepAlive(alive: boolean): void
}

/** Where an actor may live: a crew. `here` is this thread; a crew without `place` has none for actors. */
export interface Placer {
  readonly name: string
  /** Milliseconds in which a place must be ready; `Infinity`, or absent: no limit. */
  readonly startMs?: number | undefined
  /** Opens a place. */
  readonly place?: 'here' | ((definition: Placeable, events: PlaceEvents) => Place) | undefined
}

/** For places that may run on after they were ended: no message is begun there any more. */
export function barActor(cells: Int32Array | undefined): void {
  if (cells !== undefined) Atomics.store(cells, over, 1)
}

/** Whether it is over, as `barActor` said. */
export const isBarred = (cells: Int32Array | undefined): boolean =>
  cells !== undefined && Atomics.load(cells, over) === 1

const over = 2
