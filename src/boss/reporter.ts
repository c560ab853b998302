/** The reporter: makes reports out of the ledger's columns, and tells everybody who wants to know. */

import { cleanName, type Happening } from '../inspect/events.ts'
import type { Memory } from '../journal/journal.ts'
import { textOf } from '../words/error-data.ts'
import type { Failure } from '../words/failure.ts'
import { lastResort } from '../words/last-resort.ts'
import type { CancelCode, Report, Settled } from '../words/report.ts'
import type { Asker } from './asker.ts'
import { Hot } from './fast-subject.ts'
import type { Inspector } from './inspector.ts'
import type { OpenLane } from './lane-table.ts'
import type { Ledger, Line } from './ledger.ts'
import { type Logger, logger } from './logger.ts'
import type { Settings } from './options.ts'

/** How an attempt ended. */
export interface Answer {
  readonly result?: unknown
  /** When its work began. */
  readonly began: number
  readonly workMs: number
}

/** Whose instruction it is, and where it is at work. */
interface Place {
  readonly worker: string
  readonly ticket: number | undefined
}

export class Reporter {
  readonly reports = new Hot<Report>()
  /** Final reports, while they are kept. */
  readonly kept: Settled[] = []
  readonly #ledger: Ledger
  readonly #inspector: Inspector
  /** Whether all that were to be kept are. */
  keptAll: boolean
  /** Most final reports that are kept. */
  readonly #most: number
  readonly #log: Logger | undefined
  readonly #workers: readonly string[]
  readonly #boss: string
  readonly #payloadOf: ((value: unknown) => unknown) | undefined
  /** Of which worker's instructions a warning was told on stderr. */
  readonly #warned = new Set<string>()

  constructor(settings: Settings, ledger: Ledger, inspector: Inspector) {
    this.#ledger = ledger
    this.#inspector = inspector
    this.#most = settings.keepReports
    this.keptAll = settings.keepReports > 0
    this.#log = settings.verbose ? logger(settings.name, settings.maxLenReport) : undefined
    this.#boss = settings.name
    this.#payloadOf = settings.payloadOf
    this.#workers = settings.registry.definitions.map(({ name }) => name)
  }

  workerOf(line: Line): string {
    return this.#workers[this.#ledger.definitionOf(line)] ?? ''
  }

  nameOf(line: Line): string {
    return this.#ledger.nameOf(line) ?? `${this.workerOf(line)}#${this.#ledger.idOf(line)}`
  }

  // -- making ------------------------------------------------------------------------------------------------------------

  done(line: Line, { result, began, workMs }: Answer): Settled {
    const ledger = this.#ledger
    return {
      kind: 'done',
      id: ledger.idOf(line),
      name: this.nameOf(line),
      worker: this.workerOf(line),
      attempt: ledger.attemptOf(line),
      result,
      waitMs: this.#waited(line, began),
      workMs,
    }
  }

  failed(line: Line, failure: Failure, { began, workMs }: Answer): Settled {
    const ledger = this.#ledger
    return {
      kind: 'failed',
      id: ledger.idOf(line),
      name: this.nameOf(line),
      worker: this.workerOf(line),
      attempt: ledger.attemptOf(line),
      failure,
      instruction: ledger.givenOf(line),
      waitMs: this.#waited(line, began),
      workMs,
    }
  }

  cancelled(line: Line, code: CancelCode, reason: unknown): Settled {
    return {
      kind: 'cancelled',
      id: this.#ledger.idOf(line),
      name: this.nameOf(line),
      code,
      reason,
      instruction: this.#ledger.givenOf(line),
    }
  }

