/**
 * One life after another: when an actor's next one begins, and when there is none.
 *
 *     waiting ──► living ──► cleaning ──► gone
 *        ▲                      │
 *        └────── restart ───────┘
 *
 * Beginning, stopping and the failure of a child are messages, so that they come after the handler, or the setup, that is
 * running: never inside it.
 */

import { type Observable, Subscription } from 'rxjs'

import type { Clock } from '../words/clock.ts'
import type { Exit } from './actor.ts'
import { Mailbox } from './mailbox.ts'
import { backoffMs, recordRestart, type Supervision } from './supervise.ts'
import { together } from './together.ts'

type Outcome = { readonly why: 'ended' | 'stopped' } | { readonly why: 'failed'; readonly error: unknown }

/** The nth restart, `delayMs` from now, because of `error`. */
export interface Restart {
  readonly error: unknown
  readonly nth: number
  readonly delayMs: number
}

/** What is supervised: it sets up and handles messages, then cleans up. */
export interface Supervised {
  end(why: Exit['why']): Observable<never>
  /** Cleaning up is to take no longer than it must. True if something was cut short by that. */
  hurry(): boolean
}

/** Whose lives they are. */
export interface Lifeline<L extends Supervised> {
  readonly supervision: Required<Supervision>
  readonly clock: Clock
  /** A new life: `work$` sets up and handles messages. */
  open(): { readonly life: L; readonly work$: Observable<unknown> }
  onRestart(restart: Restart): void
  /** No more messages will be handled; cleanups may still be running. */
  onLast(): void
  /** Exactly once, after everything. */
  onExit(exit: Exit): void
}

type Order<L> =
  | { readonly type: 'begin' }
  | { readonly type: 'stop' }
  | { readonly type: 'fail'; readonly life: L; readonly error: unknown }

type State<L> =
  | { readonly phase: 'waiting'; readonly cancel: () => void }
  | { readonly phase: 'living'; readonly work: Subscription; readonly life: L }
  | { readonly phase: 'cleaning'; readonly life: L }
  | { readonly phase: 'gone' }

export class Supervisor<L extends Supervised> {
  readonly #line: Lifeline<L>
  readonly #orders = new Mailbox<Order<L>>()
  #state: State<L> = { phase: 'waiting', cancel: () => {} }
  #deaths: readonly number[] = []
  #begun = 0
  #stopping = false
  #cut = false

  /** The first life begins at once, or in the next microtask: `later`. */
  constructor(line: Lifeline<L>, later = false) {
    this.#line = line
    if (later) queueMicrotask(this.#orders.hold())
    this.#orders.subscribe(order => this.#obey(order))
    this.#orders.next({ type: 'begin' })
  }

  /** The last life ends after the handler, or the setup, that is running. No message comes before that. */
  stop(): void {
    if (this.#stopping || this.#state.phase === 'gone') return
    this.#stopping = true
    this.#line.onLast()
    this.#orders.next({ type: 'stop' })
  }

  /** This life ends as a failure after the handler, or the setup, that is running. Does nothing where it is over. */
  fail(life: L, error: unknown): void {
    this.#orders.next({ type: 'fail', life, error })
  }

  #obey(order: Order<L>): void {
    switch (order.type) {
      case 'begin':
        return this.#begin()
      case 'stop':
        return this.#stop()
      case 'fail':
        return this.#childFailed(order.life, order.error)
      default:
        order satisfies never
    }
  }

  #begin(): void {
    if (this.#state.phase !== 'waiting' || this.#stopping) return
    const { life, work$ } = this.#line.open()
    const work = new Subscription()
    this.#state = { phase: 'living', work, life }
    this.#begun++
    work.add(
      work$.subscribe({
        error: (error: unknown) => this.#fail(life, error),
        complete: () => this.#finish(life, this.#stopping ? 'stopped' : 'ended'),
      }),
    )
  }

  #stop(): void {
    const state = this.#state
    switch (state.phase) {
      case 'waiting':
        state.cancel()
        this.#exit({ why: 'stopped' })
        break
      case 'living':
        state.work.unsubscribe()
        this.#finish(state.life, 'stopped')
        break
      case 'cleaning':
        this.#cut = state.life.hurry()
        break
      case 'gone':
        break
      default:
        state satisfies never
    }
  }

  #childFailed(life: L, error: unknown): void {
    const state = this.#state
    if (state.phase !== 'living' || state.life !== life) return
    state.work.unsubscribe()
    this.#fail(life, error)
  }

  #finish(life: L, why: 'ended' | 'stopped'): void {
    this.#state = { phase: 'cleaning', life }
    this.#line.onLast()
    life.end(why).subscribe({
      error: (error: unknown) => this.#exit({ why: 'failed', error }),
      complete: () => this.#exit({ why: this.#cut ? 'stopped' : why }),
    })
  }

  #fail(life: L, error: unknown): void {
    const { supervision, clock } = this.#line
    const { deaths, storm } = recordRestart(this.#deaths, clock.now(), supervision)
    this.#deaths = deaths
    this.#state = { phase: 'cleaning', life }
    if (storm) this.#line.onLast()
    const follow = (reason: unknown) =>
      storm || this.#stopping ? this.#exit({ why: 'failed', error: reason }) : this.#restart(reason)
    life.end('failed').subscribe({
      error: (another: unknown) => follow(together(error, another)),
      complete: () => follow(error),
    })
  }

  #restart(error: unknown): void {
    const { supervision, clock } = this.#line
    try {
      const delayMs = backoffMs(supervision, this.#deaths.length)
      // Always a later task, so that an actor that dies at setup lets everybody else live.
      const cancel = clock.after(delayMs, () => this.#orders.next({ type: 'begin' }), true)
      this.#state = { phase: 'waiting', cancel }
      this.#line.onRestart({ error, nth: this.#begun, delayMs })
    } catch (another) {
      this.#exit({ why: 'failed', error: together(error, another) })
    }
  }

  #exit(outcome: Outcome): void {
    this.#state = { phase: 'gone' }
    this.#orders.abandon()
    this.#line.onLast()
    this.#line.onExit({ ...outcome, restarts: Math.max(0, this.#begun - 1) })
  }
}
