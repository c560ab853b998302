/**
 * Main's side of one lane, whatever carries its messages.
 *
 *     give ──► books ──flush, once at the end of the turn──► batches ──► link
 *                ▲                                                        │
 *                └───────────── results · failed · exit ◄─────────────────┘
 *
 * Books are settled before anybody is told, so that whoever hears of it may give, withdraw and terminate at once.
 * Nothing is sent before the place is ready: a lane that fails to start has begun nothing.
 */

import { Observable, type Subscriber } from 'rxjs'

import { describeSafely, type ErrorData, errorToData } from '../../words/error-data.ts'
import type { Failure } from '../../words/failure.ts'
import { type Clone, restoreBuffers } from '../../words/survey.ts'
import type { Job, Lane, LaneEvent, LaneExit, LaneTerms } from '../crew.ts'
import { type Cells, placeOf, standingOf, withdrawCell } from './claims.ts'
import { Books, free, given, moved, sent } from './in-flight.ts'
import type { End, Link, LinkEvents } from './link.ts'
import { learn, type Pace, wanted } from './pace.ts'
import { type Refusal, Sender } from './sender.ts'
import { type Failed, flawOf, type Results, type ToMain, toMain, toWorker } from './wire.ts'

export interface LanePlan {
  readonly terms: LaneTerms
  /** Absent: no shared memory. Then one job at a time, and none is taken back once it was sent. */
  readonly cells: Cells | undefined
  readonly paces: readonly Pace[]
  /** Milliseconds in which the place must be ready; `Infinity`: no limit. */
  readonly startMs: number
  /** How what is sent is cloned; absent where values pass by reference. */
  readonly clone: Clone | undefined
  /** Opens the place. Called once, when somebody subscribes. */
  readonly connect: (events: LinkEvents) => Link
  /** What `ready` says about the place. */
  readonly where: () => { readonly threadId?: number; readonly pid?: number; readonly host?: string }
}

export const openLane = (plan: LanePlan): Lane => new LinkedLane(plan)

/** A timer of Node's that is longer than this runs out at once. */
const longestTimerMs = 2 ** 31 - 1
/** A place that was told to end now, and has not after so many milliseconds, is given up. */
const killLimitMs = 4000

type Phase = 'new' | 'opening' | 'ready' | 'gone'

class LinkedLane implements Lane {
  readonly ticket: number
  readonly events$: Observable<LaneEvent>
  heapMB: number | undefined
  private readonly plan: LanePlan
  private readonly books: Books
  private readonly sender: Sender
  private phase: Phase = 'new'
  /** What we asked for: it decides what an exit means. */
  private asked: 'nothing' | 'close' | 'terminate' = 'nothing'
  private out: Subscriber<LaneEvent> | undefined
  private link: Link | undefined
  private alive = true
  private openedAt = 0
  private startTimer: ReturnType<typeof setTimeout> | undefined
  private killTimer: ReturnType<typeof setTimeout> | undefined
  private flushing = false
  private closeSent = false
  /** Before this number nothing is at work any more: found by looking, and never again looked at. */
  private ended = 0
  /** Asked to stop, not told to the worker yet. */
  private aborts: { n: number; reason: unknown }[] = []
  private lastWord: { readonly error: ErrorData | undefined; readonly closed: boolean } | undefined
  private failedStart: string | undefined

  constructor(plan: LanePlan) {
    this.plan = plan
    this.ticket = plan.terms.ticket
    this.books = new Books(plan.terms.definitions.length)
    this.sender = new Sender(plan, this.books, (message, moving) => this.link?.send(message, moving))
    this.events$ = new Observable(out => this.open(out))
  }

  get held(): number {
    return this.books.held
  }

  load(): { readonly loop: number; readonly heap?: number } | undefined {
    return this.phase === 'ready' ? this.link?.load?.() : undefined
  }

  // ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────

  private open(out: Subscriber<LaneEvent>): () => void {
    if (this.phase !== 'new') throw new Error('Cannot subscribe to a lane twice: it has one subscriber')
    this.out = out
    this.openedAt = performance.now()
    this.phase = 'opening'
    if (this.asked !== 'nothing') {
      this.lastWord = { error: undefined, closed: true }
      this.exited({ reason: 'it was closed before it opened' })
      return () => {}
    }
    const { startMs } = this.plan
    if (startMs !== Number.POSITIVE_INFINITY) {
      const run = () => {
        this.failedStart = `it was not ready within ${startMs} ms (\`startMs\`): does its file wait or block at the top level?`
        this.link?.kill()
      }
      this.startTimer = setTimeout(run, Math.min(startMs, longestTimerMs))
    }
    try {
      this.link = this.plan.connect({
        receive: message => this.receive(message),
        exited: end => this.exited(end),
      })
      if (!this.alive) this.keepAlive(false)
    } catch (error) {
      this.exited({ reason: 'it could not be opened', error: errorToData(error) })
    }
    return () => this.terminate()
  }

