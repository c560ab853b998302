/**
 * The interpreter: carries out what `step` decides, with everything that rules must not know.
 *
 *     give ──► ledger + desk ──dispatch──► lanes ──events───► outcomes ──► reports$
 *                                 ▲                              │
 *                                 └──────────── step ◄── facts ──┘
 *
 * Its two rules: the books are settled before anybody is told, and whoever is told may call back in here at once.
 * A message takes effect immediately; the effects it asks for are carried out in order, after those already under way.
 */

import { AsyncSubject, type Observable, Subject } from 'rxjs'
import type { Memory } from '../journal/journal.ts'
import { changeDesk, type Desk, openDesk } from '../scheduler/desk/desk.ts'
import { judgesOf, rulesOf, whyImpossible } from '../scheduler/rules/rules.ts'
import type { Pending, Scheduler } from '../scheduler/scheduler.ts'
import { describeSafely } from '../words/error-data.ts'
import { type Failure, RxbossError, refused } from '../words/failure.ts'
import type { Instruction, InstructionId } from '../words/instruction.ts'
import type { CancelCode, CutOff, FinalAccount, Report } from '../words/report.ts'
import type { Asker } from './asker.ts'
import type { BossQueue } from './boss-queue.ts'
import { Dispatch, worthSharingMs } from './dispatch.ts'
import { Inspector } from './inspector.ts'
import { Chronicle } from './journaling.ts'
import { LaneEvents } from './lane-events.ts'
import { LaneTable, type OpenLane } from './lane-table.ts'
import { type Entry, Ledger, type Line } from './ledger.ts'
import type { Settings } from './options.ts'
import { Outcomes, ruleThrew } from './outcomes.ts'
import type { By, Effect, Message } from './protocol.ts'
import { Readiness } from './readiness.ts'
import { Recall } from './reclaim.ts'
import { Reporter } from './reporter.ts'
import { Sampler } from './sampler.ts'
import { Status } from './status.ts'
import { mayHandAhead, mayOpenLane, newborn, type State, type StepConfig, step } from './step.ts'
import { Supply } from './supply.ts'
import { TimeLimits } from './time-limits.ts'

export class Interpreter {
  readonly reports$: Observable<Report>
  /** The final report: one value, replayed to whoever asks late. */
  readonly final$ = new AsyncSubject<FinalAccount>()
  /** Says that instructions are taken from sources alone that are work, then from nobody. */
  readonly closing$ = new Subject<'draining' | 'closed'>()
  /** One value, when no lane is left. */
  readonly exit$ = new AsyncSubject<{ readonly status: FinalAccount['status'] }>()
  /** What the mailbox keeps its instructions in; its subscribers see what is handed out and what is given up. */
  queue: BossQueue<never> | undefined
  readonly inspector: Inspector
  /** Where the boss stands, for who asks. */
  readonly status: Status
  /** The lazy sources. */
  readonly supply: Supply
  /** Lanes that are there without work. */
  readonly readiness: Readiness
  state: State = newborn

