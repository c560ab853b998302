/** What the work is handed beside its attributes. One for each job, so it holds little, and the rest is made on demand. */

import type { Task } from '../../worker/worker.ts'
import type { Extra } from '../lane/wire.ts'

// Work may replace what is global where it runs.
const { AbortController, Symbol } = globalThis

/** What a task knows of the place where it runs; shared by all jobs of one definition. */
export interface TaskPlace {
  readonly worker: string
  readonly ticket: number
  local: unknown
  report(n: number, note: unknown): void
  /** Job `n` has looked at its signal: it can be asked to stop. */
  looked(n: number): void
}

const none = Object.freeze({})
const bindingKey = Symbol.for('rxboss.binding')

export class ActiveTask implements Task<unknown> {
  readonly id: number
  readonly attempt: number
  readonly traceparent: string | undefined
  readonly resources: Task['resources']
  readonly environment: Task['environment']
  readonly #place: TaskPlace
  readonly #n: number
  readonly #name: string | undefined
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined

  constructor(place: TaskPlace, n: number, id: number, extra: Extra | undefined) {
    this.id = id
    this.attempt = extra?.[1] ?? 1
    this.traceparent = extra?.[3]
    this.resources = extra?.[4] ?? none
    this.environment = extra?.[5] ?? none
    this.#place = place
    this.#n = n
    this.#name = extra?.[2]
    this.#controller = undefined
    this.#aborted = undefined
  }

  get name(): string {
    return this.#name ?? `${this.#place.worker}#${this.id}`
  }

  get ticket(): number {
    return this.#place.ticket
  }

  get local(): unknown {
    return this.#place.local
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#place.looked(this.#n)
      this.#controller = new AbortController()
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason)
    }
    return this.#controller.signal
  }

  /** A function of its own, so that `({ n }, { report })` works. */
  get report(): (note: unknown) => void {
    return note => this.#place.report(this.#n, note)
  }

  get binding(): () => readonly number[] {
    return () => (globalThis as { [bindingKey]?: readonly number[] })[bindingKey] ?? []
  }

  static abort(task: ActiveTask, reason: unknown): void {
    task.#aborted ??= { reason }
    task.#controller?.abort(reason)
  }
}
