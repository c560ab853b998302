/** What a run leaves behind beside its reports: failed instructions, a job log, a file for each result. */

import type { Settled } from '../../index.ts'
import { toJson } from '../../words/to-json.ts'
import { UsageError } from '../exit-codes.ts'
import { isSameFile, type LineFile, openLineFile } from '../files.ts'
import type { RunOptions } from '../run-options.ts'
import { joblogHeader, joblogLine } from './joblog.ts'
import { ResultsFolder } from './results-folder.ts'

export class Records {
  readonly #failures: LineFile | undefined
  readonly #joblog: LineFile | undefined
  readonly #results: ResultsFolder | undefined
  readonly #options: RunOptions

  /** @throws {RunError | UsageError} when one of them cannot be written, or must not be */
  constructor(options: RunOptions) {
    this.#options = options
    const { failures, joblog, results } = options
    if (failures !== undefined) {
      const input = (options.from ?? ['-']).find(path => isSameFile(failures, path))
      if (input !== undefined)
        throw new UsageError(`--failures ${failures} is an input: it would be overwritten while it is read`)
      this.#failures = openLineFile(failures, 'w', 'failed instructions to')
    }
    if (joblog !== undefined) {
      const append = joblog.startsWith('+')
      this.#joblog = openLineFile(append ? joblog.slice(1) : joblog, append ? 'a' : 'w', 'the job log')
      if (this.#joblog.fresh) this.#joblog.writer.line(joblogHeader)
    }
    if (results !== undefined) this.#results = new ResultsFolder(results)
  }

  /** @param line  the report as it was printed */
  settled(
    report: Settled,
    { record, name }: { readonly record: number; readonly name: string },
    line: string,
  ): void {
    if (report.kind === 'failed') this.#failed(toJson(report.instruction))
    this.#joblog?.writer.line(joblogLine(report, { line: record, received: line.length, now: Date.now() }))
    this.#results?.put(name, line)
  }

  /** A record that was not taken, though it is an instruction: once corrected, it may be given again. */
  refused(given: Readonly<Record<string, unknown>>): void {
    this.#failed(toJson(given))
  }

  get pressed(): boolean {
    return (
      [this.#failures, this.#joblog].some(file => file?.writer.pressed) || this.#results?.pressed === true
    )
  }

  listen({
    broken,
    relief,
  }: {
    readonly broken: (path: string, error: NodeJS.ErrnoException) => void
    readonly relief: () => void
  }): void {
    for (const file of [this.#failures, this.#joblog]) {
      if (file === undefined) continue
      file.writer.onBroken = error => broken(file.writer.name, error)
      file.writer.onRelief = relief
    }
    if (this.#results === undefined) return
    this.#results.onBroken = error => broken(this.#options.results ?? '', error)
    this.#results.onRelief = relief
  }

  /** Where what is, for the summary. */
  get files(): readonly string[] {
    const { failures, joblog, results } = this.#options
    return [
      ...(failures === undefined ? [] : [`failed instructions → ${failures}`]),
      ...(joblog === undefined ? [] : [`job log → ${joblog.replace(/^\+/, '')}`]),
      ...(results === undefined ? [] : [`results → ${results}`]),
    ]
  }

  async close(): Promise<void> {
    await Promise.all([this.#failures?.close(), this.#joblog?.close(), this.#results?.written()])
  }

  #failed(instruction: string): void {
    this.#failures?.writer.line(`${instruction}\n`)
  }
}
