/**
 * The interpreter: carries out what `step` decides. It owns what rules must not know: the ledger, the desk, the lanes,
 * the timers.
 *
 *     give ──► ledger + desk ──dispatch──► lanes ──events──► ledger ──► reports$
 *                                 ▲                            │
 *                                 └───────── step ◄── facts ───┘
 *
 * Its two rules: the books are settled before anybody is told, and whoever is told may call back in here at once.
 * A message takes effect immediately; the effects it asks for are carried out in order, after those already under way.
 */

import { AsyncSubject, Subject } from 'rxjs'

import type { LaneEvent, LaneExit } from '../crew/crew.ts'
import { type ErrorData, errorToData } from '../error-data.ts'
import { crashed, type Failure, outOfMemory, refused } from '../failure.ts'
import { cleanName } from '../inspect/events.ts'
import type { Instruction, InstructionId } from '../instruction.ts'
import type { Counts, FinalAccount, InterimAccount, Report, RunningNow, Settled } from '../report.ts'
import type { Demand } from '../scheduler/demand.ts'
import { type Desk, openDesk } from '../scheduler/desk.ts'
import type { Pending, Scheduler } from '../scheduler/scheduler.ts'
import type { Window } from '../scheduler/window.ts'
import { hasTransfer } from '../transfer.ts'
import { AbortListeners } from './abort-listeners.ts'
import type { Clock } from './clock.ts'
import { Dispatch } from './dispatch.ts'
import { Floor, type Station } from './floor.ts'
import { Inspector } from './inspector.ts'
import { type Entry, held, Ledger, type Line, pending, resting } from './ledger.ts'
import { logger } from './logger.ts'
import type { Settings } from './options.ts'
import type { AttemptFacts, Effect, Message } from './protocol.ts'
import { isPlain, newborn, type State, step } from './step.ts'

/** How an attempt ended, kept while `step` decides what that means. */
interface Answer {
  readonly result?: unknown
  readonly began: number
  readonly workMs: number
}

export class Interpreter {
  readonly reports$ = new Subject<Report>()
  /** The final report: one value, replayed to whoever asks late. */
  readonly final$ = new AsyncSubject<FinalAccount>()
  /** Completes when no more instructions are taken. */
  readonly closed$ = new AsyncSubject<never>()
  /** One value, when no lane is left. */
  readonly exit$ = new AsyncSubject<{ readonly status: FinalAccount['status'] }>()
  readonly inspector: Inspector
  readonly ledger = new Ledger()
  state: State = newborn

  readonly #settings: Settings
  readonly #clock: Clock
  readonly #desk: Desk<Line>
  readonly #floor: Floor
  readonly #dispatch: Dispatch
  readonly #log: ReturnType<typeof logger> | undefined
  readonly #signals = new AbortListeners()
  readonly #timers = new Set<() => void>()
  readonly #demands = new Set<Demand>()
  readonly #kept: Settled[] = []
  readonly #givenBack: Instruction[] = []
  /** How attempts ended whose meaning `step` is deciding. */
  readonly #answers = new Map<InstructionId, Answer>()
  readonly #meanMs: (number | undefined)[] = []
  readonly #workerNames: readonly string[]
  #scheduler: Scheduler
  readonly #effects: Effect[] = []
  #starting = false
  #startSoon = false
  #wake: (() => void) | undefined
  /** How many values lazy sources may still send in this round. */
  #allowance = 0
  /** The moment that all of this turn's arrivals share: reading a clock costs more than queueing an instruction. */
  #now: number | undefined
  #nextWorker = 1
  #window: Window | undefined
  /** What runs is no longer heard: its lanes only wait to be closed. */
  #deaf = false
  #final: FinalAccount | undefined

