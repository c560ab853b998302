/** The last seconds of a run, a row for each worker, a bar for each instruction: drawn from `boss.inspect$` alone. */

import type { InspectEvent } from 'rxboss'

interface Bar {
  readonly row: number
  readonly from: number
  readonly to: number
  readonly failed: boolean
}

const shownMs = 5000
const rowHeight = 16

export class TaskStrip {
  readonly #canvas: HTMLCanvasElement
  readonly #bars: Bar[] = []
  #rows = 1

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  hear(event: InspectEvent): void {
    if (event.type !== 'report' || event.workMs === undefined || event.ticket === undefined) return
    const to = performance.now()
    this.#bars.push({ row: event.ticket, from: to - event.workMs, to, failed: event.kind === 'failed' })
    this.#rows = Math.max(this.#rows, event.ticket + 1)
  }

  draw(now: number): void {
    const { clientWidth: width } = this.#canvas
    const height = this.#rows * rowHeight
    const scale = devicePixelRatio
    if (this.#canvas.width !== width * scale || this.#canvas.height !== height * scale) {
      this.#canvas.width = width * scale
      this.#canvas.height = height * scale
      this.#canvas.style.height = `${height}px`
    }
    const context = this.#canvas.getContext('2d') as CanvasRenderingContext2D
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.clearRect(0, 0, width, height)
    const gone = this.#bars.findIndex(({ to }) => to > now - shownMs)
    this.#bars.splice(0, gone < 0 ? this.#bars.length : gone)
    for (const { row, from, to, failed } of this.#bars) {
      const x = width * (1 - (now - from) / shownMs)
      context.fillStyle = failed ? '#e5484d' : `hsl(${205 + 28 * row} 65% 58%)`
      context.fillRect(
        x,
        row * rowHeight + 2,
        Math.max(1, (width * (to - from)) / shownMs - 0.5),
        rowHeight - 4,
      )
    }
  }
}
