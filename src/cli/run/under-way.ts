/**
 * What is known of records while they are under way: where each came from, and what of it is wanted once it is settled. Kept
 * by the number of the instruction, and only where somebody wants it.
 */

import type { RecordPlace } from '../feeder.ts'
import { Slips } from '../origins.ts'
import { recordPreview } from '../progress/record-preview.ts'

type Given = Readonly<Record<string, unknown>>

/** What somebody will want to know of a record. */
export interface Wanted {
  /** For views that say what an instruction is about. */
  readonly given?: Given | undefined
  /** Where results are named by keys. */
  readonly key?: string | undefined
  /** The instruction as it was read, where those that fail are kept. */
  readonly text?: string | undefined
}

export class UnderWay {
  readonly #slips = new Slips()
  readonly #given = new Map<number, Given>()
  readonly #keys = new Map<number, string>()
  readonly #texts = new Map<number, string>()
  #emptied: (() => void) | undefined

  get count(): number {
    return this.#slips.count
  }

  put(id: number, place: RecordPlace, { given, key, text }: Wanted): void {
    this.#slips.put(id, place)
    if (given !== undefined) this.#given.set(id, given)
    if (key !== undefined) this.#keys.set(id, key)
    if (text !== undefined) this.#texts.set(id, text)
  }

  placeOf(id: number): RecordPlace | undefined {
    return this.#slips.get(id)
  }

  keyOf(id: number): string | undefined {
    return this.#keys.get(id)
  }

  textOf(id: number): string | undefined {
    return this.#texts.get(id)
  }

  givenOf(id: number): Given | undefined {
    return this.#given.get(id)
  }

  previewOf(id: number): string | undefined {
    const given = this.#given.get(id)
    return given && recordPreview(given)
  }

  /** It is settled. What was wanted of it is there until it is forgotten. */
  take(id: number): RecordPlace | undefined {
    return this.#slips.take(id)
  }

  /** It has been told to whoever wanted to know. */
  forget(id: number): void {
    if (this.#given.size > 0) this.#given.delete(id)
    if (this.#keys.size > 0) this.#keys.delete(id)
    if (this.#texts.size > 0) this.#texts.delete(id)
    if (this.#slips.count === 0) this.#emptied?.()
  }

  /** The same record, given once more. */
  again(before: number, id: number, place: RecordPlace): void {
    this.put(id, place, {
      ...{ given: this.#given.get(before), key: this.#keys.get(before), text: this.#texts.get(before) },
    })
    this.forget(before)
  }

  /** When nothing is under way. */
  emptied(): Promise<void> {
    if (this.#slips.count === 0) return Promise.resolve()
    return new Promise(resolve => {
      this.#emptied = resolve
    })
  }
}
