/**
 * The worker's side of one lane: takes jobs one at a time, does them, and collects what main should hear.
 *
 *     batch ──► claim the cell ──► work ──► answers ──► main
 *                  │ taken back: skip       ▲
 *                  └────────────── next ────┘ async work: the next one is claimed after it has answered
 *
 * A burst of synchronous jobs runs in one loop, and after 10 ms of it the event loop has a turn: timers of the user's,
 * and messages to us, wait no longer than that and one job.
 */

import { errorToData, restoreError } from '../../words/error-data.ts'
import { transferOf, transfersExist } from '../../words/transfer.ts'
import type { Task } from '../../worker/worker.ts'
import { claimCell, isQueued, queueCell } from '../lane/claims.ts'
import { type Abort, type Batch, type ToWorker, toMain, toWorker } from '../lane/wire.ts'
import { performerTurnMs } from '../limits.ts'
import { ActiveTask } from './active-task.ts'
import { Answers } from './answers.ts'
import { attributesIn, Batches, extraIn, ReceivedConstants } from './batches.ts'
import { type FollowAnswer, howToFollow } from './follow-answer.ts'
import { AnswerInProgress } from './following.ts'
import { HotPoll } from './hot-poll.ts'
import { type Station, setUp, stationsOf, tearDown } from './stations.ts'
import type { PerformTerms, Workplace } from './workplace.ts'

// Work may replace what is global where it runs.
const { RangeError } = globalThis

export class Performer {
  readonly #place: Workplace
  readonly #answers: Answers
  readonly #following: AnswerInProgress
  readonly #stations: readonly Station[]
  readonly #words: Int32Array
  readonly #cellsAreMine: boolean
  readonly #batches = new Batches()
  readonly #constants: ReceivedConstants
  #phase: 'idle' | 'running' | 'waiting' | 'yielded' | 'settingUp' | 'closed' = 'idle'
  /** The number after the last one looked at. */
  #next = 0
  #lastTurn = 0
  #pausedAt = 0
  #closing = false
  #stopped = false
  /** Something may keep the next job from beginning: look before each. */
  #careful = false
  #task: ActiveTask | undefined
  #lastStation: Station | undefined
  readonly #abortedAhead = new Map<number, unknown>()
  readonly #hot: HotPoll | undefined
  #willLook = false

