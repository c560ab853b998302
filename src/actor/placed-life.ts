/**
 * One life of an actor that lives elsewhere, seen from here.
 *
 *     mailbox ──► in flight (bounded) ──► border ──► place ──► outputs ──► out$
 *        ▲             │ died there: the one at work is a dead letter
 *        └─ the rest ──┘
 *
 * A place that dies is a failed life; what becomes of the actor then, `supervise` says, as of any other.
 */

import { AsyncSubject, ignoreElements, Observable, type Subscriber } from 'rxjs'

import { type ErrorData, restoreError } from '../words/error-data.ts'
import { Fifo } from '../words/fifo.ts'
import { longestMs } from '../words/limits.ts'
import { showThrown } from '../words/show-value.ts'
import { inTurns } from '../words/turns.ts'
import type { Exit, Ref } from './actor.ts'
import type { Place, Placeable, PlaceEvents, PlaceExit } from './actor-place.ts'
import { Border, type Frame, says } from './border.ts'
import { actorGraceMs, actorRestMs, inFlightAtMost } from './limits.ts'
import type { Mailbox } from './mailbox.ts'
import { failQuestion } from './questions.ts'
import type { Supervised } from './supervisor.ts'

/** Whose life it is. */
export interface Placing<M> {
  readonly name: string
  readonly ref: Ref<M>
  readonly mailbox: Mailbox<M>
  readonly definition: Placeable
  /** Milliseconds in which its place must be ready. */
  readonly startMs: number
  /** Milliseconds that its place may say nothing while a message is at work. */
  readonly blockedMs: number
  readonly place: (definition: Placeable, events: PlaceEvents) => Place
  admit(message: M): void
}

export class PlacedLife<M, O> implements Supervised {
  readonly work$: Observable<O>
  readonly #of: Placing<M>
  readonly #inFlight = new Fifo<M>()
  readonly #border: Border
  readonly #gone$ = new AsyncSubject<never>()
  #place: Place | undefined
  #outputs: Subscriber<O> | undefined
  #window = 1
  /** Nobody gets a message until it is called. */
  #release: (() => void) | undefined
  /** The mailbox is not at its end while some are in flight: they may be put back. */
  #close: (() => void) | undefined
  /** How many were handled, as far as we were told. */
  #handled = 0
  #gone = false
  /** No more messages will be sent: it is waited for. */
  #ending = false
  #awake = true
  #start: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #heard = true
  #rest: ReturnType<typeof setTimeout> | undefined

