/** Imports an actor's file where it is to live. */

import { type ActorDefinition, isActorDefinition } from '../../actor/actor-definition.ts'
import type { Placeable } from '../../actor/actor-place.ts'
import { loadWorker } from './load-worker.ts'

const loading = Symbol.for('rxboss.loading')

/**
 * The definition of that name: the default export, or any other.
 *
 * @throws (rejects) the file's own error; or one that names the file and what is missing in it
 */
export async function loadActor({ name, url }: Placeable): Promise<ActorDefinition<unknown, unknown>> {
  Object.defineProperty(globalThis, loading, { value: true, configurable: true })
  try {
    const found = Object.values(await loadWorker(url)).find(
      one => isActorDefinition(one) && one.name === name,
    )
    if (found !== undefined) return found as ActorDefinition<unknown, unknown>
    throw new Error(`Cannot find actor "${name}" in ${url}: the file must export what defineActor returns`)
  } finally {
    Reflect.deleteProperty(globalThis, loading)
  }
}
