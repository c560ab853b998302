/** The rows of the task stream: who they are, what was done in them, what is being done, what happened. */

import type { Mark, Span } from '../../inspect/run.ts'
import { type Texture, textureOf } from './fills.ts'
import { firstEndingAfter } from './picture.ts'
import { axisAt, flags, labels, rowAt, type Sheet, stripAt, stripCount } from './sheet.ts'
import { timeTicks } from './time-ticks.ts'

/** What went wrong is seen whatever the zoom: pixels. */
const leastFailed = 3

export function drawRows({
  picture: { run, ticket },
  context,
  colours,
  width,
  rows,
  rowHeight,
}: Sheet): void {
  const every = Math.ceil(12 / rowHeight)
  for (let row = 0; row < rows; row++) {
    const y = rowAt({ rowHeight }, row)
    const lane = run.lanes[row]
    if (row === ticket || row % 2 === 0) {
      context.fillStyle = row === ticket ? colours.selected : colours.row
      context.globalAlpha = row === ticket ? 0.25 : 1
      context.fillRect(labels, y, width - labels, rowHeight)
      context.globalAlpha = 1
    }
    if (row % every !== 0 || lane === undefined) continue
    context.fillStyle = lane.state === 'gone' ? colours.dim : colours.text
    context.textAlign = 'right'
    context.fillText(lane.workerId, labels - 6, Math.max(6, y + rowHeight / 2), labels - 8)
  }
}

export function drawAxis(sheet: Sheet): void {
  const { picture, context, colours, width, x } = sheet
  const bottom = stripAt(sheet, stripCount)
  context.textAlign = 'center'
  for (const { t, label } of timeTicks(picture, Math.max(2, (width - labels) / 110))) {
    const left = Math.round(x(t))
    context.fillStyle = colours.grid
    context.fillRect(left, flags, 1, bottom - flags)
    context.fillStyle = colours.dim
    context.fillText(label, Math.min(left, width - context.measureText(label).width / 2), axisAt(sheet))
  }
}

/** What went wrong comes last: nothing hides it. */
export function drawSpans(sheet: Sheet): void {
  const { picture, context, colours, fills } = sheet
  const { run, selected } = picture
  const { workers, failed, retried, cancelled } = colours
  const fill = (colour: string, texture: Texture) => fills.of(colour, texture, context)
  const worker = new Map(
    run.workers.map((name, i) => [
      name,
      fill(workers[i % workers.length] as string, textureOf(i, workers.length)),
    ]),
  )
  drawKind(sheet, 'cancelled', () => cancelled)
  drawKind(sheet, 'done', span => worker.get(span.worker) ?? (workers[0] as string))
  const retriedFill = fill(retried, 'hatched')
  drawKind(sheet, 'retried', () => retriedFill)
  // Solid where it is narrow: hatching would wash it out.
  const failedFill = fill(failed, 'hatched')
  drawKind(sheet, 'failed', (_, wide) => (wide > 12 ? failedFill : failed))
  if (selected !== undefined) drawSelected(sheet, selected)
}

type Fill = string | CanvasPattern

function drawKind(sheet: Sheet, kind: Span['kind'], fill: (span: Span, wide: number) => Fill): void {
  const { picture, context, width, rows, rowHeight, x } = sheet
  const { run, from, to, hidden } = picture
  const { items, to: end } = run.spans
  const isBad = kind === 'failed' || kind === 'retried'
  const least = isBad ? leastFailed : 1
  const height = Math.max(1, rowHeight - (rowHeight > 8 ? 4 : 1))
  const inset = isBad ? 0 : (rowHeight - height) / 2
  const tall = isBad ? rowHeight : height
  // Up to which pixel each row is taken: what falls on a pixel that has its colour is not drawn again.
  const taken = new Float64Array(rows).fill(-1)
  for (let i = firstEndingAfter(run.spans, from); i < end; i++) {
    const span = items[i] as Span
    const { ticket } = span
    if (span.kind !== kind || ticket === undefined || ticket >= rows || span.ended < from || span.began > to)
      continue
    if (hidden.size > 0 && hidden.has(span.worker)) continue
    const right = Math.min(width, x(span.ended))
    if (right <= (taken[ticket] as number)) continue
    const left = Math.max(labels, Math.min(x(span.began), width - least))
    const wide = Math.max(least, right - left)
    context.fillStyle = fill(span, wide)
    // A hair between neighbours, where there is room for one.
    context.fillRect(left, rowAt(sheet, ticket) + inset, wide > 3 ? wide - 0.75 : wide, tall)
    taken[ticket] = Math.ceil(left + wide)
  }
}

