/**
 * A registry: worker definitions to choose from. It finds the right one for every instruction, or says precisely why not.
 *
 *     definitions ──footprint accepts──► ──guards hold──► candidates ──► highest priority ──► most attributes supplied
 *
 * The order in which definitions are registered decides nothing: a tie is refused, naming the tied.
 */

import { closest } from './did-you-mean.ts'
import { ambiguous, type Failure, refused, refusedByAll } from './failure.ts'
import { cannotDecode, explainReason, isRejection, type Reason } from './footprint.ts'
import { baseAttributeNames } from './instruction.ts'
import { type Priorities, priorityLevels, rankOf, unknownLevel } from './priorities.ts'
import { showValue } from './show-value.ts'
import type { AnyWorker } from './worker.ts'

type Values = Readonly<Record<string, unknown>>

export interface Registry<D extends AnyWorker = AnyWorker> {
  readonly definitions: readonly D[]
  /** The priority levels, the lowest first. */
  readonly levels: readonly string[]
  /**
   * The definition for this instruction, with the decoded attributes; or a `refused` failure saying, for each definition,
   * why not. `context` is what guards may look at besides attributes.
   */
  choose(given: Values, context: Values): Chosen | Failure
}

/** A key that the footprint does not know, with the closest name it does know, where one is close. */
export interface UnknownKey {
  readonly key: string
  readonly meant: string | undefined
}

export interface Chosen {
  /** Its place in `definitions`. */
  readonly definition: number
  readonly attributes: unknown
  /** Only where there are any. */
  readonly unknownKeys?: readonly UnknownKey[]
}

export const isChosen = (choice: Chosen | Failure): choice is Chosen => 'definition' in choice

/**
 * A registry of these definitions.
 *
 * @param options  `priorities`: levels besides `none < default < toolbox < debug`
 * @throws {TypeError} when two definitions share a name, or one has a priority that is no level
 *
 * @example registry([sleeper, succeeder], { priorities: { urgent: { after: 'toolbox' } } })
 */
export function registry<D extends AnyWorker>(
  definitions: readonly D[],
  options: { readonly priorities?: Priorities } = {},
): Registry<D> {
  const levels = priorityLevels(options.priorities)
  checkNames(definitions)
  const ranked = byRank(definitions, levels)
  const known = definitions.map(knownKeys)

  const finish = (definition: number, attributes: unknown, given: Values): Chosen => {
    const unknownKeys = unknownIn(given, known[definition], attributes)
    return unknownKeys === undefined ? { definition, attributes } : { definition, attributes, unknownKeys }
  }

  const choose = (given: Values, context: Values): Chosen | Failure => {
    if (typeof given !== 'object' || given === null) return noneFits(definitions, known, given, context)
    for (const level of ranked) {
      let best = -1
      let most = -1
      let attributes: unknown
      let tied: number[] | undefined
      for (const index of level) {
        const { footprint, guards } = definitions[index] as D
        const decoded = footprint.decode(given)
        if (isRejection(decoded)) continue
        if (guards !== undefined && !guards.hold(decoded.attributes, context)) continue
        if (decoded.supplied > most) {
          best = index
          most = decoded.supplied
          attributes = decoded.attributes
          tied = undefined
        } else if (decoded.supplied === most) {
          tied ??= [best]
          tied.push(index)
        }
      }
      if (tied !== undefined) return ambiguous(tied.map(index => (definitions[index] as D).name).sort())
      if (best >= 0) return finish(best, attributes, given)
    }
    return noneFits(definitions, known, given, context)
  }
  return { definitions, levels, choose }
}

function checkNames(definitions: readonly AnyWorker[]): void {
  const names = new Set<string>()
  for (const { name } of definitions) {
    if (names.has(name)) throw new TypeError(`Cannot make a registry: two definitions are named "${name}"`)
    names.add(name)
  }
}

