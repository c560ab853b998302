/** An actor that has a file of its own, so that it can live elsewhere: what `defineActor` returns. */

import type { Behaviour } from './behaviour.ts'

/** What `defineActor` returns: an actor that can be imported where it is to live. */
export interface ActorDefinition<M, O> {
  readonly kind: 'actor'
  readonly name: string
  /** Where it is imported from, there. */
  readonly url: string
  /** The message as its handler gets it. @throws {TypeError} that says why it is none. */
  readonly decode: ((message: unknown) => M) | undefined
  readonly behaviour: Behaviour<M, O>
}

/** An actor of any messages and outputs. */
export interface AnyActor extends Pick<ActorDefinition<never, unknown>, 'kind' | 'name' | 'url'> {
  /** What `spawn` calls for each of its lives. */
  readonly behaviour: (context: never) => unknown
}

/** True for what `defineActor` returned, here or in another copy of this package. */
export const isActorDefinition = (value: unknown): value is ActorDefinition<never, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  (value as { kind?: unknown }).kind === 'actor' &&
  typeof (value as { behaviour?: unknown }).behaviour === 'function'
