/**
 * The task stream: a row for each worker, a bar for each attempt, on one time axis with how fast it went and how many
 * waited. Drawn anew from the run each time; bars below a pixel are drawn together, and what is out of sight is skipped.
 */

import type { Mark, Span } from '../../inspect/run.ts'
import { drawAxis, drawMarked, drawMarks, drawRows, drawRunning, drawSpans } from './bars.ts'
import { type Colours, coloursOf } from './colours.ts'
import { Fills } from './fills.ts'
import { firstEndingAfter, type Picture } from './picture.ts'
import { flags, labels, rowsOf, type Sheet, stripAt, stripCount, stripUnder } from './sheet.ts'
import { drawStrips, stripWords } from './strips.ts'

/** What is under the pointer. */
export type Hit =
  | { readonly type: 'span'; readonly span: Span }
  | { readonly type: 'running'; readonly ticket: number }
  | { readonly type: 'mark'; readonly mark: Mark }
  | { readonly type: 'strip'; readonly words: string }

export class TaskStream {
  readonly canvas: HTMLCanvasElement
  #picture: Picture | undefined
  #colours: Colours | undefined
  #width = 0
  readonly #fills = new Fills()

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
  }

  /** The theme has changed. */
  recolour(): void {
    this.#colours = undefined
    this.#fills.forget()
  }

  /** Milliseconds since the boss began, under a pixel. */
  timeAt(x: number): number {
    const { from = 0, to = 1 } = this.#picture ?? {}
    return from + ((x - labels) / Math.max(1, this.#width - labels)) * (to - from)
  }

  draw(picture: Picture): void {
    this.#picture = picture
    this.#colours ??= coloursOf(this.canvas)
    const { canvas } = this
    const layout = rowsOf(picture.run.lanes.length)
    const width = canvas.parentElement?.clientWidth ?? 800
    const height = stripAt(layout, stripCount)
    this.#width = width
    const scale = devicePixelRatio || 1
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale)
      canvas.height = Math.round(height * scale)
      canvas.style.height = `${height}px`
    }
    const context = canvas.getContext('2d')
    if (context === null) return
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.clearRect(0, 0, width, height)
    context.font = '11px system-ui, sans-serif'
    context.textBaseline = 'middle'
    const { from, to } = picture
    const perMs = (width - labels) / (to - from)
    const sheet: Sheet = {
      ...{ picture, context, colours: this.#colours, fills: this.#fills, width, ...layout },
      x: t => labels + (t - from) * perMs,
    }
    for (const draw of layers) draw(sheet)
  }

  /** What is at a point of the canvas. */
  at(x: number, y: number): Hit | undefined {
    const picture = this.#picture
    if (picture === undefined || x < labels) return undefined
    const { run, now } = picture
    const layout = rowsOf(run.lanes.length)
    const perPixel = this.timeAt(1) - this.timeAt(0)
    const t = this.timeAt(x)
    const near = 3 * perPixel
    const index = stripUnder(layout, y)
    const words = index === undefined ? undefined : stripWords({ picture }, index, t)
    if (words !== undefined) return { type: 'strip', words }
    const isNear = (mark: Mark) => Math.abs(mark.t - t) < 2 * near
    if (y < flags) return markAt(run.marks.items.findLast(mark => mark.ticket === undefined && isNear(mark)))
    const ticket = Math.floor((y - flags) / layout.rowHeight)
    if (ticket >= layout.rows) return undefined
    const current = run.lanes[ticket]?.current
    if (current !== undefined && t >= current.began - near && t <= now) return { type: 'running', ticket }
    const { items, from, to } = run.spans
    let best: Span | undefined
    let distance = near
    for (let i = firstEndingAfter(run.spans, t - near); i < to && i >= from; i++) {
      const span = items[i] as Span
      if (span.ticket !== ticket || picture.hidden.has(span.worker)) continue
      if (span.began > t + near + 60_000) break
      const off = t < span.began ? span.began - t : Math.max(0, t - span.ended)
      if (off < distance) {
        best = span
        distance = off
      }
      if (off === 0) break
    }
    if (best !== undefined) return { type: 'span', span: best }
    return markAt(run.marks.items.findLast(mark => mark.ticket === ticket && isNear(mark)))
  }
}

const markAt = (mark: Mark | undefined): Hit | undefined => mark && { type: 'mark', mark }

/** From the bottom. */
const layers = [drawRows, drawAxis, drawSpans, drawRunning, drawMarks, drawStrips, drawMarked]
