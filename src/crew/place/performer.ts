/**
 * The worker's side of one lane: takes jobs one at a time, does them, and collects what main should hear.
 *
 *     batch ──► claim the cell ──► work ──► outbox ──► main      when dry · at half · after 2 ms
 *                  │ taken back: skip       ▲
 *                  └────────────── next ────┘ async work: the next one is claimed after it has answered
 *
 * A burst of synchronous jobs runs in one loop, and after 10 ms of it the event loop has a turn: timers of the user's,
 * and messages to us, wait no longer than that and one job. Clocks are read per group of 1, 4 or 32 jobs, by their
 * length.
 */

import { errorToData, restoreError } from '../../words/error-data.ts'
import { type Failure, threw, unserialisable } from '../../words/failure.ts'
import { type Clone, restoreBuffers, type Survey, survey, whyNotSent } from '../../words/survey.ts'
import { transferOf, transfersExist } from '../../words/transfer.ts'
import type { AnyWorker, Task } from '../../worker/worker.ts'
import { type Cells, claimCell, finishCell, isQueued, queueCell, queuedFrom } from '../lane/claims.ts'
import {
  type Abort,
  type Batch,
  type Extra,
  type Results,
  type ToWorker,
  toMain,
  toWorker,
} from '../lane/wire.ts'
import { ActiveTask, type TaskPlace } from './active-task.ts'
import { type Follow, howToFollow, type Stop } from './follow-answer.ts'
import { Outbox, type Post } from './outbox.ts'
import { snapshot } from './snapshot.ts'

// Work may replace what is global where it runs.
const { Number, Object } = globalThis

export interface Recorder {
  begun(n: number): void
  finished(n: number): void
}

/** What the place offers: a thread, a child process, or main itself. */
export interface Place {
  readonly post: Post
  /** Calls back after the event loop has had a turn. */
  soon(run: () => void): void
  /** The next message, if it is here already. */
  next?(): ToWorker | undefined
  /** Milliseconds on main's clock. */
  now(): number
  /** The end of a polite close: teardowns have run, the last word is said. */
  exit(): void
  /** Where no memory is shared: writes down that a job has begun, or has finished, so that it is known however this place ends. */
  readonly record?: Recorder | undefined
  /** MB used by this place; told now and then, where it is there. */
  heapMB?(): number
}

export interface PerformTerms {
  readonly ticket: number
  readonly definitions: readonly { readonly worker: AnyWorker; readonly cautious: boolean }[]
  readonly cells: Cells
  /** Nobody else sees the cells: what arrives is queued here. */
  readonly cellsAreMine: boolean
  /** How what is sent from here is cloned; absent: nothing is cloned on its way. */
  readonly clone: Clone | undefined
}

/** A definition at work in this place. */
interface Station extends TaskPlace {
  readonly definition: AnyWorker
  readonly names: readonly string[] | undefined
  readonly cautious: boolean
  setUp: boolean
  /** Its setup threw this; the next job answers with it. */
  broken: { readonly error: unknown } | undefined
  /** So many jobs share one reading of the clock. */
  groupSize: number
}

/** After so long without a turn of the event loop it gets one. */
const turnMs = 10
/** Results wait no longer than this while jobs follow. */
const flushMs = 2
/** Main needs about so long to answer: flushing more often buys nothing. */
const roundTripMs = 0.1
const heapEveryMs = 250

export class Performer {
  private readonly place: Place
  private readonly outbox: Outbox
  private readonly stations: readonly Station[]
  private readonly words: Int32Array
  private readonly cells: Cells
  private readonly cellsAreMine: boolean
  private readonly clone: Clone | undefined
  private readonly record: Recorder | undefined
  private phase: 'idle' | 'running' | 'waiting' | 'yielded' | 'settingUp' | 'closed' = 'idle'
  private batches: Batch[] = []
  private head = 0
  /** The batch at work, and the place in it of the next job. */
  private batch: Batch | undefined
  private index = 0
  /** The number after the last one looked at. */
  private next = 0
  private groupBegan = 0
  private groupCount = 0
  private lastFlush = 0
  private lastTurn = 0
  private pausedAt = 0
  private lastHeap = 0
  private flushIsComing = false
  private closing = false
  private stopped = false
  /** Something may keep the next job from beginning: look before each. */
  private careful = false
  private task: ActiveTask | undefined
  private taskNumber = -1
  private taskStop: Stop | undefined
  private fault: Failure | undefined
  private readonly abortedAhead = new Map<number, unknown>()

