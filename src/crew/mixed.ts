/**
 * `mixed()`: one Boss whose definitions live in several crews.
 *
 *     definitions ──► the first crew that takes it ──► threads() · programs() · ...
 *
 * Each of its lanes opens, in each crew, the place that it needs, and works in one of them at a time.
 */

import type { AnyWorker } from '../worker/worker.ts'
import type { Crew } from './crew.ts'
import { PlaceLimits } from './place-limits.ts'
import { splitLane } from './split-lane.ts'

/**
 * Several crews as one: each definition lives in the first that takes it.
 *
 * A worker of the boss stands for one place in each crew, opened when it is first needed; `size` of each crew is kept to.
 *
 * @throws {TypeError} at once, when there is no crew
 *
 * @example
 * new Boss({ workers: [readField, smooth], crew: mixed(threads(), programs()) })
 */
export function mixed(...crews: readonly Crew[]): Crew {
  if (crews.length === 0 || crews.some(crew => typeof crew?.open !== 'function'))
    throw new TypeError('Cannot mix crews: each must be a crew, as in mixed(threads(), programs())')
  const routes = new WeakMap<AnyWorker, number>()
  const routeOf = (definition: AnyWorker): number => {
    const known = routes.get(definition)
    if (known !== undefined) return known
    const route = firstThatTakes(definition, crews)
    routes.set(definition, route)
    return route
  }
  const limits = new PlaceLimits(kind => crews[Number(kind)]?.size ?? 0)
  const recycleAfter = least(crews.map(crew => crew.recycleAfter))
  const recycleAboveMB = least(crews.map(crew => crew.recycleAboveMB))
  return {
    name: crews.map(crew => crew.name).join('+'),
    size: crews.reduce((sum, crew) => sum + crew.size, 0),
    min: Math.max(...crews.map(crew => crew.min)),
    idleMs: Math.max(...crews.map(crew => crew.idleMs)),
    ...(recycleAfter !== undefined && { recycleAfter }),
    ...(recycleAboveMB !== undefined && { recycleAboveMB }),
    check: definitions => {
      // All of a crew's together, as it would be asked without us.
      for (const [i, crew] of crews.entries()) {
        const own = definitions.filter(one => routeOf(one) === i)
        if (own.length > 0) crew.check(own)
      }
    },
    open: terms =>
      splitLane(
        terms,
        terms.definitions.map(one => String(routeOf(one))),
        { open: (own, key) => (crews[Number(key)] as Crew).open(own), limits, kindOf: key => key },
      ),
  }
}

/** @throws {TypeError} with the reason of each, when no crew takes it */
function firstThatTakes(definition: AnyWorker, crews: readonly Crew[]): number {
  const reasons: string[] = []
  for (const [i, crew] of crews.entries()) {
    try {
      crew.check([definition])
      return i
    } catch (error) {
      reasons.push(`\n  ${crew.name}: ${(error as Error).message}`)
    }
  }
  throw new TypeError(`None of these crews takes worker "${definition.name}":${reasons.join('')}`)
}

function least(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter(figure => figure !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
