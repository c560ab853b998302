/** What a run leaves behind of its events: `--events`, each as it was, and `--trace`, as slices for Perfetto. */

import type { InspectEvent } from '../../index.ts'
import { Tracer } from '../../inspect/trace.ts'
import { toJson } from '../../words/to-json.ts'
import { LineSink } from './line-sink.ts'
import type { LineWriter } from './line-writer.ts'

export class EventsFile extends LineSink {
  constructor(path: string) {
    super(path, 'the events', 'events')
  }

  protected override open(continues: boolean): LineWriter {
    // What is behind a torn piece of a zipped file can not be read.
    return continues && this.file.isZipped
      ? this.file.beginBehind(lines => lines)
      : this.file.begin({ continues })
  }

  happened(event: InspectEvent): void {
    this.line(`${toJson(event)}\n`)
  }
}

export class TraceFile extends LineSink {
  readonly #flows: boolean
  #tracer: Tracer

  constructor(path: string, flows: boolean) {
    super(path, 'the trace', 'trace')
    this.#flows = flows
    this.#tracer = new Tracer({ flows })
  }

  /** A life is a process of the trace: its times begin again. */
  protected override open(continues: boolean): LineWriter {
    if (!continues) return this.file.begin({ continues })
    return this.file.beginBehind(lines => {
      const kept = lines.filter(line => line !== ']' && line !== '[]')
      const [last] = /"pid":\d+\}$/.exec(kept.at(-1) ?? '') ?? []
      if (last !== undefined)
        this.#tracer = new Tracer({ flows: this.#flows, behind: Number(/\d+/.exec(last)?.[0]) })
      return last === undefined ? [] : kept
    })
  }

  happened(event: InspectEvent): void {
    for (const line of this.#tracer.take(event)) this.line(`${line}\n`)
  }

  override async close(): Promise<void> {
    for (const line of this.#tracer.end()) this.line(`${line}\n`)
    await super.close()
  }
}
