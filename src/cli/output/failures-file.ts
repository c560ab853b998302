/**
 * `--failures`: the instructions that failed, as they were read, to be given again. Over several lives of a run it has each
 * of them once, and none that is done by now.
 */

import { readFileSync, renameSync, writeFileSync } from 'node:fs'

import type { Settled } from '../../index.ts'
import { LineSink } from './line-sink.ts'
import type { LineWriter } from './line-writer.ts'
import type { RecordContext } from './sink.ts'

export class FailuresFile extends LineSink {
  /** Lines of an earlier life that this one has not come to yet, and how often each is there. */
  readonly #before = new Map<string, number>()
  /** Lines of an earlier life that are no failures any more. */
  readonly #solved = new Map<string, number>()

  constructor(path: string) {
    super(path, 'the failed instructions', 'failed instructions')
  }

  protected override open(continues: boolean): LineWriter {
    if (continues)
      for (const line of this.file.lines()) this.#before.set(line, (this.#before.get(line) ?? 0) + 1)
    return this.file.begin({ continues })
  }

  settled(report: Settled, { given }: RecordContext): void {
    if (report.kind === 'failed') this.refused(given())
    else if (report.kind === 'done' && this.#before.size > 0) {
      const line = given()
      if (takeOne(this.#before, line)) this.#solved.set(line, (this.#solved.get(line) ?? 0) + 1)
    }
  }

  recorded(report: Settled, { given }: Pick<RecordContext, 'given'>): void {
    if (report.kind === 'failed') this.refused(given())
  }

  refused(given: string): void {
    if (!takeOne(this.#before, given)) this.line(`${given}\n`)
  }

  override async close(): Promise<void> {
    await super.close()
    if (this.#solved.size === 0) return
    const { path } = this.file
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    const kept = lines.filter(line => !takeOne(this.#solved, line))
    writeFileSync(`${path}.tmp`, kept.map(line => `${line}\n`).join(''))
    renameSync(`${path}.tmp`, path)
  }
}

/** @returns whether there was one */
function takeOne(lines: Map<string, number>, line: string): boolean {
  if (lines.size === 0) return false
  const count = lines.get(line)
  if (count === undefined) return false
  if (count === 1) lines.delete(line)
  else lines.set(line, count - 1)
  return true
}
