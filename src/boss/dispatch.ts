/**
 * Dispatch: which pending line goes to which lane, now.
 *
 * Where the scheduler has only a limit, lines are handed ahead, so that a lane never waits for the boss, and idle lanes
 * take back from the tail of the fullest. Where it has rules of its own, one line goes to one idle lane: sent means
 * running. An instruction with a timeout goes alone, to a lane that is ready, where that cannot tell when its work begins.
 */

import type { BossRun } from './boss-run.ts'
import type { OpenLane } from './lane-table.ts'
import type { Line } from './ledger.ts'
import { worthSharingMs } from './limits.ts'

/** With rules, a lazy source is asked for no more than a desk looks ahead. */
const lookAhead = 64

export class Dispatch {
  readonly #run: BossRun
  #mayShareSoon = false
  /** Taken from the desk, and not placed yet. */
  #inHand: Line | undefined

  constructor(run: BossRun) {
    this.#run = run
  }

  /** Lines that wait: those at the desk, and the one in hand. */
  get waiting(): number {
    return this.#run.desk.pending + (this.#inHand === undefined ? 0 : 1)
  }

  /** Starts what may start. @throws what a rule of the scheduler throws */
  start(now: number): void {
    const { desk, lanes } = this.#run
    if (this.waiting > 0) {
      if (desk.plain) this.#ahead(now)
      else this.#oneByOne(now)
      if (!desk.plain && desk.ahead) this.#fillByRules(now)
    }
    this.#mayShareSoon = false
    if (!desk.ahead || !lanes.open.some(({ lane }) => lane.held > 1)) return
    if (this.waiting > 0) return
    this.#askForLanes()
    this.#share(now)
  }

  /** Whether arrival alone is the order, and a lane is there that has nothing to do. */
  get canFeed(): boolean {
    return this.#run.desk.plain && this.#run.lanes.open.some(isReady)
  }

  /** Hands out what lanes that are there like; opens none. */
  feed(now: number): void {
    if (this.waiting > 0) this.#hand(now)
  }

  /** How many more lanes would find work now: as many as wait behind the idle ones; one, if lanes hold what others could do. */
  get lanesWanted(): number {
    const { desk, lanes } = this.#run
    if (this.waiting > 0) return Math.max(0, this.waiting - lanes.idle())
    return desk.ahead && lanes.open.some(({ lane }) => lane.held > 1) ? 1 : 0
  }

