/** What hands do with the task stream: point, click, mark a stretch, pan, zoom. One finger scrolls the page, as elsewhere. */

import { shortTime } from '../../inspect/clock-time.ts'
import type { Span } from '../../inspect/run.ts'
import { setText } from './dom.ts'
import type { Source } from './source.ts'
import type { TaskStream } from './task-stream.ts'
import type { TimeWindow } from './time-window.ts'

export interface HandsTerms {
  readonly canvas: HTMLCanvasElement
  readonly tip: HTMLElement
  readonly stream: TaskStream
  readonly view: TimeWindow
  readonly source: Source
  readonly select: (span: Span) => void
  readonly pickRow: (ticket: number) => void
  readonly mark: (stretch: { readonly from: number; readonly to: number } | undefined) => void
}

interface Grab {
  readonly x: number
  readonly at: number
  readonly pans: boolean
  moved: boolean
}

export function hands(terms: HandsTerms): void {
  const { canvas, tip, stream, view, source, select, pickRow, mark } = terms
  let grabbed: Grab | undefined

  canvas.addEventListener(
    'wheel',
    event => {
      event.preventDefault()
      tip.hidden = true
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey
      const delta = event.deltaX || event.deltaY
      if (sideways) view.pan(delta / 1000, source.now())
      else view.zoom(2 ** (-event.deltaY / 300), stream.timeAt(event.offsetX), source.now())
    },
    { passive: false },
  )
  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0 || event.pointerType === 'touch') return
    grabbed = { x: event.offsetX, at: stream.timeAt(event.offsetX), pans: event.shiftKey, moved: false }
    canvas.setPointerCapture(event.pointerId)
  })
  canvas.addEventListener('pointermove', ({ offsetX: x, offsetY: y }) => {
    if (grabbed !== undefined && (grabbed.moved || Math.abs(x - grabbed.x) > 3)) {
      tip.hidden = true
      grabbed.moved = true
      if (!grabbed.pans) return mark({ from: grabbed.at, to: stream.timeAt(x) })
      const { from, to } = view.at(source.now())
      view.pan((grabbed.at - stream.timeAt(x)) / (to - from), source.now())
      return
    }
    point(x, y)
  })
  canvas.addEventListener('pointerup', ({ offsetX: x, offsetY: y }) => {
    const grab = grabbed
    grabbed = undefined
    if (grab?.moved) {
      mark(undefined)
      if (!grab.pans) view.show(grab.at, stream.timeAt(x))
      return
    }
    const hit = stream.at(x, y)
    if (hit?.type === 'span') select(hit.span)
    else if (hit?.type === 'running') pickRow(hit.ticket)
  })
  canvas.addEventListener('pointercancel', () => {
    grabbed = undefined
    mark(undefined)
  })
  canvas.addEventListener('pointerleave', () => {
    tip.hidden = true
  })
  canvas.addEventListener('dblclick', () => view.follow({ lastMs: undefined }))

  function point(x: number, y: number): void {
    const text = tipFor(terms, x, y)
    tip.hidden = text === undefined
    if (text === undefined) return
    setText(tip, text)
    tip.style.left = `${Math.max(0, Math.min(x + 12, canvas.clientWidth - tip.offsetWidth - 4))}px`
    tip.style.top = `${y + 14}px`
  }
}

function tipFor({ stream, source }: HandsTerms, x: number, y: number): string | undefined {
  const hit = stream.at(x, y)
  if (hit === undefined) return undefined
  const { lanes } = source.run
  switch (hit.type) {
    case 'mark':
      return hit.mark.words
    case 'strip':
      return hit.words
    case 'span': {
      const { id, name, kind, worker, began, ended, attempt, why, ticket } = hit.span
      const again = attempt > 1 ? `, attempt ${attempt}` : ''
      const where = ticket === undefined ? '' : ` by ${lanes[ticket]?.workerId}`
      return `#${id} ${name}\n${worker}${where}\n${kind} in ${shortTime(ended - began)}${again}${why === undefined ? '' : `\n${why}`}`
    }
    case 'running': {
      const lane = lanes[hit.ticket]
      const current = lane?.current
      return (
        current &&
        `#${current.id} ${current.name}\n${current.worker} by ${lane.workerId}\nrunning for ${shortTime(source.now() - current.began)}`
      )
    }
    default:
      return hit satisfies never
  }
}
