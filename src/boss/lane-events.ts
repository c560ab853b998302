/** What lanes say, and what follows from it. A lane's word counts only for what it holds now. */

import type { Job, LaneEvent, LaneExit } from '../crew/crew.ts'
import { crashed, type Failure, outOfMemory } from '../words/failure.ts'
import type { BossRun } from './boss-run.ts'
import type { OpenLane } from './lane-table.ts'
import type { Line } from './ledger.ts'
import { longestWayMs } from './limits.ts'
import { isWornOut } from './step/state.ts'

type Event<T extends LaneEvent['type']> = Extract<LaneEvent, { type: T }>

export class LaneEvents {
  readonly #run: BossRun

  constructor(run: BossRun) {
    this.#run = run
  }

  hear(station: OpenLane, event: LaneEvent): void {
    switch (event.type) {
      case 'done':
        return this.#done(station, event)
      case 'failed':
        return this.#failed(station, event)
      case 'note':
        return this.#note(station, event)
      case 'ready':
        return this.#ready(station, event)
      case 'released':
        return this.#released(station, event)
      case 'exit':
        return this.#exit(station, event)
      case 'log':
        return this.#log(station, event)
      case 'nonsense':
        return this.#nonsense(station, event.why)
      default:
        return event satisfies never
    }
  }

  #done(station: OpenLane, { jobs, results, began, workMs }: Event<'done'>): void {
    const { outcomes, reporter } = this.#run
    for (let i = 0; i < jobs.length; i++) {
      const line = jobs[i] as Job
      // Whoever is told of one result may turn away before the next.
      if (!this.#run.state.heard) return
      if (!this.#holds(station, line)) continue
      if (i === 0) outcomes.learn(line, workMs)
      station.tally.done++
      station.succeeded = true
      station.tally.busyMs += workMs[i] as number
      reporter.started(station, line, began[i] as number)
      outcomes.done(line, { result: results[i], began: began[i] as number, workMs: workMs[i] as number })
    }
    this.#afterBurst(station)
  }

  #failed(station: OpenLane, { job: line, failure, began, workMs }: Event<'failed'>): void {
    const { outcomes, reporter } = this.#run
    if (!this.#run.state.heard || !this.#holds(station, line)) return
    station.tally.failed++
    station.tally.busyMs += workMs
    reporter.started(station, line, began)
    outcomes.failed(line, failure, { began, workMs })
    this.#afterBurst(station)
  }

  #note(station: OpenLane, { job: line, note }: Event<'note'>): void {
    const { reporter } = this.#run
    if (!this.#run.state.heard || !this.#holds(station, line)) return
    reporter.starts(station, line, station.since)
    reporter.note(line, note)
  }

  #ready(station: OpenLane, { type: _, startMs, ...where }: Event<'ready'>): void {
    const { inspector, settings, tell } = this.#run
    const { workerId, ticket, lane } = station
    station.ready = true
    station.where = where
    station.tally.since ??= settings.clock.now()
    if (lane.held > 0) station.since = settings.clock.now()
    if (inspector.noticed) inspector.notice({ type: 'worker.ready', workerId, ticket, startMs, ...where })
    if (lane.held > 0 || station.closing) lane.keepAlive(true)
    else this.#rest(station)
    this.#startFirst(station)
    tell({ type: 'laneReady', ticket })
  }

