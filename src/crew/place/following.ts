/**
 * The job at work while its answer is followed: notes on their way, room for more of them, and how it is asked to stop.
 */

import { markAskable } from '../lane/claims.ts'
import { type ToWorker, toMain } from '../lane/wire.ts'
import type { Answers } from './answers.ts'
import { type FollowAnswer, hearsOnlyItsSignal, type Stop } from './follow-answer.ts'
import type { Station } from './stations.ts'
import type { PerformTerms, Workplace } from './workplace.ts'

export interface FollowingTerms extends Pick<PerformTerms, 'cells' | 'cellsAreMine'> {
  readonly place: Workplace
  readonly answers: Answers
  /** Takes a message while everything else here is held up. */
  readonly take: (message: ToWorker) => void
  readonly isStopped: () => boolean
  /** The job was waited for, and has answered. */
  readonly answered: () => void
}

export class AnswerInProgress {
  readonly #terms: FollowingTerms
  #stop: Stop | undefined
  /** The job at work waits until main has heard enough of its notes. */
  #onRoom: (() => void) | undefined
  #flushIsComing = false

  constructor(terms: FollowingTerms) {
    this.#terms = terms
  }

  /** Follows an answer that is not a value yet. False when it was there at once. */
  begin(follow: FollowAnswer, answer: object, station: Station): boolean {
    const { place, answers, answered } = this.#terms
    const n = answers.taskNumber
    let inside = true
    let settled = false
    const settle = (book: () => void) => {
      if (settled) return
      settled = true
      book()
      this.#stop = undefined
      this.#onRoom = undefined
      if (!inside) answered()
    }
    const failed = (error: unknown) => settle(() => answers.fail(station, n, error))
    let stop: Stop | undefined
    if (!hearsOnlyItsSignal(follow)) this.canBeAsked(n)
    try {
      stop = follow(answer as never, {
        note: note => this.note(n, note),
        hasRoom: () => answers.outbox.hasRoom,
        onRoom: run => {
          this.#onRoom = run
          answers.flush(place.now())
        },
        waitForRoom: () => this.#waitForRoom(n),
        done: result => settle(() => answers.succeed(station, n, result)),
        failed,
        soon: run => place.soon(run),
      })
    } catch (error) {
      failed(error) // it would not even be followed
    }
    inside = false
    if (settled) return false
    this.#stop = stop
    if (answers.outbox.unreported > 0) this.flushAfterTurn()
    return true
  }

  /** Asks what is followed to stop. */
  ask(reason: unknown): void {
    this.#stop?.(reason)
  }

  /** What job `n` is may be asked to stop, and may have something to clean up. */
  canBeAsked(n: number): void {
    const { cells, cellsAreMine, place } = this.#terms
    if (cellsAreMine) place.post([toMain.askable, n])
    else markAskable(cells.words, n)
  }

  /** False: it is one too many, and its job fails. */
  note(n: number, note: unknown): boolean {
    const told = this.#terms.answers.note(n, note)
    if (told === 'waits') this.flushAfterTurn()
    return told !== 'flooded'
  }

  /** Results must not wait for work that waits. */
  flushAfterTurn(): void {
    if (this.#flushIsComing) return
    this.#flushIsComing = true
    const { place, answers } = this.#terms
    place.soon(() => {
      this.#flushIsComing = false
      answers.flush(place.now())
    })
  }

  /** Main has heard more. */
  tellOfRoom(): void {
    if (this.#onRoom === undefined || !this.#terms.answers.outbox.hasRoom) return
    const run = this.#onRoom
    this.#onRoom = undefined
    run()
  }

  /** Hears messages meanwhile, its own end among them; nothing else runs here. */
  #waitForRoom(n: number): void {
    const { place, answers, take, isStopped } = this.#terms
    const { next, sleep } = place
    if (next === undefined || sleep === undefined) return
    const { outbox } = answers
    outbox.flush()
    while (!outbox.hasRoom && !isStopped() && answers.taskNumber === n) {
      const message = next()
      if (message === undefined) sleep(1)
      else take(message)
    }
  }
}
