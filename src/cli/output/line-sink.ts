/** What the sinks that write lines into one file have in common. */

import type { LineWriter } from './line-writer.ts'
import { SideFile } from './side-file.ts'
import type { Sink } from './sink.ts'

export abstract class LineSink implements Sink {
  readonly what: string
  readonly files: readonly string[]
  onRelief: () => void = () => {}
  onBroken: (error: NodeJS.ErrnoException) => void = () => {}
  protected readonly file: SideFile
  #writer: LineWriter | undefined

  /** @param label  for the summary: `job log`. @throws {RunError} when it cannot be written */
  constructor(path: string, what: string, label: string) {
    this.file = new SideFile(path, what)
    this.what = `${what} ${path}`
    this.files = [`${label} → ${path}`]
  }

  /** Whether there is something that may be continued. */
  get hasContent(): boolean {
    return !this.file.isEmpty
  }

  begin(continues: boolean): void {
    const writer = this.open(continues && !this.file.isEmpty)
    writer.onRelief = () => this.onRelief()
    writer.onBroken = error => this.onBroken(error)
    this.#writer = writer
  }

  /** Empties or continues the file. */
  protected open(continues: boolean): LineWriter {
    return this.file.begin({ continues })
  }

  protected line(line: string): void {
    this.#writer?.line(line)
  }

  get pressed(): boolean {
    return this.#writer?.pressed === true
  }

  written(): Promise<void> {
    return this.#writer?.written() ?? Promise.resolve()
  }

  close(): Promise<void> {
    return this.file.close()
  }
}
