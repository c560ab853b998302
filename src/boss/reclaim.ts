/** Taking work back: everything about lines whose work has not begun. */

import type { Job } from '../crew/crew.ts'
import type { BossRun } from './boss-run.ts'
import type { OpenLane } from './lane-table.ts'
import type { Line } from './ledger.ts'

export class Reclaim {
  readonly #run: BossRun

  constructor(run: BossRun) {
    this.#run = run
  }

  /** Takes a line back if its work has not begun. It is then nowhere: the caller settles it. */
  one(line: Line): boolean {
    const ledger = this.#run.ledger
    if (ledger.isPending(line)) this.#run.dispatch.withdraw(line)
    if (!ledger.isHeld(line)) return ledger.isWaiting(line)
    const station = this.#run.lanes.at(ledger.ticketOf(line))
    if (station === undefined || !station.lane.withdraw(line)) return false
    const wasHead = ledger.hasBegun(line)
    this.#run.dispatch.release(line)
    if (wasHead) this.#run.laneEvents.announceHead(station)
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
    const holds = (job: Job): job is Line => this.#run.ledger.holds(ticket, job)
    const back = lane.withdrawTail(Infinity).filter(holds)
    // The first is left by that, though it may not have begun either.
    const taken = new Set(back)
    for (const line of this.#run.ledger.lines()) {
      if (holds(line) && !taken.has(line) && lane.withdraw(line)) back.push(line)
    }
    this.requeue(back)
    if (lane.held === 0 && !station.closing) lane.keepAlive(false)
  }

  /** Takes back all that no lane has begun. */
  all(): void {
    for (const station of this.#run.lanes.open) this.from(station)
  }

  /** Lines that were held, or rested, go back to the desk, ahead of their equals. */
  requeue(lines: readonly Line[]): void {
    for (const line of lines) if (!this.#run.dispatch.release(line)) this.#run.ledger.wake(line)
    this.#run.dispatch.putBack(lines)
  }

  /** Lines that wait for their work to begin, by arrival. */
  waiting(): Line[] {
    return this.#run.ledger.lines().filter(line => this.#run.ledger.isWaiting(line))
  }
}
