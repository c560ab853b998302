/**
 * What jobs have answered, on its way to main: a result, a failure, a note, a text, each in its place.
 *
 *     value ──► kept in shared memory · copied · surveyed ──► outbox ──► main      when dry · at half · after 2 ms
 */

import { errorToData } from '../../words/error-data.ts'
import { type Failure, threw, unserialisable } from '../../words/failure.ts'
import { type Clone, type Survey, survey, whyNotSent } from '../../words/survey.ts'
import { transfersExist } from '../../words/transfer.ts'
import { finishCell, queuedFrom } from '../lane/claims.ts'
import type { FinishedResults } from '../lane/finished-results.ts'
import { type Results, toMain } from '../lane/wire.ts'
import { flushMs, heapEveryMs, roundTripMs, shortMs } from '../limits.ts'
import { ClockGroups } from './clock-groups.ts'
import type { HotPoll } from './hot-poll.ts'
import { type NoteFate, Outbox } from './outbox.ts'
import { snapshot } from './snapshot.ts'
import type { Station } from './stations.ts'
import type { PerformTerms, Workplace } from './workplace.ts'

export class Answers {
  readonly outbox: Outbox
  readonly groups: ClockGroups
  /** What was collected would be lost if the next job never ended: it is in no shared memory. */
  isAtRisk = false
  /** The job at work, and what makes it a failure whatever it answers. */
  taskNumber = -1
  fault: Failure | undefined
  /** Main wants to know when each job begins: none shares a reading of the clock. */
  timesEach = false
  #lastFlush = 0
  #lastHeap = 0
  readonly #place: Workplace
  readonly #words: Int32Array
  readonly #results: FinishedResults | undefined
  readonly #cellsAreMine: boolean
  readonly #clone: Clone | undefined

  constructor(place: Workplace, { cells, cellsAreMine, clone }: PerformTerms, hot: HotPoll | undefined) {
    this.#place = place
    this.#words = cells.words
    this.#results = cellsAreMine ? undefined : cells.results
    this.#cellsAreMine = cellsAreMine
    this.#clone = clone
    const answer = hot && ((results: Results) => hot.answer(results))
    this.outbox = new Outbox({ post: place.post, clone, answer }, (n, failure) => {
      if (n === this.taskNumber) this.fault ??= failure
    })
    this.groups = new ClockGroups(cells.began, this.outbox)
  }

  /** Books a result. True when the clock was read. */
  succeed(station: Station, n: number, answer: unknown): boolean {
    if (this.fault !== undefined) {
      this.#refuse(n, this.fault)
      return true
    }
    let result = answer
    let atOnce = station.cautious
    if (typeof answer === 'object' && answer !== null) {
      // Where nothing is ever moved, what can be copied needs no survey: it is small and plain.
      let special = transfersExist() ? survey(answer, this.#clone) : undefined
      const copied = special === undefined && this.#clone !== undefined ? snapshot(answer) : undefined
      if (copied !== undefined) result = copied
      else if (special !== undefined || this.#clone !== undefined) {
        special ??= survey(answer, this.#clone)
        if (special !== undefined && this.#succeedSpecially(n, answer, special)) return true
        atOnce ||= this.#clone !== undefined
      }
    }
    const { groups } = this
    if (this.#results?.keep(n, result) !== true) this.isAtRisk = true
    this.outbox.result(n, result, groups.began)
    this.#finish(n)
    if (++groups.count < station.groupSize && !atOnce && !this.timesEach) return false
    const now = this.#place.now()
    const each = (now - groups.began) / groups.count
    station.groupSize = each >= 0.02 ? 1 : each >= 0.004 ? 4 : 32
    station.isShort = each < shortMs
    groups.end(now)
    if (atOnce || this.#isTime(now, each)) this.flush(now)
    return true
  }

  /** A result that must not be sent, that moves, or that holds Buffers. False: by reference, nothing of it matters. */
  #succeedSpecially(n: number, answer: object, special: Survey): boolean {
    const { moved, buffers } = special
    if (this.#clone === undefined && moved === undefined) return false
    const why = this.#clone && whyNotSent(special, 'result')
    if (why !== undefined) {
      this.#refuse(n, unserialisable('The result', why))
      return true
    }
    const now = this.#place.now()
    const began = this.groups.endBefore(now)
    this.#finish(n)
    const alone: Results = [toMain.results, n, began, [1, now - began], [answer]]
    if (buffers !== undefined) alone.push(buffers.map(path => [0, ...path]))
    this.outbox.sendAlone(alone, moved)
    this.#flushed(now)
    this.groups.begin(now)
    return true
  }

  fail(station: Station, n: number, error: unknown): void {
    this.#refuse(n, this.fault ?? threw(station.worker, errorToData(error)))
  }

  #refuse(n: number, failure: Failure): void {
    const now = this.#place.now()
    const began = this.groups.endBefore(now)
    this.outbox.failed(n, failure, began, now - began)
    this.isAtRisk = true
    this.fault = undefined
    this.#finish(n)
    this.groups.begin(now)
    if (this.#isTime(now, now - began)) this.flush(now)
  }

  #finish(n: number): void {
    finishCell(this.#words, n)
    this.#place.record?.finished(n)
  }

  note(n: number, note: unknown): NoteFate {
    const now = this.#place.now()
    this.groups.endBefore(now)
    return this.outbox.note(n, note, now)
  }

  /** What the place prints, told in order with everything else. True when it waits. */
  print(stream: 'stdout' | 'stderr', text: string, n: number): boolean {
    const now = this.#place.now()
    this.groups.endBefore(now)
    return this.outbox.log([toMain.log, stream, text, n], now)
  }

  // -- when it leaves ----------------------------------------------------------------------------------------------------

  /** Work goes on after a pause. */
  resume(now: number): void {
    if (this.outbox.unreported === 0) this.#lastFlush = now
    else if (now - this.groups.began > 0.02) this.outbox.endRun()
    this.groups.begin(now)
  }

  /** While jobs follow: after 2 ms, when jobs are long anyway, or when as much is unreported as is still queued. */
  #isTime(now: number, each: number): boolean {
    const { unreported } = this.outbox
    if (unreported === 0) return false
    const since = now - this.#lastFlush
    if (since >= flushMs || each >= 1) return true
    // Done in order: the next one to begin is behind the last that answered.
    return (
      since >= roundTripMs &&
      !this.#cellsAreMine &&
      unreported >= queuedFrom(this.#words, this.taskNumber + 1)
    )
  }

  isOverdue(now: number): boolean {
    return now - this.#lastFlush >= flushMs
  }

  /** Before a job of which nobody knows how long it takes. */
  flushBefore(): void {
    const now = this.#place.now()
    if (this.groups.count > 0) this.groups.end(now)
    this.flush(now)
  }

  flush(now: number): void {
    this.#flushed(now)
    this.outbox.flush()
    if (this.#place.heapMB === undefined || now - this.#lastHeap < heapEveryMs) return
    this.#lastHeap = now
    this.#place.post([toMain.heap, this.#place.heapMB()])
  }

  #flushed(now: number): void {
    this.#lastFlush = now
    this.isAtRisk = false
  }

  /** The place is about to end, whatever the reason: what was collected must not end with it. */
  sayEverything(): void {
    const now = this.#place.now()
    this.groups.endBefore(now)
    this.#flushed(now)
    this.outbox.flushAll()
  }
}