  /** What an earlier life has recorded, as a report of this one. */
  recorded(line: Line, memory: Extract<Memory, { kind: 'settled' | 'leftOut' }>): Settled {
    if (memory.kind === 'leftOut')
      return { ...this.cancelled(line, 'stopped', memory.reason), recorded: true }
    const { record } = memory
    const id = this.#ledger.idOf(line)
    const [name, worker] = [this.nameOf(line), this.workerOf(line)]
    if (record.kind === 'failed')
      return { id, name, worker, ...record, instruction: this.#ledger.givenOf(line), recorded: true }
    // One by one: there may be millions, and to spread them costs more than all the rest.
    const { kind, attempt, result, waitMs, workMs } = record
    return { kind, id, name, worker, attempt, result, waitMs, workMs, recorded: true }
  }

  /** Keeps a final report where that is wanted. True if it is kept. */
  keep(report: Settled, asker: Asker | undefined): boolean {
    if (asker?.keep === false || this.#most === 0) return false
    if (this.kept.length < this.#most) {
      this.kept.push(report)
      return true
    }
    if (this.keptAll) this.#sayThatSomeGo()
    this.keptAll = false
    return false
  }

  #sayThatSomeGo(): void {
    const why = `${this.#most} reports are kept, and the later ones are not: set \`keepReports\` to true, false or another number`
    this.#log?.warned('the final report', why)
    if (this.#inspector.noticed) this.#inspector.notice({ type: 'boss.warn', why })
    else if (this.#log === undefined) lastResort(`boss "${this.#boss}": ${why}`)
  }

  // -- telling -----------------------------------------------------------------------------------------------------------

  note(line: Line, note: unknown): void {
    const report: Report = {
      kind: 'interim',
      id: this.#ledger.idOf(line),
      name: this.nameOf(line),
      worker: this.workerOf(line),
      attempt: this.#ledger.attemptOf(line),
      note,
    }
    this.tell(report, this.placeOf(line), this.#ledger.askerOf(line))
  }

  /** Where a line is, for the views; read before it is closed. Nothing is made while nobody observes. */
  placeOf(line: Line): Place | undefined {
    if (!this.#inspector.observed) return undefined
    const ticket = this.#ledger.isHeld(line) ? this.#ledger.ticketOf(line) : undefined
    return { worker: this.workerOf(line), ticket }
  }

  /** How an attempt ended that will be followed by another, for the views; read before it is closed. */
  endOf(line: Line, answer: (Answer & { readonly failure?: Failure }) | undefined) {
    return {
      ...(this.#ledger.isHeld(line) && { ticket: this.#ledger.ticketOf(line) }),
      ...(answer !== undefined && { waitMs: this.#waited(line, answer.began), workMs: answer.workMs }),
      ...(answer?.failure !== undefined && { failure: answer.failure }),
    }
  }

  /** Last of all: whoever is told may call back in at once. */
  tell(report: Report, place: Place | undefined, asker: Asker | undefined): void {
    this.#log?.reported(report)
    if (place !== undefined) this.#tellOf(report, place)
    this.reports.next(report)
    asker?.told(report)
  }

  accepted(line: Line): void {
    if (!this.#inspector.observed) return
    const { v, seq, t, boss } = this.#inspector.stamp()
    const traceparent = this.#ledger.traceparentOf(line)
    const id = this.#ledger.idOf(line)
    const name = cleanName(this.nameOf(line))
    const worker = this.workerOf(line)
    const event = { v, seq, t, boss, type: 'instruction.accept', id, name, worker } as const
    if (traceparent === undefined && this.#payloadOf === undefined) return this.#inspector.tellStamped(event)
    this.#inspector.tellStamped({
      ...event,
      ...(traceparent !== undefined && { traceparent }),
      ...this.#payload(() => this.#ledger.givenOf(line)),
    })
  }

  /** Says that the work of a line began, once while it is at its station. */
  starts(station: OpenLane, line: Line, began: number): void {
    if (!(this.#inspector.observed || this.#log) || !this.#ledger.begin(line)) return
    this.#began(station, line, began)
  }

  /** The same of a line that leaves its station now. */
  started(station: OpenLane, line: Line, began: number): void {
    if ((this.#inspector.observed || this.#log) && !this.#ledger.hasBegun(line))
      this.#began(station, line, began)
  }

  #began(station: OpenLane, line: Line, began: number): void {
    this.#log?.started(this.nameOf(line), station.ticket)
    if (!this.#inspector.observed) return
    const { v, seq, t, boss } = this.#inspector.stamp()
    this.#inspector.tellStamped({
      v,
      seq,
      t,
      boss,
      type: 'instruction.start',
      id: this.#ledger.idOf(line),
      name: cleanName(this.nameOf(line)),
      worker: this.workerOf(line),
      ticket: station.ticket,
      workerId: station.workerId,
      attempt: this.#ledger.attemptOf(line),
      waitMs: this.#waited(line, began),
      began: this.#inspector.onItsScale(began),
    })
  }

  /** Something about an instruction looks wrong, though it is taken. */
  warned(name: string, why: string, { id = this.#ledger.nextId, worker = '' } = {}): void {
    this.#log?.warned(name, why)
    if (!this.#inspector.noticed) {
      if (this.#log !== undefined || this.#warned.has(worker)) return
      this.#warned.add(worker)
      lastResort(
        `boss "${this.#boss}", instruction "${name}": ${why}\nSubscribe to notices$ or inspect$ to be told of each. No more of these${worker === '' ? '' : ` for worker "${worker}"`} are told here.`,
      )
      return
    }
    this.#inspector.notice({ type: 'instruction.warn', id, name: cleanName(name), why })
  }

  /** An instruction was not taken, and nobody is there to throw at. */
  refused(boss: string, why: string): boolean {
    this.#log?.warned('an instruction', why)
    if (!this.#inspector.noticed) return this.#log !== undefined
    this.#inspector.notice({ type: 'instruction.refuse', why })
    this.#inspector.notice({ type: 'actor.deadLetter', actor: boss, why })
    return true
  }

  /** Most are done, and written in one piece. */
  #tellOf(report: Report, { worker, ticket }: Place): void {
    if (report.kind !== 'done' || ticket === undefined || this.#payloadOf !== undefined) {
      const event = asEvent(report, { worker, ...(ticket !== undefined && { ticket }) })
      return this.#inspector.tell({ ...event, ...this.#payload(() => carriedBy(report)) } as Happening)
    }
    const { v, seq, t, boss } = this.#inspector.stamp()
    const { kind, id, attempt, waitMs, workMs } = report
    const name = cleanName(report.name)
    const event = {
      v,
      seq,
      t,
      boss,
      type: 'report',
      kind,
      id,
      name,
      worker,
      ticket,
      attempt,
      waitMs,
      workMs,
    } as const
    this.#inspector.tellStamped(event)
  }

  /** What an event carries of a value, where it carries anything. */
  #payload(carried: () => unknown): { readonly payload?: unknown } {
    if (this.#payloadOf === undefined) return {}
    const value = carried()
    return value === undefined ? {} : { payload: this.#payloadOf(value) }
  }

  #waited(line: Line, began: number): number {
    return Math.max(0, began - this.#ledger.acceptedAt(line))
  }
}

const carriedBy = (report: Report): unknown =>
  report.kind === 'done' ? report.result : report.kind === 'interim' ? report.note : undefined

/** A report without what it carries. */
function asEvent(report: Report, place: { readonly worker: string; readonly ticket?: number }): Happening {
  const { kind, id } = report
  const common = { type: 'report', kind, id, name: cleanName(report.name), ...place } as const
  switch (report.kind) {
    case 'interim':
      return { ...common, attempt: report.attempt, ...progressOf(report.note) }
    case 'cancelled':
      return { ...common, reason: cleanName(textOf(report.reason)) }
    case 'done':
    case 'failed': {
      const { attempt, waitMs, workMs } = report
      const failure = report.kind === 'failed' ? { failure: report.failure } : {}
      return { ...common, attempt, waitMs, workMs, ...failure }
    }
    default:
      return report satisfies never
  }
}

/** A note of the form `{ done, total }` moves a progress bar. */
function progressOf(note: unknown): { done?: number; total?: number } {
  if (typeof note !== 'object' || note === null) return {}
  const { done, total } = note as { done?: unknown; total?: unknown }
  return { ...(typeof done === 'number' && { done }), ...(typeof total === 'number' && { total }) }
}
