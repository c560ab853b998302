/** What a run leaves behind of its events: `--events`, each as it was, and `--trace`, as slices for Perfetto. */

import type { InspectEvent } from '../../index.ts'
import { Tracer } from '../../inspect/trace.ts'
import { toJson } from '../../words/to-json.ts'
import { type LineFile, openLineFile } from '../files.ts'
import type { RunOptions } from '../run-options.ts'

export class Recordings {
  readonly #options: RunOptions
  readonly #events: LineFile | undefined
  readonly #trace: LineFile | undefined
  readonly #tracer: Tracer

  /** @throws {RunError} when one of them cannot be written */
  constructor(options: RunOptions) {
    this.#options = options
    const { events, trace, traceFlows = false } = options
    if (events !== undefined) this.#events = openLineFile(events, 'w', 'events to')
    if (trace !== undefined) this.#trace = openLineFile(trace, 'w', 'the trace')
    this.#tracer = new Tracer({ flows: traceFlows })
  }

  happened(event: InspectEvent): void {
    this.#events?.writer.line(`${toJson(event)}\n`)
    if (this.#trace === undefined) return
    for (const line of this.#tracer.take(event)) this.#trace.writer.line(`${line}\n`)
  }

  get pressed(): boolean {
    return [this.#events, this.#trace].some(file => file?.writer.pressed)
  }

  listen({
    broken,
    relief,
  }: {
    readonly broken: (path: string, error: NodeJS.ErrnoException) => void
    readonly relief: () => void
  }): void {
    for (const file of [this.#events, this.#trace]) {
      if (file === undefined) continue
      file.writer.onBroken = error => broken(file.writer.name, error)
      file.writer.onRelief = relief
    }
  }

  /** Where what is, for the summary. */
  get files(): readonly string[] {
    const { events, trace } = this.#options
    return [
      ...(events === undefined ? [] : [`events → ${events}`]),
      ...(trace === undefined ? [] : [`trace → ${trace}`]),
    ]
  }

  async close(): Promise<void> {
    for (const line of this.#tracer.end()) this.#trace?.writer.line(`${line}\n`)
    await Promise.all([this.#events?.close(), this.#trace?.close()])
  }
}
