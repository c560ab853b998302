/**
 * The ledger: every accepted instruction has one line here until it is settled, and one place in the counts for ever.
 *
 *     accept ──► pending ──► held by a lane ──► settled: done · failed · cancelled · unheard
 *                   ▲              │
 *                   └── requeued ──┘              given back by a stop: its line goes, it stays counted as pending
 *
 * A line is a number, and what is known of it stands in columns: with 100,000 instructions waiting, an object for each
 * would make collecting garbage the largest cost of all. Columns of numbers are typed, so that growing copies little.
 * Numbers are used again once their line is free.
 */

import type { Orders } from '../crew/crew.ts'
import type { BaseAttributes, Instruction, InstructionId } from '../words/instruction.ts'
import type { Counts } from '../words/report.ts'

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
  /** Attempts of an earlier life of this run. */
  earlier: number
  /** Stops the clock of the attempt at work. */
  clock?: (() => void) | undefined
}

export interface Entry {
  readonly given: Instruction
  readonly base: BaseAttributes | undefined
  readonly name: string | undefined
  readonly definition: number
  readonly attributes: unknown
  /** What the journal knows it by; only where there is one. */
  readonly key?: string
}

/** What most instructions do not have. */
type Own = Pick<Entry, 'base' | 'name' | 'key'>

/** Columns begin with so many lines, and go back to that when much less was needed lately. */
const fewLines = 1024
const none = -1

export class Ledger implements Orders {
  readonly given: (Instruction | undefined)[] = []
  readonly attributes: unknown[] = []
  ids = new Float64Array(fewLines)
  definitions = new Uint32Array(fewLines)
  acceptedAt = new Float64Array(fewLines)
  attempts = new Uint32Array(fewLines)
  states = new Uint8Array(fewLines)
  /** Which lane holds it, by ticket. Of a free line: the next free one. */
  tickets = new Int32Array(fewLines)
  /** Lines at a station whose start was told. Empty while nobody looks. */
  readonly told = new Set<Line>()
  /** Base attributes and names, which most instructions do not have. */
  readonly #own = new Map<Line, Own>()
  readonly #extras = new Map<Line, Extras>()
  /** The first of the lines that were used and are free. */
  #firstFree: Line = none
  /** Lines below this were used since the ledger was last empty, which is also the most there were at once. */
  #used = 0
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
    const line = this.#freeLine()
    const id = this.#submitted++
    this.#live++
    this.ids[line] = id
    this.given[line] = entry.given
    this.definitions[line] = entry.definition
    this.attributes[line] = entry.attributes
    this.acceptedAt[line] = now
    this.attempts[line] = 1
    this.states[line] = pending
    this.tickets[line] = none
    if (entry.base !== undefined || entry.name !== undefined || entry.key !== undefined)
      this.#own.set(line, entry)
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
    this.attributes[line] = undefined
    if (this.#own.size > 0) this.#own.delete(line)
    if (this.#live === 0) this.#startAgain()
    else {
      this.tickets[line] = this.#firstFree
      this.#firstFree = line
    }
  }

  /** The line of an instruction that is not settled yet. */
  find(id: InstructionId): Line | undefined {
    if (this.#lineOf === undefined) {
      this.#lineOf = new Map()
      for (let line = 0; line < this.#used; line++) {
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
    for (let line = 0; line < this.#used; line++) if (this.states[line] !== free) inUse.push(line)
    return inUse.sort((a, b) => (this.ids[a] as number) - (this.ids[b] as number))
  }

  extras(line: Line): Extras | undefined {
    return this.#extras.get(line)
  }

  /** The extras of a line, made when first wanted. */
  extrasFor(line: Line): Extras {
    let extras = this.#extras.get(line)
    if (extras === undefined) {
      extras = { letGo: [], accidents: 0, earlier: 0 }
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
  nameOf = (line: Line): string | undefined => this.#ownOf(line)?.name
  traceparentOf = (line: Line): string | undefined => this.#ownOf(line)?.base?.traceparent
  priorityOf = (line: Line): number | undefined => this.#ownOf(line)?.base?.priority
  baseOf = (line: Line): BaseAttributes | undefined => this.#ownOf(line)?.base

  keyOf = (line: Line): string | undefined => this.#ownOf(line)?.key

  #ownOf(line: Line): Own | undefined {
    return this.#own.size > 0 ? this.#own.get(line) : undefined
  }

  #freeLine(): Line {
    const free = this.#firstFree
    if (free !== none) {
      this.#firstFree = this.tickets[free] as Line
      return free
    }
    if (this.#used === this.states.length) this.#resize(2 * this.#used)
    return this.#used++
  }

  #forgetExtras(line: Line): void {
    const extras = this.#extras.size > 0 ? this.#extras.get(line) : undefined
    if (extras === undefined) return
    this.#extras.delete(line)
    extras.clock?.()
    for (const letGo of extras.letGo) letGo()
  }

  /** Nothing is live: lines are numbered from 0 again, and columns that had grown long for little are cut. */
  #startAgain(): void {
    if (this.states.length > fewLines && this.#used < this.states.length / 8) {
      this.#resize(fewLines)
      this.given.length = 0
      this.attributes.length = 0
    }
    this.#firstFree = none
    this.#used = 0
  }

  #resize(lines: number): void {
    const kept = Math.min(lines, this.#used)
    const ids = new Float64Array(lines)
    const definitions = new Uint32Array(lines)
    const acceptedAt = new Float64Array(lines)
    const attempts = new Uint32Array(lines)
    const states = new Uint8Array(lines)
    const tickets = new Int32Array(lines)
    ids.set(this.ids.subarray(0, kept))
    definitions.set(this.definitions.subarray(0, kept))
    acceptedAt.set(this.acceptedAt.subarray(0, kept))
    attempts.set(this.attempts.subarray(0, kept))
    states.set(this.states.subarray(0, kept))
    tickets.set(this.tickets.subarray(0, kept))
    Object.assign(this, { ids, definitions, acceptedAt, attempts, states, tickets })
  }
}