  #askForLanes(): void {
    const { lanes, tell, settings } = this.#run
    if (lanes.full) return
    const wanted = this.lanesWanted
    if (wanted > 0) tell({ type: 'lanesWanted', count: wanted, now: settings.clock.now() })
  }

  /**
   * True when a lane is idle, and what the others hold ahead is not worth sharing yet: it will be, if what is at work
   * turns out to be long. So it must be looked at again, after `worthSharingMs`.
   */
  get mayShareSoon(): boolean {
    return this.#mayShareSoon
  }

  /** How many more lines would find a place soon: what a lazy source is asked for. */
  room(): number {
    const { lanes, desk, limit } = this.#run
    // Whoever sticks to lanes can only choose among those that wait.
    if (desk.sticky) return lookAhead - this.waiting
    if (!desk.ahead) return Math.min(lookAhead, 2 * limit()) - this.waiting
    let room = 2 * Math.max(0, Math.min(limit(), 256) - lanes.open.length)
    for (const { lane, closing } of lanes.open) if (!closing) room += lane.room(0)
    return room - this.waiting
  }

  /** The work of a held line has ended, or was taken back: it no longer runs, by the rules of the scheduler. False: no lane held it. */
  release(line: Line): boolean {
    const { ledger, desk } = this.#run
    if (!ledger.takeBack(line)) return false
    desk.leave(line)
    return true
  }

  /** Takes a pending line away. True if it was waiting here. */
  withdraw(line: Line): boolean {
    if (line !== this.#inHand) return this.#run.desk.withdraw(line)
    this.#inHand = undefined
    this.#run.desk.leave(line)
    return true
  }

  /** Takes the line that has waited longest away, where arrival is the order; otherwise `undefined`. */
  takeOldest(): Line | undefined {
    const { desk } = this.#run
    if (this.#inHand === undefined && !desk.plain) return undefined
    const line = this.#next(0)
    if (line !== undefined) desk.leave(line)
    return line
  }

  /** Takes all pending lines away. */
  drain(): Line[] {
    const lines = this.#run.desk.drain()
    if (this.#inHand === undefined) return lines
    lines.push(this.#inHand)
    this.#run.desk.leave(this.#inHand)
    this.#inHand = undefined
    return lines
  }

  /** Puts back lines that were handed ahead and had not begun, as if they had never left. */
  putBack(lines: readonly Line[]): void {
    const { ledger, desk } = this.#run
    const back = [...lines]
    if (this.#inHand !== undefined && lines.length > 0) {
      // It was taken after them, and must not stay ahead of them.
      back.push(this.#inHand)
      desk.leave(this.#inHand)
      this.#inHand = undefined
    }
    // The last one first: each goes ahead of its equals.
    for (const line of back.sort((a, b) => ledger.idOf(b) - ledger.idOf(a))) desk.requeue(line)
  }

  #next(now: number): Line | undefined {
    const line = this.#inHand
    const { desk, lanes } = this.#run
    if (line === undefined)
      return desk.sticky ? desk.next(now, lanes.open.filter(isIdle).map(ticketOf)) : desk.next(now)
    this.#inHand = undefined
    return line
  }

  #ahead(now: number): void {
    this.#askForLanes()
    this.#hand(now)
  }

  #hand(now: number): void {
    const { lanes, starting, limits } = this.#run
    let line = this.#next(now)
    // Everybody gets something before anybody gets more.
    for (const station of lanes.open) {
      if (line === undefined) return
      if (station.closing || station.lane.held > 0) continue
      if (limits.goesAlone(line, station)) {
        if (!station.ready) continue
        station.alone = true
      } else station.alone = false
      starting.give(station, line)
      line = this.#next(now)
    }
    // Then in equal shares, as far as the lanes like; what is left after that, to whoever still likes more.
    const share = line === undefined ? 0 : this.#equalShare()
    line = this.#fill(line, share, now)
    if (line !== undefined) line = this.#fill(line, Infinity, now)
    this.#inHand = line
  }

  /** How many lines each lane would hold if all had as many. */
  #equalShare(): number {
    let lanes = 0
    let lines = this.#run.desk.pending + 1
    for (const { closing, alone, lane } of this.#run.lanes.open) {
      if (closing || alone) continue
      lanes++
      lines += lane.held
    }
    return Math.ceil(lines / lanes)
  }

  /** Hands lines ahead to busy lanes, up to `most` for each. The next line, if one is left. */
  #fill(first: Line | undefined, most: number, now: number): Line | undefined {
    const { lanes, ledger, starting, limits } = this.#run
    let line = first
    for (const station of lanes.open) {
      if (line === undefined) return undefined
      const { closing, alone, lane } = station
      if (closing || alone || lane.held === 0) continue
      let definition = ledger.definitionOf(line)
      let room = Math.min(lane.room(definition), most - lane.held, this.#lifeOf(station))
      while (line !== undefined && room-- > 0 && !limits.goesAlone(line, station)) {
        starting.give(station, line)
        line = this.#next(now)
        if (line !== undefined && ledger.definitionOf(line) !== definition) {
          definition = ledger.definitionOf(line)
          room = Math.min(lane.room(definition), most - lane.held, this.#lifeOf(station))
        }
      }
    }
    return line
  }

  /** Hands lines ahead to busy lanes, as far as the rules let them go ahead: in equal shares, as far as the lanes like. */
  #fillByRules(now: number): void {
    const { lanes, ledger, starting, limits, desk } = this.#run
    if (this.#inHand !== undefined || desk.pending === 0) return
    const share = this.#equalShare()
    for (const station of lanes.open) {
      const { closing, ready, alone, lane, last } = station
      if (closing || !ready || alone || last === undefined || !ledger.holds(station.ticket, last)) continue
      let room = Math.min(lane.room(ledger.definitionOf(last)), share - lane.held, this.#lifeOf(station))
      while (room-- > 0) {
        const line = desk.nextAhead(now, last)
        if (line === undefined) break
        if (limits.goesAlone(line, station)) {
          this.#inHand = line
          return
        }
        starting.give(station, line)
      }
    }
  }

  /** How many more a lane may be given before it is recycled. */
  #lifeOf({ given }: OpenLane): number {
    return (this.#run.settings.crew.recycleAfter ?? Infinity) - given
  }

  #oneByOne(now: number): void {
    const { lanes, starting, limits, limit, desk } = this.#run
    for (;;) {
      // Nobody is chosen before there can be a lane: somebody more urgent may come meanwhile.
      if (!lanes.open.some(isIdle) && lanes.open.length >= limit()) return
      if (desk.timed && !this.#hasReady()) return
      const line = this.#next(now)
      if (line === undefined) return
      const fits = (station: OpenLane) =>
        isIdle(station) && (station.ready || !limits.goesAlone(line, station))
      let station = (desk.sticky && this.#best(line, fits)) || lanes.open.find(desk.timed ? isReady : fits)
      if (station === undefined) {
        this.#inHand = line
        this.#askForLanes()
        station = lanes.open.find(fits)
        if (station === undefined || this.#inHand !== line) return
        this.#inHand = undefined
      }
      starting.give(station, line)
    }
  }

  /** The lane that had its key before, if that can begin. */
  #best(line: Line, fits: (station: OpenLane) => boolean): OpenLane | undefined {
    const { lanes, desk } = this.#run
    const ticket = desk.laneFor(line)
    const best = ticket === undefined ? undefined : lanes.at(ticket)
    return best !== undefined && fits(best) && (best.ready || !desk.timed) ? best : undefined
  }

  /**
   * Where a rule goes by the time of starts, nobody is taken before a lane can begin at once: those handed to lanes that
   * still open would all begin together, once these are ready.
   */
  #hasReady(): boolean {
    const { lanes } = this.#run
    if (lanes.open.some(isReady)) return true
    this.#askForLanes()
    return lanes.open.some(isReady)
  }

  /** Nothing waits: idle lanes take half of what the fullest has not begun. */
  #share(now: number): void {
    const { lanes, starting, ledger, desk, reclaim } = this.#run
    for (const idle of lanes.open) {
      if (idle.closing || !idle.ready || idle.lane.held > 0) continue
      const fullest = this.#fullest(now)
      if (fullest === undefined) {
        this.#mayShareSoon = true
        return
      }
      if (fullest.last !== undefined && !desk.mayMove(fullest.last)) return
      const taken = fullest.lane
        .withdrawTail(Math.ceil((fullest.lane.held - 1) / 2))
        .filter((job): job is Line => ledger.holds(fullest.ticket, job))
      const staying: Line[] = []
      let behind: Line | undefined
      for (const line of taken) {
        if (desk.move(line, behind)) {
          starting.give(idle, line)
          behind = line
        } else staying.push(line)
      }
      if (staying.length > 0) reclaim.requeue(staying)
    }
  }

  #fullest(now: number): OpenLane | undefined {
    const { lanes, ledger, outcomes } = this.#run
    let fullest: OpenLane | undefined
    let most = worthSharingMs
    for (const station of lanes.open) {
      if (station.lane.held < 2) continue
      const at = station.lane.atWork()
      const mean = at && outcomes.meanMs[ledger.definitionOf(at.job)]
      // What is at work for long already will, for all we know, be as long again.
      const left = (station.lane.held - 1) * (mean ?? Infinity) + (at ? now - at.began : 0)
      if (left <= most) continue
      most = left
      fullest = station
    }
    return fullest
  }
}

const isIdle = ({ closing, lane }: OpenLane) => !closing && lane.held === 0

const ticketOf = ({ ticket }: OpenLane) => ticket

const isReady = (station: OpenLane) => station.ready && isIdle(station)
