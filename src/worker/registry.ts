/**
 * A registry: worker definitions to choose from. It finds the right one for every instruction, or says precisely why not.
 *
 *     definitions ──footprint accepts──► ──guards hold──► candidates ──► highest priority ──► most attributes supplied
 *
 * The order in which definitions are registered decides nothing: a tie is refused, naming the tied.
 */

import { isRejection } from '../footprint/footprint.ts'
import { KeyShapes } from '../footprint/key-shapes.ts'
import { mostReasons } from '../footprint/limits.ts'
import { undecoded } from '../footprint/schema.ts'
import { closest } from '../words/did-you-mean.ts'
import { ambiguous, type Failure, refused, refusedByAll } from '../words/failure.ts'
import { baseAttributeNames } from '../words/instruction.ts'
import { cannotDecode, explainReason, type Reason } from '../words/reason.ts'
import { showValue } from '../words/show-value.ts'
import { passMark, transfersExist } from '../words/transfer.ts'
import { type Priorities, priorityLevels, rankOf, unknownLevel } from './priorities.ts'
import { type Candidate, candidatesFor, shortlist } from './shortlist.ts'
import type { AnyWorker } from './worker.ts'

type Values = Readonly<Record<string, unknown>>

/** Worker definitions to choose from, with their priority levels. Made by {@link registry}. */
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
 * @throws {TypeError} when two definitions share a name, or one has a priority that is not a level
 *
 * @example registry([sleeper, succeeder], { priorities: { urgent: { after: 'toolbox' } } })
 */
export function registry<D extends AnyWorker>(
  definitions: readonly D[],
  options: RegistryOptions = {},
): Registry<D> {
  const all = chooserOf(definitions, options)
  /** Each alone, for instructions that name it. */
  const alone = new Map<string, Registry<D>>()
  const chooseNamed = (name: string, given: Values, context: Values): Chosen | Failure => {
    const index = definitions.findIndex(definition => definition.name === name)
    if (index < 0) return noneNamed(definitions, name)
    const only = alone.get(name) ?? chooserOf([definitions[index] as D], options)
    alone.set(name, only)
    const choice = only.choose(given, context)
    return isChosen(choice) ? { ...choice, definition: index } : choice
  }
  return {
    ...all,
    choose: (given, context) =>
      typeof given?.worker === 'string' && Object.hasOwn(given, 'worker')
        ? chooseNamed(given.worker, given, context)
        : all.choose(given, context),
  }
}

interface RegistryOptions {
  readonly priorities?: Priorities
}

function chooserOf<D extends AnyWorker>(definitions: readonly D[], options: RegistryOptions): Registry<D> {
  const levels = priorityLevels(options.priorities)
  checkNames(definitions)
  const ranked = byRank(definitions, levels)
  const shapes = new KeyShapes(keys => shortlist(definitions, ranked, keys))

  const choose = (given: Values, context: Values): Chosen | Failure => {
    try {
      if (typeof given === 'object' && given !== null) {
        for (const level of shapes.of(given)) {
          const choice = chooseFrom(candidatesFor(level, given), given, context)
          if (choice !== undefined) return choice
        }
      }
    } catch {
      // Keys that cannot even be listed, or a getter that throws: a reason like any other, found again below.
    }
    return noneFits(definitions, given, context)
  }
  return { definitions, levels, choose }
}

/** The best of one level; `undefined` when none of them accepts it. */
function chooseFrom(
  candidates: readonly Candidate[],
  given: Values,
  context: Values,
): Chosen | Failure | undefined {
  let best: Candidate | undefined
  let attributes: unknown
  let tied: Candidate[] | undefined
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i] as Candidate
    const decoded = attempt(candidate, given, context)
    if (decoded === undecoded) continue
    const ahead = best === undefined ? 1 : candidate.reader.supplied(given) - best.reader.supplied(given)
    if (ahead === 0) tied = [...(tied ?? [best as Candidate]), candidate]
    if (ahead <= 0) continue
    best = candidate
    attributes = decoded
    tied = undefined
  }
  if (best === undefined) return undefined
  if (tied !== undefined) return ambiguous(tied.map(({ worker }) => worker.name).sort())
  if (transfersExist()) passMark(given, attributes)
  const { index: definition, worker, reader } = best
  if (reader.unknown.length === 0) return { definition, attributes }
  // What a schema for the whole instruction has kept was not unknown to it, whatever it tells about itself.
  const dropped = reader.unknown.filter(key => !isRecord(attributes) || !Object.hasOwn(attributes, key))
  const unknownKeys = unknownOf(worker, given, dropped)
  return unknownKeys.length === 0 ? { definition, attributes } : { definition, attributes, unknownKeys }
}