/** Places of definitions by level, the highest level first; empty levels left out. */
function byRank(
  definitions: readonly AnyWorker[],
  levels: readonly string[],
): readonly (readonly number[])[] {
  const ranked = levels.map((): number[] => [])
  definitions.forEach(({ name, priority }, index) => {
    const rank = rankOf(priority, levels)
    if (rank === undefined) {
      throw new TypeError(`Cannot register "${name}" with this priority: ${unknownLevel(priority, levels)}`)
    }
    ranked[rank]?.push(index)
  })
  return ranked.filter(level => level.length > 0).reverse()
}

/** All keys that an instruction for this definition may have; `undefined` when that cannot be told. */
const knownKeys = ({ footprint }: AnyWorker): ReadonlySet<string> | undefined =>
  footprint.keys && new Set([...footprint.keys, ...baseAttributeNames])

/** What a schema for the whole instruction has kept was not unknown to it, whatever it tells about itself. */
function unknownIn(
  given: Values,
  known: ReadonlySet<string> | undefined,
  kept: unknown,
): readonly UnknownKey[] | undefined {
  if (known === undefined) return undefined
  let unknown: UnknownKey[] | undefined
  for (const key in given) {
    if (known.has(key) || !Object.hasOwn(given, key) || given[key] === undefined) continue
    if (typeof kept === 'object' && kept !== null && Object.hasOwn(kept, key)) continue
    unknown ??= []
    unknown.push({ key, meant: closest(key, notGiven(known, given)) })
  }
  return unknown
}

const notGiven = (known: ReadonlySet<string>, given: Values) =>
  [...known].filter(key => !Object.hasOwn(given, key))

/** `unknown attribute "limt", did you mean "limit"?` */
export const explainUnknownKeys = (unknownKeys: readonly UnknownKey[]): string =>
  unknownKeys
    .map(({ key, meant }) => {
      const hint = meant === undefined ? '' : `, did you mean "${meant}"?`
      return `unknown attribute ${showValue(key)}${hint}`
    })
    .join('; ')

/** What a strict boss answers. */
export const refuseUnknownKeys = (worker: string, unknownKeys: readonly UnknownKey[]): Failure => ({
  ...refused(worker, explainUnknownKeys(unknownKeys)),
  remedy: `Correct or remove what "${worker}" does not know, or make the boss without \`strict\``,
})

const mostReasons = 5

/** By name, so that the order of registration does not show. */
function noneFits(
  definitions: readonly AnyWorker[],
  known: readonly (ReadonlySet<string> | undefined)[],
  given: Values,
  context: Values,
): Failure {
  const refusals = definitions
    .map((definition, index) => ({
      name: definition.name,
      why: whyNot(definition, known[index], given, context),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const [first, ...others] = refusals
  return first !== undefined && others.length === 0 ? refused(first.name, first.why) : refusedByAll(refusals)
}

function whyNot(
  definition: AnyWorker,
  known: ReadonlySet<string> | undefined,
  given: Values,
  context: Values,
): string {
  try {
    const reasons = reasonsOf(definition, given, context)
    const shown = reasons.slice(0, mostReasons).map(explainReason)
    if (reasons.length > shown.length) shown.push(`and ${reasons.length - shown.length} more`)
    const unknownKeys = unknownIn(given, known, undefined)?.filter(({ meant }) => meant !== undefined) ?? []
    if (unknownKeys.length > 0) shown.push(explainUnknownKeys(unknownKeys))
    return shown.join('; ')
  } catch (error) {
    return explainReason(cannotDecode(error)) // a hostile instruction: a proxy or a getter that throws
  }
}

function reasonsOf({ footprint, guards }: AnyWorker, given: Values, context: Values): readonly Reason[] {
  if (typeof given !== 'object' || given === null) return [{ path: '', expected: 'an object', got: given }]
  const decoded = footprint.decode(given)
  return isRejection(decoded) ? decoded.reasons : (guards?.explain(decoded.attributes, context) ?? [])
}
