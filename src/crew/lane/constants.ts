/** What a lane has sent of shared attributes: each crosses once, and is referred to by its number from then on. */

import { sharedNumberOf, whenForgotten } from '../../words/share.ts'
import { type Clone, survey, whyNotSent } from '../../words/survey.ts'
import { NotSent } from '../../words/uncloneable.ts'
import type { Link } from './link.ts'
import { type Constant, type NewConstant, toWorker } from './wire.ts'

type Attributes = Readonly<Record<string, unknown>>

export class Constants {
  readonly #sent = new Set<number>()
  readonly #send: Link['send']
  readonly #clone: Clone | undefined
  #stopListening: (() => void) | undefined

  constructor(clone: Clone | undefined, send: Link['send']) {
    this.#clone = clone
    this.#send = send
  }

  /** Those among these attributes; `undefined`: there are none. */
  in(attributes: Attributes, names: readonly string[] | undefined): readonly Constant[] | undefined {
    if (typeof attributes !== 'object' || attributes === null) return undefined
    let found: Constant[] | undefined
    for (const name of names ?? Object.keys(attributes)) {
      const number = sharedNumberOf(attributes[name])
      if (number === undefined) continue
      found ??= []
      found.push([name, number])
    }
    return found
  }

  /** The attributes without their constants, which go another way. */
  without(attributes: Attributes, constants: readonly Constant[]): Attributes {
    const rest = { ...attributes }
    for (const [name] of constants) delete rest[name]
    return rest
  }

  /** Sends those that this lane has not sent yet. @throws what the channel throws when one cannot be cloned */
  send(attributes: Attributes, constants: readonly Constant[]): void {
    for (const [name, number] of constants) {
      if (this.#sent.has(number)) continue
      this.#sendOne(name, number, attributes[name])
      this.#sent.add(number)
      this.#stopListening ??= whenForgotten(forgotten => {
        if (this.#sent.delete(forgotten)) this.#send([toWorker.forget, forgotten])
      })
    }
  }

  #sendOne(name: string, number: number, value: unknown): void {
    const message: NewConstant = [toWorker.constant, number, value]
    const special = this.#clone && survey(value as object, this.#clone)
    const why = special && whyNotSent(special, `attributes.${name}`)
    if (why !== undefined) throw new NotSent(why)
    if (special?.buffers !== undefined) message.push(special.buffers)
    this.#send(message)
  }

  close(): void {
    this.#stopListening?.()
  }
}

/** Whether a batch with these may take a job with those. */
export function areSame(
  one: readonly Constant[] | undefined,
  other: readonly Constant[] | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other
  return (
    one.length === other.length &&
    one.every(([name, number], i) => other[i]?.[0] === name && other[i]?.[1] === number)
  )
}
