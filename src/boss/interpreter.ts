/**
 * The interpreter: carries out what `step` decides, with everything that rules must not know.
 *
 *     give ──► ledger + desk ──dispatch──► lanes ──hearing──► outcomes ──► reports$
 *                                 ▲                              │
 *                                 └──────────── step ◄── facts ──┘
 *
 * Its two rules: the books are settled before anybody is told, and whoever is told may call back in here at once.
 * A message takes effect immediately; the effects it asks for are carried out in order, after those already under way.
 */

import { AsyncSubject, type Observable } from 'rxjs'

import { type Failure, RxbossError, refused } from '../failure.ts'
import type { Happening } from '../inspect/events.ts'
import type { Instruction, InstructionId } from '../instruction.ts'
import type { Memory } from '../journal/journal.ts'
import type { Counts, FinalAccount, InterimAccount, Report } from '../report.ts'
import type { Demand } from '../scheduler/demand.ts'
import { type Desk, openDesk } from '../scheduler/desk.ts'
import { rulesOf, whyImpossible } from '../scheduler/rules.ts'
import type { Pending, Scheduler } from '../scheduler/scheduler.ts'
import type { Window } from '../scheduler/window.ts'
import { version } from '../version.ts'
import { Chronicle } from './chronicle.ts'
import { Dispatch, worthSharingMs } from './dispatch.ts'
import { Floor, type Station } from './floor.ts'
import { Hearing } from './hearing.ts'
import { Inspector } from './inspector.ts'
import { type Entry, held, Ledger, type Line, resting } from './ledger.ts'
import type { Settings } from './options.ts'
import { Outcomes, ruleThrew } from './outcomes.ts'
import type { By, Effect, Message } from './protocol.ts'
import { Recall } from './recall.ts'
import { Reporter } from './reporter.ts'
import { Sampler } from './sampler.ts'
import { newborn, type State, step } from './step.ts'
import { TimeLimits } from './time-limits.ts'

export class Interpreter {
  readonly reports$: Observable<Report>
  /** The final report: one value, replayed to whoever asks late. */
  readonly final$ = new AsyncSubject<FinalAccount>()
  /** Completes when no more instructions are taken. */
  readonly closed$ = new AsyncSubject<never>()
  /** One value, when no lane is left. */
  readonly exit$ = new AsyncSubject<{ readonly status: FinalAccount['status'] }>()
  readonly inspector: Inspector
  state: State = newborn

