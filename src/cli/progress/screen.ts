/** Everything that people see of a run, on stderr: progress, what workers print, failures, the summary. */

import type { Failure, InspectEvent } from '../../index.ts'
import { cleanText } from '../output/clean-text.ts'
import { LineWriter } from '../output/line-writer.ts'
import { WorkerLogs } from '../output/worker-logs.ts'
import type { RunOptions } from '../run-options.ts'
import { failures, type Tally } from '../tally.ts'
import { type Terminal, terminalOf } from '../terminal.ts'
import { FailureGroups } from './failure-groups.ts'
import { plainProgress } from './plain.ts'
import type { Progress, Standing } from './progress.ts'
import { summary } from './summary.ts'
import { ttyProgress } from './tty.ts'

type Kind = 'tty' | 'plain' | 'json' | 'none'

/** So many failures, warnings and deaths are told at once; all are counted in the end. */
const toldAtOnce = 20

export class Screen {
  readonly #writer = new LineWriter('stderr', process.stderr)
  readonly #options: RunOptions
  readonly #terminal: Terminal
  readonly #kind: Kind
  readonly #logs: WorkerLogs
  readonly #groups = new FailureGroups()
  readonly #told = new Set<string>()
  #progress: Progress | undefined
  #failuresTold = 0
  #deathsTold = 0

  constructor(options: RunOptions) {
    this.#options = options
    this.#terminal = terminalOf(options)
    this.#kind = kindOf(options, this.#terminal)
    this.#logs = new WorkerLogs(line => this.#note(line), {
      tag: options.tag ?? false,
      lineBuffer: options.lineBuffer ?? false,
      bar: this.#terminal.ascii ? '|' : '│',
    })
  }

  begin(standing: () => Standing, workers: number): void {
    const write = (text: string) => this.#writer.line(text)
    if (this.#kind === 'plain') {
      this.#progress = plainProgress({ write, standing, workers, intervalMs: this.#options.interval })
    } else if (this.#kind === 'tty') {
      const { ascii } = this.#terminal
      this.#progress = ttyProgress({
        write,
        standing,
        workers,
        ascii,
        columns: () => process.stderr.columns || 80,
      })
    }
  }

  /** Whether it shows what comes with every instruction. */
  get wantsAll(): boolean {
    return this.#kind === 'json' || (this.#options.tag === true && this.#options.lineBuffer === true)
  }

  /** Something that changes how the run goes on. */
  say(text: string): void {
    if (this.#kind !== 'json') this.#note(`rxboss: ${text}`)
  }

  /** What the main thread prints: a worker file while it is imported, or work in the inline crew. */
  printed(text: string): void {
    this.#logs.take({ workerId: 'main', stream: 'stdout', text })
  }

  happened(event: InspectEvent): void {
    if (this.#kind === 'json') {
      this.#writer.line(`${JSON.stringify(event)}\n`)
      return
    }
    switch (event.type) {
      case 'worker.log':
        return this.#logs.take(event)
      case 'instruction.accept':
        return this.#logs.named(event.id, event.name)
      case 'instruction.warn':
        return this.#once(`warning: ${event.why}`)
      case 'worker.exit':
        if (event.reason === 'crashed' || event.reason === 'outOfMemory')
          this.#died(event.workerId, event.why)
        return undefined
      default:
        return undefined
    }
  }

  /** An instruction is settled: so are the lines that its worker printed. */
  settled(id: number, name: string): void {
    this.#logs.settled(id, name)
  }

  failed(failure: Pick<Failure, 'code' | 'why' | 'error'>, name: string): void {
    this.#groups.add(failure, name)
    if (++this.#failuresTold > toldAtOnce || this.#kind === 'none' || this.#kind === 'json') return
    const [why] = failure.why.split('\n')
    this.#note(
      this.#terminal.colour('red', `${this.#terminal.ascii ? 'x' : '✖'} ${cleanText(`${name}: ${why}`)}`),
    )
    if (this.#failuresTold === toldAtOnce) this.#note('  (more failures are counted, and told in the end)')
  }

  get pressed(): boolean {
    return this.#writer.pressed
  }

  set onRelief(relief: () => void) {
    this.#writer.onRelief = relief
  }

  /** @param files  where more can be read, as `failed instructions → failed.ndjson` */
  summarise(tally: Tally, terms: { elapsedMs: number; workers: number; files: readonly string[] }): void {
    this.#progress?.end()
    this.#logs.end()
    const shown = this.#options.summary && !this.#options.quiet && this.#kind !== 'json'
    if (shown) {
      const { ascii } = this.#terminal
      const colour = this.#terminal.colour
      for (const line of summary({ ...terms, tally, groups: this.#groups, ascii, colour })) this.#line(line)
      for (const file of terms.files) this.#line(`  ${file}`)
    } else if (failures(tally) > 0 && this.#kind !== 'json')
      this.#line(`rxboss: ${failures(tally)} of ${tally.records} failed`)
  }

  async end(): Promise<void> {
    this.#progress?.end()
    await this.#writer.written()
  }

  #note(text: string): void {
    if (this.#progress === undefined) this.#line(text)
    else this.#progress.note(text)
  }

  #line(text: string): void {
    this.#writer.line(`${text}\n`)
  }

  #once(text: string): void {
    if (this.#told.size >= toldAtOnce || this.#told.has(text)) return
    this.#told.add(text)
    this.say(cleanText(text))
  }

  #died(workerId: string, why: string): void {
    if (++this.#deathsTold <= toldAtOnce)
      this.say(cleanText(`worker ${workerId} died: ${why.split('\n')[0]}`))
  }
}

function kindOf({ progress, quiet, json }: RunOptions, terminal: Terminal): Kind {
  if (quiet) return 'none'
  if (json) return 'json'
  if (progress !== 'auto') return progress
  return terminal.live ? 'tty' : 'plain'
}
