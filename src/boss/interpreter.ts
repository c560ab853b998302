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

import { changeDesk, type Desk, openDesk } from '../scheduler/desk/desk.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { describeSafely } from '../words/error-data.ts'
import { type Failure, refused } from '../words/failure.ts'
import type { InstructionId } from '../words/instruction.ts'
import type { CancelCode, FinalAccount, Report } from '../words/report.ts'
import { Acceptance } from './acceptance.ts'
import type { Asker } from './asker.ts'
import type { BossQueue } from './boss-queue.ts'
import { Dispatch } from './dispatch.ts'
import { Ending } from './ending.ts'
import { Inspector } from './inspector.ts'
import { Journaling } from './journaling.ts'
import { LaneEvents } from './lane-events.ts'
import { LaneTable } from './lane-table.ts'
import { Ledger, type Line } from './ledger.ts'
import type { Settings } from './options.ts'
import { Outcomes, ruleThrew } from './outcomes.ts'
import { Readiness } from './readiness.ts'
import { Reclaim } from './reclaim.ts'
import { Reporter } from './reporter.ts'
import { Starting } from './starting.ts'
import { Status } from './status.ts'
import type { Effect, Message } from './step/protocol.ts'
import { newborn, type State, type StepConfig } from './step/state.ts'
import { step } from './step/step.ts'
import { Supply } from './supply.ts'
import { TimeLimits } from './time-limits.ts'

export class Interpreter {
  readonly settings: Settings
  readonly final$ = new AsyncSubject<FinalAccount>()
  readonly closing$ = new Subject<'draining' | 'closed'>()
  readonly exit$ = new AsyncSubject<{ readonly status: FinalAccount['status'] }>()
  /** What the mailbox keeps its instructions in; its subscribers see what is handed out and what is given up. */
  queue: BossQueue<never> | undefined
  /** The rules that hold now. */
  scheduler: Scheduler
  /** What `step` knows. */
  state: State = newborn
  /** Every instruction that is not settled, and how many there were. */
  readonly ledger = new Ledger()
  /** Who waits, and who may start by the scheduler's rules. */
  desk: Desk<Line>
  readonly inspector: Inspector
  readonly reporter: Reporter
  readonly reports$: Observable<Report>
  readonly lanes: LaneTable
  readonly acceptance: Acceptance
  readonly starting: Starting
  readonly dispatch: Dispatch
  readonly laneEvents: LaneEvents
  readonly reclaim: Reclaim
  readonly limits: TimeLimits
  readonly outcomes: Outcomes
  readonly ending: Ending
  /** Only where there is a journal. */
  readonly journaling: Journaling | undefined
  readonly status: Status
  /** The lazy sources. */
  readonly supply: Supply
  /** Lanes that are there without work. */
  readonly readiness: Readiness
  /** The settings, for `step`: what a user's backoff throws, or gives that is no time, waits in `#broken`. */
  readonly #rules: StepConfig
  readonly #effects: Effect[] = []
  #broken: Failure | undefined

