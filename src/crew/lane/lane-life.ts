/**
 * The life of a lane, whatever is at its other end: one subscriber, who opens it; one exit, which ends it.
 *
 *     new ── subscribe ──► opening ──► ready ──► gone          close, terminate: what was asked for decides what an exit means
 */

import { Observable, type Subscriber } from 'rxjs'

import type { LaneEvent, LaneExit } from '../crew.ts'

type Ready = Extract<LaneEvent, { type: 'ready' }>

export interface LifeTerms {
  readonly open: () => void
  /** Its subscriber has left. */
  readonly abandon: () => void
}

export class LaneLife {
  phase: 'new' | 'opening' | 'ready' | 'gone' = 'new'
  asked: 'nothing' | 'close' | 'terminate' = 'nothing'
  readonly events$: Observable<LaneEvent>
  #out: Subscriber<LaneEvent> | undefined
  #openedAt = 0

  constructor({ open, abandon }: LifeTerms) {
    this.events$ = new Observable(out => {
      if (this.phase !== 'new') throw new Error('Cannot subscribe to a lane twice: it has one subscriber')
      this.#out = out
      this.#openedAt = performance.now()
      this.phase = 'opening'
      open()
      return abandon
    })
  }

  get isGone(): boolean {
    return this.phase === 'gone'
  }

  /** Whether it may be given anything. */
  get takesJobs(): boolean {
    return this.asked === 'nothing' && this.phase !== 'gone'
  }

  ready(where: Omit<Ready, 'type' | 'startMs'>): void {
    this.phase = 'ready'
    this.emit({ type: 'ready', startMs: performance.now() - this.#openedAt, ...where })
  }

  emit(event: LaneEvent): void {
    this.#out?.next(event)
  }

  nonsense(why: string): void {
    this.emit({ type: 'nonsense', why })
  }

  /** The end. `last`: what is to be told before, when nothing may be given to it any more. */
  exit(exit: LaneExit, last: readonly LaneEvent[] = []): void {
    this.phase = 'gone'
    for (const event of last) this.emit(event)
    this.emit(exit)
    this.#out?.complete()
  }

  /** @throws unless it is still there */
  mustTake(job: number): void {
    if (this.phase === 'gone') throw new Error(`Cannot give job ${job}: its lane has exited`)
  }
}
