/**
 * Sends the jobs of one lane: as few messages as possible, each a run of consecutive jobs of one definition.
 *
 * When a batch cannot be cloned it goes again, one by one, and only the culprit is refused. What moves buffers goes
 * alone and at once, and never twice.
 */

import { errorToData } from '../../words/error-data.ts'
import { type Failure, unserialisable } from '../../words/failure.ts'
import { sharesExist } from '../../words/share.ts'
import { type Clone, type Survey, survey, whyNotSent } from '../../words/survey.ts'
import { mustBeHere, transfersExist } from '../../words/transfer.ts'
import { explainUncloneable, NotSent } from '../../words/uncloneable.ts'
import type { Job, LaneTerms } from '../crew.ts'
import { type Cells, placeOf, queueCell, setTail, withdrawCell } from './claims.ts'
import { areSame, Constants } from './constants.ts'
import { free, given, type InFlight, moved, sent } from './in-flight.ts'
import type { Link } from './link.ts'
import { type Batch, type Constant, type Extra, toWorker } from './wire.ts'

/** A batch holds at most so many jobs: the worker begins the first while main writes the next. */
const batchLimit = 512

/** A job that could not be sent. The lane has let go of it. */
export interface UnsentJob {
  readonly job: Job
  readonly failure: Failure
}

export interface SenderTerms {
  readonly terms: LaneTerms
  readonly cells: Cells | undefined
  /** How the channel clones; absent where values pass by reference. */
  readonly clone: Clone | undefined
}

export class Sender {
  /** When the last batch was sent; where there are no cells, that is all there is to tell about its job. */
  sentAt = 0
  private readonly terms: LaneTerms
  private readonly inFlight: InFlight
  private readonly cells: Cells | undefined
  private readonly clone: Clone | undefined
  private readonly send: Link['send']
  private readonly constants: Constants

  constructor({ terms, cells, clone }: SenderTerms, inFlight: InFlight, send: Link['send']) {
    this.terms = terms
    this.inFlight = inFlight
    this.cells = cells
    this.clone = clone
    this.send = send
    this.constants = new Constants(clone, send)
  }

  /** Sends what is given and not yet sent; where there are no cells, only when nothing else is under way. */
  sendAll(): readonly UnsentJob[] {
    const { inFlight } = this
    const refusals: UnsentJob[] = []
    while (inFlight.unsent < inFlight.high) {
      if (this.cells === undefined && inFlight.underWay > 0) break
      if (inFlight.stateOf(inFlight.unsent) === free) inFlight.unsent++
      else this.sendRun(refusals)
    }
    return refusals
  }

  /** Sends one batch: consecutive jobs of one definition from `unsent` on. */
  private sendRun(refusals: UnsentJob[]): void {
    const { inFlight, terms, cells } = this
    const { orders, definitions } = terms
    const first = inFlight.unsent
    const definition = inFlight.definitions[placeOf(first)] as number
    const names = definitions[definition]?.footprint.names
    const firstId = orders.idOf(inFlight.jobOf(first))
    const limit = cells === undefined ? 1 : batchLimit
    const columns: unknown[][] = names === undefined ? [[]] : names.map(() => [])
    const only = columns.length === 1 ? (columns[0] as unknown[]) : undefined
    const name = names?.[0] as string
    let ids: number[] | undefined
    let extras: Extra[] | undefined
    let constants: readonly Constant[] | undefined
    // Asked once: each costs as much as all the rest does for a number.
    const [sharing, moving] = [sharesExist(), transfersExist()]
    let n = first
    while (n < inFlight.high && n - first < limit) {
      const place = placeOf(n)
      if (inFlight.states[place] !== given || inFlight.definitions[place] !== definition) break
      const job = inFlight.jobs[place] as Job
      let attributes = orders.attributesOf(job) as Readonly<Record<string, unknown>>
      if (sharing) {
        const own = this.constants.in(attributes, names)
        if (n > first && !areSame(own, constants)) break
        constants = own
        if (own !== undefined) attributes = this.constants.without(attributes, own)
      }
      if (moving || (this.clone !== undefined && holdsObject(attributes, names))) {
        const special = this.surveyOf(attributes)
        if (special !== undefined) {
          if (n > first) break // what is special goes alone
          this.sendSpecial(n, special, refusals)
          return
        }
      }
      const index = n - first
      if (names === undefined) (only as unknown[]).push(attributes)
      else if (only !== undefined) only.push(attributes[name])
      else
        for (let c = 0; c < names.length; c++) (columns[c] as unknown[]).push(attributes[names[c] as string])
      const id = orders.idOf(job)
      if (ids !== undefined) ids.push(id)
      else if (id !== firstId + index) {
        ids = Array.from({ length: index }, (_, i) => firstId + i)
        ids.push(id)
      }
      const attempt = orders.attemptOf(job)
      const ownName = orders.nameOf(job)
      const traceparent = orders.traceparentOf?.(job)
      const resources = orders.resourcesOf?.(job)
      if (attempt !== 1 || ownName !== undefined || traceparent !== undefined || resources !== undefined) {
        extras ??= []
        extras.push([index, attempt, ownName, traceparent, resources])
      }
      n++
    }
    const count = n - first
    const batch: Batch = [toWorker.batch, definition, first, count, ids ?? firstId, extras ?? 0, columns]
    if (constants !== undefined) batch.push(undefined, constants)
    this.markSent(first, count)
    try {
      if (constants !== undefined) this.constants.send(this.attributesOf(first), constants)
      this.send(batch)
    } catch (error) {
      if (count === 1) this.takeBack(first, refusals, error)
      else for (let one = first; one < n; one++) this.sendOne(one, refusals)
      this.send([toWorker.nudge])
    }
  }

