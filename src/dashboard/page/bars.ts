/** The rows of the task stream: who they are, what was done in them, what is being done, what happened. */

import type { Mark, Span } from '../../inspect/run.ts'
import { firstEndingAfter } from './picture.ts'
import { axisAt, labels, type Sheet, stripAt, stripCount } from './sheet.ts'
import { timeTicks } from './time-ticks.ts'

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
    const y = row * rowHeight
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
  const {
    picture: { from, to },
    context,
    colours,
    width,
    x,
  } = sheet
  const bottom = stripAt(sheet, stripCount)
  context.textAlign = 'center'
  for (const { t, label } of timeTicks(from, to, Math.max(2, (width - labels) / 110))) {
    const left = Math.round(x(t))
    context.fillStyle = colours.grid
    context.fillRect(left, 0, 1, bottom)
    context.fillStyle = colours.dim
    context.fillText(label, left, axisAt(sheet))
  }
}

/** What went wrong comes last: nothing hides it. */
export function drawSpans(sheet: Sheet): void {
  const { picture, context, colours, hatches } = sheet
  const { run, selected } = picture
  const { workers, failed, retried, cancelled } = colours
  const worker = new Map(run.workers.map((name, i) => [name, workers[i % workers.length] as string]))
  drawKind(sheet, 'cancelled', () => cancelled)
  drawKind(sheet, 'done', span => worker.get(span.worker) ?? (workers[0] as string))
  const retriedFill = hatches.of(retried, context)
  drawKind(sheet, 'retried', () => retriedFill)
  const failedFill = hatches.of(failed, context)
  drawKind(sheet, 'failed', () => failedFill)
  if (selected !== undefined) drawSelected(sheet, selected)
}

function drawKind(sheet: Sheet, kind: Span['kind'], fill: (span: Span) => string | CanvasPattern): void {
  const { picture, context, width, rows, rowHeight, x } = sheet
  const { run, from, to } = picture
  const { items, to: end } = run.spans
  const height = Math.max(1, rowHeight - (rowHeight > 8 ? 4 : 1))
  const inset = (rowHeight - height) / 2
  // Up to which pixel each row is taken: what falls on a pixel that has its colour is not drawn again.
  const taken = new Float64Array(rows).fill(-1)
  for (let i = firstEndingAfter(run.spans, from); i < end; i++) {
    const span = items[i] as Span
    const { ticket } = span
    if (span.kind !== kind || ticket === undefined || ticket >= rows || span.ended < from || span.began > to)
      continue
    const right = Math.min(width, x(span.ended))
    if (right <= (taken[ticket] as number)) continue
    const left = Math.max(labels, x(span.began))
    const wide = Math.max(1, right - left)
    context.fillStyle = fill(span)
    // A hair between neighbours, where there is room for one.
    context.fillRect(left, ticket * rowHeight + inset, wide > 3 ? wide - 0.75 : wide, height)
    taken[ticket] = Math.ceil(left + wide)
  }
}

function drawSelected({ context, colours, rowHeight, x }: Sheet, { ticket, began, ended }: Span): void {
  if (ticket === undefined) return
  const left = x(began)
  context.strokeStyle = colours.text
  context.lineWidth = 2
  context.strokeRect(left - 1, ticket * rowHeight + 1, Math.max(3, x(ended) - left) + 2, rowHeight - 2)
}

export function drawRunning({
  picture: { run, now, from, to },
  context,
  colours,
  rowHeight,
  x,
}: Sheet): void {
  const { workers } = colours
  for (const lane of run.lanes) {
    const current = lane?.current
    if (lane === undefined || current === undefined || current.began > to || now < from) continue
    const left = Math.max(labels, x(current.began))
    const wide = Math.max(1, x(Math.min(now, to)) - left)
    const colour = workers[Math.max(0, run.workers.indexOf(current.worker)) % workers.length] as string
    const inset = rowHeight > 8 ? 2 : 0.5
    context.globalAlpha = 0.25
    context.fillStyle = colour
    context.fillRect(left, lane.ticket * rowHeight + inset, wide, rowHeight - 2 * inset)
    context.globalAlpha = 1
    context.strokeStyle = colour
    context.lineWidth = 1
    if (rowHeight > 8)
      context.strokeRect(
        left + 0.5,
        lane.ticket * rowHeight + inset + 0.5,
        Math.max(0, wide - 1),
        rowHeight - 2 * inset - 1,
      )
  }
}

export function drawMarks({ picture: { run, from, to }, context, colours, rows, rowHeight, x }: Sheet): void {
  const { items, from: first, to: end } = run.marks
  let said = 0
  context.textAlign = 'center'
  for (let i = first; i < end; i++) {
    const { t, type, ticket, words } = items[i] as Mark
    if (t < from || t > to) continue
    const at = x(t)
    if (ticket === undefined) {
      context.fillStyle = colours.dim
      for (let y = 0; y < rows * rowHeight; y += 6) context.fillRect(at, y, 1, 3)
      context.textAlign = 'left'
      // Where two are close, the first is named.
      if (rowHeight > 8 && at > said) {
        context.fillText(words, at + 3, 6)
        said = at + 8 + context.measureText(words).width
      }
      context.textAlign = 'center'
    } else if (type === 'crashed' || type === 'outOfMemory' || type === 'ready') {
      const y = ticket * rowHeight + rowHeight / 2
      context.font = `bold ${Math.max(8, Math.min(14, rowHeight - 4))}px system-ui, sans-serif`
      context.fillStyle = type === 'ready' ? colours.dim : colours.failed
      context.fillText(type === 'ready' ? '▸' : '✖', at, y)
      context.font = '11px system-ui, sans-serif'
    }
  }
}
