/** `watch(boss)`: what the command line shows of a run, for any program. */

import { Subscription } from 'rxjs'

import type { Report } from '../words/report.ts'
import { toJson } from '../words/to-json.ts'
import { Boundary } from './boundary.ts'
import { cleanText } from './clean-text.ts'
import type { InspectEvent } from './events.ts'
import { failureInWords } from './failure-groups.ts'
import { Follow, type Followed } from './follow.ts'
import { defaultIntervalMs, failuresAtOnce } from './limits.ts'
import type { FrameOptions } from './terminal/frame.ts'
import { summary } from './terminal/summary.ts'
import { symbolsOf } from './terminal/symbols.ts'
import { type StreamLike, terminalOf } from './terminal/terminal.ts'
import { plainView, ttyView, type View } from './view.ts'

/** How a run is shown in the terminal. */
export interface WatchOptions {
  /** Where to. Default `process.stderr`. */
  readonly stream?: StreamLike & {
    /** Writes text as it is, escape sequences included. */
    write(text: string): unknown
  }
  /**
   * `tty`: lines that are redrawn. `plain`: lines for logs. `json`: each event as a line. Default `auto`: `tty` where the
   * stream is a terminal that can, and this is no CI; else `plain`.
   */
  readonly progress?: 'auto' | 'tty' | 'plain' | 'json'
  readonly color?: 'auto' | 'always' | 'never'
  /** Nothing beyond ASCII. Default: where the locale is not UTF-8. */
  readonly ascii?: boolean
  /** Milliseconds between two lines of `plain`. Default 10,000. */
  readonly interval?: number
  /** How many instructions there will be, where the boss cannot know yet. */
  readonly total?: number
  /** Default: the names of the workers. */
  readonly title?: string
  /** Some lines in the end: how many, how fast, what failed. Default true. */
  readonly summary?: boolean
}

/** A view of a run in the terminal. */
export interface Watching {
  /** A line of your own that stays, above what is redrawn. Control characters are taken out. */
  note(text: string): void
  /** Takes the view away, without a summary. */
  end(): void
}

/**
 * Shows a run while it goes on, and sums it up when the boss is gone.
 *
 * Asks the boss ten times a second at most, so its price does not grow with the instructions. Starts nothing, and keeps no
 * process alive. What the program itself prints to the same terminal meanwhile is better given to `note`.
 *
 * @throws {TypeError} when this is not a boss, or an interval is none
 *
 * @example
 * const boss = new Boss({ workers: [primes] })
 * watch(boss)
 * boss.setInstructions({ individual: { limit: [1e6, 2e6] } })
 * boss.makeThemWork({ terminate: true })
 */
export function watch(boss: Followed, options: WatchOptions = {}): Watching {
  if (typeof boss?.inspect$?.subscribe !== 'function')
    throw new TypeError(`Cannot watch ${String(boss)}: it must be a Boss`)
  const { stream = process.stderr, progress = 'auto', color = 'auto', interval = defaultIntervalMs } = options
  if (!(interval > 0)) throw new TypeError(`Cannot tell every ${interval} ms: 'interval' must be above 0`)
  const terminal = terminalOf(stream, { color, ascii: options.ascii })
  const kind = progress === 'auto' ? (terminal.live ? 'tty' : 'plain') : progress
  const write = (text: string) => void stream.write(text)
  if (kind === 'json') return asJson(boss, write)

  const { ascii, colour, escapes } = terminal
  const size = () => ({ columns: stream.columns ?? 80, rows: stream.rows ?? 24 })
  const symbols = symbolsOf(ascii)
  let failures = 0
  let view: View | undefined
  const boundary = new Boundary({ view: 'the view in the terminal', broken: () => leave() })
  const happened = (event: InspectEvent) => {
    if (event.type === 'boss.end') return finish()
    if (event.type === 'boss.phase' && kind === 'plain') view?.note(`[rxboss] ${phaseInWords(event)}`)
    if (event.type === 'worker.exit' && (event.reason === 'crashed' || event.reason === 'outOfMemory'))
      view?.note(
        cleanText(`${symbols.failed} ${event.workerId} ${event.reason}: ${event.why.split('\n')[0]}`),
      )
    view?.changed()
  }
  const follow = new Follow(boss, boundary.guard(happened))
  const shown: Omit<FrameOptions, 'columns' | 'rows'> = {
    colour,
    ascii,
    ...(options.title !== undefined && { title: options.title }),
    ...(options.total !== undefined && { total: { records: options.total, guessed: false } }),
  }
  const terms = { follow, boundary, write, size, options: () => shown }
  view = kind === 'tty' ? ttyView({ ...terms, escapes }) : plainView({ ...terms, intervalMs: interval })
  const reported = (report: Report) => {
    follow.reported(report)
    view?.changed()
    if (report.kind !== 'failed' || ++failures > failuresAtOnce) return
    view?.note(cleanText(`${symbols.failed} ${report.name} ${failureInWords(report.failure)}`))
  }
  const reports = boss.reports$.subscribe(boundary.guard(reported))
  /** Without a word: whatever is written to may be what has broken. */
  const leave = () => {
    view = undefined
    reports?.unsubscribe()
    follow?.end()
  }
  const end = () => {
    view?.end()
    leave()
  }
  const finish = () => {
    const run = follow.look()
    const shownLast = view !== undefined && options.summary !== false
    end()
    if (shownLast) {
      const columns = kind === 'tty' ? { columns: size().columns - 1 } : {}
      for (const line of summary(run, follow.now(), { ascii, colour, ...columns })) write(`${line}\n`)
    }
  }
  if (follow.run.phase === 'exited') end()
  return { note: text => view?.note(text.split('\n').map(cleanText).join('\n')), end }
}

function asJson(boss: Followed, write: (text: string) => void): Watching {
  const boundary = new Boundary({
    view: 'the view in the terminal',
    broken: () => subscription.unsubscribe(),
  })
  // There before anything is heard: where it stands is told at once.
  const subscription = new Subscription()
  const told = boundary.guard((event: InspectEvent) => write(`${toJson(event)}\n`))
  subscription.add(boss.inspect$.subscribe(told))
  return { note: () => {}, end: () => subscription.unsubscribe() }
}

const phaseInWords = ({ intake, pump, phase }: { intake: string; pump: string; phase: string }): string =>
  phase === 'live' ? `pump ${pump}, intake ${intake}` : phase