  constructor(place: Workplace, terms: PerformTerms) {
    this.#place = place
    this.#words = terms.cells.words
    this.#cellsAreMine = terms.cellsAreMine
    const { cells, cellsAreMine, spinUs = 0 } = terms
    if (spinUs > 0 && !cellsAreMine) {
      const hot = new HotPoll(cells.hot, spinUs, place.now)
      this.#hot = hot
      this.#place = { ...place, post: hot.posting(place.post) }
    }
    this.#answers = new Answers(this.#place, terms, this.#hot)
    this.#following = new AnswerInProgress({
      cells,
      cellsAreMine,
      place: this.#place,
      answers: this.#answers,
      take: message => this.#take(message),
      isStopped: () => this.#stopped,
      answered: () => this.#enter(),
    })
    this.#constants = new ReceivedConstants(terms.clone === undefined)
    this.#stations = stationsOf(terms, {
      report: (n, note) => {
        if (!this.#following.note(n, note))
          throw new RangeError('Cannot report: more interim reports wait than can be kept')
      },
      looked: n => this.#following.canBeAsked(n),
    })
  }

  // -- hearing -----------------------------------------------------------------------------------------------------------

  receive(message: ToWorker): void {
    if (this.#stopped) return
    this.#take(message)
    if (this.#phase !== 'idle' || !bringsWork(message)) return
    const now = this.#place.now()
    if (now - this.#pausedAt > 0.5) this.#lastTurn = now // idle for that long: the loop has turned
    this.#enter()
  }

  #take(message: ToWorker): void {
    switch (message[0]) {
      case toWorker.batch:
        if (this.#cellsAreMine) for (let i = 0; i < message[3]; i++) queueCell(this.#words, message[2] + i)
        this.#pushAfter(this.#hot?.leave(), message)
        return
      case toWorker.abort:
        return this.#abort(message)
      case toWorker.close:
        this.#closing = true
        return
      case toWorker.receipt:
        this.#answers.outbox.heard(message[1], message[2])
        return this.#following.tellOfRoom()
      case toWorker.constant:
        return this.#constants.add(message)
      case toWorker.forget:
        return this.#constants.forget(message[1])
      case toWorker.timesEach:
        this.#answers.timesEach = true
        return
      case toWorker.nudge:
        return
      default:
        message satisfies never
    }
  }

  #pushAfter(call: Batch | undefined, message: Batch): void {
    if (call !== undefined) this.#batches.push(call)
    this.#batches.push(message)
  }

  #abort([, n, given, isError]: Abort): void {
    const reason = isError ? restoreError(given as never) : given
    if (n === this.#answers.taskNumber && this.#task !== undefined) {
      ActiveTask.abort(this.#task, reason)
      this.#following.ask(reason)
    } else if (n >= this.#next) {
      this.#abortedAhead.set(n, reason)
      this.#careful = true
    }
  }

  // -- the loop ----------------------------------------------------------------------------------------------------------

  /** Goes on after a pause. Where nothing but this ran for long, the event loop has a turn first. */
  #enter(): void {
    if (this.#stopped) return
    const now = this.#place.now()
    if (now - this.#lastTurn > performerTurnMs) {
      this.#yieldTurn()
      return
    }
    this.#answers.resume(now)
    this.#run()
  }

  #yieldTurn(): void {
    if (this.#stopped) return
    this.#task = undefined
    this.#phase = 'yielded'
    if (this.#answers.outbox.unreported > 0) this.#answers.flush(this.#place.now())
    this.#place.soon(() => {
      if (this.#phase !== 'yielded') return
      this.#lastTurn = this.#place.now()
      this.#enter()
    })
  }

  #run(): void {
    this.#phase = 'running'
    for (;;) {
      const batch = this.#batches.current ?? this.#batches.take()
      if (batch === undefined) {
        if (this.#fetch()) continue
        this.#dry()
        if (!this.#isCalled()) return
        continue
      }
      const station = this.#stations[batch[1]] as Station
      if (!station.setUp) {
        void this.#setUp(station, batch)
        return
      }
      if (!this.#runBatch(batch, station)) return
    }
  }

  /** Takes what is on its way without leaving the loop: cheaper, and a burst stays a burst. */
  #fetch(): boolean {
    if (this.#place.next === undefined || this.#stopped || !isQueued(this.#words, this.#next)) return false
    const message = this.#place.next()
    if (message === undefined) return false
    this.#take(message)
    return true
  }

  /** Does the rest of a batch. True to go on; false when something must be waited for. */
  #runBatch(batch: Batch, station: Station): boolean {
    const answers = this.#answers
    const batches = this.#batches
    const { groups } = answers
    const [, , first, count, ids, extras, columns, buffers, constants] = batch
    const { only } = station
    const values = columns[0] as readonly unknown[]
    const isSimple = only !== undefined && buffers === undefined
    const { record, setEnvironment } = this.#place
    const words = this.#words
    // What main took back before it was sent leaves a hole between two batches.
    if (batches.index === 0 && first !== this.#next) answers.outbox.endRun()
    while (batches.index < count) {
      const i = batches.index++
      const n = first + i
      this.#next = n + 1
      if (answers.isAtRisk && !(station.isShort && station === this.#lastStation)) answers.flushBefore()
      if (!claimCell(words, n)) {
        if (groups.count > 0) groups.end(this.#place.now())
        answers.outbox.endRun()
        continue
      }
      const id = typeof ids === 'number' ? ids + i : (ids[i] as number)
      const task = new ActiveTask(station, n, id, extras === 0 ? undefined : extraIn(extras, i))
      this.#task = task
      this.#lastStation = station
      answers.taskNumber = n
      setEnvironment?.(task.environment)
      record?.begun(n)
      const own = isSimple ? { [only]: values[i] } : attributesIn(batch, station, i)
      const attributes = constants === undefined ? own : this.#constants.addTo(own, batch)
      if (!this.#perform(station, attributes, task)) return false
      if (!station.setUp) return true
    }
    if (groups.count > 0) groups.end(this.#place.now())
    batches.current = undefined
    return true
  }

  /** One job. False: it is waited for, or the event loop has a turn now. */
  #perform(station: Station, attributes: unknown, task: ActiveTask): boolean {
    const answers = this.#answers
    const n = answers.taskNumber
    let answer: unknown
    try {
      if (this.#careful) this.#mayBegin(station, n)
      answer = station.definition.work(attributes as never, task as Task<unknown> as Task<never>)
      if (typeof answer === 'object' && answer !== null) {
        const follow = isMarked(answer) ? undefined : howToFollow(answer)
        if (follow !== undefined) return !this.#isFollowing(follow, answer, station) && !this.#shouldYield()
      }
    } catch (error) {
      answers.fail(station, n, error)
      return !this.#shouldYield()
    }
    return !(answers.succeed(station, n, answer) && this.#shouldYield())
  }

  /** Throws what keeps this job from beginning: it was aborted before, or its setup threw. */
  #mayBegin(station: Station, n: number): void {
    const aborted = this.#abortedAhead
    this.#careful = aborted.size > 0
    if (station.broken !== undefined) {
      const { error } = station.broken
      station.broken = undefined
      station.setUp = false // the next job tries again
      throw error
    }
    if (!aborted.has(n)) return
    const reason = aborted.get(n)
    aborted.delete(n)
    throw reason
  }

  /** Nothing left here. If more is on its way, results wait for it. */
  #dry(): void {
    if (this.#stopped) return
    this.#phase = 'idle'
    const now = this.#place.now()
    this.#pausedAt = now
    this.#task = undefined
    const coming = !this.#cellsAreMine && isQueued(this.#words, this.#next)
    if (!coming || this.#answers.isOverdue(now)) this.#answers.flush(now)
    if (this.#closing && !coming) void this.#close()
  }

  /** Looks for a hot call, now that nothing is left. False: there is none, or the event loop has a turn first. */
  #isCalled(isFresh = true): boolean {
    const hot = this.#hot
    if (hot === undefined || this.#phase !== 'idle' || this.#closing || this.#stopped) return false
    if (isFresh) hot.begin()
    const call = hot.poll()
    if (call === 'again') {
      if (!this.#willLook) this.#place.soon(this.#lookAgain)
      this.#willLook = true
      return false
    }
    if (call === undefined) return false
    this.#batches.push(call)
    const now = this.#place.now()
    if (now - this.#lastTurn > performerTurnMs) {
      this.#yieldTurn()
      return false
    }
    this.#answers.resume(now)
    this.#phase = 'running'
    return true
  }

  readonly #lookAgain = () => {
    this.#willLook = false
    this.#lastTurn = this.#place.now()
    if (this.#isCalled(false)) this.#run()
  }

  #shouldYield(): boolean {
    if (this.#answers.groups.began - this.#lastTurn <= performerTurnMs) return false
    this.#yieldTurn()
    return true
  }

  // -- work that takes a while -------------------------------------------------------------------------------------------

  /** Follows an answer that is not a value yet. False when it was there at once. */
  #isFollowing(follow: FollowAnswer, answer: object, station: Station): boolean {
    station.groupSize = 1
    this.#answers.groups.endBefore(this.#place.now())
    this.#phase = 'waiting'
    if (this.#following.begin(follow, answer, station)) return true
    this.#phase = 'running'
    return false
  }

  /** What the place prints, told in order with everything else. */
  print(stream: 'stdout' | 'stderr', text: string): void {
    const n = this.#task === undefined ? -1 : this.#answers.taskNumber
    if (this.#answers.print(stream, text, n)) this.#following.flushAfterTurn()
  }

  async #setUp(station: Station, batch: Batch): Promise<void> {
    this.#phase = 'settingUp'
    this.#following.flushAfterTurn()
    await setUp(station, this.#constants.of(batch))
    if (station.broken !== undefined) this.#careful = true
    this.#enter()
  }

  // -- ending ------------------------------------------------------------------------------------------------------------

  async #close(): Promise<void> {
    this.#phase = 'closed'
    const failed = await tearDown(this.#stations)
    this.#answers.sayEverything()
    this.#place.post([toMain.closed, failed && errorToData(failed.error)])
    this.#place.exit()
  }

  /** Begins nothing more. Work that cannot be stopped is asked to, and its answer is ignored. */
  stop(reason: unknown): void {
    this.#stopped = true
    this.#batches.drop()
    if (this.#task !== undefined) ActiveTask.abort(this.#task, reason)
    this.#following.ask(reason)
  }

  sayEverything(): void {
    this.#answers.sayEverything()
  }
}

const bringsWork = ([kind]: ToWorker): boolean =>
  kind === toWorker.batch || kind === toWorker.close || kind === toWorker.nudge

/** What was marked to move is a value, a stream too. */
const isMarked = (answer: object): boolean => transfersExist() && transferOf(answer) !== undefined
