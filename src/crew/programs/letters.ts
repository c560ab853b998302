/** What is written to a program: instructions as lines, with what they share sent once where the program keeps it. */

import { describeSafely } from '../../words/error-data.ts'
import type { LaneTerms } from '../crew.ts'
import type { Batch, Extra } from '../lane/wire.ts'
import { encodeValue } from './program-values.ts'

export class Letters {
  /** Where large values go into files. */
  folder: string | undefined
  /** It keeps what instructions share. */
  shares = false
  readonly #terms: LaneTerms
  readonly #quoted: readonly string[]
  /** What they share, for a program that does not keep it. */
  readonly #constants = new Map<number, unknown>()

  constructor(terms: LaneTerms) {
    this.#terms = terms
    this.#quoted = terms.definitions.map(({ name }) => JSON.stringify(name))
  }

  /** The lines of a batch. @throws {NotSent} when a value cannot be written */
  instructions(batch: Batch): string {
    const [, definition, , count] = batch
    let text = ''
    for (let i = 0; i < count; i++) text += this.#instruction(batch, definition, i)
    return text
  }

  #instruction(batch: Batch, definition: number, i: number): string {
    const [, , first, , ids, extras, , , constants] = batch
    const id = typeof ids === 'number' ? ids + i : (ids[i] as number)
    const extra = extras === 0 ? undefined : extras.find(([index]) => index === i)
    const attributes = this.#attributesIn(batch, definition, i)
    const shared = this.shares && constants !== undefined ? Object.fromEntries(constants) : undefined
    const json = encodeValue(attributes, 'attributes', this.folder)
    const named = JSON.stringify(extra?.[2] ?? `${this.#terms.definitions[definition]?.name}#${id}`)
    const more = `${extra === undefined ? '' : extraOf(extra)}${shared === undefined ? '' : `,"shared":${JSON.stringify(shared)}`}`
    return `{"type":"instruction","n":${first + i},"worker":${this.#quoted[definition]},"id":${id},"name":${named},"attempt":${extra?.[1] ?? 1}${more},"attributes":${json}}\n`
  }

  #attributesIn(batch: Batch, definition: number, i: number): unknown {
    const [, , , , , , columns, , constants] = batch
    const names = this.#terms.definitions[definition]?.footprint.names
    if (names === undefined) {
      const whole = columns[0]?.[i]
      return constants === undefined ? whole : { ...(whole as object), ...this.#inlined(constants) }
    }
    const attributes: Record<string, unknown> = {}
    for (let c = 0; c < names.length; c++) {
      const value = columns[c]?.[i]
      if (value !== undefined) attributes[names[c] as string] = value
    }
    return constants === undefined ? attributes : Object.assign(attributes, this.#inlined(constants))
  }

  #inlined(constants: NonNullable<Batch[8]>): Readonly<Record<string, unknown>> {
    if (this.shares) return {}
    return Object.fromEntries(constants.map(([name, key]) => [name, this.#constants.get(key)]))
  }

  /** The line that gives a program what instructions share; `undefined` where each of them brings it. */
  constant(key: number, value: unknown): string | undefined {
    const json = encodeValue(value, 'attributes', this.folder)
    if (this.shares) return `{"type":"shared","key":${key},"value":${json}}\n`
    this.#constants.set(key, value)
    return undefined
  }

  /** True where the program is to be told. */
  forget(key: number): boolean {
    this.#constants.delete(key)
    return this.shares
  }

  /** A reason may be any value: a program gets it as text. */
  reason(value: unknown): string {
    return describeSafely(value)
  }
}

const extraOf = ([, , , traceparent, resources, environment]: Extra): string =>
  Object.entries({ traceparent, resources, environment })
    .map(([name, value]) => (value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`))
    .join('')
