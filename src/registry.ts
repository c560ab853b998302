/** A registry: worker definitions to choose from. It finds the right one for every instruction, or says precisely why not. */

import { type Failure, refused } from './failure.ts'
import { explainReason, isRejection } from './footprint.ts'
import type { AnyWorker } from './worker.ts'

export interface Registry<D extends AnyWorker = AnyWorker> {
  readonly definitions: readonly D[]
  /**
   * The definition for this instruction, with the decoded attributes; or a `refused` failure saying, for each definition,
   * why not. `context` is what guards may look at besides attributes.
   */
  choose(
    given: Readonly<Record<string, unknown>>,
    context: Readonly<Record<string, unknown>>,
  ): Chosen | Failure
}

export interface Chosen {
  /** Its place in `definitions`. */
  readonly definition: number
  readonly attributes: unknown
  /** Keys that the footprint does not know, each with the closest name it does know, where one is close. */
  readonly unknownKeys?: readonly { readonly key: string; readonly meant: string | undefined }[]
}

export const isChosen = (choice: Chosen | Failure): choice is Chosen => 'definition' in choice

export function registry<D extends AnyWorker>(definitions: readonly D[]): Registry<D> {
  return {
    definitions,
    choose: given => {
      for (let definition = 0; definition < definitions.length; definition++) {
        const one = definitions[definition] as D
        const decoded = one.footprint.decode(given)
        if (!isRejection(decoded)) return { definition, attributes: decoded.attributes }
        if (definitions.length === 1) return refused(one.name, decoded.reasons.map(explainReason).join('; '))
      }
      return refused(definitions.map(one => one.name).join('", "'), 'none of their footprints accepts it')
    },
  }
}
