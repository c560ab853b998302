/**
 * The feeder: takes records from the inputs while there is room, and gives them on. It waits for whoever is slower: the
 * workers, or the reader of our reports.
 */

import { BadRecord } from './input/bad-record.ts'
import type { Input } from './input/input.ts'

export interface FeederTerms {
  readonly inputs: readonly Input[]
  /** How many more records may be given now. */
  readonly room: () => number
  /** @param record  as the input had it */
  readonly give: (given: Record<string, unknown>, place: RecordPlace, record: unknown) => void
  readonly refuse: (bad: BadRecord, place: RecordPlace) => void
}

/** Which record of which input. */
export interface RecordPlace {
  /** Its number in its input: 1, 2 ... */
  readonly line: number
  readonly input: number
  /** Its number over all inputs. */
  readonly record: number
}

export class Feeder {
  readonly #terms: FeederTerms
  #stopped = false
  #records = 0
  #wake: (() => void) | undefined
  #current: Input | undefined

  constructor(terms: FeederTerms) {
    this.#terms = terms
  }

  /** @returns true when all inputs have ended, false after `stop`. @throws {RunError} when one cannot be read */
  async feed(): Promise<boolean> {
    for (const [index, input] of this.#terms.inputs.entries()) {
      if (this.#stopped) return false
      this.#current = input
      await this.#feedFrom(input, index).catch(error => {
        // An input that is closed by us while it is read may complain.
        if (!this.#stopped) throw error
      })
    }
    return !this.#stopped
  }

  async #feedFrom(input: Input, index: number): Promise<void> {
    const { room, give, refuse } = this.#terms
    let line = 0
    for await (const records of input.batches()) {
      let next = 0
      while (next < records.length && !this.#stopped) {
        // Asked again after each round: what was refused has taken no room, so nobody would say that there is some.
        let left = room()
        if (left <= 0) await this.#more()
        while (left-- > 0 && next < records.length && !this.#stopped) {
          line++
          const record = records[next++]
          const given = input.read(record)
          if (given === undefined) continue
          const place = { line: input.lineOf?.(record) ?? line, input: index, record: this.#records++ }
          if (given instanceof BadRecord) refuse(given, place)
          else give(given, place, record)
        }
      }
      if (this.#stopped) return
    }
  }

  /** There is room again. */
  wake(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  get waiting(): boolean {
    return this.#wake !== undefined
  }

  /** Takes no more; what is being read is let go of. */
  stop(): void {
    this.#stopped = true
    this.#current?.close()
    this.wake()
  }

  #more(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }
}
