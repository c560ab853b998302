/**
 * Waiting for an exit that hardly ever comes first: however many questions wait for a reply of one actor, its `exit$` has at most
 * one subscriber. With one each, letting go of them would look through all the others.
 */

import { type Observable, Subscription } from 'rxjs'

import type { Exit } from './actor.ts'

/** Who may exit. */
export interface Leaver {
  readonly exit$?: Observable<Exit>
  /** Of an actor of ours: those who wait for its exit; `undefined` once it has. Saves the subscriber. */
  readonly [askers]?: () => Set<Tell> | undefined
}

/** Told of an exit. */
export type Tell = (exit: Exit) => void

export const askers: unique symbol = Symbol('askers')

interface Waiting {
  readonly told: Set<Tell>
  readonly subscription: Subscription
}

const waiting = new WeakMap<Observable<Exit>, Waiting>()

/** Calls `tell` when `leaver` exits; at once, where it has. */
export function onExit(leaver: Leaver, tell: Tell): Subscription {
  const all = leaver[askers]?.()
  if (all === undefined) return byStream(leaver, tell)
  all.add(tell)
  return new Subscription(() => void all.delete(tell))
}

function byStream({ exit$ }: Leaver, tell: Tell): Subscription {
  if (exit$ === undefined) return Subscription.EMPTY
  const known = waiting.get(exit$)
  const { told, subscription } = known ?? { told: new Set(), subscription: new Subscription() }
  told.add(tell)
  const letGo = new Subscription(() => {
    told.delete(tell)
    if (told.size > 0) return
    subscription.unsubscribe()
    if (waiting.get(exit$)?.told === told) waiting.delete(exit$)
  })
  if (known === undefined) {
    waiting.set(exit$, { told, subscription })
    subscription.add(
      exit$.subscribe(exit => {
        for (const tell of [...told]) tell(exit)
      }),
    )
  }
  return letGo
}
