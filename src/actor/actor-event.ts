/** What happens to an actor, for those who watch: its start, its restarts, its exit, and the messages that never reached it. No payloads. */

import { oneLine, showThrown } from '../words/show-value.ts'
import type { Exit } from './actor.ts'
import type { DeadLetter } from './mailbox.ts'
import type { Restart } from './supervisor.ts'

/** What happens to an actor, on its `inspect$`: spawns, restarts, exits, dead letters. Names only, no messages. */
export type ActorEvent =
  | { readonly type: 'actor.spawn'; readonly actor: string; readonly restarts: number }
  /** It failed, and will be set up again in `delayMs`. */
  | {
      readonly type: 'actor.restart'
      readonly actor: string
      readonly why: string
      readonly restarts: number
      readonly delayMs: number
    }
  /** `why` is the exit's own, and for a failure followed by what was thrown. */
  | { readonly type: 'actor.exit'; readonly actor: string; readonly why: string; readonly restarts: number }
  /** `message` is the kind of message it was, never what it held. */
  | {
      readonly type: 'actor.deadLetter'
      readonly actor: string
      readonly why: DeadLetter<unknown>['why']
      readonly message: string
    }

export const spawned = (actor: string, restarts: number): ActorEvent => ({
  type: 'actor.spawn',
  actor,
  restarts,
})

export const restarting = (actor: string, { error, nth, delayMs }: Restart): ActorEvent => ({
  type: 'actor.restart',
  actor,
  why: showThrown(error),
  restarts: nth,
  delayMs,
})

export const exited = (actor: string, exit: Exit): ActorEvent => ({
  type: 'actor.exit',
  actor,
  why: exit.why === 'failed' ? `failed: ${showThrown(exit.error)}` : exit.why,
  restarts: exit.restarts ?? 0,
})

export const deadLetter = (actor: string, letter: DeadLetter<unknown>): ActorEvent => ({
  type: 'actor.deadLetter',
  actor,
  why: letter.why,
  message: letter.why === 'error' ? showThrown(letter.error) : kindOf(letter.message),
})

/** Its `type` or `kind`, as our unions have it; else what JavaScript calls it. */
function kindOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return message === null ? 'null' : typeof message
  const { type, kind } = message as { readonly type?: unknown; readonly kind?: unknown }
  const tag = typeof type === 'string' ? type : kind
  return typeof tag === 'string' ? oneLine(tag) : 'object'
}