  constructor(settings: Settings) {
    this.settings = settings
    this.scheduler = settings.scheduler
    this.#rules = {
      ...settings,
      backoff: attempt => this.#pause('backoff', settings.backoff, attempt),
      supervise: {
        ...settings.supervise,
        backoff: nth => this.#pause('supervise.backoff', settings.supervise.backoff, nth),
      },
    }
    settings.journal?.open(settings.registry.definitions)
    this.journaling = settings.journal && new Journaling(settings.journal, this.ledger)
    this.inspector = new Inspector(settings.name, settings.clock, {
      whereItStands: upTo => this.status.whereItStands(upTo),
      observersChanged: () => this.ending.beSampled(),
    })
    this.reporter = new Reporter(settings, this.ledger, this.inspector)
    this.reports$ = this.reporter.reports.values$
    this.acceptance = new Acceptance(this)
    this.desk = this.#openDesk()
    this.lanes = new LaneTable(this)
    this.starting = new Starting(this)
    this.dispatch = new Dispatch(this)
    this.laneEvents = new LaneEvents(this)
    this.reclaim = new Reclaim(this)
    this.limits = new TimeLimits(this)
    this.outcomes = new Outcomes(this)
    this.status = new Status(this)
    this.supply = new Supply(this)
    this.readiness = new Readiness(this)
    this.ending = new Ending(this)
    if (settings.signal !== undefined) this.#obey(settings.signal)
  }

  #openDesk(): Desk<Line> {
    return openDesk<Line>(this.scheduler, line => this.acceptance.view(line))
  }

  // -- in ----------------------------------------------------------------------------------------------------------------

  /** So many sources have more that counts as work. */
  sourcesAtWork(count: number): void {
    this.#tellLoad()
    this.tell({ type: 'sources', count })
  }

  /** Cancels what was given for somebody and is not settled; only what has not begun, where so told. */
  cancelOf(asker: Asker, which: 'all' | 'pending', code: CancelCode): void {
    for (const line of this.ledger.lines()) {
      if (this.ledger.askerOf(line) !== asker) continue
      if (which === 'all') this.limits.cancel(line, code, code)
      else this.limits.endWaiting(line, code, code)
    }
  }

  /** An instruction was not taken, and nobody is there to throw at. True where somebody hears of it. */
  refuse(why: string): boolean {
    this.supply.refused()
    return this.reporter.refused(this.settings.name, why)
  }

  /** True exactly when this decides the outcome. */
  cancel(id: InstructionId, code: CancelCode, reason: unknown): boolean {
    const line = this.ledger.find(id)
    if (line === undefined) return false
    const { scope } = this.settings
    return scope.runInAsyncScope(this.limits.cancel, this.limits, line, code, reason)
  }

  /** From now on by these rules. What runs goes on; what could never start by them is refused. */
  reschedule(scheduler: Scheduler): void {
    if (this.state.phase !== 'live') return
    const ledger = this.ledger
    this.scheduler = scheduler
    this.acceptance.reschedule(scheduler)
    this.reclaim.all()
    const running = ledger.lines().filter(line => ledger.isHeld(line))
    const { desk, refusals } = changeDesk(this.desk, this.#openDesk(), running)
    this.desk = desk
    const limit = this.limit()
    this.lanes.resize(limit)
    this.tell({ type: 'limitChanged', limit })
    const impossible = refusals.map(({ item, why }) => ({ id: ledger.idOf(item), item, why }))
    for (const { id, item, why } of impossible) {
      // Whoever is told of one may cancel the next, and give another that takes its line.
      if (ledger.find(id) !== item) continue
      this.outcomes.settleFailed(item, refused(this.reporter.workerOf(item), why))
    }
    this.starting.soon()
  }

  /** Starts what may start now. */
  start = (): void => this.starting.start()
  /** The same, once for all that comes in this turn. */
  soon = (): void => this.starting.soon()

  // -- messages and effects ----------------------------------------------------------------------------------------------

  /** A signal of the user, or of whoever listens to it. It finds `step` with the latest counts. */
  signal(message: Message): void {
    this.settings.scope.runInAsyncScope(this.#signal, this, message)
  }

  #signal(message: Message): void {
    this.#tellLoad()
    this.tell(message)
  }

  /** A message takes effect at once. Its effects follow in order, after those under way. */
  tell = (message: Message): void => {
    const [state, effects] = step(this.#rules, this.state, message)
    this.state = state
    if (message.type === 'laneReady') this.readiness.look()
    for (const effect of effects) this.#effects.push(effect)
    // Whoever calls back in from an effect first sees those before its own carried out: order is kept, and nobody waits.
    for (;;) {
      if (this.ending.clearOne()) continue
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
      this.#broken ??= ruleThrew(this.settings.name, error, option)
      return 0
    }
  }

  #tellLoad(): void {
    const running = this.status.running()
    this.tell({ type: 'load', pending: this.ledger.live - running, running })
  }

  /** While the intake is open, how much there is decides nothing. */
  changed = (): void => {
    if (this.state.intake === 'closed') this.#tellLoad()
  }

  #carryOut(effect: Effect): void {
    const outcomes = this.outcomes
    switch (effect.do) {
      case 'pump':
        return this.starting.soon()
      case 'sendReport':
        return this.status.sendReport()
      case 'openLanes':
        return this.lanes.want(effect.count)
      case 'closeLane':
        return this.#closeLane(effect)
      case 'restTicket':
        return this.lanes.rest(effect.ticket, effect.ms)
      case 'abort':
        return this.#abort(effect.id, effect.reason)
      case 'after':
        return this.ending.after(effect.ms, () => this.tell(effect.message))
      case 'lookAgain':
        return this.starting.startIn(effect.ms)
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
        return this.reclaim.all()
      case 'giveBack':
        return this.ending.clear(line => outcomes.giveBack(line, effect.reason))
      case 'failAll':
        return this.ending.clear(line => outcomes.settleFailed(line, effect.failure))
      case 'unhear':
        return this.ending.unhear()
      case 'phaseChanged':
        return this.ending.phaseChanged(effect)
      case 'exit':
        return this.ending.exit(effect.status)
      default:
        return effect satisfies never
    }
  }

  /** Most lanes that may be open: the scheduler's and the crew's. */
  limit = (): number => {
    return Math.min(this.scheduler.concurrency, this.settings.crew.size)
  }

  /** What it has not begun goes elsewhere. */
  #closeLane({ ticket, politely, why }: Extract<Effect, { do: 'closeLane' }>): void {
    const one = this.lanes.at(ticket)
    if (one === undefined) return
    one.retires = why
    if (politely) this.reclaim.from(one)
    this.lanes.close(one, politely)
  }

  #abort(id: InstructionId, reason: unknown): void {
    const line = this.ledger.find(id)
    if (line !== undefined) this.lanes.abort(line, reason)
  }

  #obey(signal: AbortSignal): void {
    const stop = () => this.signal({ type: 'stopThemWorking', reason: signal.reason })
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    this.exit$.subscribe({ complete: () => signal.removeEventListener('abort', stop) })
  }
}
