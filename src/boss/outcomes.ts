/** Outcomes: how attempts end, and what is done about it. The books are settled first, then everybody is told. */

import type { Memory } from '../journal/journal.ts'
import { errorToData } from '../words/error-data.ts'
import type { Failure } from '../words/failure.ts'
import type { Instruction, InstructionId } from '../words/instruction.ts'
import type { CancelCode, Settled } from '../words/report.ts'
import { hasTransfer } from '../words/survey.ts'
import type { BossRun } from './boss-run.ts'
import type { Unwritten } from './journaling.ts'
import type { Line, Settlement } from './ledger.ts'
import type { Answer } from './reporter.ts'
import type { AttemptFacts, Effect } from './step/protocol.ts'
import { isPlain } from './step/state.ts'

export class Outcomes {
  /** Instructions given back by a stop, in order of arrival. */
  readonly givenBack: Instruction[] = []
  /** Mean milliseconds of each definition's work so far. */
  readonly meanMs: (number | undefined)[] = []
  readonly #run: BossRun
  /** Attempts that have ended, while `step` decides what that means. */
  readonly #ended = new Map<InstructionId, Answer & { readonly line: Line; readonly failure?: Failure }>()

  constructor(run: BossRun) {
    this.#run = run
  }

  // -- an attempt ends ---------------------------------------------------------------------------------------------------