const isRecord = (value: unknown): value is Values => typeof value === 'object' && value !== null

/** One that throws takes nothing from the others. */
function attempt({ reader, worker: { guards } }: Candidate, given: Values, context: Values): unknown {
  try {
    const decoded = reader.read(given)
    if (decoded === undecoded || guards === undefined || guards.hold(decoded, context)) return decoded
    return undecoded
  } catch {
    return undecoded
  }
}

function checkNames(definitions: readonly AnyWorker[]): void {
  const names = new Set<string>()
  for (const { name } of definitions) {
    if (names.has(name)) throw new TypeError(`Cannot make a registry: two definitions are named "${name}"`)
    names.add(name)
  }
}

function noneNamed(definitions: readonly AnyWorker[], name: string): Failure {
  const names = definitions.map(definition => definition.name)
  const meant = closest(name, names)
  const known = names.map(one => `"${one}"`).join(', ')
  return refused(
    names.join('", "'),
    `worker: no worker is named ${showValue(name)}${meant === undefined ? `; there is ${known}` : ` (did you mean "${meant}"?)`}`,
  )
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

const knownKeys = ({ footprint }: AnyWorker): readonly string[] => [
  ...(footprint.keys ?? []),
  ...baseAttributeNames,
]

/** Those of the suspects that have a value, with what was probably meant. */
function unknownOf(worker: AnyWorker, given: Values, suspects: readonly string[]): readonly UnknownKey[] {
  const free = knownKeys(worker).filter(key => !Object.hasOwn(given, key))
  return suspects.filter(key => given[key] !== undefined).map(key => ({ key, meant: closest(key, free) }))
}

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

/** By name, so that the order of registration does not show. */
function noneFits(definitions: readonly AnyWorker[], given: Values, context: Values): Failure {
  const refusals = definitions
    .map(definition => ({ name: definition.name, why: whyNot(definition, given, context) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const [first, ...others] = refusals
  return first !== undefined && others.length === 0 ? refused(first.name, first.why) : refusedByAll(refusals)
}

function whyNot(definition: AnyWorker, given: Values, context: Values): string {
  try {
    const reasons = reasonsOf(definition, given, context)
    const shown = reasons.slice(0, mostReasons).map(explainReason)
    if (reasons.length > shown.length) shown.push(`and ${reasons.length - shown.length} more`)
    const meant = slips(definition, given)
    if (meant.length > 0) shown.push(explainUnknownKeys(meant))
    return shown.join('; ')
  } catch (error) {
    return explainReason(cannotDecode(error)) // a hostile instruction: a proxy or a getter that throws
  }
}

/** Unknown keys that look like a known one. */
function slips(worker: AnyWorker, given: Values): readonly UnknownKey[] {
  if (worker.footprint.keys === undefined) return []
  const known = knownKeys(worker)
  const suspects = Object.keys(given ?? {}).filter(key => !known.includes(key))
  return unknownOf(worker, given, suspects).filter(({ meant }) => meant !== undefined)
}

function reasonsOf({ footprint, guards }: AnyWorker, given: Values, context: Values): readonly Reason[] {
  if (typeof given !== 'object' || given === null) return [{ path: '', expected: 'an object', got: given }]
  const decoded = footprint.decode(given)
  return isRejection(decoded) ? decoded.reasons : (guards?.explain(decoded.attributes, context) ?? [])
}