  constructor(place: Place, terms: PerformTerms) {
    this.place = place
    this.cells = terms.cells
    this.words = terms.cells.words
    this.cellsAreMine = terms.cellsAreMine
    this.clone = terms.clone
    this.record = place.record
    this.stations = terms.definitions.map(({ worker, cautious }) => ({
      worker: worker.name,
      ticket: terms.ticket,
      local: undefined,
      definition: worker,
      names: worker.footprint.names,
      cautious,
      setUp: worker.setup === undefined,
      broken: undefined,
      groupSize: 1,
      report: (n, note) => this.note(n, note),
    }))
    this.outbox = new Outbox({ post: place.post, clone: terms.clone }, (n, failure) => {
      if (n === this.taskNumber) this.fault ??= failure
    })
  }

  // ── hearing ──────────────────────────────────────────────────────────────────────────────────────────────────

  receive(message: ToWorker): void {
    if (this.stopped) return
    this.take(message)
    if (this.phase !== 'idle' || message[0] === toWorker.abort) return
    const now = this.place.now()
    if (now - this.pausedAt > 0.5) this.lastTurn = now // idle for that long: the loop has turned
    this.enter()
  }

  private take(message: ToWorker): void {
    switch (message[0]) {
      case toWorker.batch:
        if (this.cellsAreMine) for (let i = 0; i < message[3]; i++) queueCell(this.words, message[2] + i)
        this.batches.push(message)
        return
      case toWorker.abort:
        this.abort(message)
        return
      case toWorker.close:
        this.closing = true
        return
      case toWorker.nudge:
        return
      default:
        message satisfies never
    }
  }

  private abort([, n, given, isError]: Abort): void {
    const reason = isError ? restoreError(given as never) : given
    if (n === this.taskNumber && this.task !== undefined) {
      ActiveTask.abort(this.task, reason)
      this.taskStop?.(reason)
    } else if (n >= this.next) {
      this.abortedAhead.set(n, reason)
      this.careful = true
    }
  }

  // ── the loop ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** Goes on after a pause. Where nothing but this ran for long, the event loop has a turn first. */
  private enter(): void {
    if (this.stopped) return
    const now = this.place.now()
    if (now - this.lastTurn > turnMs) {
      this.yieldTurn()
      return
    }
    if (this.outbox.unreported === 0) this.lastFlush = now
    else if (now - this.groupBegan > 0.02) this.outbox.endRun()
    this.groupBegan = now
    this.cells.began[0] = now
    this.run()
  }

  private yieldTurn(): void {
    if (this.stopped) return
    this.task = undefined
    this.phase = 'yielded'
    if (this.outbox.unreported > 0) this.flush(this.place.now())
    this.place.soon(() => {
      if (this.phase !== 'yielded') return
      this.lastTurn = this.place.now()
      this.enter()
    })
  }

  private run(): void {
    this.phase = 'running'
    for (;;) {
      const batch = this.batch ?? this.takeBatch()
      if (batch === undefined) {
        if (this.fetch()) continue
        break
      }
      const station = this.stations[batch[1]] as Station
      if (!station.setUp) {
        void this.setUp(station)
        return
      }
      if (!this.runBatch(batch, station)) return
    }
    this.dry()
  }

  /** Takes what is on its way without leaving the loop: cheaper, and a burst stays a burst. */
  private fetch(): boolean {
    if (this.place.next === undefined || this.stopped || !isQueued(this.words, this.next)) return false
    const message = this.place.next()
    if (message === undefined) return false
    this.take(message)
    return true
  }

