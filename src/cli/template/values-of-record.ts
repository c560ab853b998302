/** What the holes of a template are filled with: the values of a record, by name and by their order. */

import { closest } from '../../words/did-you-mean.ts'
import { baseAttributeNames } from '../../words/instruction.ts'
import { UsageError } from '../exit-codes.ts'
import { alongPath, type Hole, type Template, textOfHole } from './template.ts'

export type Values = Readonly<Record<string, unknown>>

const aside: ReadonlySet<string> = new Set(baseAttributeNames)

/** A record, as templates see it. */
export class ValuesOfRecord {
  readonly #values: Values
  /** Those that say what is to be done, in their order; not how. */
  readonly #own: readonly string[]
  /** 1, 2 ... */
  readonly number: number

  constructor(values: Values, number: number) {
    this.#values = values
    this.number = number
    this.#own = Object.keys(values).filter(name => !aside.has(name))
  }

  /** What belongs into a hole. @throws {MissingValue} */
  at(hole: Hole): unknown {
    if (hole.name === undefined) return this.#all(hole)
    const name = /^[1-9]/.test(hole.name) ? (this.#own[Number(hole.name) - 1] ?? hole.name) : hole.name
    if (!Object.hasOwn(this.#values, name)) throw new MissingValue(hole)
    return alongPath(this.#values[name], hole.path)
  }

  #all(hole: Hole): unknown {
    const [first, ...others] = this.#own
    if (first === undefined) throw new MissingValue(hole)
    if (others.length === 0) return this.#values[first]
    return this.#own.map(name => textOfHole({ part: '' }, this.#values[name])).join(' ')
  }

  text(hole: Hole): string {
    return textOfHole(hole, this.at(hole))
  }
}

/** A record has no value for a hole. */
export class MissingValue extends Error {
  constructor({ written }: Hole) {
    super(`it has no value for ${written}`)
  }
}

/** The value of a template: that of its only hole as it is, else a text. @throws {MissingValue} */
export function filled({ pieces }: Template, record: ValuesOfRecord): unknown {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined && 'hole' in only && only.hole.part === '')
    return record.at(only.hole)
  return filledText({ pieces }, record)
}

/** The text of a template. @throws {MissingValue} */
export const filledText = ({ pieces }: Pick<Template, 'pieces'>, record: ValuesOfRecord): string =>
  pieces
    .map(piece =>
      'literal' in piece ? piece.literal : 'hole' in piece ? record.text(piece.hole) : String(record.number),
    )
    .join('')

/** What a hole may be filled with. */
interface NamesThere {
  /** Nothing where a value may be called anything. */
  readonly known: ReadonlySet<string> | undefined
  readonly takesSlot?: boolean
}

/**
 * @param option  where the template was given
 * @throws {UsageError} when a hole has a name that nothing is called by
 */
export function mustHaveNames(
  option: string,
  template: Pick<Template, 'pieces'>,
  { known, takesSlot = false }: NamesThere,
): void {
  for (const piece of template.pieces) {
    if ('counter' in piece && piece.counter === 'slot' && !takesSlot)
      throw new UsageError(
        `${option}: {%} is known when the work begins, in the command line of shell alone (for {%} itself write {{%}})`,
      )
    if (!('hole' in piece) || piece.hole.name === undefined || known === undefined) continue
    const { name, written } = piece.hole
    if (known.has(name)) continue
    if (/^[1-9]/.test(name) && Number(name) <= known.size) continue
    const meant = closest(name, known)
    throw new UsageError(
      `${option}: nothing is called '${name}'${meant === undefined ? '' : `, did you mean '${meant}'?`} (for ${written} itself write {${written}})`,
    )
  }
}