  private markSent(first: number, count: number): void {
    const { inFlight } = this
    const words = this.cells?.words
    for (let n = first; n < first + count; n++) {
      if (words !== undefined) queueCell(words, n)
      inFlight.markSent(n, sent)
    }
    inFlight.unsent = first + count
    if (words !== undefined) setTail(words, first + count - 1)
    else this.sentAt = performance.now()
  }

  /** The batch could not be cloned: one by one only the culprit fails. Its cells are queued already. */
  private sendOne(n: number, refusals: UnsentJob[]): void {
    try {
      this.send(this.batchOf(n))
    } catch (error) {
      this.takeBack(n, refusals, error)
    }
  }

  /** What matters about these attributes here; `undefined`: nothing does. */
  private surveyOf(attributes: unknown): Survey | undefined {
    if (typeof attributes !== 'object' || attributes === null) return undefined
    const special = survey(attributes, this.clone)
    return this.clone === undefined && special?.moved === undefined ? undefined : special
  }

  private sendSpecial(n: number, special: Survey, refusals: UnsentJob[]): void {
    const { inFlight, clone } = this
    this.markSent(n, 1)
    if (special.moved !== undefined) inFlight.states[placeOf(n)] = moved
    try {
      const why = clone && whyNotSent(special, 'attributes')
      if (why !== undefined) throw new NotSent(why)
      if (special.moved !== undefined) mustBeHere(special.moved)
      const batch = this.batchOf(n)
      if (clone !== undefined && special.buffers !== undefined) batch[7] = special.buffers
      this.send(batch, special.moved)
    } catch (error) {
      this.takeBack(n, refusals, error)
      this.send([toWorker.nudge])
    }
  }

  private batchOf(n: number): Batch {
    const { inFlight, terms } = this
    const { orders, definitions } = terms
    const job = inFlight.jobOf(n)
    const definition = inFlight.definitions[placeOf(n)] as number
    const names = definitions[definition]?.footprint.names
    const whole = this.attributesOf(n)
    const constants = sharesExist() ? this.constants.in(whole, names) : undefined
    if (constants !== undefined) this.constants.send(whole, constants)
    const attributes = constants === undefined ? whole : this.constants.without(whole, constants)
    const attempt = orders.attemptOf(job)
    const name = orders.nameOf(job)
    const traceparent = orders.traceparentOf?.(job)
    const resources = orders.resourcesOf?.(job)
    const special =
      attempt !== 1 || name !== undefined || traceparent !== undefined || resources !== undefined
    const batch: Batch = [
      toWorker.batch,
      definition,
      n,
      1,
      orders.idOf(job),
      special ? [[0, attempt, name, traceparent, resources]] : 0,
      names === undefined ? [[attributes]] : names.map(one => [attributes[one]]),
    ]
    if (constants !== undefined) batch.push(undefined, constants)
    return batch
  }

  private attributesOf(n: number): Readonly<Record<string, unknown>> {
    return this.terms.orders.attributesOf(this.inFlight.jobOf(n)) as Readonly<Record<string, unknown>>
  }

  close(): void {
    this.constants.close()
  }

  /** Job `n` never left, so nobody can have begun it. */
  private takeBack(n: number, refusals: UnsentJob[], error: unknown): void {
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
    refusals.push({ job: inFlight.release(n), failure })
  }
}

/** Whether anything here needs a survey: numbers and text do not. */
function holdsObject(
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[] | undefined,
): boolean {
  if (names === undefined) return true
  for (let i = 0; i < names.length; i++) if (typeof attributes[names[i] as string] === 'object') return true
  return false
}