  private ready(): void {
    if (this.phase !== 'opening') {
      this.nonsense('it said twice that it is ready')
      return
    }
    this.phase = 'ready'
    clearTimeout(this.startTimer)
    this.emit({ type: 'ready', startMs: performance.now() - this.openedAt, ...this.plan.where() })
    this.flush()
  }

  // ── giving ───────────────────────────────────────────────────────────────────────────────────────────────────

  room(definition: number): number {
    if (this.asked !== 'nothing' || this.phase === 'gone') return 0
    const { books, plan } = this
    if (!plan.terms.ahead || plan.cells === undefined) return books.held === 0 ? 1 : 0
    let heldMs = 0
    for (let d = 0; d < books.heldOf.length; d++) {
      const held = books.heldOf[d] as number
      if (held > 0) heldMs += held * (plan.paces[d] as Pace).meanMs
    }
    return wanted(plan.paces[definition] as Pace, books.held, heldMs)
  }

  give(job: Job): void {
    if (this.phase === 'gone') throw new Error(`Cannot give job ${job}: its lane has exited`)
    this.books.give(job, this.plan.terms.orders.definitionOf(job))
    this.flushSoon()
  }

  private flushSoon(): void {
    if (this.flushing || this.phase !== 'ready') return
    this.flushing = true
    queueMicrotask(this.flushNow)
  }

  private readonly flushNow = () => {
    this.flushing = false
    this.flush()
  }

  private flush(): void {
    if (this.phase !== 'ready') return
    const { books } = this
    const refusals = this.closeSent ? [] : this.sender.sendAll()
    for (const { n, reason } of this.aborts.splice(0)) this.tellAbort(n, reason)
    if (this.asked === 'close' && !this.closeSent && books.unsent === books.high) {
      this.closeSent = true
      this.link?.send([toWorker.close])
    }
    if (refusals.length > 0) this.refuse(refusals)
  }

  private refuse(refusals: readonly Refusal[]): void {
    this.books.tidy()
    const began = performance.now()
    for (const { job, failure } of refusals) this.emit({ type: 'failed', job, failure, began, workMs: 0 })
    this.flushMore()
  }

  /** What had no place before, or had to wait for the one under way. */
  private flushMore(): void {
    if (this.books.unsent < this.books.high || (this.asked === 'close' && !this.closeSent)) this.flushSoon()
  }

  // ── taking back ──────────────────────────────────────────────────────────────────────────────────────────────

  withdraw(job: Job): boolean {
    const n = this.books.numberOf(job)
    if (n === undefined) return this.books.dropOverflow(job)
    if (!this.mayTake(n)) return false
    this.letGo(n)
    this.books.tidy()
    this.flushMore()
    return true
  }

  withdrawTail(count: number): readonly Job[] {
    const { books } = this
    const taken = books.popOverflow(Math.min(count, books.held - 1))
    const first = firstOf(books)
    for (let n = books.high - 1; n > first && taken.length < count; n--) {
      const state = books.stateOf(n)
      if (state === free || state === moved) continue
      if (!this.mayTake(n)) break // begun, and so is everything before it
      taken.push(this.letGo(n))
    }
    if (taken.length > 0) {
      books.tidy()
      this.flushMore()
    }
    return taken
  }

  /** What was to be told about `n` goes with it: its number may be another's soon. */
  private letGo(n: number): Job {
    if (this.aborts.length > 0) this.aborts = this.aborts.filter(one => one.n !== n)
    return this.books.release(n)
  }

  private mayTake(n: number): boolean {
    const state = this.books.stateOf(n)
    if (state === given) return true
    return state === sent && this.plan.cells !== undefined && withdrawCell(this.plan.cells.words, n)
  }

  // ── at work ──────────────────────────────────────────────────────────────────────────────────────────────────

