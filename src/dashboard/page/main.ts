/**
 * The page: a run, drawn from what the reducer makes of it.
 *
 *     source ──► run ──► header, figures, task stream, workers, failures, reports      at most once a frame
 */

import { shortTime } from '../../inspect/clock-time.ts'
import type { Run, Span } from '../../inspect/run.ts'
import { Details } from './details.ts'
import { h, setText } from './dom.ts'
import { Failures } from './failures.ts'
import { Header } from './header.ts'
import { inWords } from './in-words.ts'
import { Reports } from './reports.ts'
import { openSource } from './source.ts'
import { TaskStream } from './task-stream.ts'
import { Tiles } from './tiles.ts'
import { TimeWindow } from './time-window.ts'
import { Workers } from './workers.ts'

/** Tables are rewritten so often at most, in milliseconds. */
const tablesEveryMs = 250

let selected: Span | undefined
let ticket: number | undefined
let asked = false
let tablesDue = 0
let all = false

const source = openSource(() => draw())
const view = new TimeWindow(() => draw())
const canvas = h('canvas', {
  tabindex: 0,
  role: 'img',
  'aria-label': 'Task stream',
  'aria-describedby': 'in-words',
})
const stream = new TaskStream(canvas)
const tip = h('div', { class: 'tip', hidden: true })
const words = h('p', { id: 'in-words', class: 'words' })
const header = new Header(source, recoloured)
const tiles = new Tiles()
const failures = new Failures(source, id => select(lastSpanOf(id)))
const details = new Details(
  id => failures.details(id),
  () => choose(undefined),
)
const workers = new Workers(pickRow, () => draw(true))
const reports = new Reports(source, span => select(span))
const ranges = [
  ['1 min', 60_000],
  ['5 min', 300_000],
  ['all', undefined],
] as const
const rangeButtons = ranges.map(([label, lastMs]) =>
  h('button', { type: 'button', onclick: () => view.follow({ lastMs }) }, label),
)

const legendAt = h('span', { class: 'legend' })

document.body.append(
  header.element,
  h(
    'main',
    {},
    tiles.element,
    h(
      'section',
      { class: 'stream', 'aria-label': 'Task stream' },
      h(
        'div',
        { class: 'line' },
        h('h2', {}, 'Task stream'),
        h('div', { class: 'ranges', role: 'group', 'aria-label': 'Which time is shown' }, ...rangeButtons),
        legendAt,
      ),
      h('div', { class: 'canvas' }, canvas, tip),
      words,
    ),
    details.element,
    h('div', { class: 'columns' }, workers.element, failures.element),
    reports.element,
  ),
  h(
    'footer',
    {},
    'Wheel or + and − zoom, drag or ← → pan, click selects. / searches, space stops and follows, f goes to failures.',
  ),
)

// -- drawing -----------------------------------------------------------------------------------------------------------

/** @param now  the tables as well, at once */
function draw(now = false): void {
  all ||= now
  if (asked) return
  asked = true
  requestAnimationFrame(() => {
    asked = false
    const { run } = source
    const at = source.now()
    const { from, to } = view.at(at)
    const picture = { run, now: at, from, to, selected, ticket }
    stream.draw(picture)
    const due = performance.now() >= tablesDue
    if (due || all) {
      tablesDue = performance.now() + tablesEveryMs
      all = false
      header.show()
      legend(run)
      tiles.show(run, at)
      workers.show(run, at)
      failures.show(run)
      reports.show()
      setText(
        words,
        source.connection === 'connecting' ? 'Waiting for the first word of the run.' : inWords(picture),
      )
    }
    const { follows } = view
    rangeButtons.forEach((button, i) => {
      const pressed = 'lastMs' in follows && follows.lastMs === ranges[i]?.[1]
      button.setAttribute('aria-pressed', String(pressed))
    })
    // While it goes on, time passes also where nothing is told.
    if (source.connection === 'live') draw()
    else if (!due) setTimeout(() => draw(true), tablesEveryMs)
  })
}

function recoloured(): void {
  stream.recolour()
  draw(true)
}

/** The workers by their colours, while there are few; and what is no colour of a worker. */
function legend({ workers }: Run): void {
  const drawn = workers.join()
  if (legendAt.dataset.drawn === drawn) return
  legendAt.dataset.drawn = drawn
  const few = workers.length <= 8 ? workers.map((name, i) => [`worker${i}`, name] as const) : []
  const entries = [
    ...few,
    ...[
      ['failed', 'failed'],
      ['retried', 'failed, done again'],
      ['cancelled', 'cancelled'],
      ['running', 'running'],
    ],
  ]
  legendAt.replaceChildren(
    ...entries.map(([kind, label]) => h('span', {}, h('i', { 'data-kind': kind }), label)),
  )
}

