/**
 * The ledger: every accepted instruction has one line here until it is settled, and one place in the counts for ever.
 *
 *     accept ──► pending ──hand──► held ──settle──► done · failed · cancelled · unheard · returned
 *                 │   ▲             │
 *            rest │   ├──takeBack───┤      handed ahead, and taken back
 *                 ▼   wake          │
 *                resting ◄──repeat──┘      waits for its backoff, for its aborted signal, to be told from a journal
 *
 * Nobody else writes here: what happens to an instruction happens by one of these verbs. `returned` is what a stop gives
 * back: its line goes, it stays counted as pending.
 *
 * A line is a number, and what is known of it stands in columns: with 100,000 instructions waiting, an object for each
 * would make collecting garbage the largest cost of all. Columns of numbers are typed, and numbers of free lines used again.
 */

import type { Job, Orders } from '../crew/crew.ts'
import type { BaseAttributes, Instruction, InstructionId } from '../words/instruction.ts'
import type { Counts } from '../words/report.ts'
import type { Asker } from './asker.ts'
import { fewLines } from './limits.ts'

declare const isLine: unique symbol
/**
 * The number of a line: the boss's one number for an instruction that is not settled, at the desk and in every lane. Only
 * the ledger makes one. To a crew it is a job, and the job that a lane speaks of is a line once `holds` has said so.
 */
export type Line = Job & { readonly [isLine]: true }

/** How an instruction is counted in the end. */
export type Settlement = 'done' | 'failed' | 'cancelled' | 'unheard' | 'returned'

const free = 0
const pending = 1
const held = 2
const resting = 3

/** What few instructions have, kept apart. */
interface Extras {
  /** Cancels the timers and listeners of this instruction: `queueTimeout`, `signal`, backoff. */
  readonly letGo: (() => void)[]
  /** Attempts of an earlier life of this run. */
  earlier: number
  /** Stops the clock of the attempt at work. */
  clock: (() => void) | undefined
}

export interface LedgerEntry {
  readonly given: Instruction
  readonly base: BaseAttributes | undefined
  readonly name: string | undefined
  readonly definition: number
  readonly attributes: unknown
  /** What the journal knows it by; only where there is one. */
  readonly key?: string
}

/** What most instructions do not have. */
type Own = Pick<LedgerEntry, 'base' | 'name' | 'key'>

const none = -1 as Line

