/** Below the rows: how many came to an end in each second, the failed ones in red; and how many waited. */

import type { Second } from '../../inspect/history.ts'
import { labels, type Sheet, strip, stripAt } from './sheet.ts'

export function drawStrips(sheet: Sheet): void {
  const { run, from, to } = sheet.picture
  const { items, from: first, to: end } = run.seconds
  const seconds: Second[] = []
  for (let i = Math.max(first, end - 1 - Math.ceil((run.t - from) / 1000) - 1); i < end; i++) {
    const second = items[i] as Second
    if (second.at * 1000 <= to && (second.at + 1) * 1000 >= from) seconds.push(second)
  }
  const { pending, running } = run.counts
  seconds.push({ ...run.thisSecond, pending, running })
  drawBars(sheet, seconds)
  drawLine(sheet, seconds)
}

function drawBars(sheet: Sheet, seconds: readonly Second[]): void {
  const { context, colours, x } = sheet
  const top = stripAt(sheet, 0)
  const { workers, failed, cancelled } = colours
  const sum = (second: Second) => second.done + second.failed + second.cancelled
  const most = Math.max(1, ...seconds.map(sum))
  caption(sheet, { words: 'done/s', most, top })
  // Where a second is narrower than a pixel, the tallest in it is drawn.
  for (const second of seconds) {
    const left = Math.max(labels, x(second.at * 1000))
    const wide = Math.max(1, x(second.at * 1000 + 1000) - left - 0.5)
    let y = top + strip
    const parts = [
      [second.failed, failed],
      [second.cancelled, cancelled],
      [second.done, workers[0] as string],
    ] as const
    for (const [count, colour] of parts) {
      const height = (count / most) * strip
      context.fillStyle = colour
      context.fillRect(left, y - height, wide, height)
      y -= height
    }
  }
}

function drawLine(sheet: Sheet, seconds: readonly Second[]): void {
  const { picture, context, colours, width, x } = sheet
  const top = stripAt(sheet, 1)
  const most = Math.max(1, ...seconds.map(({ pending }) => pending))
  caption(sheet, { words: 'queue', most, top })
  context.beginPath()
  context.moveTo(Math.max(labels, x((seconds[0]?.at ?? 0) * 1000)), top + strip)
  let last = labels
  for (const { at, pending } of seconds) {
    last = Math.max(labels, Math.min(width, x(Math.min(at * 1000 + 1000, Math.max(picture.now, at * 1000)))))
    context.lineTo(last, top + strip - (pending / most) * (strip - 1))
  }
  context.lineTo(last, top + strip)
  context.globalAlpha = 0.35
  context.fillStyle = colours.dim
  context.fill()
  context.globalAlpha = 1
  context.strokeStyle = colours.dim
  context.lineWidth = 1
  context.stroke()
}

function caption(
  { context, colours, width }: Sheet,
  { words, most, top }: { readonly words: string; readonly most: number; readonly top: number },
): void {
  context.fillStyle = colours.dim
  context.textAlign = 'right'
  context.fillText(words, labels - 6, top + strip - 7)
  context.fillText(short(most), labels - 6, top + 6)
  context.fillStyle = colours.grid
  context.fillRect(labels, top + strip, width - labels, 1)
}

const short = (n: number): string =>
  n >= 1e6 ? `${(n / 1e6).toFixed(1)}M` : n >= 10_000 ? `${Math.round(n / 1000)}k` : String(n)