  /** Does the rest of a batch. True to go on; false when something must be waited for. */
  private runBatch(batch: Batch, station: Station): boolean {
    const { words, outbox } = this
    const [, , first, count, ids, extras, columns, buffers] = batch
    const { names, definition } = station
    const only = columns[0] as readonly unknown[]
    const name = names?.length === 1 && names[0] !== '__proto__' ? names[0] : undefined
    // What main took back before it was sent leaves a hole between two batches.
    if (this.index === 0 && first !== this.next) outbox.endRun()
    while (this.index < count) {
      const i = this.index++
      const n = first + i
      this.next = n + 1
      if (!claimCell(words, n)) {
        if (this.groupCount > 0) this.endGroup(this.place.now())
        outbox.endRun()
        continue
      }
      this.record?.begun(n)
      let attributes: unknown
      if (name !== undefined) attributes = { [name]: only[i] }
      else if (names === undefined) attributes = only[i]
      else attributes = attributesOf(names, columns, i)
      if (buffers !== undefined) attributes = restoreBuffers(attributes, buffers)
      if (definition.footprint.revive !== undefined) attributes = definition.footprint.revive(attributes)
      const id = typeof ids === 'number' ? ids + i : (ids[i] as number)
      const extra = extras === 0 ? undefined : extraOf(extras, i)
      const task = new ActiveTask(station, n, id, extra)
      this.task = task
      this.taskNumber = n
      let answer: unknown
      try {
        if (this.careful) this.mayBegin(station, n)
        answer = definition.work(attributes as never, task as Task<unknown> as Task<never>)
        if (typeof answer === 'object' && answer !== null) {
          const follow = isMarked(answer) ? undefined : howToFollow(answer)
          if (follow !== undefined) {
            if (this.isFollowing(follow, answer, n)) return false
            if (this.shouldYield()) return false
            continue
          }
        }
      } catch (error) {
        this.fail(station, n, error)
        if (this.shouldYield()) return false
        if (!station.setUp) return true
        continue
      }
      if (this.succeed(station, n, answer) && this.shouldYield()) return false
    }
    if (this.groupCount > 0) this.endGroup(this.place.now())
    this.batch = undefined
    return true
  }

  private takeBatch(): Batch | undefined {
    const { batches } = this
    if (this.head === batches.length) return undefined
    this.batch = batches[this.head++]
    this.index = 0
    if (this.head === batches.length) {
      this.batches = []
      this.head = 0
    }
    return this.batch
  }

  /** Throws what keeps this job from beginning: it was aborted before, or its setup threw. */
  private mayBegin(station: Station, n: number): void {
    const { abortedAhead } = this
    this.careful = abortedAhead.size > 0
    if (station.broken !== undefined) {
      const { error } = station.broken
      station.broken = undefined
      station.setUp = false // the next job tries again
      throw error
    }
    if (!abortedAhead.has(n)) return
    const reason = abortedAhead.get(n)
    abortedAhead.delete(n)
    throw reason
  }

  /** Nothing left here. If more is on its way, results wait for it. */
  private dry(): void {
    if (this.stopped) return
    this.phase = 'idle'
    const now = this.place.now()
    this.pausedAt = now
    this.task = undefined
    const coming = !this.cellsAreMine && isQueued(this.words, this.next)
    if (!coming || now - this.lastFlush >= flushMs) this.flush(now)
    if (this.closing && !coming) void this.tearDown()
  }

  private shouldYield(): boolean {
    if (this.groupBegan - this.lastTurn <= turnMs) return false
    this.yieldTurn()
    return true
  }

  // ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Books a result. True when the clock was read. */
  private succeed(station: Station, n: number, answer: unknown): boolean {
    if (this.fault !== undefined) {
      this.refuse(n, this.fault)
      return true
    }
    let result = answer
    let atOnce = station.cautious
    if (typeof answer === 'object' && answer !== null) {
      // Where nothing is ever moved, what can be copied needs no survey: it is small and plain.
      let special = transfersExist() ? survey(answer, this.clone) : undefined
      const copied = special === undefined && this.clone !== undefined ? snapshot(answer) : undefined
      if (copied !== undefined) result = copied
      else if (special !== undefined || this.clone !== undefined) {
        special ??= survey(answer, this.clone)
        if (special !== undefined && this.succeedSpecially(n, answer, special)) return true
        atOnce ||= this.clone !== undefined
      }
    }
    this.outbox.result(n, result, this.groupBegan)
    this.finish(n)
    if (++this.groupCount < station.groupSize && !atOnce) return false
    const now = this.place.now()
    const each = (now - this.groupBegan) / this.groupCount
    station.groupSize = each >= 0.02 ? 1 : each >= 0.004 ? 4 : 32
    this.endGroup(now)
    if (atOnce || this.isTime(now, each)) this.flush(now)
    return true
  }

  /** A result that must not be sent, that moves, or that holds Buffers. False: by reference, nothing of it matters. */
  private succeedSpecially(n: number, answer: object, special: Survey): boolean {
    const { moved, buffers } = special
    if (this.clone === undefined && moved === undefined) return false
    const why = this.clone && whyNotSent(special, 'result')
    if (why !== undefined) {
      this.refuse(n, unserialisable('The result', why))
      return true
    }
    const now = this.place.now()
    const began = this.endGroupBefore(now)
    this.finish(n)
    const alone: Results = [toMain.results, n, began, [1, now - began], [answer]]
    if (buffers !== undefined) alone.push(buffers.map(path => [0, ...path]))
    this.outbox.sendAlone(alone, moved)
    this.lastFlush = now
    this.groupBegan = now
    this.cells.began[0] = now
    return true
  }

  private fail(station: Station, n: number, error: unknown): void {
    this.refuse(n, this.fault ?? threw(station.worker, errorToData(error)))
  }

  private refuse(n: number, failure: Failure): void {
    const now = this.place.now()
    const began = this.endGroupBefore(now)
    this.outbox.failed(n, failure, began, now - began)
    this.fault = undefined
    this.finish(n)
    this.groupBegan = now
    this.cells.began[0] = now
    if (this.isTime(now, now - began)) this.flush(now)
  }

  private finish(n: number): void {
    finishCell(this.words, n)
    this.record?.finished(n)
  }

  private endGroup(now: number): void {
    this.outbox.group(this.groupCount, now - this.groupBegan)
    this.groupCount = 0
    this.groupBegan = now
    this.cells.began[0] = now
  }

  /** Ends the group before the job at work, which shares the time since the clock was read. When that job began. */
  private endGroupBefore(now: number): number {
    if (this.groupCount > 0) {
      const ms = ((now - this.groupBegan) / (this.groupCount + 1)) * this.groupCount
      this.outbox.group(this.groupCount, ms)
      this.groupCount = 0
      this.groupBegan += ms
    }
    return this.groupBegan
  }

  /** While jobs follow: after 2 ms, when jobs are long anyway, or when as much is unreported as is still queued. */
  private isTime(now: number, each: number): boolean {
    const { unreported } = this.outbox
    if (unreported === 0) return false
    const since = now - this.lastFlush
    if (since >= flushMs || each >= 1) return true
    return since >= roundTripMs && !this.cellsAreMine && unreported >= queuedFrom(this.words, this.next)
  }

  private flush(now: number): void {
    this.lastFlush = now
    this.outbox.flush()
    if (this.place.heapMB === undefined || now - this.lastHeap < heapEveryMs) return
    this.lastHeap = now
    this.place.post([toMain.heap, this.place.heapMB()])
  }

  // ── work that takes a while ──────────────────────────────────────────────────────────────────────────────────