  atWork(): { readonly job: Job; readonly began: number } | undefined {
    const { books } = this
    const { cells } = this.plan
    let allEnded = true
    for (let n = Math.max(books.low, this.ended); n < books.unsent; n++) {
      if (books.isUnderWay(n)) {
        if (cells === undefined) return { job: books.jobOf(n), began: this.sender.sentAt }
        const standing = standingOf(cells.words, n)
        if (standing === 'begun') return { job: books.jobOf(n), began: cells.began[0] as number }
        if (standing === 'queued' && books.stateOf(n) === sent) return undefined
        if (standing === 'queued') allEnded = false
      }
      if (allEnded) this.ended = n + 1
    }
    return undefined
  }

  head(): Job | undefined {
    const { books } = this
    for (let n = books.low; n < books.unsent; n++) if (books.isUnderWay(n)) return books.jobOf(n)
    return undefined
  }

  onTheWay(): readonly Job[] {
    const { books, plan } = this
    const ended: Job[] = []
    if (plan.cells === undefined) return ended
    for (let n = books.low; n < books.unsent; n++) {
      if (!books.isUnderWay(n)) continue
      if (standingOf(plan.cells.words, n) !== 'finished') break
      ended.push(books.jobOf(n))
    }
    return ended
  }

  abort(job: Job, reason: unknown): void {
    const n = this.books.numberOf(job)
    if (n === undefined) return
    if (this.phase === 'ready' && this.books.stateOf(n) === given) this.flush()
    this.tellAbort(n, reason)
  }

  private tellAbort(n: number, reason: unknown): void {
    if (!this.books.isUnderWay(n)) {
      if (this.books.stateOf(n) === given) this.aborts.push({ n, reason })
      return
    }
    const isError = reason instanceof Error
    try {
      this.link?.send([toWorker.abort, n, isError ? errorToData(reason) : reason, isError])
    } catch {
      this.link?.send([toWorker.abort, n, describeSafely(reason), false]) // a reason that cannot be cloned: as text
    }
  }

  // ── ending ───────────────────────────────────────────────────────────────────────────────────────────────────

  close(): void {
    if (this.asked !== 'nothing') return
    this.asked = 'close'
    if (this.phase === 'opening' && this.held === 0) this.terminate()
    else this.flush()
  }

  terminate(): void {
    if (this.asked === 'terminate' || this.phase === 'gone') return
    this.asked = 'terminate'
    this.killTimer = setTimeout(() => this.giveUp(), killLimitMs)
    this.link?.kill()
  }

  /** Native code that does not return cannot be ended by anybody in JavaScript: its place is left behind. */
  private giveUp(): void {
    this.link?.keepAlive(false)
    this.exited({
      reason: `it is stuck in native code: it did not end within ${killLimitMs} ms`,
      stuck: true,
    })
  }

  keepAlive(alive: boolean): void {
    this.alive = alive
    if (this.phase === 'gone') return
    this.link?.keepAlive(alive)
    if (typeof this.startTimer === 'object') alive ? this.startTimer.ref() : this.startTimer.unref()
  }

  private exited(end: End): void {
    if (this.phase === 'gone') return
    const exit = this.account(end)
    this.phase = 'gone'
    clearTimeout(this.startTimer)
    clearTimeout(this.killTimer)
    this.emit(exit)
    this.out?.complete()
  }

  private account(end: End): LaneExit {
    const { books, plan } = this
    const begun: Job[] = []
    const queued: Job[] = []
    const lost: Job[] = []
    for (const n of books.heldNumbers()) {
      const standing =
        books.stateOf(n) === given
          ? 'queued'
          : plan.cells === undefined
            ? (end.standingOf?.(n) ?? 'begun') // if nobody can tell: at most once means that it may have begun
            : withdrawCell(plan.cells.words, n) // a browser lets a terminated thread run on for two seconds
              ? 'queued'
              : standingOf(plan.cells.words, n)
      if (standing !== 'queued') (plan.paces[books.definitions[placeOf(n)] as number] as Pace).cautious = true
      const column = standing === 'queued' ? queued : standing === 'begun' ? begun : lost
      column.push(books.jobOf(n))
    }
    queued.push(...books.overflowing())
    const error = this.lastWord?.error ?? end.error
    const why = this.whyOf(end)
    const reason =
      this.asked === 'terminate'
        ? end.stuck
          ? end.reason
          : 'it was terminated'
        : (this.failedStart ??
          (why !== 'closed' && error !== undefined
            ? `${error.name}: ${error.message}`
            : why === 'closed'
              ? 'it was closed'
              : end.reason))
    return {
      type: 'exit',
      why,
      reason,
      exitCode: end.exitCode,
      error: this.asked === 'terminate' ? undefined : error,
      begun,
      queued,
      lost,
      ...(end.stuck && { stuck: true }),
    }
  }