  constructor(of: Placing<M>) {
    this.#of = of
    this.#border = new Border({
      post: (frames, moving) => this.#place?.post(frames, moving),
      refuse: (message, error) => this.#refuse(message as M, error),
      lost: message => of.mailbox.lose({ why: 'closed', message: message as M }),
    })
    this.#border.introduce(of.ref as Ref<unknown>)
    this.work$ = new Observable<O>(outputs => this.#begin(outputs))
  }

  /** Waits until its place is gone; one that was not to end yet is asked to stop first. */
  end(why: Exit['why']): Observable<never> {
    this.#outputs = undefined
    this.#ending = true
    this.#stayAwake(true)
    if (why === 'stopped') this.hurry()
    else this.#place?.kill()
    return this.#gone$.pipe(ignoreElements())
  }

  hurry(): boolean {
    if (this.#gone) return false
    this.#border.send([says.stop])
    this.#border.flush()
    const grace = setTimeout(() => this.#place?.kill(), actorGraceMs)
    this.#gone$.subscribe({ complete: () => clearTimeout(grace) })
    return true
  }

  #begin(outputs: Subscriber<O>): void {
    const { mailbox, definition } = this.#of
    this.#outputs = outputs
    this.#release = mailbox.hold()
    try {
      this.#place = this.#of.place(
        definition,
        inTurns({
          receive: (frames, until) => this.#receive(frames as readonly Frame[], until),
          exited: (exit: PlaceExit) => this.#exited(exit),
        }),
      )
    } catch (error) {
      this.#gone = true
      this.#gone$.complete()
      return outputs.error(error)
    }
    this.#window = mailbox.bounded || this.#place.cells === undefined ? 1 : inFlightAtMost
    outputs.add(mailbox.subscribe({ next: message => this.#take(message), complete: () => this.#sayEnd() }))
    outputs.add(() => this.#letGo())
    const { startMs, blockedMs } = this.#of
    if (startMs <= longestMs) this.#start = setTimeout(() => this.#isLate(), startMs)
    if (blockedMs <= longestMs) this.#watch = setInterval(() => this.#look(), blockedMs)
    unref(this.#start)
    unref(this.#watch)
  }

  #sayEnd(): void {
    this.#ending = true
    this.#border.send([says.end])
    this.#stayAwake(true)
  }

  #take(message: M): void {
    this.#inFlight.push(message)
    this.#close ??= this.#of.mailbox.keepOpen()
    if (this.#inFlight.size >= this.#window) this.#release ??= this.#of.mailbox.hold()
    this.#border.value(message)
    this.#stayAwake(true)
  }

  /** What is left of them at that moment. */
  #receive(frames: readonly Frame[], until = Infinity): readonly Frame[] | undefined {
    this.#heard = true
    for (const [i, frame] of frames.entries()) {
      const rest = frame[0] === says.messages ? this.#putOut(frame, until) : this.#hear(frame)
      const behind = i + 1 < frames.length
      if (rest !== undefined) return [rest, ...frames.slice(i + 1)]
      if (behind && performance.now() >= until) return frames.slice(i + 1)
    }
    return undefined
  }

  #hear(frame: Frame): undefined {
    switch (frame[0]) {
      case says.ready:
        clearTimeout(this.#start)
        this.#letIn()
        return void this.#restSoon()
      case says.handled:
        return void this.#wereHandled(frame[1] as number)
      case says.call:
        return void this.#border.called(frame, message => this.#of.admit(message as M))
      case says.released:
        return void this.#border.released(frame)
      case says.failed:
        return void this.#failed(restoreError(frame[1] as ErrorData), frame[2] as boolean)
      case says.exited:
        this.#outputs?.complete()
        this.#place?.kill()
    }
    return undefined
  }

  /** What is left of them at that moment. */
  #putOut(frame: Frame, until: number): Frame | undefined {
    const [kind, values, depths] = frame as readonly [number, unknown[], number | number[]]
    let count = 0
    for (const output of this.#border.valuesOf(frame)) {
      count++
      this.#outputs?.next(output as O)
      if (count < values.length && performance.now() >= until) break
    }
    this.#border.send([says.consumed, count])
    if (count === values.length) return undefined
    return [kind, values.slice(count), typeof depths === 'number' ? depths : depths.slice(count)]
  }

  #wereHandled(count: number): void {
    this.#handled += count
    for (let i = 0; i < count; i++) this.#inFlight.take()
    if (this.#inFlight.size <= this.#window / 2) this.#letIn()
    if (this.#inFlight.size > 0) return
    this.#restSoon()
    this.#noneInFlight()
  }

  #noneInFlight(): void {
    const close = this.#close
    this.#close = undefined
    close?.()
  }

  #letIn(): void {
    const release = this.#release
    this.#release = undefined
    release?.()
  }

  /** It failed there, and has cleaned up. */
  #failed(error: Error, atWork: boolean): void {
    if (atWork && this.#inFlight.size > 0) failQuestion(this.#inFlight.take(), 'failed', error)
    this.#fail(error)
  }

  #fail(error: Error): void {
    const outputs = this.#outputs
    // What is put back is for the next life.
    const release = this.#of.mailbox.hold()
    this.#returnTheRest()
    outputs?.error(error)
    release()
    this.#place?.kill()
  }

  /** Its place is gone. Where nobody had said so before, that is how it failed. */
  #exited({ reason, outOfMemory, error: thrown }: PlaceExit): void {
    this.#gone = true
    clearInterval(this.#watch)
    clearTimeout(this.#start)
    clearTimeout(this.#rest)
    const cause = thrown === undefined ? {} : { cause: thrown }
    const what = outOfMemory === true ? `ran out of memory: ${reason}` : `died: ${reason}`
    const why = thrown === undefined ? '' : ` (${showThrown(thrown)})`
    const error = new Error(`The place of actor "${this.#of.name}" ${what}${why}`, cause)
    if (this.#outputs !== undefined && !this.#outputs.closed) {
      this.#blame(error)
      this.#fail(error)
    }
    this.#border.close()
    this.#interrupt()
    this.#returnTheRest()
    this.#gone$.complete()
  }

  /** The message that it died at is a dead letter. */
  #blame(error: Error): void {
    for (const message of this.#atWork()) this.#of.mailbox.lose({ why: 'failed', message, error })
  }

  /** It was stopped at this message. */
  #interrupt(): void {
    for (const message of this.#atWork()) failQuestion(message, 'interrupted')
  }

  /** The message that was begun there, and not handled. Those that were handled are, whether we were told or not. */
  #atWork(): readonly M[] {
    const cells = this.#place?.cells
    const [begun = 0, handled = 0] = cells === undefined ? [this.#handled + 1, this.#handled] : [...cells]
    for (; this.#handled < handled && this.#inFlight.size > 0; this.#handled++) this.#inFlight.take()
    return begun > handled && this.#inFlight.size > 0 ? [this.#inFlight.take()] : []
  }

  #returnTheRest(): void {
    const rest: M[] = []
    while (this.#inFlight.size > 0) rest.push(this.#inFlight.take())
    if (rest.length > 0) this.#of.mailbox.putBack(rest)
    this.#noneInFlight()
  }

  /** A message that cannot be sent: its sender is long gone, so it is a dead letter. */
  #refuse(message: M, error: unknown): void {
    const flying: M[] = []
    while (this.#inFlight.size > 0) flying.push(this.#inFlight.take())
    const at = flying.indexOf(message)
    for (const [i, one] of flying.entries()) if (i !== at) this.#inFlight.push(one)
    this.#of.mailbox.lose({ why: 'refused', message, error })
    if (this.#inFlight.size < this.#window) this.#letIn()
  }

  /** Nobody listens any more: no message is to come. */
  #letGo(): void {
    clearInterval(this.#watch)
    clearTimeout(this.#start)
    this.#outputs = undefined
    this.#letIn()
  }

  /** Where one message follows another, it is not worth going to rest between them. */
  #restSoon(): void {
    this.#rest ??= setTimeout(() => {
      this.#rest = undefined
      if (this.#inFlight.size === 0) this.#stayAwake(false)
    }, actorRestMs)
  }

  #stayAwake(awake: boolean): void {
    if (this.#awake === awake || this.#gone || (this.#ending && !awake)) return
    this.#awake = awake
    this.#place?.keepAlive(awake)
  }

  #isLate(): void {
    const { name, startMs } = this.#of
    this.#fail(new Error(`The place of actor "${name}" was not ready within ${startMs} ms ('startMs')`))
  }

  /** Whether it has said anything since the last look, a message being at work. */
  #look(): void {
    if (this.#heard || this.#inFlight.size === 0) {
      this.#heard = false
      this.#border.send([says.ping])
      return
    }
    clearInterval(this.#watch)
    const error = new Error(
      `The place of actor "${this.#of.name}" said nothing for ${this.#of.blockedMs} ms ('blockedMs')`,
    )
    this.#blame(error)
    this.#fail(error)
  }
}

/** A timer keeps no process alive: that is up to the place. Those of browsers are numbers. */
const unref = (timer: unknown) => (timer as { unref?(): void } | undefined)?.unref?.()
