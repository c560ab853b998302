/**
 * Watches over lanes that hold work with a timeout: one timer for a lane, however many instructions it holds ahead.
 *
 *     given ──► look after the least timeout ──► what is at work, since when? ──► over: it took too long
 *                     ▲                                     │
 *                     └──────── when that would be over ◄───┘ not yet
 *
 * No work is missed: what begins after a look has at least the least timeout before it.
 */

import type { Lane } from '../crew/crew.ts'
import { realClock } from '../words/clock.ts'
import type { InstructionId } from '../words/instruction.ts'
import type { BossRun } from './boss-run.ts'
import type { OpenLane } from './lane-table.ts'
import type { Line } from './ledger.ts'

interface WatchTerms {
  readonly timeoutOf: (line: Line) => number | undefined
  /** Its work has had its time, and goes on. */
  readonly tooLong: (line: Line, ms: number) => void
}

interface Watch {
  /** The least timeout of what it was given since it was idle. */
  readonly leastMs: number
  readonly stop: () => void
}

export class Watches {
  readonly #run: BossRun
  readonly #terms: WatchTerms
  readonly #watches = new Map<OpenLane, Watch>()

  constructor(run: BossRun, terms: WatchTerms) {
    this.#run = run
    this.#terms = terms
  }

  /** Whether this lane tells when each of its jobs begins, on the clock that the boss goes by. */
  mayWatch(lane: Lane): boolean {
    return this.#run.settings.clock === realClock && lane.timesEach?.() === true
  }

  /** It was given something that may take so long. */
  watch(station: OpenLane, ms: number): void {
    const watch = this.#watches.get(station)
    if (watch !== undefined && watch.leastMs <= ms) return
    watch?.stop()
    this.#arm(station, { leastMs: ms, inMs: ms })
  }

  end(station: OpenLane): void {
    this.#watches.get(station)?.stop()
    this.#watches.delete(station)
  }

  #arm(
    station: OpenLane,
    { leastMs, inMs, next }: { leastMs: number; inMs: number; next?: InstructionId | undefined },
  ): void {
    const look = () => this.#look(station, leastMs, next)
    this.#watches.set(station, { leastMs, stop: this.#run.settings.clock.after(inMs, look, false) })
  }

  /** @param before  what was about to begin at the last look, when nothing was at work */
  #look(station: OpenLane, leastMs: number, before: InstructionId | undefined): void {
    const { ledger, lanes, settings } = this.#run
    const { lane, ticket } = station
    this.#watches.delete(station)
    if (lane.held === 0 || lanes.at(ticket) !== station) return
    const at = lane.atWork()
    if (at === undefined) return this.#nothingAtWork(station, leastMs, before)
    const line = ledger.holds(ticket, at.job) ? at.job : undefined
    const ms = line === undefined ? undefined : this.#terms.timeoutOf(line)
    const left = ms === undefined ? leastMs : at.began + ms - settings.clock.now()
    this.#arm(station, { leastMs, inMs: left > 0 ? Math.min(left, leastMs) : leastMs })
    if (line !== undefined && ms !== undefined && left <= 0) this.#terms.tooLong(line, ms)
  }

  /** It opens, or is between two; or its thread is busy with what somebody else left behind: then another may do it. */
  #nothingAtWork(station: OpenLane, leastMs: number, before: InstructionId | undefined): void {
    const { ledger, reclaim, soon } = this.#run
    const { lane, ticket, ready } = station
    const head = ready ? lane.head?.() : undefined
    const next = head !== undefined && ledger.holds(ticket, head) ? ledger.idOf(head) : undefined
    if (next === undefined || next !== before) return this.#arm(station, { leastMs, inMs: leastMs, next })
    reclaim.from(station)
    soon()
    if (lane.held > 0) this.#arm(station, { leastMs, inMs: leastMs })
  }
}