  /** What it was given while it was opening begins now. */
  #startFirst(station: OpenLane): void {
    const { ledger, reporter, inspector } = this.#run
    const { first, ticket, since, lane } = station
    station.first = undefined
    const isHere = (line: Line) => ledger.holds(ticket, line)
    if (first !== undefined && isHere(first)) return reporter.starts(station, first, since)
    // That one was taken back meanwhile: whoever came after it is the first.
    if (lane.held === 0 || !inspector.observed) return
    const next = ledger.lines().find(isHere)
    if (next !== undefined) reporter.starts(station, next, since)
  }

  /**
   * Says what a lane works on, as far as can be told from outside. A ticket does one thing at a time: while something that
   * has ended is on its way here, that is what it does; unless what came after it works for so long that the results
   * before it wait in the thread for its end.
   */
  announceHead(station: OpenLane): void {
    const { ledger, reporter, inspector, settings } = this.#run
    const { lane, ready } = station
    if (!ready || !inspector.observed) return
    const now = settings.clock.now()
    const atWork = lane.atWork()
    const ended = lane.onTheWay?.() ?? []
    const isLong = atWork !== undefined && now - atWork.began > longestWayMs
    const told = isLong ? [...ended, atWork.job] : [ended[0] ?? atWork?.job ?? lane.head?.()]
    for (const job of told)
      if (job !== undefined && ledger.holds(station.ticket, job)) reporter.starts(station, job, now)
  }

  #log(station: OpenLane, { stream, text, job }: Event<'log'>): void {
    const { settings, inspector, ledger } = this.#run
    if (settings.output === 'inherit') globalThis.process?.[stream].write(text)
    if (!inspector.noticed) return
    const { workerId, ticket } = station
    const id = job !== undefined && ledger.isHeld(job) ? { id: ledger.idOf(job) } : {}
    inspector.notice({ type: 'worker.log', workerId, ticket, stream, text, ...id })
  }

  /** A lane is gone: what it worked on is answered for, what it had not begun goes on elsewhere. */
  #exit(station: OpenLane, exit: LaneExit): void {
    const { lanes, settings, tell } = this.#run
    lanes.remove(station)
    station.stayIdle?.()
    this.#run.limits.unwatch(station)
    if (exit.why !== 'closed') station.tally.died = exit.reason
    this.#announceExit(station, exit)
    if (exit.stuck) this.#nameTheStuck(exit)
    const now = settings.clock.now()
    const failure = this.#deathOf(exit)
    const blamed = this.#run.state.heard && exit.begun.some(job => this.#holds(station, job))
    this.#letGo(station, exit, failure)
    tell({
      type: 'laneGone',
      ticket: station.ticket,
      death: { why: exit.why, failure, blamed, succeeded: station.succeeded },
      now,
    })
  }

  /** Its place was told to end, and has a moment to clean up: what it held is answered for at once. */
  #released(station: OpenLane, released: Event<'released'>): void {
    const [line] = released.begun
    const worker = line === undefined ? '' : this.#run.reporter.workerOf(line as Line)
    this.#letGo(station, released, crashed(worker, 'it was terminated'))
  }

  /** What began is answered for, what had finished is lost, the rest goes on elsewhere. */
  #letGo(station: OpenLane, { begun, lost, queued }: Event<'released'> | LaneExit, failure: Failure): void {
    const { outcomes, reporter, settings } = this.#run
    if (!this.#run.state.heard) return
    const workMs = Math.max(0, settings.clock.now() - station.since)
    if (begun.length > 0) station.tally.busyMs += workMs
    for (const line of begun) {
      if (!this.#holds(station, line)) continue
      reporter.started(station, line, station.since)
      outcomes.failed(line, failure, { began: station.since, workMs })
    }
    for (const line of lost) {
      if (this.#holds(station, line))
        outcomes.lost(line, answerLost(failure), { began: station.since, workMs: 0 })
    }
    outcomes.neverBegan(
      queued.filter((job): job is Line => this.#holds(station, job)),
      failure,
    )
  }

  #announceExit(station: OpenLane, exit: LaneExit): void {
    const { inspector, ledger, state } = this.#run
    if (!inspector.noticed) return
    const { ticket, workerId, retires } = station
    inspector.notice({
      type: 'worker.exit',
      workerId,
      ticket,
      reason:
        exit.why === 'closed'
          ? (retires ?? (state.lanes.get(ticket) === 'condemned' ? 'terminated' : 'retired'))
          : exit.why === 'outOfMemory'
            ? 'outOfMemory'
            : 'crashed',
      why: exit.reason,
      ids: [...exit.begun, ...exit.lost, ...exit.queued].map(line => ledger.idOf(line)),
      ...(exit.exitCode !== undefined && { exitCode: exit.exitCode }),
      ...(exit.stuck && { stuck: true }),
    })
  }

  /** Who keeps a thread busy that nobody can end must be known by name. */
  #nameTheStuck({ begun, reason }: LaneExit): void {
    const { reporter, ledger } = this.#run
    for (const line of begun) {
      if (ledger.isHeld(line)) reporter.warned(reporter.nameOf(line), reason, { id: ledger.idOf(line) })
    }
  }

  #deathOf({ why, reason, error, remedy, begun: [line] }: LaneExit): Failure {
    const { reporter, settings } = this.#run
    const names = settings.registry.definitions.map(({ name }) => name)
    const worker = line === undefined ? names.join('", "') : reporter.workerOf(line as Line)
    if (why === 'outOfMemory') return outOfMemory(worker, reason, error)
    if (why !== 'failedToStart') return crashed(worker, reason, error)
    return {
      ...crashed(worker, reason, error),
      what: `Worker "${worker}" did not start`,
      remedy: remedy ?? 'Correct what its file does when it is imported',
    }
  }

  #afterBurst(station: OpenLane): void {
    const { settings, start, soon, tell } = this.#run
    const { lane } = station
    const now = settings.clock.now()
    station.since = now
    if (lane.held === 0) station.alone = false
    if (isWornOut(settings, station.given, lane.heapMB) && !station.closing)
      tell({ type: 'laneWornOut', ticket: station.ticket })
    // Many lanes that wait on a queue speak at once, and each start looks at all of them.
    if (lane.awaits) soon()
    else start()
    if (lane.held === 0) return this.#rest(station)
    this.announceHead(station)
  }

  /** An idle lane does not keep the process alive, and leaves after a while where the crew says so. */
  #rest(station: OpenLane): void {
    const { settings, tell } = this.#run
    const { idleMs } = settings.crew
    const { lane } = station
    this.#run.limits.unwatch(station)
    if (station.closing) return
    lane.keepAlive(false)
    station.stayIdle?.()
    station.stayIdle = undefined
    if (idleMs === Infinity) return
    const leave = () => {
      if (lane.held === 0) tell({ type: 'laneIdle', ticket: station.ticket })
    }
    station.stayIdle = settings.clock.after(idleMs, leave, false)
  }

  #holds(station: OpenLane, job: Job): job is Line {
    if (this.#run.ledger.holds(station.ticket, job)) return true
    this.#nonsense(station, `spoke of job ${job}, which it does not hold`)
    return false
  }

  #nonsense({ workerId }: OpenLane, why: string): void {
    const { inspector } = this.#run
    if (inspector.noticed) inspector.notice({ type: 'actor.deadLetter', actor: workerId, why })
  }
}

/** It is not to blame, and must not run twice; but what it answered is gone. */
const answerLost = (death: Failure): Failure => ({
  ...death,
  why: `it had finished, but its answer was lost with its thread: ${death.why}`,
})
