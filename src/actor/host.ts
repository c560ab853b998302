/**
 * The other side of an actor's border: one life of it, in a thread or a child process of its own.
 *
 *     border ──► mailbox ──► handler ──► border        one message at a time, as anywhere
 *
 * The mailbox here holds only what is on its way; the actor's own stands on the main side, and survives. Whoever dies here is
 * not set up again here: the next life has a place of its own.
 */

import { defer, finalize, NEVER, type Observable, type Subscription, tap } from 'rxjs'

import { errorToData } from '../words/error-data.ts'
import { isBarred } from './actor-place.ts'
import type { Behaviour } from './behaviour.ts'
import { Border, calls, type Frame, says } from './border.ts'
import { handle } from './handle.ts'
import { Life } from './life.ts'
import { outputsAtMost, outputsOnTheirWay } from './limits.ts'
import { Mailbox } from './mailbox.ts'
import { asStream, type Output } from './output.ts'
import { monotonic } from './rx-clock.ts'
import { spawnChild } from './spawn.ts'
import { together } from './together.ts'
import { takeTurns } from './trampoline.ts'

/** How a host is reached. */
export interface HostLink {
  post(frames: readonly Frame[], moving?: readonly object[]): void
  /** How many messages were begun, and how many of them were handled, for a main side that outlives us. */
  readonly cells?: Int32Array | undefined
}

/** Whoever hosts an actor. */
export interface Host {
  /** Is to be given what comes from the main side. */
  receive(frames: readonly Frame[]): void
  /** The place is about to end, by itself: what was put out in this turn is sent, while that can be done. */
  leave(): void
}

/** Lives one life of an actor. */
export const host = <M, O>(name: string, behaviour: Behaviour<M, O>, link: HostLink): Host =>
  new Hosted(name, behaviour, link)

class Hosted<M, O> implements Host {
  readonly #mailbox = new Mailbox<M>()
  readonly #border: Border
  readonly #cells: Int32Array | undefined
  readonly #life: Life<M>
  #work: Subscription | undefined
  #begun = 0
  #done = 0
  #onTheirWay = 0
  #hold: (() => void) | undefined
  #children = 0
  #over = false

  constructor(name: string, behaviour: Behaviour<M, O>, link: HostLink) {
    this.#cells = link.cells
    this.#border = new Border({
      post: link.post,
      refuse: (_, error) => this.#failSoon(error),
      lost: () => {}, // whoever it was for has gone, and the main side knows
    })
    const self = this.#border.self()
    this.#life = new Life<M>({
      name,
      ref: self,
      clock: monotonic,
      admit: message => this.#border.call(0, calls.admit, message),
      spawnChild: (child, options) =>
        spawnChild(child, { name: `${name}/${++this.#children}`, clock: monotonic, ...options }),
      fail: (_, error) => this.#failSoon(error),
    })
    const outputs$ = defer(() => handle(this.#mailbox, this.#counted(behaviour(this.#life.context)), self))
    // Ready once it is set up; a setup that fails says so itself.
    const begin = this.#mailbox.hold()
    this.#work = outputs$.subscribe({
      next: output => this.#putOut(output),
      error: (error: unknown) => this.#finish('failed', error),
      complete: () => this.#finish('ended'),
    })
    if (!this.#over) this.#border.send([says.ready])
    begin()
  }

  receive(frames: readonly Frame[]): void {
    for (const frame of frames) this.#hear(frame)
    // All that was handled in this turn is one message.
    this.#border.flush()
  }

  leave(): void {
    this.#border.flush()
  }

  #hear(frame: Frame): void {
    switch (frame[0]) {
      case says.messages:
        for (const message of this.#border.valuesOf(frame)) this.#mailbox.next(message as M)
        return
      case says.call:
        return this.#border.called(frame, () => {})
      case says.released:
        return this.#border.released(frame)
      case says.consumed:
        return this.#taken(frame[1] as number)
      case says.end:
        return this.#mailbox.complete()
      case says.stop:
        return this.#stop()
      case says.ping:
        return this.#border.send([says.pong])
    }
  }

  /** Counts what is begun and what is handled, where the main side can see it. */
  #counted(handler: (message: M) => Output<O>): (message: M) => Output<O> {
    return message => {
      if (isBarred(this.#cells)) return NEVER
      this.#count(0, ++this.#begun)
      const output = handler(message)
      const stream = asStream(output)
      if (stream === undefined) {
        // It is put out before it counts as handled.
        if (output !== undefined) this.#putOut(output as O)
        this.#handled()
        return undefined
      }
      let ended = false
      return stream.pipe(
        tap({ complete: () => (ended = true) }),
        finalize(() => ended && this.#handled()),
      ) as Observable<O>
    }
  }

  #handled(): void {
    this.#count(1, ++this.#done)
    this.#border.handled()
  }

  #count(cell: number, value: number): void {
    if (this.#cells !== undefined) Atomics.store(this.#cells, cell, value)
  }

  #putOut(output: O): void {
    if (this.#over) return
    this.#border.value(output)
    this.#onTheirWay++
    if (this.#onTheirWay > outputsOnTheirWay) this.#hold ??= this.#mailbox.hold()
    if (this.#onTheirWay > outputsAtMost)
      this.#finish('failed', new Error(`It put out ${outputsAtMost} values more than were taken`))
  }

  #taken(count: number): void {
    this.#onTheirWay -= count
    if (this.#onTheirWay > outputsOnTheirWay / 2) return
    this.#hold?.()
    this.#hold = undefined
  }

  /** After the handler that is running. */
  #failSoon(error: unknown): void {
    takeTurns(() => {
      this.#finish('failed', error)
      return false
    })
  }

  #stop(): void {
    if (this.#over) this.#life.hurry()
    else this.#finish('stopped')
  }

  #finish(why: 'ended' | 'stopped' | 'failed', error?: unknown): void {
    if (this.#over) return
    this.#over = true
    const atWork = this.#begun > this.#done
    // Undefined where setup itself has failed.
    this.#work?.unsubscribe()
    const failed = (reason: unknown) => this.#border.sendLast([says.failed, errorToData(reason), atWork])
    this.#life.end(why).subscribe({
      error: (another: unknown) => failed(why === 'failed' ? together(error, another) : another),
      complete: () => (why === 'failed' ? failed(error) : this.#border.sendLast([says.exited, why])),
    })
  }
}