  /** Follows an answer that is not a value yet. False when it was there at once. */
  private isFollowing(follow: Follow, answer: object, n: number): boolean {
    const station = this.stations[(this.batch as Batch)[1]] as Station
    station.groupSize = 1
    this.endGroupBefore(this.place.now())
    this.phase = 'waiting'
    let inside = true
    let settled = false
    const settle = (book: () => void) => {
      if (settled) return
      settled = true
      book()
      this.taskStop = undefined
      if (!inside) this.enter()
    }
    let stop: Stop | undefined
    try {
      stop = follow(answer as never, {
        note: note => this.note(n, note),
        done: result => settle(() => this.succeed(station, n, result)),
        failed: error => settle(() => this.fail(station, n, error)),
        soon: run => this.place.soon(run),
      })
    } catch (error) {
      settle(() => this.fail(station, n, error)) // it would not even be followed
    }
    inside = false
    if (settled) {
      this.phase = 'running'
      return false
    }
    this.taskStop = stop
    if (this.outbox.unreported > 0) this.flushAfterTurn()
    return true
  }

  /** Results must not wait for work that waits. */
  private flushAfterTurn(): void {
    if (this.flushIsComing) return
    this.flushIsComing = true
    this.place.soon(() => {
      this.flushIsComing = false
      this.flush(this.place.now())
    })
  }

  private note(n: number, note: unknown): void {
    const now = this.place.now()
    this.endGroupBefore(now)
    if (this.outbox.note(n, note, now)) this.flushAfterTurn()
  }

  /** What the place prints, told in order with everything else. */
  print(stream: 'stdout' | 'stderr', text: string): void {
    const now = this.place.now()
    this.endGroupBefore(now)
    const n = this.task === undefined ? -1 : this.taskNumber
    if (this.outbox.log([toMain.log, stream, text, n], now)) this.flushAfterTurn()
  }

  private async setUp(station: Station): Promise<void> {
    this.phase = 'settingUp'
    this.flushAfterTurn()
    try {
      station.local = await station.definition.setup?.({ ticket: station.ticket })
    } catch (error) {
      station.broken = { error }
      this.careful = true
    }
    station.setUp = true
    this.enter()
  }

  // ── ending ───────────────────────────────────────────────────────────────────────────────────────────────────

  private async tearDown(): Promise<void> {
    this.phase = 'closed'
    let failed: { error: unknown } | undefined
    for (const { setUp, definition, local } of [...this.stations].reverse()) {
      try {
        if (setUp) await definition.teardown?.(local as never)
      } catch (error) {
        failed ??= { error }
      }
    }
    this.lastFlush = this.place.now()
    this.outbox.flush()
    this.place.post([toMain.closed, failed && errorToData(failed.error)])
    this.place.exit()
  }

  /** Begins nothing more. Work that cannot be stopped is asked to, and its answer is ignored. */
  stop(reason: unknown): void {
    this.stopped = true
    this.batches = []
    this.head = 0
    this.index = Number.POSITIVE_INFINITY
    if (this.task !== undefined) ActiveTask.abort(this.task, reason)
    this.taskStop?.(reason)
  }

  /** The place is about to end, whatever the reason: what was collected must not end with it. */
  sayEverything(): void {
    this.endGroupBefore(this.place.now())
    this.outbox.flush()
  }
}

/** What was marked to move is a value, a stream too. */
const isMarked = (answer: object): boolean => transfersExist() && transferOf(answer) !== undefined

const attributesOf = (names: readonly string[], columns: readonly (readonly unknown[])[], i: number) => {
  const attributes: Record<string, unknown> = {}
  for (let c = 0; c < names.length; c++) {
    const name = names[c] as string
    const value = (columns[c] as readonly unknown[])[i]
    if (name === '__proto__') Object.defineProperty(attributes, name, { value, enumerable: true })
    else attributes[name] = value
  }
  return attributes
}

/** Extras are few and in order. */
const extraOf = (extras: readonly Extra[], i: number) => extras.find(([index]) => index === i)
