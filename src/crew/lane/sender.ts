/**
 * Sends the jobs of one lane: as few messages as possible, each a run of consecutive jobs of one definition.
 *
 *     given ──► draft ──full, or the next one does not fit──► batch ──► link
 *                                                       └── cannot be cloned: one by one, and only the culprit is refused
 *
 * What moves its buffers travels with others that do, since a message that fails has moved nothing. What holds Node's
 * Buffers, or must not be sent, goes alone.
 */

import { errorToData } from '../../words/error-data.ts'
import { type Failure, unserialisable } from '../../words/failure.ts'
import { sharesExist } from '../../words/share.ts'
import { type Clone, type Survey, survey, whyNotSent } from '../../words/survey.ts'
import { type Movable, mustBeHere, transfersExist } from '../../words/transfer.ts'
import { explainUncloneable, NotSent } from '../../words/uncloneable.ts'
import type { Job, LaneTerms } from '../crew.ts'
import { batchLimit, worthSendingMs } from '../limits.ts'
import { BatchDraft } from './batch-draft.ts'
import { type Cells, placeOf, queueCell, setTail, withdrawCell } from './claims.ts'
import { areSame, Constants } from './constants.ts'
import { free, given, type InFlight, moved, sent } from './in-flight.ts'
import type { Link } from './link.ts'
import type { Pace } from './pace.ts'
import { toWorker } from './wire.ts'

const none: readonly UnsentJob[] = []

/** A job that could not be sent. The lane has let go of it. */
export interface UnsentJob {
  readonly job: Job
  readonly failure: Failure
}

export interface SenderTerms {
  readonly terms: LaneTerms
  readonly cells: Cells | undefined
  /** Where there are no cells: how many jobs may be under way. Default 1. */
  readonly depth?: number
  readonly paces: readonly Pace[]
  /** How the channel clones; absent where values pass by reference. */
  readonly clone: Clone | undefined
}

type Attributes = Readonly<Record<string, unknown>>

export class Sender {
  /** When the last batch was sent; where there are no cells, that is all there is to tell about its job. */
  sentAt = 0
  private readonly terms: LaneTerms
  private readonly inFlight: InFlight
  private readonly cells: Cells | undefined
  private readonly depth: number
  private readonly clone: Clone | undefined
  private readonly send: Link['send']
  private readonly constants: Constants
  private readonly paces: readonly Pace[]
  private readonly refusals: UnsentJob[] = []

  constructor(
    { terms, cells, depth = 1, paces, clone }: SenderTerms,
    inFlight: InFlight,
    send: Link['send'],
  ) {
    this.terms = terms
    this.paces = paces
    this.inFlight = inFlight
    this.cells = cells
    this.depth = cells === undefined ? depth : Infinity
    this.clone = clone
    this.send = send
    this.constants = new Constants(clone, send)
  }

  /** Sends what is given and not yet sent; where there are no cells, at most `depth` are under way. */
  sendAll(): void {
    const { inFlight } = this
    while (inFlight.unsent < inFlight.high) {
      if (inFlight.underWay >= this.depth) break
      if (inFlight.stateOf(inFlight.unsent) === free) inFlight.unsent++
      else this.sendRun()
    }
  }

  /** Within a turn in which very many are given: so much of them that a place begins that has nothing else to do. */
  sendEarly(definition: number): void {
    const { high, unsent, underWay } = this.inFlight
    const unsentMs = (high - unsent) * (this.paces[definition] as Pace).meanMs
    if (unsentMs >= worthSendingMs && underWay === 0) this.sendAll()
  }

  /** What could not be sent. Whoever gives is not told of it before it has given. */
  takeRefusals(): readonly UnsentJob[] {
    return this.refusals.length === 0 ? none : this.refusals.splice(0)
  }

  /** Sends one batch: consecutive jobs of one definition from `unsent` on. */
  private sendRun(): void {
    const { inFlight, terms, clone } = this
    const { orders } = terms
    const first = inFlight.unsent
    const definition = inFlight.definitions[placeOf(first)] as number
    const names = this.namesOf(definition)
    const draft = new BatchDraft(orders, names)
    // Asked once: each costs as much as all the rest does for a number.
    const [sharing, moving] = [sharesExist(), transfersExist()]
    const end = Math.min(inFlight.high, first + Math.min(batchLimit, this.depth - inFlight.underWay))
    for (let n = first; n < end; n++) {
      const place = placeOf(n)
      if (inFlight.states[place] !== given || inFlight.definitions[place] !== definition) break
      const job = inFlight.jobs[place] as Job
      let attributes = orders.attributesOf(job) as Attributes
      if (sharing) {
        const own = this.constants.in(attributes, names)
        if (n > first && !areSame(own, draft.constants)) break
        draft.constants = own
        if (own !== undefined) attributes = this.constants.without(attributes, own)
      }
      if (moving || (clone !== undefined && holdsObject(attributes, names))) {
        const special = this.surveyOf(attributes)
        if (special !== undefined && !isOnlyMoved(attributes, special)) {
          if (n > first) break // what else is special goes alone
          this.sendSpecial(n, special)
          return
        }
        // Of what moves and what is copied in one message, one could be part of the other.
        if (n > first && (special !== undefined) !== (draft.moved !== undefined)) break
        if (special?.moved !== undefined) draft.addMoved(special.moved)
      }
      draft.add(job, attributes)
    }
    this.sendDraft(draft, { definition, first })
  }