  constructor(settings: Settings) {
    const { clock } = settings
    this.#settings = settings
    this.#clock = clock
    this.#scheduler = settings.scheduler
    this.#workerNames = settings.registry.definitions.map(({ name }) => name)
    this.#log = settings.verbose ? logger(settings.name, settings.maxLenReport) : undefined
    this.inspector = new Inspector(settings.name, clock, upTo => ({
      type: 'boss.state',
      counts: this.counts(),
      upTo,
    }))
    this.#desk = openDesk(settings.scheduler, line => this.#view(line))
    this.#floor = new Floor(
      this.#limit(),
      ticket => this.#openStation(ticket),
      (station, event) => this.#hear(station, event),
    )
    this.#dispatch = new Dispatch({
      desk: this.#desk,
      floor: this.#floor,
      ledger: this.ledger,
      give: (station, line) => this.#give(station, line),
      wantLanes: count =>
        this.tell({ type: 'lanesWanted', count, limit: this.#limit(), now: this.#clock.now() }),
      goesAlone: line => this.#timeoutOf(line) !== undefined,
      limit: () => this.#limit(),
      meanMs: definition => this.#meanMs[definition],
    })
    if (settings.signal !== undefined) this.#obey(settings.signal)
  }

  // -- in ------------------------------------------------------------------------------------------------------------

  /** Why the scheduler would never start this, if so. */
  impossible(entry: Entry): string | undefined {
    return this.#scheduler.impossible?.(this.#describe(entry, this.ledger.nextId))
  }

  /** Opens a line for an entry that was read. It waits until the end of this turn at least. */
  accept(entry: Entry): InstructionId {
    const now = (this.#now ??= this.#clock.now())
    const line = this.ledger.accept(entry, now)
    const id = this.ledger.idOf(line)
    if (this.inspector.observed) {
      const { name, worker } = this.#subject(line)
      this.inspector.tell({ type: 'instruction.accept', id, name: cleanName(name), worker })
    }
    const waits = entry.base === undefined || this.#watchOver(line, entry.base)
    const limit = entry.base?.queueTimeout ?? this.#settings.queueTimeout
    if (limit !== undefined) this.#limitWaiting(line, limit)
    if (waits) this.#desk.arrive(line)
    if (!this.#startSoon && !this.#starting) this.#soon()
    return id
  }

  /** Settles an instruction that no worker accepts, so that it is accounted for and reported like any other. */
  acceptRefused(given: Instruction, failure: Failure): InstructionId {
    const name = typeof given?.name === 'string' ? given.name : undefined
    const entry: Entry = { given, base: undefined, name, definition: 0, attributes: undefined }
    const now = this.#clock.now()
    const line = this.ledger.accept(entry, now)
    const id = this.ledger.idOf(line)
    this.ledger.attempts[line] = 0
    this.#answers.set(id, { began: now, workMs: 0 })
    this.#settleFailed(line, failure)
    return id
  }

  /** Says that something about an instruction looks wrong, though it is taken. */
  warn(name: string, why: string): void {
    this.#log?.warned(name, why)
    if (!this.inspector.observed) return
    this.inspector.tell({ type: 'instruction.warn', id: this.ledger.nextId, name: cleanName(name), why })
  }

  /** Says that an instruction was not taken, where nobody is there to throw at. */
  refuse(name: string | undefined, why: string): void {
    this.#log?.warned(name ?? 'an instruction', why)
    if (!this.inspector.observed) return
    this.inspector.tell({
      type: 'instruction.refuse',
      why,
      ...(name !== undefined && { name: cleanName(name) }),
    })
    this.inspector.tell({ type: 'actor.deadLetter', actor: this.#settings.name, why })
  }

  /** Evicts the instruction that has waited longest. True if there was one. */
  evictOldest(reason: unknown): boolean {
    const oldest = this.#waitingLines()[0]
    return oldest !== undefined && this.#takeBack(oldest) && this.#cancelLine(oldest, reason)
  }

  /** True exactly when this decides the outcome. */
  cancel(id: InstructionId, reason: unknown): boolean {
    const line = this.ledger.find(id)
    if (line === undefined || this.#deaf) return false
    if (this.#takeBack(line)) return this.#cancelLine(line, reason)
    return this.#cutShort(line, 'cancelled', reason)
  }

  /** From now on lazy sources run no further ahead of what was delivered than this. */
  boundBy(window: Window): void {
    this.#window = window
    window.more = () => this.#soon()
  }

  /** Adds a source that can wait. What comes back takes it away. */
  addDemand(): { demand: Demand; remove: () => void } {
    const demand: Demand = { wants: () => this.#allowance-- > 0 }
    this.#demands.add(demand)
    this.#allowance = this.#room()
    return { demand, remove: () => this.#demands.delete(demand) }
  }

  /** From now on by these rules. What runs goes on; what could never start by them is refused. */
  reschedule(scheduler: Scheduler): void {
    if (this.state.phase !== 'live') return
    this.#scheduler = scheduler
    this.#takeBackAhead()
    const running = this.ledger.lines().filter(line => this.ledger.states[line] === held)
    const refusals = this.#desk.reschedule(scheduler, running)
    const limit = this.#limit()
    this.#floor.resize(limit)
    for (const station of [...this.#floor.stations]) {
      if (station.ticket >= limit) this.#retire(station, 'retired')
    }
    for (const { item, why } of refusals) this.#settleFailed(item, refused(this.#subject(item).worker, why))
    this.#soon()
  }

  // -- messages and effects --------------------------------------------------------------------------------------------

  /** Starts what may start now, without waiting for the end of this turn. */
  startNow(): void {
    this.#start()
  }

  /** A message takes effect at once. Its effects follow in order, after those under way. */
  tell(message: Message): void {
    const [state, effects] = step(this.#settings, this.state, message)
    this.state = state
    for (const effect of effects) this.#effects.push(effect)
    // Whoever calls back in from an effect first sees those before his own carried out: order is kept, and nobody waits.
    for (let effect = this.#effects.shift(); effect !== undefined; effect = this.#effects.shift()) {
      this.#carryOut(effect)
    }
  }

  /** Tells `step` how much there is; it may be that nothing is left to do. */
  signal(message: Message): void {
    this.#tellLoad()
    this.tell(message)
  }

  #tellLoad(): void {
    const running = this.#running()
    this.tell({ type: 'load', pending: this.ledger.live - running, running })
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'pump':
        return this.#soon()
      case 'sendReport': {
        const { counts, runningNow } = this.interim()
        return this.inspector.observed
          ? this.inspector.tell({ type: 'boss.report', counts, runningNow })
          : undefined
      }
      case 'openLane':
        return this.#floor.open(effect.ticket)
      case 'closeLane':
        return this.#closeLane(effect.ticket, effect.politely)
      case 'abort':
        return this.#abort(effect.id, effect.reason)
      case 'after':
        return this.#after(effect.ms, () => this.tell(effect.message))
      case 'lookAgain':
        return this.#lookAgainIn(effect.ms)
      case 'settleDone':
        return this.#onLine(effect.id, line => this.#settleDone(line))
      case 'settleFailed':
        return this.#onLine(effect.id, line => this.#settleFailed(line, effect.failure))
      case 'settleCancelled':
        return this.#onLine(effect.id, line => void this.#cancelLine(line, effect.reason))
      case 'repeat':
        return this.#onLine(effect.id, line => this.#repeat(line, effect))
      case 'giveBack':
        return this.#giveBack(effect.reason)
      case 'failAll':
        return this.#failAll(effect.failure)
      case 'unhear':
        return this.#unhear()
      case 'phaseChanged':
        return this.#phaseChanged(effect.by)
      case 'exit':
        return this.#exit(effect.status)
      default:
        return effect satisfies never
    }
  }

  /** Decisions about an instruction that is settled by now, or unheard, concern nobody. */
  #onLine(id: InstructionId, act: (line: Line) => void): void {
    const line = this.ledger.find(id)
    if (line !== undefined && !this.#deaf) act(line)
  }

  // -- starting work -----------------------------------------------------------------------------------------------------

  /** Everything that arrives in one turn goes out together. */
  #soon(): void {
    if (this.#startSoon) return
    this.#startSoon = true
    queueMicrotask(() => {
      this.#startSoon = false
      this.#now = undefined
      this.#start()
    })
  }

  #start(): void {
    if (this.#starting) return
    if (this.state.phase === 'live' && this.state.pump === 'on') {
      this.#starting = true
      try {
        this.#askForMore()
        this.#dispatch.start(this.#clock.now())
        this.#armWake()
      } catch (error) {
        this.#broken(error)
      } finally {
        this.#starting = false
        this.#now = undefined
      }
    }
    if (this.state.intake === 'closed') this.#tellLoad()
  }

  #askForMore(): void {
    if (this.#demands.size === 0) return
    this.#allowance = this.#room()
    if (this.#allowance <= 0) return
    this.#now = this.#clock.now()
    for (const demand of [...this.#demands]) demand.more?.()
  }

  #room(): number {
    const { pump, intake, phase } = this.state
    if (pump === 'off' || intake === 'closed' || phase !== 'live') return 0
    const room = this.#dispatch.room()
    const window = this.#window
    return window === undefined
      ? room
      : Math.min(room, window.limit - (this.ledger.nextId - window.delivered()))
  }

  #give(station: Station, line: Line): void {
    const { ledger } = this
    const idle = station.lane.held === 0
    ledger.states[line] = held
    ledger.tickets[line] = station.ticket
    station.given++
    this.#settings.journal?.start(this.#journalEntry(line))
    station.lane.give(line)
    const timeout = this.#timeoutOf(line)
    if (timeout !== undefined) this.#limitWork(line, timeout)
    if (!idle) return
    station.since = this.#clock.now()
    station.stayIdle?.()
    station.stayIdle = undefined
    station.lane.keepAlive(true)
    if (this.inspector.observed || this.#log !== undefined) this.#announce(station, line, station.since)
  }

  /** Says that a line's work began, once. */
  #announce(station: Station, line: Line, began: number): void {
    if (station.announced === line) return
    station.announced = line
    const { name } = this.#subject(line)
    this.#log?.started(name, station.ticket)
    if (!this.inspector.observed) return
    this.inspector.tell({
      type: 'instruction.start',
      id: this.ledger.idOf(line),
      ticket: station.ticket,
      workerId: station.workerId,
      attempt: this.ledger.attemptOf(line),
      waitMs: Math.max(0, began - (this.ledger.acceptedAt[line] as number)),
    })
  }

  #armWake(): void {
    this.#wake?.()
    this.#wake = undefined
    if (this.#dispatch.waiting === 0) return
    const now = this.#clock.now()
    const at = this.#desk.lookAgainAt(now)
    if (at !== undefined) this.#lookAgainIn(at - now)
  }

  #lookAgainIn(ms: number): void {
    this.#wake?.()
    this.#wake = this.#clock.after(ms, () => this.#start(), true)
  }

  /** A rule of the scheduler threw: nothing is lost, and nothing starts any more. */
  #broken(error: unknown): void {
    const data: ErrorData = errorToData(error)
    this.tell({
      type: 'broken',
      failure: {
        code: 'threw',
        what: `The scheduler of boss "${this.#settings.name}" threw`,
        why: data.message,
        remedy: 'Correct the rule; what was pending is in the final report, to be given again',
        error: data,
      },
    })
  }

  // -- lanes -----------------------------------------------------------------------------------------------------------

  #limit(): number {
    return Math.min(this.#scheduler.concurrency, this.#settings.crew.size)
  }

  #openStation(ticket: number): Station {
    const { crew, registry, graceMs } = this.#settings
    const workerId = `w${this.#nextWorker++}`
    const lane = crew.open({
      ticket,
      definitions: registry.definitions,
      orders: this.ledger,
      hooks: this.#scheduler.hooks?.(ticket) ?? [],
      graceMs,
      ahead: this.#desk.plain,
    })
    const openedAt = this.#clock.now()
    if (this.inspector.observed) this.inspector.tell({ type: 'worker.spawn', workerId, ticket })
    return {
      ticket,
      workerId,
      lane,
      openedAt,
      ready: false,
      closing: false,
      alone: false,
      given: 0,
      since: openedAt,
      announced: undefined,
      retires: undefined,
      stayIdle: undefined,
    }
  }

  #closeLane(ticket: number, politely: boolean): void {
    const station = this.#floor.at(ticket)
    if (station === undefined) return
    station.closing = true
    station.stayIdle?.()
    if (politely) station.lane.close()
    else station.lane.terminate()
  }

  #retire(station: Station, why: 'idle' | 'retired'): void {
    if (station.closing) return
    station.retires = why
    this.#takeBackFrom(station)
    this.tell({ type: 'laneRetires', ticket: station.ticket, why })
  }

  #hear(station: Station, event: LaneEvent): void {
    switch (event.type) {
      case 'done':
        return this.#heardDone(station, event)
      case 'failed':
        return this.#heardFailed(station, event)
      case 'note':
        return this.#heardNote(station, event)
      case 'ready':
        return this.#heardReady(station, event)
      case 'exit':
        return this.#heardExit(station, event)
      case 'log':
        return this.#heardLog(station, event)
      case 'nonsense':
        return this.#deadLetter(station.workerId, event.why)
      default:
        return event satisfies never
    }
  }

  #heardReady(station: Station, event: Extract<LaneEvent, { type: 'ready' }>): void {
    station.ready = true
    if (station.lane.held > 0) station.since = this.#clock.now()
    if (this.inspector.observed) {
      const { threadId, host } = event
      this.inspector.tell({
        type: 'worker.ready',
        workerId: station.workerId,
        ticket: station.ticket,
        startMs: event.startMs,
        ...(threadId !== undefined && { threadId }),
        ...(host !== undefined && { host }),
      })
    }
    station.lane.keepAlive(station.lane.held > 0)
    this.tell({ type: 'laneReady', ticket: station.ticket })
  }

  #heardDone(station: Station, event: Extract<LaneEvent, { type: 'done' }>): void {
    const { jobs, results, began, workMs } = event
    if (this.#deaf) return
    this.#learn(jobs[0], workMs)
    for (let i = 0; i < jobs.length; i++) {
      const line = jobs[i] as Line
      if (!this.#holds(station, line)) continue
      const answer: Answer = { result: results[i], began: began[i] as number, workMs: workMs[i] as number }
      if (this.inspector.observed) this.#announce(station, line, answer.began)
      const id = this.ledger.idOf(line)
      if (isPlain(this.state, id)) this.#settleDone(line, answer)
      else {
        this.#answers.set(id, answer)
        this.tell({ type: 'attemptDone', facts: this.#facts(line) })
      }
    }
    this.#afterBurst(station)
  }

  #heardFailed(station: Station, event: Extract<LaneEvent, { type: 'failed' }>): void {
    const { job: line, failure, began, workMs } = event
    if (this.#deaf || !this.#holds(station, line)) return
    if (this.inspector.observed) this.#announce(station, line, began)
    this.#attemptFailed(line, failure, { began, workMs })
    this.#afterBurst(station)
  }

  #heardNote(station: Station, { job: line, note }: Extract<LaneEvent, { type: 'note' }>): void {
    if (this.#deaf || !this.#holds(station, line)) return
    if (this.inspector.observed) this.#announce(station, line, station.since)
    const { name, worker } = this.#subject(line)
    this.#emit({
      kind: 'interim',
      id: this.ledger.idOf(line),
      name,
      worker,
      attempt: this.ledger.attemptOf(line),
      note,
    })
  }

  #heardLog(station: Station, { stream, text }: Extract<LaneEvent, { type: 'log' }>): void {
    if (this.#settings.output === 'inherit') globalThis.process?.[stream].write(text)
    if (!this.inspector.observed) return
    const line = station.lane.atWork()?.job
    const id = line !== undefined && this.ledger.states[line] === held ? this.ledger.idOf(line) : undefined
    const { workerId, ticket } = station
    this.inspector.tell({
      type: 'worker.log',
      workerId,
      ticket,
      stream,
      text,
      ...(id !== undefined && { id }),
    })
  }

  /** A lane is gone: what it worked on is answered for, what it had not begun goes back. */
  #heardExit(station: Station, exit: LaneExit): void {
    this.#floor.remove(station)
    station.stayIdle?.()
    const ids = [...exit.begun, ...exit.queued].map(line => this.ledger.idOf(line))
    if (this.inspector.observed) this.#announceExit(station, exit, ids)
    const failure = this.#deathOf(exit, exit.begun[0])
    if (!this.#deaf) {
      for (const line of exit.begun) {
        if (!this.#holds(station, line)) continue
        const began = station.since
        this.#attemptFailed(line, failure, { began, workMs: Math.max(0, this.#clock.now() - began) })
      }
      this.#moveOn(
        exit.queued.filter(line => this.#holds(station, line)),
        failure,
      )
    }
    this.tell({
      type: 'laneGone',
      ticket: station.ticket,
      death: { why: exit.why, failure },
      now: this.#clock.now(),
    })
    this.#start()
  }

  #announceExit(station: Station, exit: LaneExit, ids: readonly InstructionId[]): void {
    const died = exit.why === 'crashed' || exit.why === 'failedToStart' ? 'crashed' : exit.why
    const polite =
      station.retires ?? (this.state.lanes.get(station.ticket) === 'condemned' ? 'terminated' : 'retired')
    this.inspector.tell({
      type: 'worker.exit',
      workerId: station.workerId,
      ticket: station.ticket,
      reason: died === 'closed' ? polite : died,
      why: exit.reason,
      ids,
      ...(exit.exitCode !== undefined && { exitCode: exit.exitCode }),
    })
  }

  #deathOf({ why, reason, error }: LaneExit, begun: Line | undefined): Failure {
    const worker = begun === undefined ? this.#workerNames.join('", "') : this.#subject(begun).worker
    if (why === 'outOfMemory') return outOfMemory(worker, reason, error)
    if (why !== 'failedToStart') return crashed(worker, reason, error)
    return {
      ...crashed(worker, reason, error),
      what: `Worker "${worker}" did not start`,
      remedy: 'Correct what its file does when it is imported',
    }
  }

  /** Lines that a lost lane had not begun go on elsewhere, as if they had never been handed ahead. */
  #moveOn(queued: readonly Line[], failure: Failure): void {
    if (this.state.phase !== 'live') {
      for (const line of queued) this.#returnLine(line, this.state.reason)
      return
    }
    const again: Line[] = []
    for (const line of queued) {
      if (hasTransfer(this.ledger.attributesOf(line))) {
        const now = this.#clock.now()
        this.#attemptFailed(line, failure, { began: now, workMs: 0 })
      } else again.push(line)
    }
    this.#requeue(again)
  }

  #afterBurst(station: Station): void {
    const { lane } = station
    const now = this.#clock.now()
    station.since = now
    if (lane.held === 0) station.alone = false
    if (station.given >= (this.#settings.crew.recycleAfter ?? Number.POSITIVE_INFINITY)) {
      this.#retire(station, 'retired')
    }
    this.#start()
    if (lane.held > 0) {
      const next = this.inspector.observed ? lane.atWork() : undefined
      if (next !== undefined && this.ledger.states[next.job] === held) this.#announce(station, next.job, now)
      return
    }
    lane.keepAlive(false)
    const { idleMs, min } = this.#settings.crew
    if (station.closing || idleMs === Number.POSITIVE_INFINITY || this.#floor.stations.length <= min) return
    station.stayIdle?.()
    station.stayIdle = this.#clock.after(
      idleMs,
      () => {
        if (lane.held === 0 && this.#floor.stations.length > min) this.#retire(station, 'idle')
      },
      false,
    )
  }

  /** A lane's word counts only for what it holds now. */
  #holds(station: Station, line: Line): boolean {
    const holds = this.ledger.states[line] === held && this.ledger.tickets[line] === station.ticket
    if (!holds) this.#deadLetter(station.workerId, `spoke of job ${line}, which it does not hold`)
    return holds
  }

  #deadLetter(actor: string, why: string): void {
    if (this.inspector.observed) this.inspector.tell({ type: 'actor.deadLetter', actor, why })
  }

  // -- taking back -----------------------------------------------------------------------------------------------------

  /** Takes a line back if its work has not begun. It is then nowhere: the caller settles it. */
  #takeBack(line: Line): boolean {
    switch (this.ledger.states[line]) {
      case pending:
        this.#dispatch.withdraw(line)
        return true
      case resting:
        return true
      case held: {
        const station = this.#floor.at(this.ledger.tickets[line] as number)
        if (station === undefined || !station.lane.withdraw(line)) return false
        this.#left(line)
        if (station.lane.held === 0) {
          station.alone = false
          station.lane.keepAlive(false)
        }
        return true
      }
      default:
        return false
    }
  }

  /** Takes back all that a lane has not begun. */
  #takeBackFrom(station: Station): void {
    const { ledger } = this
    const back: Line[] = [...station.lane.withdrawTail(Number.POSITIVE_INFINITY)]
    const head = station.lane.atWork()?.job
    if (head !== undefined && ledger.states[head] === held && station.lane.withdraw(head)) back.push(head)
    for (const line of back) this.#left(line)
    this.#requeue(back)
  }

  #takeBackAhead(): void {
    for (const station of this.#floor.stations) this.#takeBackFrom(station)
  }

  /** Lines that were held go back to the desk, ahead of their equals. */
  #requeue(lines: readonly Line[]): void {
    for (const line of lines) {
      this.#left(line)
      this.ledger.states[line] = pending
      this.ledger.tickets[line] = -1
    }
    this.#dispatch.putBack(lines)
  }

  /** A held line no longer runs, as far as the scheduler's rules are concerned. */
  #left(line: Line): void {
    if (this.ledger.states[line] !== held) return
    this.ledger.states[line] = pending
    const extras = this.ledger.extras(line)
    extras?.clock?.()
    this.#desk.leave(line)
  }

  /** Lines that wait for their work to begin, by arrival. */
  #waitingLines(): Line[] {
    return this.ledger
      .lines()
      .filter(line => this.ledger.states[line] === pending || this.ledger.states[line] === resting)
  }

  // -- outcomes --------------------------------------------------------------------------------------------------------

  #attemptFailed(line: Line, failure: Failure, answer: Answer): void {
    const facts = this.#facts(line)
    this.#answers.set(facts.id, answer)
    this.tell({ type: 'attemptFailed', facts, failure })
  }

  #facts(line: Line): AttemptFacts {
    const { ledger } = this
    return {
      id: ledger.idOf(line),
      attempt: ledger.attemptOf(line),
      retries: ledger.base[line]?.retries ?? this.#settings.retries,
      accidents: ledger.extras(line)?.accidents ?? 0,
      repeatable: !hasTransfer(ledger.attributesOf(line)),
      worker: this.#workerNames[ledger.definitionOf(line)] ?? '',
    }
  }

  #settleDone(line: Line, answer = this.#answer(line)): void {
    const { ledger } = this
    const { name, worker } = this.#subject(line)
    const report: Settled = {
      kind: 'done',
      id: ledger.idOf(line),
      name,
      worker,
      attempt: ledger.attemptOf(line),
      result: answer.result,
      waitMs: Math.max(0, answer.began - (ledger.acceptedAt[line] as number)),
      workMs: answer.workMs,
    }
    ledger.done++
    this.#close(line, report)
  }

  #settleFailed(line: Line, failure: Failure): void {
    const { ledger } = this
    const answer = this.#answer(line)
    const { name, worker } = this.#subject(line)
    const report: Settled = {
      kind: 'failed',
      id: ledger.idOf(line),
      name,
      worker,
      attempt: ledger.attemptOf(line),
      failure,
      instruction: ledger.given[line] as Instruction,
      waitMs: Math.max(0, answer.began - (ledger.acceptedAt[line] as number)),
      workMs: answer.workMs,
    }
    ledger.failed++
    this.#close(line, report)
  }

  #cancelLine(line: Line, reason: unknown): true {
    this.ledger.cancelled++
    this.#close(line, this.#cancelled(line, reason))
    if (this.state.intake === 'closed') this.#tellLoad()
    return true
  }

  /** Given back by a stop: reported as cancelled, counted as pending. */
  #returnLine(line: Line, reason: unknown): void {
    this.ledger.returned++
    this.#givenBack.push(this.ledger.given[line] as Instruction)
    this.#close(line, this.#cancelled(line, reason))
  }

  #cancelled(line: Line, reason: unknown): Settled {
    const { name } = this.#subject(line)
    return {
      kind: 'cancelled',
      id: this.ledger.idOf(line),
      name,
      reason,
      instruction: this.ledger.given[line] as Instruction,
    }
  }

  /** The books first, then the world. */
  #close(line: Line, report: Settled): void {
    this.#settings.journal?.end(this.#journalEntry(line), report)
    this.#left(line)
    this.#answers.delete(report.id)
    this.ledger.close(line)
    this.#emit(report)
  }

  #answer(line: Line): Answer {
    const { ledger } = this
    return this.#answers.get(ledger.idOf(line)) ?? { began: this.#clock.now(), workMs: 0 }
  }

  #emit(report: Report): void {
    if (this.#settings.keepReports && report.kind !== 'interim') this.#kept.push(report)
    this.#log?.reported(report)
    if (this.inspector.observed) this.#inspectReport(report)
    this.reports$.next(report)
  }

  #inspectReport(report: Report): void {
    const { kind, id } = report
    const common = { type: 'report', kind, id, name: cleanName(report.name) } as const
    if (report.kind === 'cancelled') {
      this.inspector.tell({ ...common, worker: '', reason: cleanName(String(report.reason)) })
    } else if (report.kind === 'interim') {
      this.inspector.tell({
        ...common,
        worker: report.worker,
        attempt: report.attempt,
        ...progressOf(report.note),
      })
    } else {
      const { worker, attempt, waitMs, workMs } = report
      const failure = report.kind === 'failed' ? { failure: report.failure } : {}
      this.inspector.tell({ ...common, worker, attempt, waitMs, workMs, ...failure })
    }
  }

  #repeat(line: Line, { id, ms, code }: Extract<Effect, { do: 'repeat' }>): void {
    const { ledger } = this
    this.#answers.delete(id)
    this.#left(line)
    ledger.states[line] = resting
    const attempt = ledger.attemptOf(line) + 1
    ledger.attempts[line] = attempt
    const extras = ledger.extrasFor(line)
    extras.accidents++
    if (this.inspector.observed)
      this.inspector.tell({ type: 'instruction.retry', id, attempt, delayMs: ms, code })
    extras.letGo.push(
      this.#clock.after(
        ms,
        () => {
          if (ledger.states[line] !== resting || ledger.idOf(line) !== id) return
          ledger.states[line] = pending
          this.#desk.requeue(line)
          this.#soon()
        },
        true,
      ),
    )
  }

  #learn(line: Line | undefined, workMs: readonly number[]): void {
    if (line === undefined) return
    const definition = this.ledger.definitionOf(line)
    let sum = 0
    for (const ms of workMs) sum += ms
    const mean = sum / workMs.length
    const known = this.#meanMs[definition]
    this.#meanMs[definition] = known === undefined ? mean : known + (mean - known) / 4
  }

  // -- limits of time --------------------------------------------------------------------------------------------------

  #timeoutOf(line: Line): number | undefined {
    return this.ledger.base[line]?.timeout ?? this.#settings.timeout
  }

  /** The clock of an attempt: it starts when the line is given to an idle lane that is ready. */
  #limitWork(line: Line, ms: number): void {
    const id = this.ledger.idOf(line)
    this.ledger.extrasFor(line).clock = this.#clock.after(
      ms,
      () => {
        if (this.ledger.idOf(line) !== id || this.ledger.states[line] !== held) return
        const station = this.#floor.at(this.ledger.tickets[line] as number)
        // Still not begun: its thread is busy with what somebody else left behind, and this line is not to blame.
        if (station?.lane.withdraw(line)) {
          this.#left(line)
          this.#requeue([line])
          this.#soon()
        } else this.#cutShort(line, 'timeout', ms)
      },
      true,
    )
  }

  #limitWaiting(line: Line, ms: number): void {
    const id = this.ledger.idOf(line)
    const stop = this.#clock.after(
      ms,
      () => {
        if (this.ledger.idOf(line) !== id || !this.#takeBack(line)) return
        this.#cancelLine(line, `waited longer than its queueTimeout of ${ms} ms`)
      },
      false,
    )
    this.ledger.extrasFor(line).letGo.push(stop)
  }

  /** False for an instruction whose signal was aborted before it came: it must not wait at the desk. */
  #watchOver(line: Line, { signal }: { readonly signal?: AbortSignal }): boolean {
    if (signal === undefined) return true
    const id = this.ledger.idOf(line)
    if (signal.aborted) {
      this.ledger.states[line] = resting
      queueMicrotask(() => this.cancel(id, signal.reason))
      return false
    }
    this.ledger.extrasFor(line).letGo.push(this.#signals.add(signal, () => this.cancel(id, signal.reason)))
    return true
  }

  #cutShort(line: Line, as: 'cancelled' | 'timeout', reason: unknown): boolean {
    const id = this.ledger.idOf(line)
    if (!isPlain(this.state, id)) return false
    this.tell({
      type: 'cutShort',
      id,
      attempt: this.ledger.attemptOf(line),
      ticket: this.ledger.tickets[line] as number,
      as,
      reason,
    })
    return true
  }

  #abort(id: InstructionId, reason: unknown): void {
    const line = this.ledger.find(id)
    if (line === undefined) return
    this.#floor.at(this.ledger.tickets[line] as number)?.lane.abort(line, reason)
  }

  #after(ms: number, run: () => void): void {
    const stop = this.#clock.after(
      ms,
      () => {
        this.#timers.delete(stop)
        run()
      },
      true,
    )
    this.#timers.add(stop)
  }

  // -- ending ----------------------------------------------------------------------------------------------------------

  #giveBack(reason: unknown): void {
    this.#takeBackAhead()
    for (const line of this.#waitingLines()) {
      this.#takeBack(line)
      this.#returnLine(line, reason)
    }
  }

  #failAll(failure: Failure): void {
    this.#takeBackAhead()
    for (const line of this.#waitingLines()) {
      this.#takeBack(line)
      this.#settleFailed(line, failure)
    }
  }

  #unhear(): void {
    this.#deaf = true
    for (const line of this.ledger.lines()) {
      this.ledger.unheard++
      this.#left(line)
      this.ledger.close(line)
    }
    this.#finish(this.state.status)
  }

  #phaseChanged(by: 'api' | 'signal' | 'cli' | 'web'): void {
    if (this.state.pump === 'off') this.#takeBackAhead()
    if (this.state.intake === 'closed') this.closed$.complete()
    const { intake, pump, phase } = this.state
    if (this.inspector.observed) this.inspector.tell({ type: 'boss.phase', by, intake, pump, phase })
  }

  #finish(status: FinalAccount['status']): void {
    if (this.#final !== undefined) return
    const { failure } = this.state
    this.#final = {
      status,
      counts: this.counts(),
      reports: this.#kept,
      pending: this.#givenBack,
      ...(status === 'failed' && failure !== undefined && { failure }),
    }
    this.reports$.complete()
    this.final$.next(this.#final)
    this.final$.complete()
  }

  #exit(status: FinalAccount['status']): void {
    this.#wake?.()
    for (const stop of this.#timers) stop()
    this.#timers.clear()
    this.#demands.clear()
    this.#finish(status)
    this.#settings.journal?.close()
    if (this.inspector.observed) {
      const { counts } = this.#final as FinalAccount
      this.inspector.tell({ type: 'boss.end', status, counts, ms: this.inspector.age() })
    }
    this.inspector.complete()
    this.exit$.next({ status })
    this.exit$.complete()
  }

  #obey(signal: AbortSignal): void {
    const stop = () => this.signal({ type: 'stopThemWorking', reason: signal.reason })
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    this.exit$.subscribe({ complete: () => signal.removeEventListener('abort', stop) })
  }

  // -- what is known ---------------------------------------------------------------------------------------------------

  /** Once the final report is out, its counts are the counts. */
  counts(): Counts {
    return this.#final?.counts ?? this.ledger.counts(this.#running())
  }

  get finalReport(): FinalAccount | undefined {
    return this.#final
  }

  /** How many wait; what the mailbox's capacity bounds. */
  get waiting(): number {
    return this.ledger.live - this.#running()
  }

  interim(): InterimAccount {
    const lines = this.#waitingLines()
    return {
      status: 'interim',
      counts: this.counts(),
      reports: [...this.#kept],
      pending: lines.map(line => this.ledger.given[line] as Instruction),
      runningNow: this.runningNow(),
    }
  }

  runningNow(): RunningNow[] {
    const now = this.#clock.now()
    return this.#floor.stations.flatMap(station => {
      const line = station.lane.atWork()?.job
      if (line === undefined || this.ledger.states[line] !== held) return []
      const { name, worker } = this.#subject(line)
      const ms = Math.max(0, now - station.since)
      return [{ id: this.ledger.idOf(line), name, worker, ticket: station.ticket, ms }]
    })
  }

  workers(): readonly { workerId: string; ticket: number; state: 'opening' | 'idle' | 'busy' | 'closing' }[] {
    return this.#floor.stations.map(({ workerId, ticket, ready, closing, lane }) => ({
      workerId,
      ticket,
      state: closing ? 'closing' : !ready ? 'opening' : lane.held > 0 ? 'busy' : 'idle',
    }))
  }

  #running(): number {
    return this.#deaf ? 0 : this.#floor.busy()
  }

  #subject(line: Line): { name: string; worker: string } {
    const worker = this.#workerNames[this.ledger.definitionOf(line)] ?? ''
    return { name: this.ledger.nameOf(line) ?? `${worker}#${this.ledger.idOf(line)}`, worker }
  }

  #journalEntry(line: Line) {
    return {
      key: this.ledger.base[line]?.key ?? '',
      id: this.ledger.idOf(line),
      attempt: this.ledger.attemptOf(line),
    }
  }

  #view(line: Line): Pending {
    const { ledger } = this
    return this.#describe(
      {
        base: ledger.base[line],
        attributes: ledger.attributes[line],
        definition: ledger.definitionOf(line),
      },
      ledger.idOf(line),
    )
  }

  #describe(
    { base, attributes, definition }: Pick<Entry, 'base' | 'attributes' | 'definition'>,
    id: InstructionId,
  ): Pending {
    return {
      id,
      instruction: { ...(attributes as Instruction), ...base },
      worker: this.#workerNames[definition] ?? '',
      expectedMs: base?.expectedTime ?? this.#meanMs[definition],
    }
  }
}

/** A note of the form `{ done, total }` moves a progress bar. */
function progressOf(note: unknown): { done?: number; total?: number } {
  if (typeof note !== 'object' || note === null) return {}
  const { done, total } = note as { done?: unknown; total?: unknown }
  return { ...(typeof done === 'number' && { done }), ...(typeof total === 'number' && { total }) }
}
