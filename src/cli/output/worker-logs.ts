/**
 * What workers print, as lines on stderr: `w3│ text`. Lines of one instruction stay together, unless they are wanted as
 * they come. Only whole lines are shown.
 */

import { cleanText } from '../../inspect/clean-text.ts'
import { mostLogKept } from '../limits.ts'

export interface LogOptions {
  /** The instruction's name in front, instead of the worker's. */
  readonly tag: boolean
  /** Each line as it comes. */
  readonly lineBuffer: boolean
  readonly bar: string
}

export interface LogText {
  readonly workerId: string
  readonly id?: number
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

interface Printed {
  workerId: string
  lines: string[]
  size: number
  /** The beginning of a line, by stream. */
  stdout: string
  stderr: string
}

export class WorkerLogs {
  readonly #options: LogOptions
  readonly #show: (line: string) => void
  /** By instruction; by worker where no instruction was at work. */
  readonly #printed = new Map<number | string, Printed>()
  readonly #names = new Map<number, string>()

  constructor(show: (line: string) => void, options: LogOptions) {
    this.#show = show
    this.#options = options
  }

  /** The name of an instruction whose lines may come before its report. */
  named(id: number, name: string): void {
    if (this.#options.tag) this.#names.set(id, name)
  }

  take({ workerId, id, stream, text }: LogText): void {
    const key = id ?? workerId
    let printed = this.#printed.get(key)
    if (printed === undefined) {
      printed = { workerId, lines: [], size: 0, stdout: '', stderr: '' }
      this.#printed.set(key, printed)
    }
    printed.workerId = workerId
    const lines = (printed[stream] + text).split('\n')
    printed[stream] = lines.pop() ?? ''
    for (const line of lines) {
      printed.lines.push(line.endsWith('\r') ? line.slice(0, -1) : line)
      printed.size += line.length
    }
    if (printed[stream].length > mostLogKept) {
      printed.lines.push(printed[stream])
      printed[stream] = ''
    }
    if (id === undefined || this.#options.lineBuffer || printed.size > mostLogKept)
      this.#showLines(key, printed)
  }

  /** An instruction has ended: so have its lines. */
  settled(id: number, name: string): void {
    if (this.#printed.size > 0 && this.#printed.has(id)) {
      this.named(id, name)
      this.#finish(id)
    }
    if (this.#names.size > 0) this.#names.delete(id)
  }

  end(): void {
    for (const key of [...this.#printed.keys()]) this.#finish(key)
  }

  #finish(key: number | string): void {
    const printed = this.#printed.get(key)
    if (printed === undefined) return
    this.#printed.delete(key)
    for (const rest of [printed.stdout, printed.stderr]) if (rest !== '') printed.lines.push(rest)
    this.#showLines(key, printed)
  }

  #showLines(key: number | string, printed: Printed): void {
    const who = (typeof key === 'number' ? this.#names.get(key) : undefined) ?? printed.workerId
    for (const line of printed.lines) this.#show(`${cleanText(who)}${this.#options.bar} ${cleanText(line)}`)
    printed.lines = []
    printed.size = 0
  }
}
