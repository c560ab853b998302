/** Taking work back: everything about lines whose work has not begun. */

import type { Job } from '../crew/crew.ts'
import type { Dispatch } from './dispatch.ts'
import type { LaneTable, OpenLane } from './lane-table.ts'
import type { Ledger, Line } from './ledger.ts'

export interface RecallTerms {
  readonly dispatch: Dispatch
  /** The line that was believed to be at work was taken back: another one is. */
  readonly headLeft: (station: OpenLane) => void
}

export class Recall {
  readonly #ledger: Ledger
  readonly #lanes: LaneTable
  readonly #dispatch: Dispatch

  readonly #headLeft: RecallTerms['headLeft']

  constructor(ledger: Ledger, lanes: LaneTable, { dispatch, headLeft }: RecallTerms) {
    this.#ledger = ledger
    this.#lanes = lanes
    this.#dispatch = dispatch
    this.#headLeft = headLeft
  }

  /** Takes a line back if its work has not begun. It is then nowhere: the caller settles it. */
  one(line: Line): boolean {
    const ledger = this.#ledger
    if (ledger.isPending(line)) this.#dispatch.withdraw(line)
    if (!ledger.isHeld(line)) return ledger.isWaiting(line)
    const station = this.#lanes.at(ledger.ticketOf(line))
    if (station === undefined || !station.lane.withdraw(line)) return false
    const wasHead = ledger.hasBegun(line)
    this.#dispatch.release(line)
    if (wasHead) this.#headLeft(station)
    if (station.lane.held === 0) {
      station.alone = false
      if (!station.closing) station.lane.keepAlive(false)
    }
    return true
  }

  /** Takes back all that a lane has not begun. */
  from(station: OpenLane): void {
    const { lane, ticket } = station
    if (lane.held === 0) return
    const holds = (job: Job): job is Line => this.#ledger.holds(ticket, job)
    const back = lane.withdrawTail(Number.POSITIVE_INFINITY).filter(holds)
    // The first is left by that, though it may not have begun either.
    const taken = new Set(back)
    for (const line of this.#ledger.lines()) {
      if (holds(line) && !taken.has(line) && lane.withdraw(line)) back.push(line)
    }
    this.requeue(back)
    if (lane.held === 0 && !station.closing) lane.keepAlive(false)
  }

  /** Takes back all that no lane has begun. */
  all(): void {
    for (const station of this.#lanes.open) this.from(station)
  }

  /** Lines that were held, or rested, go back to the desk, ahead of their equals. */
  requeue(lines: readonly Line[]): void {
    for (const line of lines) if (!this.#dispatch.release(line)) this.#ledger.wake(line)
    this.#dispatch.putBack(lines)
  }

  /** Lines that wait for their work to begin, by arrival. */
  waiting(): Line[] {
    return this.#ledger.lines().filter(line => this.#ledger.isWaiting(line))
  }
}
