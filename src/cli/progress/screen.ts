/** Everything that people see of a run, on stderr: progress, what workers print, failures, the summary. */

import type { AnyWorker, Boss, Failure, InspectEvent, Settled } from '../../index.ts'
import { cleanText } from '../../inspect/clean-text.ts'
import { Follow } from '../../inspect/follow.ts'
import { lineOf } from '../../inspect/terminal/line.ts'
import { summary } from '../../inspect/terminal/summary.ts'
import { symbolsOf } from '../../inspect/terminal/symbols.ts'
import { type Terminal, terminalOf } from '../../inspect/terminal/terminal.ts'
import { plainView, ttyView, type View } from '../../inspect/view.ts'
import { toJson } from '../../words/to-json.ts'
import { toldAtOnce } from '../limits.ts'
import { LineWriter } from '../output/line-writer.ts'
import { WorkerLogs } from '../output/worker-logs.ts'
import type { RunCommandOptions } from '../run-options.ts'
import { failuresInAll } from '../tally.ts'
import { isInForeground } from './foreground.ts'
import { inRecords, type Standing, totalOf } from './standing.ts'
import { whyNot } from './why-not.ts'

type Kind = 'tty' | 'plain' | 'json' | 'none'

export class Screen {
  readonly #writer = new LineWriter('stderr', process.stderr)
  readonly #options: RunCommandOptions
  readonly #terminal: Terminal
  readonly #kind: Kind
  readonly #logs: WorkerLogs
  readonly #told = new Set<string>()
  #follow: Follow | undefined
  #view: View | undefined
  /** Of all that was settled. */
  #workMs = 0
  #failuresTold = 0
  #deathsTold = 0

  constructor(options: RunCommandOptions) {
    this.#options = options
    this.#terminal = terminalOf(process.stderr, options)
    this.#kind = kindOf(options, this.#terminal)
    this.#logs = new WorkerLogs(line => this.#note(line), {
      tag: options.tag ?? false,
      lineBuffer: options.lineBuffer ?? false,
      bar: this.#terminal.ascii ? '|' : '│',
    })
  }

  /** @param preview  what an instruction that is under way is about */
  begin(boss: Boss<AnyWorker>, standing: () => Standing, preview: (id: number) => string | undefined): void {
    const follow = new Follow(boss, () => this.#view?.changed())
    this.#follow = follow
    const { ascii, colour, escapes } = this.#terminal
    const terms = {
      follow,
      write: (text: string) => this.#writer.line(text),
      corrected: (run: Follow['run']) => inRecords(run, standing()),
      options: () => {
        const now = standing()
        const phase = now.phase === 'running' ? undefined : now.phase
        return { colour, ascii, total: totalOf(now), phase, preview }
      },
      whyNot: () => whyNot(this.#options),
      mayDraw: isInForeground,
    }
    if (this.#kind === 'plain') this.#view = plainView({ ...terms, intervalMs: this.#options.interval })
    else if (this.#kind === 'tty') {
      const size = () => ({ columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 })
      this.#view = ttyView({ ...terms, size, escapes })
      process.on('SIGCONT', () => this.#view?.comeBack())
    }
  }

  /** Whether it shows what single instructions are about. */
  get wantsPreviews(): boolean {
    return this.#kind === 'tty'
  }

  /** Whether it shows what comes with every instruction. */
  get wantsAll(): boolean {
    return this.#kind === 'json' || (this.#options.tag === true && this.#options.lineBuffer === true)
  }

  /** Something that changes how the run goes on. */
  say(text: string): void {
    if (this.#kind !== 'json') this.#note(`rxboss: ${text}`)
  }

  /** What must be heard, whatever is shown: also with `--quiet`, and between events. */
  tell(text: string): void {
    if (this.#kind === 'json') this.#line(toJson({ note: text }))
    else this.#note(`rxboss: ${text}`)
  }

  /** What the main thread prints: a worker file while it is imported, or work in the inline crew. */
  printed(text: string): void {
    this.#logs.take({ workerId: 'main', stream: 'stdout', text })
  }

  /** Somebody else writes to the same terminal: what was shown is gone when this returns. */
  makeWay(): void {
    this.#view?.makeWay()
    this.#writer.hurry()
  }

  happened(event: InspectEvent): void {
    if (this.#kind === 'json') {
      this.#writer.line(`${toJson(event)}\n`)
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
  settled(report: Settled): void {
    this.#logs.settled(report.id, report.name)
    if (report.kind === 'done') this.#follow?.done(report.workMs)
    if (report.kind !== 'cancelled') this.#workMs += report.workMs
    this.#view?.changed()
  }

  /** An instruction says how far it is. */
  noted(report: { readonly id: number; readonly note: unknown }): void {
    this.#follow?.noted(report)
    this.#view?.changed()
  }

  /** @param example  what it is called, for people */
  failed(failure: Failure, example: { readonly id: number; readonly name: string }): void {
    this.#follow?.failed(failure, example)
    this.#view?.changed()
    if (++this.#failuresTold > toldAtOnce || this.#kind === 'none' || this.#kind === 'json') return
    const { ascii } = this.#terminal
    const [why] = failure.why.split('\n')
    this.#note(this.#red(`${symbolsOf(ascii).failed} ${cleanText(`${example.name}: ${why}`)}`))
    if (this.#failuresTold === toldAtOnce) this.#note('  (more failures are counted, and told in the end)')
  }

  get pressed(): boolean {
    return this.#writer.pressed
  }

  set onRelief(relief: () => void) {
    this.#writer.onRelief = relief
  }

  /** @param files  where more can be read, as `failed instructions → failed.ndjson` */
  summarise(standing: Standing, files: readonly string[]): void {
    this.#view?.end()
    this.#logs.end()
    const { tally } = standing
    const follow = this.#follow
    const shown = this.#options.summary && !this.#options.quiet && this.#kind !== 'json'
    if (shown && follow !== undefined) {
      const run = inRecords(follow.look(), standing)
      const { recorded, recordedFailed } = tally
      // In a terminal no line is broken; a file has all of it.
      const { columns } = process.stderr
      const width = process.stderr.isTTY && columns > 0 ? { columns: columns - 1 } : {}
      for (const line of summary(run, follow.now(), {
        ...this.#terminal,
        recorded,
        busyMs: this.#workMs,
        recordedFailed,
        ...width,
      }))
        this.#line(line)
      for (const file of files) this.#line(`  ${file}`)
    } else if (failuresInAll(tally) > 0 && this.#kind !== 'json')
      this.#line(`rxboss: ${failuresInAll(tally)} of ${tally.records} failed`)
  }

  async end(): Promise<void> {
    this.#view?.end()
    this.#follow?.end()
    await this.#writer.written()
  }

  #note(text: string): void {
    if (this.#view === undefined) this.#line(text)
    else this.#view.note(text)
  }

  #line(text: string): void {
    this.#writer.line(`${text}\n`)
  }

  #red(text: string): string {
    const { colour, ascii } = this.#terminal
    return lineOf([['red', text]], { columns: Infinity, colour, ascii })
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

function kindOf({ progress, quiet, json }: RunCommandOptions, terminal: Terminal): Kind {
  if (quiet) return 'none'
  if (json) return 'json'
  if (progress !== 'auto') return progress
  return terminal.live ? 'tty' : 'plain'
}
