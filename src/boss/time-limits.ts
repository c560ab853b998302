/** Limits of time: `timeout`, `queueTimeout` and the caller's `signal`. Single timers, one listener for each signal. */

import type { BaseAttributes } from '../words/instruction.ts'
import type { CancelCode } from '../words/report.ts'
import { AbortListeners } from './abort-listeners.ts'
import type { LaneTable } from './lane-table.ts'
import type { Ledger, Line } from './ledger.ts'
import type { Settings } from './options.ts'
import type { Outcomes } from './outcomes.ts'
import type { Recall } from './reclaim.ts'

export interface TimeLimitTerms {
  readonly settings: Settings
  readonly ledger: Ledger
  readonly lanes: LaneTable
  readonly recall: Recall
  readonly outcomes: Outcomes
  readonly soon: () => void
}

export class TimeLimits {
  readonly #terms: TimeLimitTerms
  readonly #signals = new AbortListeners()

  constructor(terms: TimeLimitTerms) {
    this.#terms = terms
  }

  /** Milliseconds that the work of a line may take; `undefined`: as long as it likes. */
  timeoutOf(line: Line): number | undefined {
    const { ledger, settings } = this.#terms
    return ledger.baseOf(line)?.timeout ?? settings.timeout
  }

  /** Starts the clock of an attempt: its line was given to an idle lane that is ready. */
  limitWork(line: Line, ms: number): void {
    const { ledger, lanes, recall, outcomes, settings, soon } = this.#terms
    const id = ledger.idOf(line)
    const tooLong = () => {
      if (!(ledger.isHeld(line) && ledger.isStill(line, id))) return
      const lane = lanes.at(ledger.ticketOf(line))?.lane
      // Still not begun: its thread is busy with what somebody else left behind, and this line is not to blame.
      if (lane?.withdraw(line)) {
        recall.requeue([line])
        soon()
        return
      }
      // Where a queue lies between, it may have begun late, or not yet.
      const at = lane?.awaits === true ? lane.atWork() : undefined
      const left = lane?.awaits !== true ? 0 : at?.job === line ? at.began + ms - settings.clock.now() : ms
      if (left > 0) ledger.startClock(line, settings.clock.after(left, tooLong, true))
      else outcomes.cutShort(line, 'timeout', ms)
    }
    ledger.startClock(line, settings.clock.after(ms, tooLong, true))
  }

  /** Limits how long a line waits. @returns false for one that must not wait at all: its signal was aborted before it came */
  limitWaiting(line: Line, base: BaseAttributes | undefined): boolean {
    const ms = base?.queueTimeout ?? this.#terms.settings.queueTimeout
    if (ms !== undefined) this.#limitQueueing(line, ms)
    return base?.signal === undefined || this.#obey(line, base.signal)
  }

  /** Cancels a line. True exactly when this decides its outcome. */
  cancel(line: Line, code: CancelCode, reason: unknown): boolean {
    const { recall, outcomes } = this.#terms
    if (!recall.one(line)) return outcomes.cutShort(line, code, reason)
    outcomes.cancel(line, code, reason)
    return true
  }

  #limitQueueing(line: Line, ms: number): void {
    const { ledger, recall, outcomes, settings } = this.#terms
    const id = ledger.idOf(line)
    const tooLong = () => {
      if (!ledger.isStill(line, id) || ledger.attemptOf(line) > 1 || !recall.one(line)) return
      outcomes.cancel(line, 'queueTimeout', `waited longer than its queueTimeout of ${ms} ms`)
    }
    ledger.uponSettling(line, settings.clock.after(ms, tooLong, false))
  }

  #obey(line: Line, signal: AbortSignal): boolean {
    const { ledger } = this.#terms
    const id = ledger.idOf(line)
    const cancel = () => {
      if (ledger.isStill(line, id)) this.cancel(line, 'signal', signal.reason)
    }
    if (!signal.aborted) {
      ledger.uponSettling(line, this.#signals.add(signal, cancel))
      return true
    }
    ledger.rest(line)
    queueMicrotask(cancel)
    return false
  }
}
