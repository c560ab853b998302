/** A run as people see it while it goes on: a region of the terminal, or lines for logs. Fed by who follows the run. */

import type { Boundary } from './boundary.ts'
import type { Follow } from './follow.ts'
import { redrawMs, standstillLookMs, tickMs } from './limits.ts'
import type { Run } from './run.ts'
import { Standstill } from './standstill.ts'
import { type FrameOptions, frame, type Size } from './terminal/frame.ts'
import { LiveRegion } from './terminal/live-region.ts'
import { OneLine } from './terminal/one-line.ts'
import { plainLine } from './terminal/plain-line.ts'

export interface View {
  /** A line that stays. */
  note(text: string): void
  /** Something has changed that should be seen soon. */
  changed(): void
  /** Leaves the terminal to somebody else's text, for a moment. */
  makeWay(): void
  /** This process was away from its terminal: what stands there is left, and drawn anew below. */
  comeBack(): void
  /** Takes itself away. Nothing follows. */
  end(): void
}

export interface ViewTerms {
  readonly follow: Follow
  readonly write: (text: string) => void
  readonly size: () => Size
  readonly options: () => Omit<FrameOptions, keyof Size>
  /** The run as it is to be shown, where it is not as the boss tells it. */
  readonly corrected?: (run: Run) => Run
  /** Why nothing runs, where somebody knows more than the run does. */
  readonly whyNot?: () => string | undefined
  /** What is drawn by a clock may throw: that costs this view alone. */
  readonly boundary?: Boundary
  /** Whether this process may write to its terminal now: it may have been sent to the background. */
  readonly mayDraw?: () => boolean
}

/** @param terms  `escapes`: whether the cursor may be moved; else there is one line */
export function ttyView(terms: ViewTerms & { readonly escapes: boolean }): View {
  const { follow, write, size, options, escapes, corrected = run => run, mayDraw = () => true } = terms
  const standstill = new Standstill()
  const region = escapes ? new LiveRegion(write, size) : new OneLine(write)
  const room = () => (escapes ? size() : { columns: size().columns, rows: 1 })
  let timer: NodeJS.Timeout | undefined
  let dueAt = Infinity
  let drawnAt = 0
  let soon = false
  const draw = () => {
    drawnAt = performance.now()
    soon = false
    dueAt = Infinity
    drawIn(tickMs)
    const run = corrected(follow.look())
    const waits = standstill.of(run, follow.now(), terms.whyNot)
    if (mayDraw()) region.draw(frame(run, follow.now(), { waits, ...options(), ...room() }))
  }
  const guarded = terms.boundary?.guard(draw) ?? draw
  const drawIn = (ms: number) => {
    const at = performance.now() + ms
    if (at >= dueAt) return
    dueAt = at
    clearTimeout(timer)
    timer = setTimeout(guarded, ms).unref()
  }
  // Called with every report: once it is said, this costs a comparison until the next frame.
  const changed = () => {
    if (soon) return
    soon = true
    drawIn(Math.max(0, drawnAt + redrawMs - performance.now()))
  }
  // When nothing happens by then, what is shown first already says something.
  drawIn(redrawMs)
  return {
    note: text => region.print(`${text}\n`),
    changed,
    makeWay: () => {
      region.clear()
      changed()
    },
    comeBack: () => {
      region.forget()
      changed()
    },
    end: () => {
      dueAt = Number.NEGATIVE_INFINITY
      clearTimeout(timer)
      region.clear()
    },
  }
}

/** @param terms  `intervalMs`: between two lines */
export function plainView({
  follow,
  write,
  options,
  corrected = run => run,
  whyNot,
  boundary,
  intervalMs,
}: Omit<ViewTerms, 'size'> & { readonly intervalMs: number }): View {
  const standstill = new Standstill()
  let said: string | undefined
  const line = () => write(`[rxboss] ${plainLine(corrected(follow.look()), follow.now(), options())}\n`)
  // Why nothing begins is said once, as soon as it is known; again when it is another reason.
  const look = () => {
    const waits = standstill.of(corrected(follow.look()), follow.now(), whyNot)
    // Its figures change all the time, and are no other reason.
    const reason = waits?.replace(/\d[\d.]*/g, '#')
    if (waits !== undefined && reason !== said) write(`[rxboss] ${waits}\n`)
    said = reason ?? said
  }
  const timer = setInterval(boundary?.guard(line) ?? line, intervalMs).unref()
  const looking = setInterval(boundary?.guard(look) ?? look, standstillLookMs).unref()
  return {
    note: text => write(`${text}\n`),
    changed: () => {},
    makeWay: () => {},
    comeBack: () => {},
    end: () => {
      clearInterval(timer)
      clearInterval(looking)
    },
  }
}