function drawSelected({ context, colours, rowHeight, x }: Sheet, { ticket, began, ended }: Span): void {
  if (ticket === undefined) return
  const left = x(began)
  context.strokeStyle = colours.text
  context.lineWidth = 2
  const y = rowAt({ rowHeight }, ticket)
  context.strokeRect(left - 1, y + 1, Math.max(3, x(ended) - left) + 2, rowHeight - 2)
}

export function drawRunning({ picture, context, colours, rowHeight, x }: Sheet): void {
  const { run, now, from, to, hidden } = picture
  const { workers } = colours
  for (const lane of run.lanes) {
    const current = lane?.current
    if (lane === undefined || current === undefined || current.began > to || now < from) continue
    if (hidden.has(current.worker)) continue
    const left = Math.max(labels, x(current.began))
    const wide = Math.max(1, x(Math.min(now, to)) - left)
    const colour = workers[Math.max(0, run.workers.indexOf(current.worker)) % workers.length] as string
    const inset = rowHeight > 8 ? 2 : 0.5
    const y = rowAt({ rowHeight }, lane.ticket) + inset
    const { done, total } = current
    context.globalAlpha = 0.25
    context.fillStyle = colour
    context.fillRect(left, y, wide, rowHeight - 2 * inset)
    // How far it is, as it says itself.
    if (done !== undefined && total !== undefined && total > 0) {
      context.globalAlpha = 0.6
      context.fillRect(left, y, wide * Math.max(0, Math.min(1, done / total)), rowHeight - 2 * inset)
    }
    context.globalAlpha = 1
    context.strokeStyle = colour
    context.lineWidth = 1
    if (rowHeight > 8)
      context.strokeRect(left + 0.5, y + 0.5, Math.max(0, wide - 1), rowHeight - 2 * inset - 1)
  }
}

/** What happened to the whole run has a lane of its own, with flags that can be read; what happened to a worker its row. */
export function drawMarks(sheet: Sheet): void {
  const { picture, context, colours, rows, rowHeight, x } = sheet
  const { run, from, to } = picture
  const { items, from: first, to: end } = run.marks
  let free = Number.NEGATIVE_INFINITY
  for (let i = first; i < end; i++) {
    const { t, type, ticket, words } = items[i] as Mark
    if (t < from || t > to) continue
    const at = x(t)
    if (ticket === undefined) {
      context.fillStyle = colours.dim
      for (let y = flags; y < rowAt({ rowHeight }, rows); y += 6) context.fillRect(at, y, 1, 3)
      free = drawFlag(sheet, { at, words, free })
    } else if (type === 'crashed' || type === 'outOfMemory' || type === 'ready') {
      const y = rowAt({ rowHeight }, ticket) + rowHeight / 2
      context.textAlign = 'center'
      context.font = `bold ${Math.max(8, Math.min(14, rowHeight - 4))}px system-ui, sans-serif`
      context.fillStyle = type === 'ready' ? colours.dim : colours.failed
      context.fillText(type === 'ready' ? '▸' : '✖', at, y)
      context.font = '11px system-ui, sans-serif'
    }
  }
}

/** @returns up to which pixel the lane of flags is taken: where two are close, the first is named */
function drawFlag(
  { context, colours, width }: Sheet,
  { at, words, free }: { readonly at: number; readonly words: string; readonly free: number },
): number {
  const wide = context.measureText(words).width + 8
  const left = Math.min(at, width - wide)
  context.fillStyle = colours.dim
  context.fillRect(at - 1, 2, 2, flags - 2)
  if (left < free) return free
  context.fillStyle = colours.panel
  context.fillRect(left + 1, 0, wide, flags)
  context.fillStyle = colours.text
  context.textAlign = 'left'
  context.fillText(words, left + 5, flags / 2)
  return left + wide + 4
}

/** The stretch that somebody marks, to look at it from near. */
export function drawMarked({ picture: { marked }, context, colours, x, ...rows }: Sheet): void {
  if (marked === undefined) return
  const [left, right] = [x(marked.from), x(marked.to)].sort((a, b) => a - b) as [number, number]
  context.fillStyle = colours.selected
  context.globalAlpha = 0.3
  context.fillRect(left, flags, right - left, stripAt(rows, stripCount) - flags)
  context.globalAlpha = 1
}
