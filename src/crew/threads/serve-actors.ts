/**
 * `serveActors`: for threads that the user supplies, where a bundler must see the worker file. That file imports its actors and
 * serves them; main says `spawn(actor, { on: threads({ worker: () => new Worker(...) }) })`.
 *
 *     main ── which actor, cells ──► frames ──► host
 *          ◄── frames, last words ──
 */

import type { AnyActor } from '../../actor/actor-definition.ts'
import type { Frame } from '../../actor/border.ts'
import { type Host, host } from '../../actor/host.ts'
import { errorToData } from '../../words/error-data.ts'
import { isTerms, type LastWords, type SuppliedTerms } from '../place/actor-words.ts'
import { mainSide, thisPlace } from '../place/thread-place.ts'

/**
 * Makes this thread one in which one of these actors lives: which, main says.
 *
 * @throws {TypeError} at once, when two of them share a name
 *
 * @example
 * // simulation.worker.ts
 * import { serveActors } from 'rxboss'
 * import simulation from './simulation.ts'
 *
 * serveActors([simulation])
 */
export function serveActors(definitions: readonly AnyActor[]): void {
  const byName = new Map(definitions.map(one => [one.name, one]))
  if (byName.size !== definitions.length)
    throw new TypeError(`Cannot serve actors: each must have a name of its own`)
  const main = mainSide()
  const die = (error: unknown) => main.post({ dying: errorToData(error) } satisfies LastWords, [])
  thisPlace().beforeDeath(dying => {
    hosted?.leave()
    if (dying !== undefined) die(dying.error)
  })
  let hosted: Host | undefined
  main.listen(message => {
    if (Array.isArray(message)) hosted?.receive(message as readonly Frame[])
    else if (isTerms(message)) hosted ??= begin(message)
  })

  function begin({ actor, cells }: SuppliedTerms): Host | undefined {
    const definition = byName.get(actor)
    if (definition !== undefined)
      return host(actor, definition.behaviour as never, {
        post: (frames, moving = []) => main.post(frames, moving),
        cells,
      })
    die(new Error(`This thread serves no actor "${actor}": add it to the list in 'serveActors([...])'`))
    return undefined
  }
}
