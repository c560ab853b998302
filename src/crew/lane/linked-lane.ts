/**
 * Main's side of one lane, whatever carries its messages.
 *
 *     give ──► in flight ──flush, once at the end of the turn──► batches ──► link
 *                ▲                                                            │
 *                └──────────── inbox: results · failed · exit ◄───────────────┘
 *
 * Nothing is sent before the place is ready: a lane that fails to start has begun nothing.
 *
 *     terminate ──► nobody can be asked ──────────────────────────► ended at once
 *            └────► work that can be: all it held is let go of ──► asked ──► its answer, or `graceMs` ──► ended
 */

import type { Observable } from 'rxjs'

import { describeSafely, errorToData } from '../../words/error-data.ts'
import { threw } from '../../words/failure.ts'
import { longestMs } from '../../words/limits.ts'
import type { Movable } from '../../words/transfer.ts'
import type { Job, Lane, LaneEvent } from '../crew.ts'
import { killLimitMs } from '../limits.ts'
import { Aborts } from './aborts.ts'
import { askableJob, placeOf, withdrawCell } from './claims.ts'
import { type HotCaller, hotCallerOf } from './hot-caller.ts'
import { free, given, InFlight, moved, sent } from './in-flight.ts'
import { Inbox } from './inbox.ts'
import { type LastWord, laneExitOf } from './lane-exit-of.ts'
import { LaneLife } from './lane-life.ts'
import { type LanePlan, roomIn } from './lane-plan.ts'
import { isAnswer, isLastWordOf, sectionsOf } from './last-answer.ts'
import type { End, Link } from './link.ts'
import { Sender, type UnsentJob } from './sender.ts'
import { takeStock } from './stock.ts'
import { Whereabouts } from './whereabouts.ts'
import { type Bundle, type ToMain, type ToWorker, toMain, toWorker } from './wire.ts'

export const openLinkedLane = (plan: LanePlan): Lane => new LinkedLane(plan)

class LinkedLane implements Lane {
  readonly ticket: number
  readonly events$: Observable<LaneEvent>
  heapMB: number | undefined
  readonly #plan: LanePlan
  readonly #inFlight: InFlight
  readonly #sender: Sender
  readonly #whereabouts: Whereabouts
  readonly #aborts: Aborts
  readonly #hot: HotCaller | undefined
  readonly #inbox: Inbox
  readonly #life: LaneLife
  #link: Link | undefined
  #alive = true
  #startTimer: ReturnType<typeof setTimeout> | undefined
  #killTimer: ReturnType<typeof setTimeout> | undefined
  #flushing = false
  #closeSent = false
  /** The last job that said that it can be asked, where no memory is shared. */
  #askable = -1
  /** The job that was asked to stop, in a lane that ends: all was let go of, and its answer is all that is waited for. */
  #leaving: number | undefined
  /** Asked for the moment at which each job begins. */
  #timesEach = false
  #lastWord: LastWord | undefined
  #failedStart: string | undefined