  private sendDraft(
    draft: BatchDraft,
    { definition, first }: { readonly definition: number; readonly first: number },
  ): void {
    const { count, constants } = draft
    this.markSent(first, count, draft.moved === undefined ? sent : moved)
    try {
      if (draft.moved !== undefined) mustBeHere(draft.moved)
      if (constants !== undefined) this.constants.send(this.attributesOf(first), constants)
      this.send(draft.batch(definition, first), draft.moved)
    } catch (error) {
      if (count === 1) this.takeBack(first, error)
      else for (let n = first; n < first + count; n++) this.sendOne(n)
      this.send([toWorker.nudge])
    }
  }

  private markSent(first: number, count: number, state: typeof sent | typeof moved): void {
    const { inFlight } = this
    const words = this.cells?.words
    for (let n = first; n < first + count; n++) {
      if (words !== undefined) queueCell(words, n)
      inFlight.markSent(n, state)
    }
    inFlight.unsent = first + count
    if (words !== undefined) setTail(words, first + count - 1)
    else this.sentAt = performance.now()
  }

  /** The batch could not be sent, and nothing was moved: one by one only the culprit fails. Its cells are queued already. */
  private sendOne(n: number): void {
    try {
      const moving = this.surveyOf(this.attributesOf(n))?.moved
      if (moving !== undefined) mustBeHere(moving)
      this.sendAlone(n, moving)
    } catch (error) {
      this.takeBack(n, error)
    }
  }

  /** What matters about these attributes here; `undefined`: nothing does. */
  private surveyOf(attributes: unknown): Survey | undefined {
    if (typeof attributes !== 'object' || attributes === null) return undefined
    const special = survey(attributes, this.clone)
    return this.clone === undefined && special?.moved === undefined ? undefined : special
  }

  private sendSpecial(n: number, special: Survey): void {
    const { clone } = this
    this.markSent(n, 1, special.moved === undefined ? sent : moved)
    try {
      const why = clone && whyNotSent(special, 'attributes')
      if (why !== undefined) throw new NotSent(why)
      if (special.moved !== undefined) mustBeHere(special.moved)
      this.sendAlone(n, special.moved, clone && special)
    } catch (error) {
      this.takeBack(n, error)
      this.send([toWorker.nudge])
    }
  }

  /** A batch of one job. @throws what the channel throws */
  private sendAlone(n: number, moving: readonly Movable[] | undefined, special?: Survey): void {
    const { inFlight, terms } = this
    const definition = inFlight.definitions[placeOf(n)] as number
    const names = this.namesOf(definition)
    const whole = this.attributesOf(n)
    const draft = new BatchDraft(terms.orders, names)
    draft.constants = sharesExist() ? this.constants.in(whole, names) : undefined
    if (draft.constants !== undefined) this.constants.send(whole, draft.constants)
    draft.add(
      inFlight.jobOf(n),
      draft.constants === undefined ? whole : this.constants.without(whole, draft.constants),
    )
    const batch = draft.batch(definition, n)
    if (special?.buffers !== undefined) batch[7] = special.buffers
    this.send(batch, moving)
  }

  private namesOf(definition: number): readonly string[] | undefined {
    return this.terms.definitions[definition]?.footprint.names
  }

  private attributesOf(n: number): Attributes {
    return this.terms.orders.attributesOf(this.inFlight.jobOf(n)) as Attributes
  }

  close(): void {
    this.constants.close()
  }

  /** Job `n` never left, so nobody can have begun it. */
  private takeBack(n: number, error: unknown): void {
    const { inFlight, terms, cells } = this
    if (cells !== undefined) withdrawCell(cells.words, n)
    const worker = terms.definitions[inFlight.definitions[placeOf(n)] as number]?.name
    const attributes = terms.orders.attributesOf(inFlight.jobOf(n))
    const kept = error instanceof NotSent
    const why = kept ? error.message : explainUncloneable(attributes, 'attributes', error)
    const failure = unserialisable(
      `The instruction for "${worker}"`,
      why,
      kept ? undefined : errorToData(error),
    )
    this.refusals.push({ job: inFlight.release(n), failure })
  }
}

/** Whether anything here needs a survey: numbers and text do not. */
function holdsObject(attributes: Attributes, names: readonly string[] | undefined): boolean {
  if (names === undefined) return true
  for (let i = 0; i < names.length; i++) if (typeof attributes[names[i] as string] === 'object') return true
  return false
}

/** Whether every object in these attributes is moved as a whole, and nothing else is special about them. */
function isOnlyMoved(attributes: Attributes, { moved: moving, buffers, emptied, tooDeep }: Survey): boolean {
  if (moving === undefined || buffers !== undefined || emptied !== undefined || tooDeep) return false
  for (const name in attributes) {
    const value = attributes[name]
    if (typeof value !== 'object' || value === null || moving.includes(value)) continue
    if (!ArrayBuffer.isView(value) || !moving.includes(value.buffer)) return false
  }
  return true
}