  private whyOf(end: End): LaneExit['why'] {
    if (this.asked === 'terminate') return 'closed'
    if (this.asked === 'close' && this.lastWord?.closed === true) return 'closed'
    if (end.outOfMemory === true) return 'outOfMemory'
    if (this.phase !== 'ready') return 'failedToStart'
    return 'crashed'
  }

  // ── hearing ──────────────────────────────────────────────────────────────────────────────────────────────────

  private receive(raw: unknown): void {
    if (this.phase === 'gone') return
    const flaw = flawOf(raw)
    if (flaw !== undefined) this.nonsense(`a message that the protocol does not know: ${flaw}`)
    else this.hear(raw as ToMain)
  }

  private hear(message: ToMain): void {
    switch (message[0]) {
      case toMain.results:
        this.done(message)
        return
      case toMain.bundle:
        for (let s = 1; s < message.length; s++) {
          const section: unknown = message[s]
          // A hole: its length may be anything, at no cost to who sent it.
          if (!(s in message)) return this.nonsense('a bundle with holes')
          if (Array.isArray(section) && section[0] === toMain.bundle)
            this.nonsense('a bundle within a bundle')
          else this.receive(section)
        }
        return
      case toMain.failed:
        this.failed(message)
        return
      case toMain.note: {
        const [, n, told, buffers] = message
        const note = buffers === undefined ? told : restoreBuffers(told, buffers)
        if (this.isHere(n, 'note')) this.emit({ type: 'note', job: this.books.jobOf(n), note })
        return
      }
      case toMain.log: {
        const [, stream, text, n] = message
        const job = n >= 0 && this.books.isUnderWay(n) ? { job: this.books.jobOf(n) } : {}
        this.emit({ type: 'log', stream, text, ...job })
        return
      }
      case toMain.heap:
        this.heapMB = message[1]
        return
      case toMain.ready:
        this.ready()
        return
      case toMain.dying:
        this.lastWord = { error: message[1], closed: false }
        return
      case toMain.closed:
        this.lastWord = { error: message[1], closed: true }
        return
      default:
        message satisfies never
    }
  }

  private failed([, n, told, began, workMs, buffers]: Failed): void {
    const { books } = this
    if (!this.isHere(n, 'failure')) return
    learn(this.plan.paces[books.definitions[placeOf(n)] as number] as Pace, workMs, 1)
    const job = books.release(n)
    books.tidy()
    const failure = buffers === undefined ? told : (restoreBuffers(told, buffers) as Failure)
    this.emit({ type: 'failed', job, failure, began, workMs })
    this.flushMore()
  }

  private done([, first, start, groups, results, buffers]: Results): void {
    const { books } = this
    const { paces } = this.plan
    const count = results.length
    for (let k = 0; k < count; k++) if (!this.isHere(first + k, 'result')) return
    if (buffers !== undefined) restoreBuffers(results, buffers)
    const jobs: Job[] = new Array(count)
    const began: number[] = new Array(count)
    const workMs: number[] = new Array(count)
    let at = start
    let k = 0
    // One lesson for each definition in a reply, however many groups: a reply may raise a mean by half at most.
    let pace: Pace | undefined
    let [ms, jobsOfPace] = [0, 0]
    for (let g = 0; g < groups.length; g += 2) {
      const size = groups[g] as number
      const each = (groups[g + 1] as number) / size
      const own = paces[books.definitions[placeOf(first + k)] as number] as Pace
      if (own !== pace) {
        if (pace !== undefined) learn(pace, ms, jobsOfPace)
        pace = own
        ms = jobsOfPace = 0
      }
      ms += groups[g + 1] as number
      jobsOfPace += size
      for (const end = k + size; k < end; k++) {
        jobs[k] = books.release(first + k)
        began[k] = at
        workMs[k] = each
        at += each
      }
    }
    if (pace !== undefined) learn(pace, ms, jobsOfPace)
    books.tidy()
    this.emit({ type: 'done', jobs, results, began, workMs })
    this.flushMore()
  }

  /** Whether a word about job number `n` can be right; if not, somebody forged it, or spoke after the end. */
  private isHere(n: number, word: string): boolean {
    if (this.books.isUnderWay(n)) return true
    this.nonsense(`a ${word} of job number ${n}, which is not here`)
    return false
  }

  private nonsense(why: string): void {
    this.emit({ type: 'nonsense', why })
  }

  private emit(event: LaneEvent): void {
    this.out?.next(event)
  }
}

function firstOf(books: Books): number {
  for (const n of books.heldNumbers()) return n
  return books.high
}
