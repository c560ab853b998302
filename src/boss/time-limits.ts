/**
 * What ends an instruction before its time: `timeout`, `queueTimeout`, the caller's `signal`, and who cancels. Single timers,
 * one for each lane where that tells what it works on, one listener for each signal. Which of them ends what is a rule: `step/early-ends.ts`.
 */

import type { BaseAttributes } from '../words/instruction.ts'
import type { CancelCode } from '../words/report.ts'
import { AbortListeners } from './abort-listeners.ts'
import type { BossRun } from './boss-run.ts'
import type { OpenLane } from './lane-table.ts'
import type { Line } from './ledger.ts'
import { reachOf } from './step/early-ends.ts'
import { Watches } from './watches.ts'

export class TimeLimits {
  readonly #run: BossRun
  readonly #signals = new AbortListeners()
  readonly #watches: Watches

  constructor(run: BossRun) {
    this.#run = run
    this.#watches = new Watches(run, {
      timeoutOf: line => this.timeoutOf(line),
      tooLong: (line, ms) => {
        if (this.endWaiting(line, 'timeout', ms) === 'begun') run.outcomes.cutShort(line, 'timeout', ms)
      },
    })
  }

  /** Milliseconds that the work of a line may take; `undefined`: as long as it likes. */
  timeoutOf(line: Line): number | undefined {
    const { ledger, settings } = this.#run
    return ledger.baseOf(line)?.timeout ?? settings.timeout
  }

  /** True for a line that must go alone, to a lane that is ready: its clock starts with its work, and this lane does not tell when. */
  goesAlone(line: Line, { lane }: OpenLane): boolean {
    return this.timeoutOf(line) !== undefined && !this.#watches.mayWatch(lane)
  }

  /** Limits the work of a line that a lane was given: by watching the lane, else from now on, where it is idle and ready. */
  limitWork(line: Line, ms: number, station: OpenLane): void {
    if (this.#watches.mayWatch(station.lane)) this.#watches.watch(station, ms)
    else this.#startClock(line, ms)
  }

  /** The lane has nothing to do, or is gone. */
  unwatch(station: OpenLane): void {
    this.#watches.end(station)
  }

  #startClock(line: Line, ms: number): void {
    const { ledger, lanes, outcomes, settings } = this.#run
    const id = ledger.idOf(line)
    const tooLong = () => {
      if (!(ledger.isHeld(line) && ledger.isStill(line, id))) return
      const lane = lanes.at(ledger.ticketOf(line))?.lane
      // Where it has not begun, its thread is busy with what somebody else left behind, and this line is not to blame.
      if (this.endWaiting(line, 'timeout', ms) !== 'begun') return
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
    const ms = base?.queueTimeout ?? this.#run.settings.queueTimeout
    if (ms !== undefined) this.#limitQueueing(line, ms)
    return base?.signal === undefined || this.#obey(line, base.signal)
  }

  /** Cancels a line. True exactly when this decides its outcome. */
  cancel(line: Line, code: CancelCode, reason: unknown): boolean {
    const found = this.endWaiting(line, code, reason)
    return found === 'begun' ? this.#run.outcomes.cutShort(line, code, reason) : found === 'ended'
  }

  /** Ends a line that waits, or puts it back where this does not concern it. `begun`: it does not wait any more. */
  endWaiting(line: Line, as: CancelCode | 'timeout', reason: unknown): 'ended' | 'waits' | 'begun' {
    const { ledger, reclaim, outcomes, soon } = this.#run
    const reach = reachOf(as, ledger.attemptOf(line))
    if (reach === 'nothing') return 'waits'
    if (!reclaim.one(line)) return 'begun'
    if (as !== 'timeout' && reach !== 'running') {
      outcomes.cancel(line, as, reason)
      return 'ended'
    }
    reclaim.requeue([line])
    soon()
    return 'waits'
  }

  #limitQueueing(line: Line, ms: number): void {
    const { ledger, settings } = this.#run
    const id = ledger.idOf(line)
    const tooLong = () => {
      if (!ledger.isStill(line, id)) return
      this.endWaiting(line, 'queueTimeout', `waited longer than its queueTimeout of ${ms} ms`)
    }
    ledger.uponSettling(line, settings.clock.after(ms, tooLong, false))
  }

  #obey(line: Line, signal: AbortSignal): boolean {
    const { ledger } = this.#run
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