export class Ledger implements Orders {
  readonly #given: (Instruction | undefined)[] = []
  readonly #attributes: unknown[] = []
  #ids = new Float64Array(fewLines)
  #definitions = new Uint32Array(fewLines)
  #acceptedAt = new Float64Array(fewLines)
  #attempts = new Uint32Array(fewLines)
  #states = new Uint8Array(fewLines)
  /** Which lane holds it, by ticket. Of a free line: the next free one. */
  #tickets = new Int32Array(fewLines)
  /** Lines in a lane whose start was told. Empty while nobody looks. */
  readonly #begun = new Set<Line>()
  /** Who asked for it, where somebody did; as long as the highest line that was ever asked for. */
  readonly #askers: (Asker | undefined)[] = []
  /** Base attributes and names, which most instructions do not have. */
  readonly #own = new Map<Job, Own>()
  readonly #extras = new Map<Line, Extras>()
  /** The first of the lines that were used and are free. */
  #firstFree: Line = none
  /** Lines below this were used since the ledger was last empty, which is also the most there were at once. */
  #used = 0
  /** Made when somebody first asks by id: most runs never do. */
  #lineOf: Map<InstructionId, Line> | undefined
  #submitted = 0
  #live = 0
  readonly #settled: Record<Settlement, number> = {
    done: 0,
    failed: 0,
    cancelled: 0,
    unheard: 0,
    returned: 0,
  }
  #refused = 0

  // -- the life of an instruction ----------------------------------------------------------------------------------------

  /** Opens a line, pending; the next id is its own. */
  accept(entry: LedgerEntry, now: number): Line {
    const line = this.#freeLine()
    const id = this.#submitted++
    this.#live++
    this.#ids[line] = id
    this.#given[line] = entry.given
    this.#definitions[line] = entry.definition
    this.#attributes[line] = entry.attributes
    this.#acceptedAt[line] = now
    this.#attempts[line] = 1
    this.#states[line] = pending
    this.#tickets[line] = none
    if (entry.base !== undefined || entry.name !== undefined || entry.key !== undefined)
      this.#own.set(line, entry)
    this.#lineOf?.set(id, line)
    return line
  }

  /** Opens a line for what no worker accepts: it has no attempt, and is settled next. */
  refuse(entry: LedgerEntry, now: number): Line {
    const line = this.accept(entry, now)
    this.#attempts[line] = 0
    return line
  }

  /** A pending line goes to the lane of this ticket. */
  hand(line: Line, ticket: number): void {
    this.#states[line] = held
    this.#tickets[line] = ticket
  }

  /** Its work has begun, as everybody may be told now. True the first time, while it is in its lane. */
  begin(line: Line): boolean {
    if (this.#begun.has(line)) return false
    this.#begun.add(line)
    return true
  }

  /** A held line leaves its lane, and the clock of its work stops. False: no lane held it. */
  takeBack(line: Line): boolean {
    if (this.#states[line] !== held) return false
    this.#states[line] = pending
    this.#tickets[line] = none
    if (this.#begun.size > 0) this.#begun.delete(line)
    if (this.#extras.size > 0) this.#extras.get(line)?.clock?.()
    return true
  }

  /** A pending line waits for something else than a lane. */
  rest(line: Line): void {
    this.#states[line] = resting
  }

  /** A resting line is pending again. */
  wake(line: Line): void {
    if (this.#states[line] === resting) this.#states[line] = pending
  }

  /** It rests, and is to be tried once more. @returns the number of that attempt */
  repeat(line: Line): number {
    this.#states[line] = resting
    const attempt = this.attemptOf(line) + 1
    this.#attempts[line] = attempt
    return attempt
  }

  /** An earlier life of this run has tried it so often: those attempts are told, and not counted against its retries. */
  resume(line: Line, attempts: number): void {
    this.#extrasFor(line).earlier = attempts
    this.#attempts[line] = attempts + 1
  }

  /** Counts an instruction for ever, and closes its line: nobody will speak of it again. */
  settle(line: Line, as: Settlement): void {
    this.#settled[as]++
    this.#live--
    this.#lineOf?.delete(this.#ids[line] as InstructionId)
    this.#forgetExtras(line)
    if (this.#begun.size > 0) this.#begun.delete(line)
    this.#states[line] = free
    this.#given[line] = undefined
    this.#attributes[line] = undefined
    if (this.#own.size > 0) this.#own.delete(line)
    if (line < this.#askers.length) this.#askers[line] = undefined
    if (this.#live === 0) this.#startAgain()
    else {
      this.#tickets[line] = this.#firstFree
      this.#firstFree = line
    }
  }

  /** Called when a line is settled: stops what waits for it. */
  uponSettling(line: Line, letGo: () => void): void {
    this.#extrasFor(line).letGo.push(letGo)
  }

  /** The clock of the attempt at work: it stops when that leaves its lane, however it does. */
  startClock(line: Line, stop: () => void): void {
    this.#extrasFor(line).clock = stop
  }

  // -- how many ----------------------------------------------------------------------------------------------------------

  /** The id that the next accepted instruction will have. */
  get nextId(): InstructionId {
    return this.#submitted
  }

  /** Lines in use. */
  get live(): number {
    return this.#live
  }
  /** So many were given, and not taken. */
  countRefused(count: number): void {
    this.#refused += count
  }

  /** Somebody asked for this one. */
  askedBy(line: Line, asker: Asker): void {
    const askers = this.#askers
    // Without holes: an array with many of them is a dictionary.
    while (askers.length < line) askers.push(undefined)
    askers[line] = asker
  }

  /** The equation of reports: `running` is what is at work, all else that is live is pending. */
  counts(running: number): Counts {
    const atWork = Math.min(running, this.#live)
    const { returned, ...ended } = this.#settled
    return {
      submitted: this.#submitted,
      ...ended,
      pending: this.#live - atWork + returned,
      running: atWork,
      refused: this.#refused,
    }
  }

  // -- where each one is -------------------------------------------------------------------------------------------------

  /** The line of an instruction that is not settled yet. */
  find(id: InstructionId): Line | undefined {
    if (this.#lineOf === undefined) {
      this.#lineOf = new Map()
      for (const line of this.#open()) this.#lineOf.set(this.idOf(line), line)
    }
    return this.#lineOf.get(id)
  }

  /** Whether this is still the line of that instruction: lines are used again. */
  isStill(line: Line, id: InstructionId): boolean {
    return this.#ids[line] === id && this.#states[line] !== free
  }

  /** Whether its turn has not come: pending, or resting. */
  isWaiting(line: Line): boolean {
    return this.#states[line] === pending || this.#states[line] === resting
  }

  isPending(line: Line): boolean {
    return this.#states[line] === pending
  }

  isResting(line: Line): boolean {
    return this.#states[line] === resting
  }

  /** Whether some lane holds this job. */
  isHeld(job: Job): job is Line {
    return this.#states[job] === held
  }

  /** Whether the lane of this ticket holds this job: a lane's word counts only for what it holds now. */
  holds(ticket: number, job: Job): job is Line {
    return this.#states[job] === held && this.#tickets[job] === ticket
  }

  /** Whether it was told that its work has begun, in the lane where it is. */
  hasBegun(line: Line): boolean {
    return this.#begun.size > 0 && this.#begun.has(line)
  }

  /** Which parts of resources a line has; absent where the scheduler shares none out. */
  grantedTo: ((line: Line) => Readonly<Record<string, readonly string[]>> | undefined) | undefined
  /** The same as environment variables. */
  environmentOf: NonNullable<Orders['environmentOf']> = () => undefined

  /** Every line in use, by id. */
  lines(): Line[] {
    return [...this.#open()].sort((a, b) => (this.#ids[a] as number) - (this.#ids[b] as number))
  }

  // -- what is known of each ---------------------------------------------------------------------------------------------

  definitionOf = (job: Job): number => this.#definitions[job] as number
  idOf = (job: Job): InstructionId => this.#ids[job] as InstructionId
  attributesOf = (job: Job): unknown => this.#attributes[job]
  attemptOf = (job: Job): number => this.#attempts[job] as number
  nameOf = (job: Job): string | undefined => this.#ownOf(job)?.name
  traceparentOf = (job: Job): string | undefined => this.#ownOf(job)?.base?.traceparent
  resourcesOf: NonNullable<Orders['resourcesOf']> = job => this.grantedTo?.(job as Line)
  priorityOf = (job: Job): number | undefined => this.#ownOf(job)?.base?.priority

  baseOf(line: Line): BaseAttributes | undefined {
    return this.#ownOf(line)?.base
  }

  /** Who is told of it besides those who watch. */
  askerOf(line: Line): Asker | undefined {
    return line < this.#askers.length ? this.#askers[line] : undefined
  }

  keyOf(line: Line): string | undefined {
    return this.#ownOf(line)?.key
  }

  givenOf(line: Line): Instruction {
    return this.#given[line] as Instruction
  }

  acceptedAt(line: Line): number {
    return this.#acceptedAt[line] as number
  }

  /** The ticket of the lane that holds it. */
  ticketOf(line: Line): number {
    return this.#tickets[line] as number
  }

  /** Its attempt in this life of the run. */
  attemptInThisLife(line: Line): number {
    return this.attemptOf(line) - (this.#extras.get(line)?.earlier ?? 0)
  }

  // -- columns -----------------------------------------------------------------------------------------------------------

  *#open(): Generator<Line> {
    for (let line = 0; line < this.#used; line++) if (this.#states[line] !== free) yield line as Line
  }

  #ownOf(job: Job): Own | undefined {
    return this.#own.size > 0 ? this.#own.get(job) : undefined
  }

  #freeLine(): Line {
    const free = this.#firstFree
    if (free !== none) {
      this.#firstFree = this.#tickets[free] as Line
      return free
    }
    if (this.#used === this.#states.length) this.#resize(2 * this.#used)
    return this.#used++ as Line
  }

  /** The extras of a line, made when first wanted. */
  #extrasFor(line: Line): Extras {
    let extras = this.#extras.get(line)
    if (extras === undefined) {
      extras = { letGo: [], earlier: 0, clock: undefined }
      this.#extras.set(line, extras)
    }
    return extras
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
    if (this.#states.length > fewLines && this.#used < this.#states.length / 8) {
      this.#resize(fewLines)
      this.#given.length = 0
      this.#attributes.length = 0
      this.#askers.length = 0
    }
    this.#firstFree = none
    this.#used = 0
  }

  #resize(lines: number): void {
    const kept = Math.min(lines, this.#used)
    this.#ids = resized(this.#ids, new Float64Array(lines), kept)
    this.#definitions = resized(this.#definitions, new Uint32Array(lines), kept)
    this.#acceptedAt = resized(this.#acceptedAt, new Float64Array(lines), kept)
    this.#attempts = resized(this.#attempts, new Uint32Array(lines), kept)
    this.#states = resized(this.#states, new Uint8Array(lines), kept)
    this.#tickets = resized(this.#tickets, new Int32Array(lines), kept)
  }
}

type Column = Float64Array | Uint32Array | Int32Array | Uint8Array

/** A column that is as long as the new one, with what is kept of the old. */
function resized<C extends Column>(before: C, column: C, kept: number): C {
  column.set(before.subarray(0, kept))
  return column
}
