/** Starting: when it is looked who may start, and what happens when one does. */

import { type Failure, RxbossError } from '../words/failure.ts'
import type { BossRun } from './boss-run.ts'
import type { Journaling } from './journaling.ts'
import type { OpenLane } from './lane-table.ts'
import type { Line } from './ledger.ts'
import { feedEvery, worthSharingMs } from './limits.ts'
import { ruleThrew } from './outcomes.ts'
import { lanesKept } from './step/state.ts'

export class Starting {
  readonly #run: BossRun
  #starting = false
  #startSoon = false
  /** How many have come in this turn since it was last looked. */
  #arrived = 0
  #held = false
  /** Takes back the look at the desk that time alone makes necessary. */
  #wake: (() => void) | undefined
  /** Takes back the next try to open lanes, after deaths. */
  #openLater: (() => void) | undefined
  /** The moment that all of this turn's arrivals share: reading a clock costs more than queueing an instruction. */
  #now: number | undefined

  constructor(run: BossRun) {
    this.#run = run
  }

  /** The moment of this turn. */
  now(): number {
    this.#now ??= this.#run.settings.clock.now()
    return this.#now
  }

  /**
   * One more has come: it starts, if it may, at the end of this turn, or by the look that is under way. Where very many come in
   * one turn, ready lanes are fed before it ends.
   */
  arrived(): void {
    if (this.#starting) return
    this.soon()
    if (++this.#arrived < feedEvery) return
    this.#arrived = 0
    if (this.#run.dispatch.canFeed) this.#run.settings.scope.runInAsyncScope(this.#feed, this)
  }

  /** What a look does, but for what may tell somebody of the end of anything: whoever gives is not told before it has given. */
  #feed(): void {
    if (this.#run.state.phase !== 'live' || this.#run.state.pump !== 'on' || this.#held) return
    this.#starting = true
    try {
      this.#run.dispatch.feed(this.now())
    } catch (error) {
      this.#run.tell({ type: 'broken', failure: failureOf(error, this.#run.settings.name) })
    } finally {
      this.#starting = false
    }
  }

  /** Everything that arrives in one turn goes out together. */
  soon(): void {
    if (this.#startSoon) return
    this.#startSoon = true
    queueMicrotask(() => {
      this.#startSoon = false
      this.#arrived = 0
      this.#now = undefined
      this.start()
    })
  }

  /** Whoever holds the mailbox lets nothing start, whatever the boss is told besides. */
  hold(held: boolean): void {
    this.#held = held
    if (!held) this.soon()
  }

  /** Starts what may start now. What opens here, and asks a rule, does so in the boss's own async context. */
  start(): void {
    if (!this.#starting) this.#run.settings.scope.runInAsyncScope(this.#look, this)
  }

  #look(): void {
    if (this.#run.state.phase === 'live' && this.#run.state.pump === 'on' && !this.#held) {
      this.#starting = true
      try {
        const { acceptance } = this.#run
        do {
          acceptance.tellRecorded()
          this.#run.supply.askForMore()
        } while (acceptance.hasRecorded)
        const now = this.#run.settings.clock.now()
        this.#run.dispatch.start(now)
        this.#keepWarm()
        this.#armWake(now)
      } catch (error) {
        this.#run.tell({ type: 'broken', failure: failureOf(error, this.#run.settings.name) })
      } finally {
        this.#starting = false
        this.#now = undefined
      }
    }
    this.#run.changed()
  }

  /** How many lanes are missing of those that are kept though idle. */
  get cold(): number {
    const { settings, readiness, state, limit } = this.#run
    const { min } = settings.crew
    if (state.intake === 'closed' || (min === 0 && !readiness.awaited)) return 0
    return (
      lanesKept(min, limit(), readiness.awaited) -
      this.#run.lanes.open.filter(({ closing }) => !closing).length
    )
  }

  #keepWarm(): void {
    const count = this.cold
    if (count > 0) this.#run.tell({ type: 'lanesWanted', count, now: this.#run.settings.clock.now() })
  }

  /** Hands a line to a lane. */
  give(station: OpenLane, line: Line): void {
    const idle = station.lane.held === 0
    const { desk, ledger } = this.#run
    ledger.hand(line, station.ticket)
    if (desk.sticky) desk.placed(line, station.ticket)
    if (this.#run.journaling !== undefined) this.#write(this.#run.journaling, line)
    station.given++
    station.last = line
    if (this.#run.queue?.mailbox?.observed) this.#run.queue.handed(this.#run.ledger.givenOf(line))
    station.lane.give(line)
    const timeout = this.#run.limits.timeoutOf(line)
    if (timeout !== undefined) this.#run.limits.limitWork(line, timeout, station)
    if (!idle) return
    station.since = this.#run.settings.clock.now()
    station.stayIdle?.()
    station.stayIdle = undefined
    station.lane.keepAlive(true)
    // Where the lane is still opening, the work begins once it is ready.
    if (station.ready) this.#run.reporter.starts(station, line, station.since)
    else station.first = line
  }

  /** What cannot be written down is not handed out: it waits as before. */
  #write(journaling: Journaling, line: Line): void {
    try {
      journaling.start(line)
    } catch (error) {
      this.#run.reclaim.requeue([line])
      throw error
    }
  }

  /**
   * Where time alone may let somebody start, the desk is looked at again by then. It is asked as of the moment when it let
   * nobody start: by now it may be open, and nothing else would look.
   */
  #armWake(now: number): void {
    this.#wake?.()
    this.#wake = undefined
    if (this.#run.dispatch.mayShareSoon) {
      this.#wake = this.#run.settings.clock.after(worthSharingMs, () => this.start(), false)
      return
    }
    if (this.#run.dispatch.waiting === 0) return
    const at = this.#run.desk.lookAgainAt(now)
    if (at === undefined) return
    this.#wake = this.#run.settings.clock.after(at - this.#run.settings.clock.now(), () => this.start(), true)
  }

  /** Looks again who may start, and which lanes may open. */
  startIn(ms: number): void {
    this.#openLater?.()
    this.#openLater = this.#run.settings.clock.after(ms, () => this.start(), true)
  }

  /** Whether lazy sources may be asked: what they send could start. */
  mayAsk(): boolean {
    const { pump, intake, phase } = this.#run.state
    return pump === 'on' && intake !== 'closed' && phase === 'live' && !this.#held
  }

  /** Nothing starts any more. */
  end(): void {
    this.#wake?.()
    this.#openLater?.()
  }
}

/** Why nothing can start any more: the journal cannot be written, or a rule threw. */
const failureOf = (error: unknown, boss: string): Failure =>
  error instanceof RxbossError ? error.failure : ruleThrew(boss, error)
