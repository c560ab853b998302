/**
 * The ledger: every accepted instruction has one line here until it is settled, and one place in the counts for ever.
 *
 *     accept ──► pending ──► held by a lane ──► settled: done · failed · cancelled · unheard
 *                   ▲              │
 *                   └── requeued ──┘              given back by a stop: its line goes, it stays counted as pending
 *
 * A line is a number, and what is known of it stands in columns: with 100,000 instructions waiting, an object for each
 * would make collecting garbage the largest cost of all. Numbers are used again once their line is free.
 */

import type { Orders } from '../crew/crew.ts'
import type { BaseAttributes, Instruction, InstructionId } from '../instruction.ts'
import type { Counts } from '../report.ts'

/** The number of a line; what crews call a job. */
export type Line = number

/** Where a line is. */
export const free = 0
export const pending = 1
export const held = 2
/** Waiting before it is repeated. */
export const resting = 3

/** What few instructions have, kept apart. */
export interface Extras {
  /** Cancels the timers and listeners of this instruction: `queueTimeout`, `signal`, backoff. */
  readonly letGo: (() => void)[]
  accidents: number
  /** Stops the clock of the attempt at work. */
  clock?: (() => void) | undefined
}

export interface Entry {
  readonly given: Instruction
  readonly base: BaseAttributes | undefined
  readonly name: string | undefined
  readonly definition: number
  readonly attributes: unknown
}

export class Ledger implements Orders {
  readonly ids: InstructionId[] = []
  readonly given: (Instruction | undefined)[] = []
  readonly base: (BaseAttributes | undefined)[] = []
  readonly names: (string | undefined)[] = []
  readonly definitions: number[] = []
  readonly attributes: unknown[] = []
  readonly acceptedAt: number[] = []
  readonly attempts: number[] = []
  readonly states: number[] = []
  /** Which lane holds it, by ticket. */
  readonly tickets: number[] = []
  readonly #extras = new Map<Line, Extras>()
  readonly #freeLines: Line[] = []
  /** Made when somebody first asks by id: most runs never do. */
  #lineOf: Map<InstructionId, Line> | undefined
  #submitted = 0
  #live = 0
  done = 0
  failed = 0
  cancelled = 0
  unheard = 0
  /** Given back by a stop. */
  returned = 0

  /** Opens a line; the next id is its own. */
  accept(entry: Entry, now: number): Line {
    const line = this.#freeLines.pop() ?? this.ids.length
    const id = this.#submitted++
    this.#live++
    this.ids[line] = id
    this.given[line] = entry.given
    this.base[line] = entry.base
    this.names[line] = entry.name
    this.definitions[line] = entry.definition
    this.attributes[line] = entry.attributes
    this.acceptedAt[line] = now
    this.attempts[line] = 1
    this.states[line] = pending
    this.tickets[line] = -1
    this.#lineOf?.set(id, line)
    return line
  }

  /** The id that the next accepted instruction will have. */
  get nextId(): InstructionId {
    return this.#submitted
  }

  /** Lines in use. */
  get live(): number {
    return this.#live
  }

  /** Closes a line: the caller has counted it, and nobody will speak of it again. */
  close(line: Line): void {
    this.#live--
    this.#lineOf?.delete(this.ids[line] as InstructionId)
    this.#forgetExtras(line)
    this.states[line] = free
    this.given[line] = undefined
    this.base[line] = undefined
    this.names[line] = undefined
    this.attributes[line] = undefined
    if (this.#live === 0 && this.ids.length > 1024) this.#shrink()
    else this.#freeLines.push(line)
  }

  /** The line of an instruction that is not settled yet. */
  find(id: InstructionId): Line | undefined {
    if (this.#lineOf === undefined) {
      this.#lineOf = new Map()
      for (let line = 0; line < this.states.length; line++) {
        if (this.states[line] !== free) this.#lineOf.set(this.ids[line] as InstructionId, line)
      }
    }
    return this.#lineOf.get(id)
  }

  isOpen(line: Line): boolean {
    return this.states[line] !== free
  }

  /** Every line in use, by id. */
  lines(): Line[] {
    const inUse: Line[] = []
    for (let line = 0; line < this.states.length; line++) if (this.states[line] !== free) inUse.push(line)
    return inUse.sort((a, b) => (this.ids[a] as number) - (this.ids[b] as number))
  }

  extras(line: Line): Extras | undefined {
    return this.#extras.get(line)
  }

  /** The extras of a line, made when first wanted. */
  extrasFor(line: Line): Extras {
    let extras = this.#extras.get(line)
    if (extras === undefined) {
      extras = { letGo: [], accidents: 0 }
      this.#extras.set(line, extras)
    }
    return extras
  }

  /** The equation of reports: `running` is what is at work, all else that is live is pending. */
  counts(running: number): Counts {
    const { done, failed, cancelled, unheard, returned } = this
    const atWork = Math.min(running, this.#live)
    return {
      submitted: this.#submitted,
      done,
      failed,
      cancelled,
      unheard,
      pending: this.#live - atWork + returned,
      running: atWork,
    }
  }

  definitionOf = (line: Line): number => this.definitions[line] as number
  idOf = (line: Line): InstructionId => this.ids[line] as InstructionId
  attributesOf = (line: Line): unknown => this.attributes[line]
  attemptOf = (line: Line): number => this.attempts[line] as number
  nameOf = (line: Line): string | undefined => this.names[line]

  #forgetExtras(line: Line): void {
    const extras = this.#extras.size > 0 ? this.#extras.get(line) : undefined
    if (extras === undefined) return
    this.#extras.delete(line)
    extras.clock?.()
    for (const letGo of extras.letGo) letGo()
  }

  /** Nothing is live: the columns start again from nothing, however long they had grown. */
  #shrink(): void {
    for (const column of [
      this.ids,
      this.given,
      this.base,
      this.names,
      this.definitions,
      this.attributes,
      this.acceptedAt,
      this.attempts,
      this.states,
      this.tickets,
      this.#freeLines,
    ]) {
      column.length = 0
    }
  }
}