  readonly #settings: Settings
  /** The settings, for `step`: what a user's backoff throws, or gives that is no time, waits in `#broken`. */
  readonly #rules: StepConfig
  readonly #ledger = new Ledger()
  #desk: Desk<Line>
  readonly #dispatch: Dispatch
  readonly #recall: Recall
  readonly #reporter: Reporter
  readonly #outcomes: Outcomes
  readonly #limits: TimeLimits
  readonly #lanes: LaneTable
  readonly #timers = new Set<() => void>()
  readonly #effects: Effect[] = []
  /** What a stop or a storm settles, while it does. */
  #clearing:
    | { readonly lines: readonly Line[]; next: number; readonly settle: (line: Line) => void }
    | undefined
  readonly #cutOff: CutOff[] = []
  readonly #sampler: Sampler
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
  /** The moment that all of this turn's arrivals share: reading a clock costs more than queueing an instruction. */
  #now: number | undefined
  #broken: Failure | undefined
  readonly #chronicle: Chronicle | undefined
  /** What an earlier life of this run has settled, and is to be told again. */
  readonly #recorded: {
    readonly line: Line
    readonly id: InstructionId
    readonly memory: Extract<Memory, { kind: 'settled' | 'leftOut' }>
  }[] = []

  constructor(settings: Settings) {
    const ledger = this.#ledger
    const tell = (message: Message) => this.tell(message)
    const soon = () => this.#soon()
    this.#settings = settings
    this.#rules = {
      ...settings,
      backoff: attempt => this.#pause('backoff', settings.backoff, attempt),
      supervise: {
        ...settings.supervise,
        backoff: nth => this.#pause('supervise.backoff', settings.supervise.backoff, nth),
      },
    }
    this.#scheduler = settings.scheduler
    this.#judges = judgesOf(rulesOf(settings.scheduler))
    settings.journal?.open(settings.registry.definitions)
    const chronicle = settings.journal && new Chronicle(settings.journal, ledger)
    this.#chronicle = chronicle
    const inspector = new Inspector(settings.name, settings.clock, {
      whereItStands: upTo => status.whereItStands(upTo),
      observersChanged: () => this.#beSampled(),
    })
    this.#sampler = new Sampler(settings.clock, (lagMs, seconds) => {
      status.sample(lagMs, seconds)
      // No word comes from a thread that is busy for long, though what it works on may be another than last time.
      for (const station of lanes.open) laneEvents.announceHead(station)
    })
    this.#desk = openDesk<Line>(settings.scheduler, line => this.#view(line))
    const desk = () => this.#desk
    const reporter = new Reporter(settings, ledger, inspector)
    const lanes: LaneTable = new LaneTable({
      settings,
      ledger,
      inspector,
      tell,
      limit: this.#limit(),
      demand: () =>
        mayOpenLane(this.state, settings.clock.now()) && (dispatch.lanesWanted > 0 || this.#cold() > 0),
      hooks: ticket => this.#scheduler.hooks?.(ticket) ?? [],
      ahead: () => desk().plain && mayHandAhead(settings),
      hear: (station, event) => laneEvents.hear(station, event),
      freed: () => this.start(),
    })
    const dispatch: Dispatch = new Dispatch({
      get desk() {
        return desk()
      },
      lanes,
      ledger,
      give: (station, line) => this.#give(station, line),
      wantLanes: count => tell({ type: 'lanesWanted', count, now: settings.clock.now() }),
      goesAlone: line => limits.timeoutOf(line) !== undefined,
      lifeOf: station => (settings.crew.recycleAfter ?? Number.POSITIVE_INFINITY) - station.given,
      limit: () => this.#limit(),
      meanMs: definition => outcomes.meanMs[definition],
    })
    const recall: Recall = new Recall(ledger, lanes, {
      dispatch,
      headLeft: station => laneEvents.announceHead(station),
    })
    const outcomes: Outcomes = new Outcomes({
      settings,
      ledger,
      dispatch,
      recall,
      reporter,
      inspector,
      chronicle,
      state: () => this.state,
      tell,
      soon,
      changed: () => this.#changed(),
      gaveUp: given => this.queue?.gaveUp(given, 'abandoned'),
    })
    const limits: TimeLimits = new TimeLimits({ settings, ledger, lanes, recall, outcomes, soon })
    const laneEvents = new LaneEvents({
      settings,
      ledger,
      lanes,
      outcomes,
      reporter,
      inspector,
      tell,
      start: () => this.start(),
      soon,
      deaf: () => !this.state.heard,
      condemned: ticket => this.state.lanes.get(ticket) === 'condemned',
    })
    const status: Status = new Status({
      settings,
      ledger,
      lanes,
      recall,
      reporter,
      inspector,
      state: () => this.state,
      limit: () => this.#limit(),
    })
    this.supply = new Supply({
      accepted: () => ledger.nextId,
      room: () => (this.#mayAsk() ? dispatch.room() : 0),
      soon,
    })
    this.readiness = new Readiness({
      name: settings.name,
      min: settings.crew.min,
      limit: () => this.#limit(),
      up: () => lanes.open.filter(({ ready, closing }) => ready && !closing).length,
      soon,
      final$: this.final$,
    })
    this.status = status
    this.#lanes = lanes
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
  accept(entry: Entry, asker?: Asker): InstructionId {
    const ledger = this.#ledger
    this.#now ??= this.#settings.clock.now()
    const entered =
      entry.key === undefined ? undefined : this.#settings.journal?.enter(entry.key, ledger.nextId)
    const line = ledger.accept(entered === undefined ? entry : { ...entry, key: entered.key }, this.#now)
    if (asker !== undefined) ledger.askedBy(line, asker)
    this.#reporter.accepted(line)
    if (entered !== undefined && this.#isRecorded(line, entered.memory)) ledger.rest(line)
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
      const name = this.#reporter.nameOf(line)
      const why = `"${name}" had begun in an earlier life of this run (attempt ${memory.attempt}), and nothing says that it ended: it runs again, unless a queue still has it`
      this.#reporter.warned(name, why, this.#ledger.idOf(line))
    }
    return false
  }

  /** Tells what an earlier life of this run has settled. */
  #tellRecorded(): void {
    for (const { line, id, memory } of this.#recorded.splice(0)) {
      if (!(this.#ledger.isResting(line) && this.#ledger.isStill(line, id))) continue
      this.#outcomes.settleRecorded(line, memory)
    }
  }

  /** Settles an instruction that no worker accepts, so that it is accounted for and reported like any other. */
  acceptRefused(given: Instruction, failure: Failure, asker?: Asker): void {
    const name = typeof given?.name === 'string' ? given.name : undefined
    const entry: Entry = { given, base: undefined, name, definition: 0, attributes: undefined }
    const line = this.#ledger.refuse(entry, this.#settings.clock.now())
    if (asker !== undefined) this.#ledger.askedBy(line, asker)
    this.#outcomes.settleFailed(line, failure)
    this.#changed()
    // It came and never begins: another may come in its place.
    if (!this.#starting) this.#soon()
  }

  /** So many sources have more that counts as work. */
  sourcesAtWork(count: number): void {
    this.#tellLoad()
    this.tell({ type: 'sources', count })
  }

  /** A source was left before it had completed. */
  cutOff(source: CutOff): void {
    this.#cutOff.push(source)
    if (this.inspector.noticed) this.inspector.notice({ type: 'source.cutOff', given: source.given })
  }

  /** Cancels what was given for somebody and is not settled; only what has not begun, where so told. */
  cancelOf(asker: Asker, which: 'all' | 'pending', code: CancelCode): void {
    for (const line of this.#ledger.lines()) {
      if (this.#ledger.askerOf(line) !== asker) continue
      if (which === 'all') this.#limits.cancel(line, code, code)
      else if (this.#recall.one(line)) this.#outcomes.cancel(line, code, code)
    }
  }

  /** Something about an instruction looks wrong, though it is taken. */
  warn(name: string, why: string): void {
    this.#reporter.warned(name, why)
  }

  /** So many instructions were given, and not taken. */
  countRefused(count: number): void {
    this.#ledger.countRefused(count)
  }

  /** An instruction was not taken, and nobody is there to throw at. True where somebody hears of it. */
  refuse(why: string): boolean {
    this.supply.refused()
    return this.#reporter.refused(this.#settings.name, why)
  }

  /** Evicts the instruction that has waited longest. True if there was one. */
  evictOldest(reason: unknown): boolean {
    const oldest = this.#dispatch.takeOldest() ?? this.#recall.waiting()[0]
    if (oldest === undefined) return false
    this.#recall.one(oldest)
    const given = this.#ledger.givenOf(oldest)
    this.#outcomes.cancel(oldest, 'evicted', reason)
    this.queue?.gaveUp(given, 'evicted')
    return true
  }

  /** True exactly when this decides the outcome. */
  cancel(id: InstructionId, code: CancelCode, reason: unknown): boolean {
    const line = this.#ledger.find(id)
    return line !== undefined && this.#limits.cancel(line, code, reason)
  }

  /** From now on by these rules. What runs goes on; what could never start by them is refused. */
  reschedule(scheduler: Scheduler): void {
    if (this.state.phase !== 'live') return
    const ledger = this.#ledger
    this.#scheduler = scheduler
    this.#judges = judgesOf(rulesOf(scheduler))
    this.#recall.all()
    const running = ledger.lines().filter(line => ledger.isHeld(line))
    const { desk, refusals } = changeDesk(
      this.#desk,
      openDesk<Line>(scheduler, line => this.#view(line)),
      running,
    )
    this.#desk = desk
    const limit = this.#limit()
    this.#lanes.resize(limit)
    this.tell({ type: 'limitChanged', limit })
    const impossible = refusals.map(({ item, why }) => ({ id: ledger.idOf(item), item, why }))
    for (const { id, item, why } of impossible) {
      // Whoever is told of one may cancel the next, and give another that takes its line.
      if (ledger.find(id) !== item) continue
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
    const [state, effects] = step(this.#rules, this.state, message)
    this.state = state
    if (message.type === 'laneReady') this.readiness.look()
    for (const effect of effects) this.#effects.push(effect)
    // Whoever calls back in from an effect first sees those before his own carried out: order is kept, and nobody waits.
    for (;;) {
      if (this.#clearOne()) continue
      const effect = this.#effects.shift()
      if (effect === undefined) break
      this.#carryOut(effect)
    }
    const failure = this.#broken
    if (failure === undefined) return
    this.#broken = undefined
    this.tell({ type: 'broken', failure })
  }

  /** How long to wait, by a function of the user: one that throws ends the boss, as any rule does, and loses nothing. */
  #pause(option: string, pause: (nth: number) => number, nth: number): number {
    try {
      const ms = pause(nth)
      if (Number.isFinite(ms)) return ms
      throw new TypeError(`${option}(${nth}) must be a number of milliseconds, got ${describeSafely(ms)}`)
    } catch (error) {
      this.#broken ??= ruleThrew(this.#settings.name, error, option)
      return 0
    }
  }

  #tellLoad(): void {
    const running = this.status.running()
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
        return this.status.sendReport()
      case 'openLanes':
        return this.#lanes.want(effect.count)
      case 'closeLane':
        return this.#closeLane(effect)
      case 'restTicket':
        return this.#lanes.rest(effect.ticket, effect.ms)
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
        return outcomes.onLine(effect.id, line => outcomes.cancel(line, effect.code, effect.reason))
      case 'repeat':
        return outcomes.onLine(effect.id, line => outcomes.repeat(line, effect))
      case 'requeue':
        return outcomes.requeue(effect.ids)
      case 'settleReturned':
        return outcomes.onLine(effect.id, line => outcomes.giveBack(line, effect.reason))
      case 'takeBack':
        return this.#recall.all()
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
          this.supply.askForMore()
        } while (this.#recorded.length > 0)
        const now = this.#settings.clock.now()
        this.#dispatch.start(now)
        this.#keepWarm()
        this.#armWake(now)
      } catch (error) {
        this.tell({ type: 'broken', failure: failureOf(error, this.#settings.name) })
      } finally {
        this.#starting = false
        this.#now = undefined
      }
    }
    this.#changed()
  }

  /** How many lanes are missing of those that are kept though idle. */
  #cold(): number {
    const { least } = this.readiness
    if (least === 0 || this.state.intake === 'closed') return 0
    return least - this.#lanes.open.filter(({ closing }) => !closing).length
  }

  #keepWarm(): void {
    const count = this.#cold()
    if (count > 0) this.tell({ type: 'lanesWanted', count, now: this.#settings.clock.now() })
  }

  #give(station: OpenLane, line: Line): void {
    const idle = station.lane.held === 0
    this.#ledger.hand(line, station.ticket)
    if (this.#chronicle !== undefined) this.#write(this.#chronicle, line)
    station.given++
    if (this.queue?.observed) this.queue.handed(this.#ledger.givenOf(line))
    station.lane.give(line)
    const timeout = this.#limits.timeoutOf(line)
    if (timeout !== undefined) this.#limits.limitWork(line, timeout)
    if (!idle) return
    station.since = this.#settings.clock.now()
    station.stayIdle?.()
    station.stayIdle = undefined
    station.lane.keepAlive(true)
    // Where the lane is still opening, the work begins once it is ready.
    if (station.ready) this.#reporter.starts(station, line, station.since)
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

  /**
   * Where time alone may let somebody start, the desk is looked at again by then. It is asked as of the moment when it let
   * nobody start: by now it may be open, and nothing else would look.
   */
  #armWake(now: number): void {
    this.#wake?.()
    this.#wake = undefined
    if (this.#dispatch.mayShareSoon) {
      this.#wake = this.#settings.clock.after(worthSharingMs, () => this.start(), false)
      return
    }
    if (this.#dispatch.waiting === 0) return
    const at = this.#desk.lookAgainAt(now)
    if (at === undefined) return
    this.#wake = this.#settings.clock.after(at - this.#settings.clock.now(), () => this.start(), true)
  }

  #openLanesIn(ms: number): void {
    this.#openLater?.()
    this.#openLater = this.#settings.clock.after(ms, () => this.start(), true)
  }

  /** Whether lazy sources may be asked: what they send could start. */
  #mayAsk(): boolean {
    const { pump, intake, phase } = this.state
    return pump === 'on' && intake !== 'closed' && phase === 'live'
  }

  /** How many wait; what the mailbox's capacity bounds. */
  get waiting(): number {
    return this.status.waiting
  }

  get usedKeys(): Set<string> | undefined {
    return this.#chronicle?.usedKeys
  }

  #limit(): number {
    return Math.min(this.#scheduler.concurrency, this.#settings.crew.size)
  }

  /** What it has not begun goes elsewhere. */
  #closeLane({ ticket, politely, why }: Extract<Effect, { do: 'closeLane' }>): void {
    const one = this.#lanes.at(ticket)
    if (one === undefined) return
    one.retires = why
    if (politely) this.#recall.from(one)
    this.#lanes.close(one, politely)
  }

  #abort(id: InstructionId, reason: unknown): void {
    const line = this.#ledger.find(id)
    if (line !== undefined) this.#lanes.abort(line, reason)
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
    this.#clearing = { lines: this.#recall.waiting(), next: 0, settle }
  }

  /** Settles the next of what is cleared. One by one, before all that follows: whoever is told of it may call back in. */
  #clearOne(): boolean {
    const clearing = this.#clearing
    if (clearing === undefined) return false
    const line = clearing.lines[clearing.next++]
    if (line === undefined) this.#clearing = undefined
    // Cancelled meanwhile, perhaps.
    else if (this.#recall.one(line)) clearing.settle(line)
    return true
  }

  #unhear(): void {
    const ledger = this.#ledger
    for (const line of ledger.lines()) {
      const asker = ledger.askerOf(line)
      asker?.told(this.#reporter.cancelled(line, 'stopped', 'stopListening'))
      this.#dispatch.release(line)
      ledger.settle(line, 'unheard')
    }
    this.#finish(this.state.status)
  }

  #phaseChanged(by: By): void {
    const { intake, pump, phase } = this.state
    const closes = intake === 'closed' && !this.#closed
    this.#closed ||= closes
    if (intake !== 'open') this.closing$.next(intake)
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
    this.inspector.notice({ type: 'boss.start', ...this.status.who() })
  }

  #beSampled(): void {
    this.#sampler.be(this.#begun && this.inspector.noticed && this.status.final === undefined)
  }

  #finish(status: FinalAccount['status']): void {
    if (this.status.final !== undefined) return
    const { failure } = this.state
    this.status.final = {
      status,
      counts: this.status.counts(),
      reports: this.#reporter.kept,
      pending: this.#outcomes.givenBack,
      sources: this.#cutOff,
      ...(status === 'failed' && failure !== undefined && { failure }),
    }
    this.#reporter.reports.complete()
    this.final$.next(this.status.final)
    this.final$.complete()
  }

  #exit(status: FinalAccount['status']): void {
    this.#wake?.()
    this.#openLater?.()
    for (const stop of this.#timers) stop()
    this.#timers.clear()
    this.supply.end()
    this.#lanes.end()
    this.#finish(status)
    this.#chronicle?.close()
    this.#sampler.be(false)
    if (this.inspector.noticed) {
      const { name } = this.#settings
      this.inspector.notice({ type: 'actor.exit', actor: name, why: status, restarts: 0 })
      this.inspector.notice({
        type: 'boss.end',
        status,
        counts: this.status.counts(),
        ms: this.inspector.age(),
      })
    }
    this.inspector.complete()
    this.queue?.complete()
    this.exit$.next({ status })
    this.exit$.complete()
  }

  #obey(signal: AbortSignal): void {
    const stop = () => this.signal({ type: 'stopThemWorking', reason: signal.reason })
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    this.exit$.subscribe({ complete: () => signal.removeEventListener('abort', stop) })
  }

  #view(line: Line): Pending {
    const ledger = this.#ledger
    const known = {
      base: ledger.baseOf(line),
      attributes: ledger.attributesOf(line),
      definition: ledger.definitionOf(line),
    }
    return this.#describe(known, ledger.idOf(line))
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

/** Why nothing can start any more: the journal cannot be written, or a rule threw. */
const failureOf = (error: unknown, boss: string): Failure =>
  error instanceof RxbossError ? error.failure : ruleThrew(boss, error)
