/**
 * Follows a boss at a price that does not grow with its instructions: what is rare is heard as it happens, where the
 * run stands is asked whenever somebody looks. Spans are left out; who needs each single one observes `inspect$`.
 */

import { Subscription, take } from 'rxjs'
import type { AnyWorker, Boss, Report } from '../index.ts'
import type { Failure } from '../words/failure.ts'
import { addDuration } from './durations.ts'
import type { InspectEvent } from './events.ts'
import { withFailure } from './failure-groups.ts'
import { reduceRun } from './reduce.ts'
import { emptyRun, type Run } from './run.ts'

/** What is needed of a boss. */
export type Followed = Pick<Boss<AnyWorker>, 'inspect$' | 'notices$' | 'reports$' | 'exit$'>

export class Follow {
  /** As it was when somebody last looked, and what is rare since then. */
  run: Run = emptyRun()
  readonly #boss: Followed
  readonly #subscription = new Subscription()
  readonly #durations: number[] = []
  /** How far instructions under way say they are. */
  #notes = new Map<number, { readonly done?: number; readonly total?: number }>()
  /** What the clock showed when the boss began. */
  #origin = performance.now()

  /** @param happened  told of what does not come with every instruction, once the run knows of it */
  constructor(boss: Followed, happened: (event: InspectEvent) => void) {
    this.#boss = boss
    this.look()
    this.#subscription.add(
      boss.notices$.subscribe(event => {
        this.#take(event)
        happened(event)
      }),
    )
  }

  /** Milliseconds since the boss began. */
  now(): number {
    return this.run.status === 'running' ? performance.now() - this.#origin : this.run.t
  }

  /** The run as it is now. */
  look(): Run {
    if (this.run.status === 'running')
      this.#boss.inspect$.pipe(take(1)).subscribe(event => {
        this.#origin = performance.now() - event.t
        this.#take(event)
      })
    this.run = { ...this.run, durations: this.#durations.slice(), lanes: this.#withNotes() }
    return this.run
  }

  reported(report: Report): void {
    if (report.kind === 'done') this.done(report.workMs)
    else if (report.kind === 'failed') this.failed(report.failure, report)
    else if (report.kind === 'interim') this.noted(report)
  }

  /** A note of the form `{ done, total }` moves a bar. */
  noted({ id, note }: { readonly id: number; readonly note: unknown }): void {
    if (typeof note !== 'object' || note === null) return
    const { done, total } = note as { done?: unknown; total?: unknown }
    const known = {
      ...(typeof done === 'number' && { done }),
      ...(typeof total === 'number' && { total }),
    }
    if (known.done !== undefined || known.total !== undefined) this.#notes.set(id, known)
  }

  done(workMs: number): void {
    addDuration(this.#durations, workMs)
  }

  failed(failure: Failure, example: { readonly id: number; readonly name: string }): void {
    this.run = { ...this.run, failures: withFailure(this.run.failures, failure, example) }
  }

  end(): void {
    this.#subscription.unsubscribe()
  }

  /** Those that are not at work any more are forgotten. */
  #withNotes(): Run['lanes'] {
    const { lanes } = this.run
    if (this.#notes.size === 0) return lanes
    const still = new Map<number, { readonly done?: number; readonly total?: number }>()
    const shown = lanes.map(lane => {
      const note = lane?.current && this.#notes.get(lane.current.id)
      if (lane?.current === undefined || note === undefined) return lane
      still.set(lane.current.id, note)
      return { ...lane, current: { ...lane.current, ...note } }
    })
    this.#notes = still
    return shown
  }

  /** Numbers that are left out were not for us. */
  #take(event: InspectEvent): void {
    const { missed } = this.run
    this.run = {
      ...reduceRun(this.run, event),
      missed: event.type === 'drop' ? missed + event.count : missed,
    }
  }
}
