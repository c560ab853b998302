/** Taking work back: everything about lines whose work has not begun. */

import type { Desk } from '../scheduler/desk/desk.ts'
import type { Dispatch } from './dispatch.ts'
import type { Floor, Station } from './floor.ts'
import { held, type Ledger, type Line, pending, resting } from './ledger.ts'

export interface RecallTerms {
  readonly desk: Desk<Line>
  readonly dispatch: Dispatch
  /** The line that was believed to be at work was taken back: another one is. */
  readonly headLeft: (station: Station) => void
}

export class Recall {
  readonly #ledger: Ledger
  readonly #floor: Floor
  readonly #desk: Desk<Line>
  readonly #dispatch: Dispatch

  readonly #headLeft: RecallTerms['headLeft']

  constructor(ledger: Ledger, floor: Floor, { desk, dispatch, headLeft }: RecallTerms) {
    this.#ledger = ledger
    this.#floor = floor
    this.#desk = desk
    this.#dispatch = dispatch
    this.#headLeft = headLeft
  }

  /** Takes a line back if its work has not begun. It is then nowhere: the caller settles it. */
  one(line: Line): boolean {
    switch (this.#ledger.states[line]) {
      case pending:
        this.#dispatch.withdraw(line)
        return true
      case resting:
        return true
      case held: {
        const station = this.#floor.at(this.#ledger.tickets[line] as number)
        if (station === undefined || !station.lane.withdraw(line)) return false
        const wasHead = this.#ledger.told.has(line)
        this.left(line)
        if (wasHead) this.#headLeft(station)
        if (station.lane.held === 0) {
          station.alone = false
          if (!station.closing) station.lane.keepAlive(false)
        }
        return true
      }
      default:
        return false
    }
  }

  /** Takes back all that a lane has not begun. */
  from(station: Station): void {
    const { lane, ticket } = station
    if (lane.held === 0) return
    const { states, tickets } = this.#ledger
    const back = [...lane.withdrawTail(Number.POSITIVE_INFINITY)]
    // The first is left by that, though it may not have begun either.
    const taken = new Set(back)
    for (const line of this.#ledger.lines()) {
      if (states[line] !== held || tickets[line] !== ticket || taken.has(line)) continue
      if (lane.withdraw(line)) back.push(line)
    }
    this.requeue(back)
    if (lane.held === 0 && !station.closing) lane.keepAlive(false)
  }

  /** Takes back all that no lane has begun. */
  all(): void {
    for (const station of this.#floor.stations) this.from(station)
  }

  /** Lines that were held go back to the desk, ahead of their equals. */
  requeue(lines: readonly Line[]): void {
    for (const line of lines) {
      this.left(line)
      this.#ledger.states[line] = pending
      this.#ledger.tickets[line] = -1
    }
    this.#dispatch.putBack(lines)
  }

  /** A held line no longer runs, as far as the scheduler's rules are concerned. */
  left(line: Line): void {
    if (this.#ledger.states[line] !== held) return
    this.#ledger.states[line] = pending
    if (this.#ledger.told.size > 0) this.#ledger.told.delete(line)
    const extras = this.#ledger.extras(line)
    extras?.clock?.()
    this.#desk.leave(line)
  }

  /** Lines that wait for their work to begin, by arrival. */
  waiting(): Line[] {
    return this.#ledger
      .lines()
      .filter(line => this.#ledger.states[line] === pending || this.#ledger.states[line] === resting)
  }
}
