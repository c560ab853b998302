/**
 * One life after another: when an actor's next one begins, and when there is none.
 *
 *     waiting ──► living ──► cleaning ──► gone
 *        ▲                      │
 *        └────── restart ───────┘
 *
 * Beginning and stopping are messages, so that they come after the handler, or the setup, that is running: never inside it.
 */

import { type Observable, type SchedulerLike, Subscription } from 'rxjs'

import { together } from './in-words.ts'
import { Mailbox } from './mailbox.ts'
import { backoffMs, recordRestart, type Supervision } from './supervise.ts'

/** How an actor ended: after all its messages, because it was stopped, or by an error that it is not restarted after. */
export type Exit =
  | { readonly why: 'ended' | 'stopped'; readonly restarts: number }
  | { readonly why: 'failed'; readonly error: unknown; readonly restarts: number }

type Outcome = { readonly why: 'ended' | 'stopped' } | { readonly why: 'failed'; readonly error: unknown }

/** The nth restart, `delayMs` from now, because of `error`. */
export interface Restart {
  readonly error: unknown
  readonly nth: number
  readonly delayMs: number
}

/** What a life is made of, and who hears how it went. */
export interface Terms {
  readonly supervision: Required<Supervision>
  readonly clock: SchedulerLike
  /** A new life: `work$` sets up and handles messages, `end$` cleans up. */
  readonly open: () => { readonly work$: Observable<unknown>; readonly end$: Observable<never> }
  readonly onRestart: (restart: Restart) => void
  /** No more messages will be handled; cleanups may still be running. */
  readonly onLast: () => void
  /** Exactly once, after everything. */
  readonly onExit: (exit: Exit) => void
}

type State =
  | { readonly phase: 'waiting'; readonly timer: Subscription }
  | { readonly phase: 'living'; readonly work: Subscription; readonly end$: Observable<never> }
  | { readonly phase: 'cleaning' | 'gone' }

export class Lives {
  readonly #terms: Terms
  readonly #orders = new Mailbox<'begin' | 'stop'>()
  #state: State = { phase: 'waiting', timer: Subscription.EMPTY }
  #deaths: readonly number[] = []
  #begun = 0
  #stopping = false

  constructor(terms: Terms) {
    this.#terms = terms
    this.#orders.subscribe(order => (order === 'begin' ? this.#begin() : this.#stop()))
    this.#orders.next('begin')
  }

  /** The last life ends after the handler, or the setup, that is running. No message comes before that. */
  stop(): void {
    if (this.#stopping || this.#state.phase === 'gone') return
    this.#stopping = true
    this.#terms.onLast()
    this.#orders.next('stop')
  }

  #begin(): void {
    if (this.#state.phase !== 'waiting' || this.#stopping) return
    const { work$, end$ } = this.#terms.open()
    const work = new Subscription()
    this.#state = { phase: 'living', work, end$ }
    this.#begun++
    work.add(
      work$.subscribe({
        error: (error: unknown) => this.#fail(end$, error),
        complete: () => this.#finish(end$, this.#stopping ? 'stopped' : 'ended'),
      }),
    )
  }

  #stop(): void {
    const state = this.#state
    switch (state.phase) {
      case 'waiting':
        state.timer.unsubscribe()
        this.#exit({ why: 'stopped' })
        break
      case 'living':
        state.work.unsubscribe()
        this.#finish(state.end$, 'stopped')
        break
      case 'cleaning':
      case 'gone':
        break
      default:
        state satisfies never
    }
  }

  #finish(end$: Observable<never>, why: 'ended' | 'stopped'): void {
    this.#state = { phase: 'cleaning' }
    this.#terms.onLast()
    end$.subscribe({
      error: (error: unknown) => this.#exit({ why: 'failed', error }),
      complete: () => this.#exit({ why }),
    })
  }

  #fail(end$: Observable<never>, error: unknown): void {
    const { supervision, clock, onLast } = this.#terms
    const { deaths, storm } = recordRestart(this.#deaths, clock.now(), supervision)
    this.#deaths = deaths
    this.#state = { phase: 'cleaning' }
    if (storm) onLast()
    const follow = (reason: unknown) =>
      storm || this.#stopping ? this.#exit({ why: 'failed', error: reason }) : this.#restart(reason)
    end$.subscribe({
      error: (another: unknown) => follow(together(error, another)),
      complete: () => follow(error),
    })
  }

  #restart(error: unknown): void {
    const { supervision, clock, onRestart } = this.#terms
    try {
      const delayMs = backoffMs(supervision, this.#deaths.length)
      // Always a later task, so that an actor that dies at setup lets everybody else live.
      const timer = clock.schedule(() => this.#orders.next('begin'), delayMs)
      this.#state = { phase: 'waiting', timer }
      onRestart({ error, nth: this.#begun, delayMs })
    } catch (another) {
      this.#exit({ why: 'failed', error: together(error, another) })
    }
  }

  #exit(outcome: Outcome): void {
    this.#state = { phase: 'gone' }
    this.#orders.abandon()
    this.#terms.onLast()
    this.#terms.onExit({ ...outcome, restarts: Math.max(0, this.#begun - 1) })
  }
}
