/**
 * All that a run leaves behind beside its reports: files of lines, a folder of results. None of them can end the run: one
 * that cannot be written, or throws, is given up and named once, and the others go on.
 */

import type { InspectEvent, Settled } from '../../index.ts'
import type { RunCommandOptions } from '../run-options.ts'
import { FailuresFile } from './failures-file.ts'
import { Joblog } from './joblog.ts'
import type { LineSink } from './line-sink.ts'
import { EventsFile, TraceFile } from './recordings.ts'
import { ResultsFolder } from './results-folder.ts'
import type { RecordContext, Sink } from './sink.ts'

export class SideOutputs {
  /** Called when there is room again. */
  onRelief: () => void = () => {}
  /** Those that are written; one that broke is taken out. */
  #sinks: readonly Sink[]
  /** Those of them that want to hear of records, and of events. */
  #ofRecords: readonly Sink[] = []
  #ofEvents: readonly Sink[] = []
  readonly #lines: readonly LineSink[]
  readonly #results: ResultsFolder | undefined
  readonly #say: (text: string) => void

  /** Opens them, and changes nothing yet. @throws {RunError} when one of them cannot be written */
  constructor(options: RunCommandOptions, say: (text: string) => void) {
    const { failures, joblog, results, events, trace, traceFlows = false } = options
    this.#say = say
    this.#lines = [
      ...(failures === undefined ? [] : [new FailuresFile(failures)]),
      ...(joblog === undefined ? [] : [new Joblog(joblog)]),
      ...(events === undefined ? [] : [new EventsFile(events)]),
      ...(trace === undefined ? [] : [new TraceFile(trace, traceFlows)]),
    ]
    this.#results = results === undefined ? undefined : new ResultsFolder(results)
    this.#sinks = this.#results === undefined ? this.#lines : [...this.#lines, this.#results]
    for (const sink of this.#sinks) {
      sink.onRelief = () => this.onRelief()
      sink.onBroken = error => this.#giveUp(sink, error)
    }
  }

  /** From here on they are written. @param continues  behind what an earlier life has written. @throws {RunError} */
  begin(continues: boolean): void {
    const continued = continues ? this.#lines.filter(sink => sink.hasContent) : []
    for (const sink of this.#lines) this.#guarded(sink, () => sink.begin(continues))
    this.#sort()
    if (continued.length > 0) this.#say(`goes on with ${continued.map(({ what }) => what).join(', ')}`)
  }

  get hearsEvents(): boolean {
    return this.#ofEvents.length > 0
  }

  /** Whether lines of instructions are wanted, as they were read. */
  get keepsGiven(): boolean {
    return this.#lines.some(sink => sink instanceof FailuresFile)
  }

  get keepsResults(): boolean {
    return this.#results !== undefined
  }

  settled(report: Settled, circumstances: RecordContext): void {
    for (const sink of this.#ofRecords) {
      try {
        sink.settled?.(report, circumstances)
      } catch (error) {
        this.#giveUp(sink, error as Error)
      }
    }
  }

  recorded(report: Settled, circumstances: Pick<RecordContext, 'given'>): void {
    for (const sink of this.#ofRecords) this.#guarded(sink, () => sink.recorded?.(report, circumstances))
  }

  refused(given: string): void {
    for (const sink of this.#ofRecords) this.#guarded(sink, () => sink.refused?.(given))
  }

  happened(event: InspectEvent): void {
    for (const sink of this.#ofEvents) {
      try {
        sink.happened?.(event)
      } catch (error) {
        this.#giveUp(sink, error as Error)
      }
    }
  }

  get pressed(): boolean {
    for (const sink of this.#sinks) if (sink.pressed) return true
    return false
  }

  /** Does something once all that they were told is written. */
  whenWritten(act: () => void): void {
    if (this.#sinks.length === 0) act()
    else void Promise.all(this.#sinks.map(sink => sink.written())).then(act)
  }

  get files(): readonly string[] {
    return this.#sinks.flatMap(({ files }) => files)
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#sinks.map(async sink => {
        try {
          await sink.close()
        } catch (error) {
          this.#giveUp(sink, error as Error)
        }
      }),
    )
  }

  #guarded(sink: Sink, act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#giveUp(sink, error as Error)
    }
  }

  #giveUp(sink: Sink, error: NodeJS.ErrnoException): void {
    if (!this.#sinks.includes(sink)) return
    this.#sinks = this.#sinks.filter(one => one !== sink)
    this.#sort()
    this.#say(`cannot write ${sink.what}: ${error.code ?? error.message}: it is given up, the run goes on`)
    sink.onRelief()
  }

  #sort(): void {
    this.#ofRecords = this.#sinks.filter(({ settled }) => settled !== undefined)
    this.#ofEvents = this.#sinks.filter(({ happened }) => happened !== undefined)
  }
}
