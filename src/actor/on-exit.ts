/**
 * Waiting for an exit that hardly ever comes first: however many questions wait for a reply of one actor, its `exit$` has one
 * subscriber. With one each, letting go of them would look through all the others.
 */

import { type Observable, Subscription } from 'rxjs'

import type { Exit } from './actor.ts'

/** Who may exit. */
export interface Leaver {
  readonly exit$?: Observable<Exit>
}

interface Waiting {
  readonly told: Set<(exit: Exit) => void>
  readonly subscription: Subscription
}

const waiting = new WeakMap<Observable<Exit>, Waiting>()

/** Calls `tell` when `leaver` exits; at once, where it has. */
export function onExit({ exit$ }: Leaver, tell: (exit: Exit) => void): Subscription {
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
