/**
 * Follows a boss at a price that does not grow with his instructions: what is rare is heard as it happens, where the
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
    this.run = { ...this.run, durations: this.#durations.slice() }
    return this.run
  }

  reported(report: Report): void {
    if (report.kind === 'done') this.done(report.workMs)
    else if (report.kind === 'failed') this.failed(report.failure, report)
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

  /** Numbers that are left out were not for us. */
  #take(event: InspectEvent): void {
    const { missed } = this.run
    this.run = {
      ...reduceRun(this.run, event),
      missed: event.type === 'drop' ? missed + event.count : missed,
    }
  }
}