  constructor(plan: LanePlan) {
    this.#plan = plan
    this.ticket = plan.terms.ticket
    this.#inFlight = new InFlight(plan.terms.definitions.length)
    const send: Link['send'] = (message, moving) => this.#send(message, moving)
    this.#sender = new Sender(plan, this.#inFlight, send)
    this.#aborts = new Aborts({
      inFlight: this.#inFlight,
      send,
      skip: n => this.#link?.skip?.(n) === true,
      skipped: (n, reason) => this.#skipped(n, reason),
    })
    const begun = plan.tellsBegun ? () => this.#link?.begun?.() : undefined
    this.#whereabouts = new Whereabouts(this.#inFlight, plan.cells, begun)
    this.#life = new LaneLife({ open: () => this.#open(), abandon: () => this.terminate() })
    this.events$ = this.#life.events$
    this.#inbox = new Inbox({
      life: this.#life,
      inFlight: this.#inFlight,
      paces: plan.paces,
      say: send,
      freed: () => this.#flushMore(),
      control: message => this.#control(message),
    })
    this.#hot = hotCallerOf(plan, this.#inFlight, answer => this.#receive(answer))
  }

  get held(): number {
    return this.#inFlight.held
  }

  load(): { readonly loop: number; readonly heap?: number } | undefined {
    return this.#life.phase === 'ready' ? this.#link?.load?.() : undefined
  }

  // -- opening -----------------------------------------------------------------------------------------------------------

  #open(): void {
    if (this.#life.asked !== 'nothing') {
      this.#lastWord = { error: undefined, closed: true }
      this.#exited({ reason: 'it was closed before it opened' })
      return
    }
    const { startMs, slowStart = 'does its file wait or block at the top level?' } = this.#plan
    if (startMs !== Infinity) {
      const giveUp = () => {
        this.#failedStart = `it was not ready within ${startMs} ms (\`startMs\`): ${slowStart}`
        this.#link?.kill()
      }
      this.#startTimer = setTimeout(giveUp, Math.min(startMs, longestMs))
    }
    try {
      this.#link = this.#plan.connect({
        receive: (message, until) => this.#receive(message, until),
        exited: end => this.#exited(end),
      })
      if (!this.#alive) this.keepAlive(false)
    } catch (error) {
      this.#exited({ reason: 'it could not be opened', error: errorToData(error) })
    }
  }

  #ready(): void {
    if (this.#life.phase !== 'opening') {
      this.#life.nonsense('it said twice that it is ready')
      return
    }
    clearTimeout(this.#startTimer)
    if (this.#timesEach) this.#link?.send([toWorker.timesEach])
    this.#life.ready(this.#plan.where())
    this.#flush()
  }

  // -- giving ------------------------------------------------------------------------------------------------------------

  room(definition: number): number {
    if (!this.#life.takesJobs) return 0
    return roomIn(this.#plan, this.#inFlight, definition)
  }

  give(job: Job): void {
    this.#life.mustTake(job)
    const definition = this.#plan.terms.orders.definitionOf(job)
    this.#inFlight.give(job, definition)
    this.#flushSoon()
    if (this.#flushing && this.#leaving === undefined) this.#sender.sendEarly(definition)
  }

  #flushSoon(): void {
    if (this.#flushing || this.#life.phase !== 'ready') return
    this.#flushing = true
    queueMicrotask(this.#flushNow)
  }

  readonly #flushNow = () => {
    this.#flushing = false
    this.#flush()
  }

  #flush(): void {
    if (this.#life.phase !== 'ready' || this.#leaving !== undefined) return
    const inFlight = this.#inFlight
    if (!this.#closeSent) this.#sender.sendAll()
    const refusals = this.#sender.takeRefusals()
    this.#aborts.tellEarly()
    if (this.#life.asked === 'close' && !this.#closeSent && inFlight.unsent === inFlight.high) {
      this.#closeSent = true
      this.#send([toWorker.close])
    }
    if (refusals.length > 0) this.#refuse(refusals)
    this.#hot?.look()
  }

  #send(message: ToWorker, moving?: readonly Movable[]): void {
    if (this.#hot?.takes(message, moving !== undefined) !== true) this.#link?.send(message, moving)
  }

  #refuse(refusals: readonly UnsentJob[]): void {
    this.#inFlight.tidy()
    const began = performance.now()
    for (const { job, failure } of refusals)
      this.#life.emit({ type: 'failed', job, failure, began, workMs: 0 })
    this.#flushMore()
  }

  /** What had no place before, or had to wait for the one under way. */
  #flushMore(): void {
    const { unsent, high } = this.#inFlight
    if (unsent < high || (this.#life.asked === 'close' && !this.#closeSent)) this.#flushSoon()
  }

  // -- taking back -------------------------------------------------------------------------------------------------------

  withdraw(job: Job): boolean {
    const n = this.#inFlight.numberOf(job)
    if (n === undefined) return this.#inFlight.dropOverflow(job)
    if (!this.#mayTake(n)) return false
    this.#letGo(n)
    this.#inFlight.tidy()
    this.#flushMore()
    return true
  }

  withdrawTail(count: number): readonly Job[] {
    const inFlight = this.#inFlight
    const taken = inFlight.popOverflow(Math.min(count, inFlight.held - 1))
    const first = inFlight.firstHeld
    for (let n = inFlight.high - 1; n > first && taken.length < count; n--) {
      const state = inFlight.stateOf(n)
      if (state === free || state === moved) continue
      if (!this.#mayTake(n)) break // begun, and so is everything before it
      taken.push(this.#letGo(n))
    }
    if (taken.length > 0) {
      inFlight.tidy()
      this.#flushMore()
    }
    return taken
  }

  #letGo(n: number): Job {
    this.#aborts.forget(n)
    return this.#inFlight.release(n)
  }

  #mayTake(n: number): boolean {
    const state = this.#inFlight.stateOf(n)
    if (state === given) return true
    return state === sent && this.#plan.cells !== undefined && withdrawCell(this.#plan.cells.words, n)
  }

  // -- at work -----------------------------------------------------------------------------------------------------------

  atWork(): { readonly job: Job; readonly began: number } | undefined {
    const n = this.#whereabouts.atWork()
    if (n === undefined) return undefined
    const began = this.#plan.cells?.began[0] ?? this.#link?.begun?.()?.at ?? this.#sender.sentAt
    return { job: this.#inFlight.jobOf(n), began }
  }

  timesEach(): boolean {
    const { cells, clone } = this.#plan
    // By reference, who would watch the time is held up by the work.
    if (cells === undefined || clone === undefined || this.#timesEach) return this.#timesEach
    if (this.#life.phase === 'ready') this.#link?.send([toWorker.timesEach])
    this.#timesEach = true
    return true
  }

  head(): Job | undefined {
    return this.#whereabouts.head()
  }

  onTheWay(): readonly Job[] {
    return this.#whereabouts.onTheWay()
  }

  abort(job: Job, reason: unknown): void {
    const n = this.#inFlight.numberOf(job)
    if (n === undefined) return
    if (this.#life.phase === 'ready' && this.#inFlight.stateOf(n) === given) this.#flush()
    this.#aborts.tell(n, reason)
  }

  /** Its place will not begin a job that it was handed ahead; others go on before it, so nobody is to wait. */
  #skipped(n: number, reason: unknown): void {
    const inFlight = this.#inFlight
    const { definitions } = this.#plan.terms
    const worker = definitions[inFlight.definitions[placeOf(n)] as number]?.name ?? ''
    const job = inFlight.release(n)
    inFlight.tidy()
    const failure = threw(worker, { name: 'AbortError', message: describeSafely(reason) })
    this.#life.emit({ type: 'failed', job, failure, began: performance.now(), workMs: 0 })
    this.#flushMore()
  }

  // -- ending ------------------------------------------------------------------------------------------------------------

  close(): void {
    if (!this.#life.takesJobs) return
    this.#life.asked = 'close'
    if (this.#life.phase === 'opening' && this.held === 0) this.terminate()
    else this.#flush()
  }

  terminate(reason: unknown = new Error('This worker was terminated')): void {
    if (this.#life.asked === 'terminate' || this.#life.isGone) return
    this.#life.asked = 'terminate'
    const n = this.#life.phase === 'ready' ? this.#numberToAsk() : undefined
    const { graceMs } = this.#plan.terms
    const toldFor = this.#aborts.toldFor(n)
    const left = graceMs - (toldFor ?? 0)
    // Who was asked already, and had its time, is not asked again.
    if (n === undefined || left < 5) return this.#kill()
    this.keepAlive(true)
    this.#aborts.skipAllBehind(n, reason)
    if (toldFor === undefined) this.#aborts.tell(n, reason)
    this.#leaving = n
    this.#killTimer = setTimeout(() => this.#kill(), Math.min(left, longestMs))
    const link = this.#link
    const { begun, queued, lost, rescued } = this.#takeStock(
      link?.standingOf && (n => link.standingOf?.(n) ?? 'begun'),
    )
    for (const event of rescued) this.#life.emit(event)
    this.#life.emit({ type: 'released', begun, queued, lost })
  }

  /** The job at work, if asking it to stop may change anything. */
  #numberToAsk(): number | undefined {
    const n = this.#whereabouts.atWork()
    const { cells } = this.#plan
    return n !== undefined && n === (cells === undefined ? this.#askable : askableJob(cells.words))
      ? n
      : undefined
  }

  #kill(): void {
    clearTimeout(this.#killTimer)
    this.#killTimer = setTimeout(() => this.#giveUp(), killLimitMs)
    this.#link?.kill()
  }

  /** Native code that does not return cannot be ended by anybody in JavaScript: its place is left behind. */
  #giveUp(): void {
    this.#link?.keepAlive(false)
    this.#exited({
      reason: `it is stuck in native code: it did not end within ${killLimitMs} ms`,
      stuck: true,
    })
  }

  keepAlive(alive: boolean): void {
    if (this.#leaving !== undefined) return // until what was asked has had its time
    this.#alive = alive
    if (this.#life.isGone) return
    this.#link?.keepAlive(alive)
    if (typeof this.#startTimer === 'object') alive ? this.#startTimer.ref() : this.#startTimer.unref()
  }

  #exited(end: End): void {
    if (this.#life.isGone) return
    this.#hot?.stop()
    const { rescued, ...stock } = this.#takeStock(end.standingOf)
    const { asked, phase } = this.#life
    const exit = laneExitOf(end, stock, {
      asked,
      wasReady: phase === 'ready',
      lastWord: this.#lastWord,
      failedStart: this.#failedStart,
    })
    clearTimeout(this.#startTimer)
    clearTimeout(this.#killTimer)
    this.#sender.close()
    this.#life.exit(exit, rescued)
  }

  #takeStock(recorded?: End['standingOf']) {
    const { cells, paces } = this.#plan
    return takeStock({ inFlight: this.#inFlight, cells, paces, recorded })
  }

  // -- hearing -----------------------------------------------------------------------------------------------------------

  #receive(message: unknown, until?: number): unknown {
    this.#hot?.hearFirst()
    const n = this.#leaving
    if (n === undefined) return this.#inbox.receive(message, until)
    for (const section of sectionsOf(message)) {
      if (!isAnswer(section)) this.#inbox.receive(section)
      else if (isLastWordOf(n, section)) this.#kill()
    }
    return undefined
  }

  #control(message: Exclude<ToMain, Bundle>): void {
    switch (message[0]) {
      case toMain.heap:
        this.heapMB = message[1]
        return
      case toMain.ready:
        this.#ready()
        return
      case toMain.askable:
        this.#askable = message[1]
        return
      case toMain.dying:
        this.#lastWord = { error: message[1], closed: false }
        return
      case toMain.closed:
        this.#lastWord = { error: message[1], closed: true }
    }
  }
}