  /** It has a result: that settles it, unless it was told to end before its time. */
  done(line: Line, answer: Answer): void {
    const { ledger, state, tell } = this.#run
    const id = ledger.idOf(line)
    if (isPlain(state, id)) return this.settleDone(line, answer)
    this.#ended.set(id, { ...answer, line })
    tell({ type: 'attemptDone', facts: this.#facts(line) })
  }

  /** It has no result: `step` decides whether it is repeated. */
  failed(line: Line, failure: Failure, answer: Answer): void {
    const facts = this.#facts(line)
    this.#ended.set(facts.id, { ...answer, line, failure })
    this.#run.tell({ type: 'attemptFailed', facts, failure })
  }

  /** Its work had ended, and its answer is gone. */
  lost(line: Line, failure: Failure, answer: Answer): void {
    const facts: AttemptFacts = { ...this.#facts(line), finished: true }
    this.#ended.set(facts.id, { ...answer, line, failure })
    this.#run.tell({ type: 'attemptFailed', facts, failure })
  }

  /** They were handed ahead to a lane that is lost, and had not begun. */
  neverBegan(lines: readonly Line[], failure: Failure): void {
    if (lines.length === 0) return
    const answer = { began: this.#run.settings.clock.now(), workMs: 0 }
    const attempts = lines.map(line => this.#facts(line))
    for (const [i, { id }] of attempts.entries()) this.#ended.set(id, { ...answer, line: lines[i] as Line })
    this.#run.tell({ type: 'neverBegan', attempts, failure })
    for (const { id } of attempts) this.#ended.delete(id)
  }

  /** They wait again. */
  requeue(ids: readonly InstructionId[]): void {
    const lines: Line[] = []
    for (const id of ids) this.onLine(id, line => lines.push(line))
    for (const id of ids) this.#ended.delete(id)
    this.#run.reclaim.requeue(lines)
  }

  /** Running work is to end before its time. True exactly when this decides its outcome. */
  cutShort(line: Line, as: CancelCode | 'timeout', reason: unknown): boolean {
    const { ledger, state, tell } = this.#run
    const id = ledger.idOf(line)
    if (!isPlain(state, id)) return false
    const ticket = ledger.ticketOf(line)
    tell({ type: 'cutShort', id, attempt: ledger.attemptInThisLife(line), ticket, as, reason })
    return true
  }

  /** How long such work takes; `workMs` has at least one value. */
  learn(line: Line, workMs: readonly number[]): void {
    const definition = this.#run.ledger.definitionOf(line)
    let sum = 0
    for (const ms of workMs) sum += ms
    const mean = sum / workMs.length
    const known = this.meanMs[definition]
    this.meanMs[definition] = known === undefined ? mean : known + (mean - known) / 4
  }

  // -- an instruction is settled -----------------------------------------------------------------------------------------

  settleDone(line: Line, answer = this.#answer(line)): void {
    this.#settle(line, this.#run.reporter.done(line, answer))
  }

  settleFailed(line: Line, failure: Failure): void {
    this.#settle(line, this.#run.reporter.failed(line, failure, this.#answer(line)))
  }

  cancel(line: Line, code: CancelCode, reason: unknown): void {
    this.#settle(line, this.#run.reporter.cancelled(line, code, reason))
    this.#run.changed()
    // It may have held a lane, or others up by the rules, and no word of a lane will follow.
    this.#run.soon()
  }

  /** Given back by a stop: reported as cancelled, counted as pending. */
  giveBack(line: Line, reason: unknown): void {
    const { ledger, reporter } = this.#run
    const given = ledger.givenOf(line)
    this.givenBack.push(given)
    this.#settle(line, reporter.cancelled(line, 'stopped', reason), 'returned')
    this.#run.queue?.gaveUp(given as never, 'abandoned')
  }

  /** An earlier life of this run has settled it, or this one has nothing to do with it. */
  settleRecorded(line: Line, memory: Extract<Memory, { kind: 'settled' | 'leftOut' }>): void {
    this.#settle(line, this.#run.reporter.recorded(line, memory))
    this.#run.changed()
  }

  /** Does something about a line that `step` has decided on; unless it is settled by now. */
  onLine(id: InstructionId, act: (line: Line) => void): void {
    const line = this.#ended.get(id)?.line ?? this.#run.ledger.find(id)
    if (line !== undefined) act(line)
  }

  /** Another attempt, after its backoff, ahead of its equals. */
  repeat(line: Line, { id, ms, code }: Extract<Effect, { do: 'repeat' }>): void {
    const { ledger, dispatch, reclaim, reporter, inspector, soon, settings } = this.#run
    const ended = inspector.noticed ? reporter.endOf(line, this.#ended.get(id)) : undefined
    this.#ended.delete(id)
    dispatch.release(line)
    const attempt = ledger.repeat(line)
    if (ended !== undefined)
      inspector.notice({ type: 'instruction.retry', id, attempt, delayMs: ms, code, ...ended })
    const goOn = () => {
      if (!(ledger.isResting(line) && ledger.isStill(line, id))) return
      reclaim.requeue([line])
      soon()
    }
    ledger.uponSettling(line, settings.clock.after(ms, goOn, true))
  }

  /** The books first, then the world. */
  #settle(line: Line, report: Settled, as: Settlement = report.kind): void {
    const { acceptance, ledger, dispatch, reporter, journaling } = this.#run
    const unwritten = journaling?.end(line, report)
    if (unwritten !== undefined && report.kind !== 'cancelled') return this.#notWritten(line, unwritten)
    const place = reporter.placeOf(line)
    const asker = ledger.askerOf(line)
    const name = ledger.nameOf(line)
    dispatch.release(line)
    if (this.#ended.size > 0) this.#ended.delete(report.id)
    ledger.settle(line, as)
    const kept = reporter.keep(report, asker)
    if (name !== undefined && !kept) acceptance.names.release(name, report.id)
    reporter.tell(report, place, asker)
    if (unwritten?.of === 'journal') this.#breaks(unwritten)
  }

  /** Whatever is told as done or failed is in the journal: this is told otherwise, and runs again in another life. */
  #notWritten(line: Line, unwritten: Unwritten): void {
    if (unwritten.of === 'report') return this.settleFailed(line, unwritten.failure)
    this.giveBack(line, unwritten.failure)
    this.#breaks(unwritten)
  }

  #breaks(unwritten: Extract<Unwritten, { of: 'journal' }>): void {
    if (unwritten.first) this.#run.tell({ type: 'broken', failure: unwritten.failure })
  }

  #answer(line: Line): Answer {
    const { ledger, settings } = this.#run
    return this.#ended.get(ledger.idOf(line)) ?? { began: settings.clock.now(), workMs: 0 }
  }

  #facts(line: Line): AttemptFacts {
    const { ledger, settings, reporter } = this.#run
    return {
      id: ledger.idOf(line),
      attempt: ledger.attemptInThisLife(line),
      retries: ledger.baseOf(line)?.retries ?? settings.retries,
      repeatable: !hasTransfer(ledger.attributesOf(line)),
      worker: reporter.workerOf(line),
    }
  }
}

/** A rule of the scheduler threw: nothing is lost, and nothing starts any more. */
export function ruleThrew(boss: string, error: unknown, rule = 'scheduler'): Failure {
  const data = errorToData(error)
  return {
    code: 'threw',
    what: `The ${rule} of boss "${boss}" threw`,
    why: data.message,
    remedy: 'Correct the rule; what was pending is in the final report, to be given again',
    error: data,
  }
}
