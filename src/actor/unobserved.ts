/** The death of an actor that nobody observes is told once: silence would hide it, and a throw would end the process. */

import { config } from 'rxjs'

import { lastResort } from '../words/last-resort.ts'
import { showThrown } from '../words/show-value.ts'

/** @param isKnown  asked a moment later: whoever was about to observe the actor then knows */
export function tellOfDeath(name: string, error: unknown, isKnown: () => boolean): void {
  setTimeout(() => {
    if (isKnown()) return
    const what = `Actor "${name}" failed, and nobody observes it`
    try {
      if (config.onUnhandledError === null) print(what, error)
      else config.onUnhandledError(new Error(`${what}: ${showThrown(error)}`, { cause: error }))
    } catch (another) {
      print(what, error)
      print('config.onUnhandledError failed', another)
    }
  })
}

function print(what: string, error: unknown): void {
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : showThrown(error)
  lastResort(
    `${what}: ${stack}\nSubscribe to its exit$, or give it { supervise }, to decide what that means.`,
  )
}