// -- selecting ---------------------------------------------------------------------------------------------------------

function select(span: Span | undefined): void {
  if (span === undefined) return
  choose(span)
  void details.show(span)
}

function choose(span: Span | undefined): void {
  selected = span
  draw(true)
}

function pickRow(of: number): void {
  ticket = ticket === of ? undefined : of
  draw(true)
}

function lastSpanOf(id: number): Span | undefined {
  const { items, from, to } = source.run.spans
  for (let i = to - 1; i >= from; i--) if (items[i]?.id === id) return items[i]
  return undefined
}

function tipFor(x: number, y: number): string | undefined {
  const hit = stream.at(x, y)
  if (hit === undefined) return undefined
  if (hit.type === 'mark') return hit.mark.words
  if (hit.type === 'span') {
    const { id, name, kind, began, ended, attempt, why } = hit.span
    const again = attempt > 1 ? `, attempt ${attempt}` : ''
    return `#${id} ${name}\n${kind} in ${shortTime(ended - began)}${again}${why === undefined ? '' : `\n${why}`}`
  }
  const current = (source.run as Run).lanes[hit.ticket]?.current
  return current && `#${current.id} ${current.name}\nrunning for ${shortTime(source.now() - current.began)}`
}

// -- hands -------------------------------------------------------------------------------------------------------------

let grabbed: { readonly x: number; moved: boolean } | undefined

canvas.addEventListener(
  'wheel',
  event => {
    event.preventDefault()
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
    if (sideways) view.pan(event.deltaX / 1000, source.now())
    else view.zoom(2 ** (-event.deltaY / 300), stream.timeAt(event.offsetX), source.now())
  },
  { passive: false },
)
canvas.addEventListener('pointerdown', event => {
  grabbed = { x: event.offsetX, moved: false }
  canvas.setPointerCapture(event.pointerId)
})
canvas.addEventListener('pointermove', ({ offsetX: x, offsetY: y }) => {
  if (grabbed !== undefined && (grabbed.moved || Math.abs(x - grabbed.x) > 3)) {
    view.pan(
      (stream.timeAt(grabbed.x) - stream.timeAt(x)) / (stream.timeAt(canvas.clientWidth) - stream.timeAt(0)),
      source.now(),
    )
    grabbed = { x, moved: true }
    tip.hidden = true
    return
  }
  const text = tipFor(x, y)
  tip.hidden = text === undefined
  if (text === undefined) return
  setText(tip, text)
  tip.style.left = `${Math.min(x + 12, canvas.clientWidth - tip.offsetWidth - 4)}px`
  tip.style.top = `${y + 14}px`
})
canvas.addEventListener('pointerup', ({ offsetX: x, offsetY: y }) => {
  const moved = grabbed?.moved
  grabbed = undefined
  if (moved) return
  const hit = stream.at(x, y)
  if (hit?.type === 'span') select(hit.span)
  else if (hit?.type === 'running') pickRow(hit.ticket)
})
canvas.addEventListener('pointerleave', () => {
  tip.hidden = true
})

document.addEventListener('keydown', event => {
  const { key, target, ctrlKey, metaKey, altKey } = event
  if (ctrlKey || metaKey || altKey) return
  const typing = target instanceof HTMLInputElement
  if (key === 'Escape') {
    if (typing) target.blur()
    details.close()
    return
  }
  if (typing) return
  const now = source.now()
  const pressing = target instanceof HTMLElement && target.closest('button, summary, a') !== null
  const act: Readonly<Record<string, () => void>> = {
    '/': () => reports.focus(),
    f: () => failures.focus(),
    '+': () => view.zoom(2, middle(), now),
    '=': () => view.zoom(2, middle(), now),
    '-': () => view.zoom(0.5, middle(), now),
    0: () => view.follow({ lastMs: undefined }),
    ArrowLeft: () => view.pan(-0.2, now),
    ArrowRight: () => view.pan(0.2, now),
    ...(!pressing && { ' ': () => view.pause(now) }),
  }
  const wanted = act[key]
  if (wanted === undefined) return
  event.preventDefault()
  wanted()
})

function middle(): number {
  const { from, to } = view.at(source.now())
  return (from + to) / 2
}

new ResizeObserver(() => draw()).observe(document.body)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recoloured)
draw(true)