  readonly #settings: Settings
  readonly #ledger = new Ledger()
  readonly #desk: Desk<Line>
  readonly #floor: Floor
  readonly #dispatch: Dispatch
  readonly #recall: Recall
  readonly #reporter: Reporter
  readonly #outcomes: Outcomes
  readonly #limits: TimeLimits
  readonly #timers = new Set<() => void>()
  readonly #demands = new Set<Demand>()
  readonly #effects: Effect[] = []
  readonly #sampler: Sampler
  /** What was settled when the last sample was taken. */
  #sampled = 0
  /** Whether no more is taken: all that will be has come. */
  #closed = false
  /** Whether work has begun once. */
  #begun = false
  #scheduler: Scheduler
  /** Those of its rules that may call an instruction impossible: found once, since each instruction is asked about. */
  #judges: readonly Scheduler[]
  #starting = false
  #startSoon = false
  /** Takes back the look at the desk that time alone makes necessary. */
  #wake: (() => void) | undefined
  /** Takes back the next try to open lanes, after deaths. */
  #openLater: (() => void) | undefined
  /** How many instructions were refused where nobody was there to throw at. */
  #refused = 0
  /** Lazy sources may send until so many instructions have come, the refused ones included. */
  #wanted = 0
  #window: Window | undefined
  /** The moment that all of this turn's arrivals share: reading a clock costs more than queueing an instruction. */
  #now: number | undefined
  #nextWorker = 1
  readonly #chronicle: Chronicle | undefined
  /** What an earlier life of this run has settled, and is to be told again. */
  readonly #recorded: {
    readonly line: Line
    readonly id: InstructionId
    readonly memory: Extract<Memory, { kind: 'settled' | 'leftOut' }>
  }[] = []
  /** What runs is no longer heard: its lanes only wait to be closed. */
  #deaf = false
  #final: FinalAccount | undefined

  constructor(settings: Settings) {
    const ledger = this.#ledger
    const tell = (message: Message) => this.tell(message)
    const soon = () => this.#soon()
    this.#settings = settings
    this.#scheduler = settings.scheduler
    this.#judges = judgesOf(settings.scheduler)
    settings.journal?.open(settings.registry.definitions)
    const chronicle = settings.journal && new Chronicle(settings.journal, ledger)
    this.#chronicle = chronicle
    const inspector = new Inspector(settings.name, settings.clock, {
      whereItStands: upTo => this.#whereItStands(upTo),
      observersChanged: () => this.#beSampled(),
    })
    this.#sampler = new Sampler(settings.clock, (lagMs, seconds) => this.#sample(lagMs, seconds))
    const desk = openDesk<Line>(settings.scheduler, line => this.#view(line))
    const reporter = new Reporter(settings, ledger, inspector)
    const floor = new Floor(
      this.#limit(),
      ticket => this.#openStation(ticket),
      (station, event) => hearing.hear(station, event),
    )
    const dispatch: Dispatch = new Dispatch({
      desk,
      floor,
      ledger,
      give: (station, line) => this.#give(station, line),
      wantLanes: count =>
        tell({ type: 'lanesWanted', count, limit: this.#limit(), now: settings.clock.now() }),
      goesAlone: line => limits.timeoutOf(line) !== undefined,
      lifeOf: station => (settings.crew.recycleAfter ?? Number.POSITIVE_INFINITY) - station.given,
      limit: () => this.#limit(),
      meanMs: definition => outcomes.meanMs[definition],
    })
    const recall: Recall = new Recall(ledger, floor, {
      desk,
      dispatch,
      headLeft: station => hearing.announceHead(station),
    })
    const outcomes: Outcomes = new Outcomes({
      settings,
      ledger,
      desk,
      recall,
      reporter,
      inspector,
      chronicle,
      state: () => this.state,
      tell,
      soon,
      changed: () => this.#changed(),
    })
    const limits: TimeLimits = new TimeLimits({ settings, ledger, floor, recall, outcomes, soon })
    const hearing = new Hearing({
      settings,
      ledger,
      floor,
      outcomes,
      reporter,
      inspector,
      tell,
      start: () => this.start(),
      retire: (station, why) => this.#retire(station, why),
      deaf: () => this.#deaf,
      condemned: ticket => this.state.lanes.get(ticket) === 'condemned',
    })
    this.#desk = desk
    this.#floor = floor
    this.#dispatch = dispatch
    this.#recall = recall
    this.#reporter = reporter
    this.#outcomes = outcomes
    this.#limits = limits
    this.inspector = inspector
    this.reports$ = reporter.reports.values$
    if (settings.signal !== undefined) this.#obey(settings.signal)
  }

  // -- in ----------------------------------------------------------------------------------------------------------------

  /** Why the scheduler would never start this, if so. */
  impossible(entry: Entry): string | undefined {
    if (this.#judges.length === 0) return undefined
    return whyImpossible(this.#judges, () => this.#describe(entry, this.#ledger.nextId))
  }

  /** Opens a line for an entry that was read. It waits until the end of this turn at least. */
  accept(entry: Entry): InstructionId {
    const ledger = this.#ledger
    this.#now ??= this.#settings.clock.now()
    const entered = entry.key === undefined ? undefined : this.#settings.journal?.enter(entry.key)
    const line = ledger.accept(entered === undefined ? entry : { ...entry, key: entered.key }, this.#now)
    this.#reporter.accepted(line)
    if (entered !== undefined && this.#isRecorded(line, entered.memory)) ledger.states[line] = resting
    else if (this.#limits.limitWaiting(line, entry.base)) this.#desk.arrive(line)
    if (!this.#starting) this.#soon()
    return ledger.idOf(line)
  }

  /** Whether an earlier life of this run has settled it: then it is told again once the boss is at work, and never begins. */
  #isRecorded(line: Line, memory: Memory): boolean {
    if (memory.kind === 'settled' || memory.kind === 'leftOut') {
      this.#recorded.push({ line, id: this.#ledger.idOf(line), memory })
      return true
    }
    this.#chronicle?.recall(memory, line)
    if (memory.kind === 'begun') {
      const why = `its work had begun in an earlier life of this run (attempt ${memory.attempt}), and nothing says that it ended: it runs again`
      this.#reporter.warned(this.#reporter.nameOf(line), why, this.#ledger.idOf(line))
    }
    return false
  }

  /** Tells what an earlier life of this run has settled. */
  #tellRecorded(): void {
    for (const { line, id, memory } of this.#recorded.splice(0)) {
      if (this.#ledger.states[line] !== resting || this.#ledger.idOf(line) !== id) continue
      this.#outcomes.settleRecorded(line, memory)
    }
  }

  /** Settles an instruction that no worker accepts, so that it is accounted for and reported like any other. */
  acceptRefused(given: Instruction, failure: Failure): void {
    const name = typeof given?.name === 'string' ? given.name : undefined
    const entry: Entry = { given, base: undefined, name, definition: 0, attributes: undefined }
    const line = this.#ledger.accept(entry, this.#settings.clock.now())
    this.#ledger.attempts[line] = 0
    this.#outcomes.settleFailed(line, failure)
    this.#changed()
  }

  /** Something about an instruction looks wrong, though it is taken. */
  warn(name: string, why: string): void {
    this.#reporter.warned(name, why)
  }

  /** An instruction was not taken, and nobody is there to throw at. */
  refuse(why: string): void {
    this.#refused++
    this.#reporter.refused(this.#settings.name, why)
  }

  /** Evicts the instruction that has waited longest. True if there was one. */
  evictOldest(reason: unknown): boolean {
    const oldest = this.#dispatch.takeOldest() ?? this.#recall.waiting()[0]
    if (oldest === undefined) return false
    this.#recall.one(oldest)
    this.#outcomes.cancel(oldest, reason)
    return true
  }

  /** True exactly when this decides the outcome. */
  cancel(id: InstructionId, reason: unknown): boolean {
    const line = this.#ledger.find(id)
    return line !== undefined && this.#limits.cancel(line, reason)
  }

  /** From now on lazy sources run no further ahead of what was delivered than this. */
  boundBy(window: Window): void {
    this.#window = window
    window.more = () => this.#soon()
  }

  /** Adds a source that can wait. What comes back takes it away. */
  addDemand(): { demand: Demand; remove: () => void } {
    const demand: Demand = { wants: () => this.#come() < this.#wanted }
    this.#demands.add(demand)
    this.#wanted = this.#come() + this.#room()
    return { demand, remove: () => this.#demands.delete(demand) }
  }

  /** From now on by these rules. What runs goes on; what could never start by them is refused. */
  reschedule(scheduler: Scheduler): void {
    if (this.state.phase !== 'live') return
    const ledger = this.#ledger
    this.#scheduler = scheduler
    this.#judges = judgesOf(scheduler)
    this.#recall.all()
    const running = ledger.lines().filter(line => ledger.states[line] === held)
    const refusals = this.#desk.reschedule(scheduler, running)
    const limit = this.#limit()
    this.#floor.resize(limit)
    for (const station of [...this.#floor.stations])
      if (station.ticket >= limit) this.#retire(station, 'retired')
    for (const { item, why } of refusals) {
      this.#outcomes.settleFailed(item, refused(this.#reporter.workerOf(item), why))
    }
    this.#soon()
  }

  // -- messages and effects ----------------------------------------------------------------------------------------------

  /** A signal of the user, or of whoever listens to him. It finds `step` with the latest counts. */
  signal(message: Message): void {
    this.#tellLoad()
    this.tell(message)
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

  #tellLoad(): void {
    const running = this.#running()
    this.tell({ type: 'load', pending: this.#ledger.live - running, running })
  }

  /** While the intake is open, how much there is decides nothing. */
  #changed(): void {
    if (this.state.intake === 'closed') this.#tellLoad()
  }

  #carryOut(effect: Effect): void {
    const outcomes = this.#outcomes
    switch (effect.do) {
      case 'pump':
        return this.#soon()
      case 'sendReport':
        return this.#sendReport()
      case 'openLane':
        return this.#floor.open(effect.ticket)
      case 'closeLane':
        return this.#closeLane(effect.ticket, effect.politely)
      case 'abort':
        return this.#abort(effect.id, effect.reason)
      case 'after':
        return this.#after(effect.ms, () => this.tell(effect.message))
      case 'lookAgain':
        return this.#openLanesIn(effect.ms)
      case 'settleDone':
        return outcomes.onLine(effect.id, line => outcomes.settleDone(line))
      case 'settleFailed':
        return outcomes.onLine(effect.id, line => outcomes.settleFailed(line, effect.failure))
      case 'settleCancelled':
        return outcomes.onLine(effect.id, line => outcomes.cancel(line, effect.reason))
      case 'repeat':
        return outcomes.onLine(effect.id, line => outcomes.repeat(line, effect))
      case 'giveBack':
        return this.#clear(line => outcomes.giveBack(line, effect.reason))
      case 'failAll':
        return this.#clear(line => outcomes.settleFailed(line, effect.failure))
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

  // -- starting work -----------------------------------------------------------------------------------------------------

  /** Everything that arrives in one turn goes out together. */
  #soon(): void {
    if (this.#startSoon) return
    this.#startSoon = true
    queueMicrotask(() => {
      this.#startSoon = false
      this.#now = undefined
      this.start()
    })
  }

  /** Starts what may start now. */
  start(): void {
    if (this.#starting) return
    if (this.state.phase === 'live' && this.state.pump === 'on') {
      this.#starting = true
      try {
        do {
          if (this.#recorded.length > 0) this.#tellRecorded()
          this.#askForMore()
        } while (this.#recorded.length > 0)
        this.#dispatch.start(this.#settings.clock.now())
        this.#armWake()
      } catch (error) {
        this.tell({ type: 'broken', failure: failureOf(error, this.#settings.name) })
      } finally {
        this.#starting = false
        this.#now = undefined
      }
    }
    this.#changed()
  }

  #askForMore(): void {
    if (this.#demands.size === 0) return
    const room = this.#room()
    if (room <= 0) return
    this.#wanted = this.#come() + room
    for (const demand of [...this.#demands]) demand.more?.()
  }

  #come(): number {
    return this.#ledger.nextId + this.#refused
  }

  #room(): number {
    const { pump, intake, phase } = this.state
    if (pump === 'off' || intake === 'closed' || phase !== 'live') return 0
    const room = this.#dispatch.room()
    const window = this.#window
    return window === undefined
      ? room
      : Math.min(room, window.limit - (this.#ledger.nextId - window.delivered()))
  }

  #give(station: Station, line: Line): void {
    const ledger = this.#ledger
    const idle = station.lane.held === 0
    ledger.states[line] = held
    ledger.tickets[line] = station.ticket
    if (this.#chronicle !== undefined) this.#write(this.#chronicle, line)
    station.given++
    station.lane.give(line)
    const timeout = this.#limits.timeoutOf(line)
    if (timeout !== undefined) this.#limits.limitWork(line, timeout)
    if (!idle) return
    station.since = this.#settings.clock.now()
    station.stayIdle?.()
    station.stayIdle = undefined
    station.lane.keepAlive(true)
    // Where the lane is still opening, the work begins once it is ready.
    if (station.ready) this.#reporter.started(station, line, station.since)
    else station.first = line
  }

  /** What cannot be written down is not handed out: it waits as before. */
  #write(chronicle: Chronicle, line: Line): void {
    try {
      chronicle.start(line)
    } catch (error) {
      this.#recall.requeue([line])
      throw error
    }
  }

  /** Where time alone may let somebody start, the desk is looked at again by then. */
  #armWake(): void {
    this.#wake?.()
    this.#wake = undefined
    if (this.#dispatch.mayShareSoon) {
      this.#wake = this.#settings.clock.after(worthSharingMs, () => this.start(), false)
      return
    }
    if (this.#dispatch.waiting === 0) return
    const now = this.#settings.clock.now()
    const at = this.#desk.lookAgainAt(now)
    if (at !== undefined) this.#wake = this.#settings.clock.after(at - now, () => this.start(), true)
  }

  #openLanesIn(ms: number): void {
    this.#openLater?.()
    this.#openLater = this.#settings.clock.after(ms, () => this.start(), true)
  }

  // -- lanes -------------------------------------------------------------------------------------------------------------

  #limit(): number {
    return Math.min(this.#scheduler.concurrency, this.#settings.crew.size)
  }

  #openStation(ticket: number): Station {
    const { crew, registry, graceMs, clock } = this.#settings
    const workerId = `w${this.#nextWorker++}`
    const lane = crew.open({
      ticket,
      definitions: registry.definitions,
      orders: this.#ledger,
      hooks: this.#scheduler.hooks?.(ticket) ?? [],
      graceMs,
      ahead: this.#desk.plain,
    })
    const row = this.#floor.row(ticket)
    if (this.inspector.noticed) {
      this.inspector.notice({ type: 'worker.spawn', workerId, ticket })
      if (row.died !== undefined) {
        const { died: why, workers: restarts } = row
        this.inspector.notice({ type: 'actor.restart', actor: workerId, restarts, why })
      }
    }
    row.died = undefined
    row.workers++
    return {
      row,
      ticket,
      workerId,
      lane,
      ready: false,
      closing: false,
      alone: false,
      given: 0,
      since: clock.now(),
      first: undefined,
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
    // Somebody waits for its exit: the process must not end before it.
    station.lane.keepAlive(true)
    if (politely) station.lane.close()
    else station.lane.terminate()
  }

  #retire(station: Station, why: 'idle' | 'retired'): void {
    if (station.closing) return
    station.retires = why
    this.#recall.from(station)
    this.tell({ type: 'laneRetires', ticket: station.ticket, why })
  }

  #abort(id: InstructionId, reason: unknown): void {
    const line = this.#ledger.find(id)
    if (line !== undefined) this.#floor.at(this.#ledger.tickets[line] as number)?.lane.abort(line, reason)
  }

  #after(ms: number, run: () => void): void {
    const stop = this.#settings.clock.after(
      ms,
      () => {
        this.#timers.delete(stop)
        run()
      },
      true,
    )
    this.#timers.add(stop)
  }

  // -- ending ------------------------------------------------------------------------------------------------------------

  /** Everything that has not begun is taken back and settled so, in order of arrival. */
  #clear(settle: (line: Line) => void): void {
    this.#recall.all()
    for (const line of this.#recall.waiting()) {
      this.#recall.one(line)
      settle(line)
    }
  }

  #unhear(): void {
    const ledger = this.#ledger
    this.#deaf = true
    for (const line of ledger.lines()) {
      ledger.unheard++
      this.#recall.left(line)
      ledger.close(line)
    }
    this.#finish(this.state.status)
  }

  #phaseChanged(by: By): void {
    const { intake, pump, phase } = this.state
    if (pump === 'off') this.#recall.all()
    const closes = intake === 'closed' && !this.#closed
    this.#closed ||= closes
    if (closes) this.closed$.complete()
    const begins = pump === 'on' && !this.#begun
    if (begins) this.#begin()
    if (this.inspector.noticed) {
      this.inspector.notice({ type: 'boss.phase', by, intake, pump, phase })
      if (closes) this.inspector.notice({ type: 'boss.total', total: this.#ledger.nextId })
    }
  }

  #begin(): void {
    const { name } = this.#settings
    this.#begun = true
    this.#beSampled()
    if (!this.inspector.noticed) return
    this.inspector.notice({ type: 'actor.spawn', actor: name, restarts: 0 })
    this.inspector.notice({ type: 'boss.start', ...this.#who() })
  }

  #who() {
    const { registry, crew } = this.#settings
    return {
      wall: Date.now() - this.inspector.age(),
      workers: registry.definitions.map(({ name }) => name),
      crew: crew.name,
      concurrency: this.#limit(),
      node: globalThis.process?.version ?? '',
      version,
      ...(this.#closed && { total: this.#ledger.nextId }),
    }
  }

  #beSampled(): void {
    this.#sampler.be(this.#begun && this.inspector.noticed && this.#final === undefined)
  }

  #sample(lagMs: number, seconds: number): void {
    const { pending, running, submitted } = this.counts()
    const settled = submitted - pending - running
    const rate = (settled - this.#sampled) / seconds
    this.#sampled = settled
    const rss = globalThis.process?.memoryUsage?.rss?.() ?? 0
    this.inspector.notice({ type: 'boss.sample', pending, running, rate, lagMs, rss })
    for (const { lane, workerId, ticket } of this.#floor.stations) {
      const load = lane.load?.()
      if (load !== undefined) this.inspector.notice({ type: 'worker.sample', workerId, ticket, ...load })
    }
  }

  #finish(status: FinalAccount['status']): void {
    if (this.#final !== undefined) return
    const { failure } = this.state
    this.#final = {
      status,
      counts: this.counts(),
      reports: this.#reporter.kept,
      pending: this.#outcomes.givenBack,
      ...(status === 'failed' && failure !== undefined && { failure }),
    }
    this.#reporter.reports.complete()
    this.final$.next(this.#final)
    this.final$.complete()
  }

  #exit(status: FinalAccount['status']): void {
    this.#wake?.()
    this.#openLater?.()
    for (const stop of this.#timers) stop()
    this.#timers.clear()
    this.#demands.clear()
    this.#finish(status)
    this.#chronicle?.close()
    this.#sampler.be(false)
    if (this.inspector.noticed) {
      const { name } = this.#settings
      this.inspector.notice({ type: 'actor.exit', actor: name, why: status, restarts: 0 })
      this.inspector.notice({ type: 'boss.end', status, counts: this.counts(), ms: this.inspector.age() })
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

  // -- what is known -----------------------------------------------------------------------------------------------------

  get finalReport(): FinalAccount | undefined {
    return this.#final
  }

  /** Once the final report is out, its counts are the counts. */
  counts(): Counts {
    return this.#final?.counts ?? this.#ledger.counts(this.#running())
  }

  /** How many wait; what the mailbox's capacity bounds. */
  get waiting(): number {
    return Math.max(0, this.#ledger.live - this.#running())
  }

  get usedKeys(): Set<string> | undefined {
    return this.#chronicle?.usedKeys
  }

  interim(): InterimAccount {
    const { given } = this.#ledger
    return {
      status: 'interim',
      counts: this.counts(),
      reports: [...this.#reporter.kept],
      pending: this.#recall.waiting().map(line => given[line] as Instruction),
      runningNow: this.#runningNow().map(({ workerId: _, attempt: __, ...known }) => known),
    }
  }

  workers(): readonly { workerId: string; ticket: number; state: 'opening' | 'idle' | 'busy' | 'closing' }[] {
    return this.#floor.stations.map(({ workerId, ticket, ready, closing, lane }) => ({
      workerId,
      ticket,
      state: closing ? 'closing' : !ready ? 'opening' : lane.held > 0 ? 'busy' : 'idle',
    }))
  }

  #sendReport(): void {
    if (!this.inspector.noticed) return
    this.inspector.notice({ type: 'boss.report', counts: this.counts(), runningNow: this.#runningNow() })
  }

  /** For a new observer of `inspect$`. */
  #whereItStands(upTo: number): Happening {
    const { intake, pump, phase } = this.state
    const lanes = this.#floor.stations.map(({ workerId, ticket, ready, row }) => {
      const { since, busyMs, done, failed, workers } = row
      const known = { busyMs, done, failed, restarts: workers - 1 }
      return {
        ...{ workerId, ticket, ready, ...known },
        ...(since !== undefined && { since: this.inspector.onItsScale(since) }),
      }
    })
    const where = { ...this.#who(), lanes, intake, pump, phase }
    return { type: 'boss.state', upTo, counts: this.counts(), runningNow: this.#runningNow(), ...where }
  }

  #runningNow(): RunningThere[] {
    const ledger = this.#ledger
    const now = this.#settings.clock.now()
    return this.#floor.stations.flatMap(({ lane, since, ticket, workerId }) => {
      const line = lane.atWork()?.job
      if (line === undefined || ledger.states[line] !== held) return []
      const name = this.#reporter.nameOf(line)
      const worker = this.#reporter.workerOf(line)
      const attempt = ledger.attemptOf(line)
      return [
        { id: ledger.idOf(line), name, worker, ticket, ms: Math.max(0, now - since), workerId, attempt },
      ]
    })
  }

  #running(): number {
    return this.#deaf ? 0 : this.#floor.busy()
  }

  #view(line: Line): Pending {
    const { attributes, definitions } = this.#ledger
    const definition = definitions[line] as number
    return this.#describe(
      { base: this.#ledger.baseOf(line), attributes: attributes[line], definition },
      this.#ledger.idOf(line),
    )
  }

  #describe(entry: Pick<Entry, 'base' | 'attributes' | 'definition'>, id: InstructionId): Pending {
    const { base, attributes, definition } = entry
    return {
      id,
      instruction: { ...(attributes as Instruction), ...base },
      worker: this.#settings.registry.definitions[definition]?.name ?? '',
      expectedMs: base?.expectedTime ?? this.#outcomes.meanMs[definition],
    }
  }
}

type RunningThere = Extract<Happening, { type: 'boss.state' }>['runningNow'][number]

/** Why nothing can start any more: the journal cannot be written, or a rule threw. */
const failureOf = (error: unknown, boss: string): Failure =>
  error instanceof RxbossError ? error.failure : ruleThrew(boss, error)

const judgesOf = (scheduler: Scheduler): readonly Scheduler[] =>
  rulesOf(scheduler).filter(({ impossible, cost }) => impossible !== undefined || cost !== undefined)
