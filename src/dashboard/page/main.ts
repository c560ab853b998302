/**
 * The page: a run, drawn from what the reducer makes of it.
 *
 *     source ──► run ──► header, figures, task stream, workers, failures, reports
 *
 * Drawn when there is news, twice a second at most, and at once for whoever moves something: it is open on the very
 * machine that computes.
 */

import type { Span } from '../../inspect/run.ts'
import { Details, spansOf } from './details.ts'
import { Doing } from './doing.ts'
import { h, setText } from './dom.ts'
import { Failures } from './failures.ts'
import { Reports } from './found-reports.ts'
import { hands } from './hands.ts'
import { Head } from './head.ts'
import { inWords } from './in-words.ts'
import { Kinds } from './kinds-table.ts'
import { Legend } from './legend.ts'
import { OutputPanel } from './output-panel.ts'
import { connectionWords, PageHeader, phaseWords } from './page-header.ts'
import { Ranges } from './ranges.ts'
import { RunClock } from './run-clock.ts'
import { choose, chosen, clockKind, keptKeys, nextClock } from './settings.ts'
import { openSource } from './source.ts'
import { TaskStream } from './task-stream.ts'
import { Tiles } from './tiles.ts'
import { TimeWindow } from './time-window.ts'
import { Told } from './told.ts'
import { WaitingList } from './waiting.ts'
import { Workers } from './workers.ts'

/** Milliseconds between two drawings of news, and between two of nothing but time. */
const newsEveryMs = 500
/** A drawing that takes long is rare: so many times as long passes until the next. */
const restAfterDrawing = 100
const idleEveryMs = 1000

const asked = chosen()
let selected: Span | undefined
let wantedId = asked.id
let ticket = asked.row
let marked: { readonly from: number; readonly to: number } | undefined
let frame: number | undefined
let timer: ReturnType<typeof setTimeout> | undefined
let drawnAt = 0
/** How long the last drawing took, in milliseconds. */
let tookMs = 0

const told = new Told()
const source = openSource(
  () => drawSoon(newsEveryMs),
  run => told.show(run, phaseWords(run)),
)
const clock = () => new RunClock(clockKind(), source.run.wall)
const view = new TimeWindow(asked.range, moved)
const canvas = h('canvas', {
  tabindex: 0,
  role: 'img',
  'aria-label': 'Task stream',
  'aria-describedby': 'in-words',
})
const stream = new TaskStream(canvas)
const tip = h('div', { class: 'tip', hidden: true })
const words = h('p', { id: 'in-words', class: 'words' })
const clockButton = h('button', {
  type: 'button',
  class: 'quiet',
  title: 'Times: since the start, local, or UTC',
  onclick: () => {
    nextClock()
    drawNow()
  },
})
const keysButton = h('button', { type: 'button', class: 'quiet', onclick: switchKeys })
const header = new PageHeader(source, recoloured, [clockButton, told.bell])
const doing = new Doing(source, error => header.complain(error))
const head = new Head()
const tiles = new Tiles()
const failures = new Failures({
  source,
  select: id => select(spansOf(source.run, id).at(-1)),
  find: query => reports.find(query),
  retry: (which, words) => doing.retry(which, words),
  copy: which => void doing.copy(which),
})
const details = new Details({
  more: id => failures.details(id),
  actions: span => doing.actionsFor(span),
  select,
  closed: () => pick(undefined),
})
const workers = new Workers(source, pickRow, drawNow)
const kinds = new Kinds(select, drawNow)
const waiting = new WaitingList(source, id => void doing.cancel(id))
const output = new OutputPanel()
const reports = new Reports({ source, select, searched: remember, clock })
const ranges = new Ranges(view)
const legend = new Legend(drawNow)

document.body.append(
  h('a', { class: 'skip', href: '#reports' }, 'To the reports'),
  header.element,
  h(
    'main',
    {},
    head.element,
    tiles.element,
    h(
      'section',
      { class: 'stream', 'aria-label': 'Task stream' },
      h('div', { class: 'line' }, h('h2', {}, 'Task stream'), ranges.element, legend.element),
      h('div', { class: 'canvas' }, canvas, tip),
      words,
    ),
    kinds.element,
    h('div', { class: 'columns' }, workers.element, failures.element),
    waiting.element,
    output.element,
    reports.element,
  ),
  details.element,
  h(
    'footer',
    {},
    h(
      'p',
      {},
      'Drag marks a stretch to look at, Shift and drag or ← → pan, the wheel or + and − zoom, a click selects. / searches, space stops and goes on, f goes to failures, 0 shows all. ',
      keysButton,
    ),
  ),
)
if (asked.query !== '') reports.find(asked.query)
showKeys()

// -- drawing -----------------------------------------------------------------------------------------------------------

function drawNow(): void {
  clearTimeout(timer)
  timer = undefined
  frame ??= requestAnimationFrame(draw)
}

/** @param ms  after the last time */
function drawSoon(ms: number): void {
  if (frame !== undefined) return
  const rest = Math.min(idleEveryMs, Math.max(ms, restAfterDrawing * tookMs))
  const due = Math.max(0, drawnAt + rest - performance.now())
  clearTimeout(timer)
  timer = setTimeout(drawNow, due)
}

function draw(): void {
  frame = undefined
  drawnAt = performance.now()
  const { run } = source
  const now = source.now()
  const { from, to } = view.at(now)
  const at = clock()
  const { hidden } = legend
  const picture = { run, now, from, to, selected, ticket, hidden, clock: at, marked }
  stream.draw(picture)
  header.show()
  head.show(run, source.connection === 'file')
  legend.show(run)
  tiles.show(run, now, at)
  kinds.show(run, now)
  workers.show(run, { now, ticket })
  failures.show(run)
  waiting.show()
  output.show(run, at)
  reports.show(selected)
  ranges.show()
  told.show(run, connectionWords(source.connection, run.status) ?? phaseWords(run))
  setText(clockButton, at.kind === 'elapsed' ? 'since start' : at.kind)
  const isEmpty = source.connection === 'connecting'
  setText(words, isEmpty ? 'Waiting for the first word of the run.' : inWords(picture))
  if (wantedId !== undefined && !isEmpty) select(spansOf(run, wantedId).at(-1))
  tookMs = (tookMs + performance.now() - drawnAt) / 2
  // While it goes on, time passes also where nothing is told.
  if (source.connection === 'live') drawSoon(idleEveryMs)
}

function recoloured(): void {
  stream.recolour()
  drawNow()
}

function moved(): void {
  remember()
  drawNow()
}

/** In the address: what is seen can be sent. */
function remember(): void {
  choose({ range: view.follows, query: reports?.query ?? '', id: selected?.id, row: ticket })
}

// -- selecting ---------------------------------------------------------------------------------------------------------

function select(span: Span | undefined): void {
  if (span === undefined) return
  pick(span)
  void details.show(span, source.run, clock())
}

function pick(span: Span | undefined): void {
  selected = span
  wantedId = undefined
  remember()
  drawNow()
}

function pickRow(of: number): void {
  ticket = ticket === of ? undefined : of
  remember()
  drawNow()
}

// -- hands -------------------------------------------------------------------------------------------------------------

hands({
  ...{ canvas, tip, stream, view, source },
  select,
  pickRow,
  mark: stretch => {
    marked = stretch
    drawNow()
  },
})

function switchKeys(): void {
  keptKeys.value = keptKeys.value === 'off' ? undefined : 'off'
  showKeys()
}

function showKeys(): void {
  const off = keptKeys.value === 'off'
  setText(keysButton, off ? 'Keys of one letter are off' : 'Keys of one letter are on')
  keysButton.setAttribute('aria-pressed', String(!off))
}

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
  const { from, to } = view.at(now)
  const atCanvas = target === canvas
  // A key of one letter acts anywhere, unless it is switched off; those that scroll a page, in the picture alone.
  const anywhere: Readonly<Record<string, () => void>> =
    keptKeys.value === 'off'
      ? {}
      : {
          '/': () => reports.focus(),
          f: () => failures.focus(),
          '+': () => view.zoom(2, (from + to) / 2, now),
          '=': () => view.zoom(2, (from + to) / 2, now),
          '-': () => view.zoom(0.5, (from + to) / 2, now),
          0: () => view.follow({ lastMs: undefined }),
        }
  const here: Readonly<Record<string, () => void>> = atCanvas
    ? {
        ArrowLeft: () => view.pan(-0.2, now),
        ArrowRight: () => view.pan(0.2, now),
        ' ': () => view.pause(now),
      }
    : {}
  const act = (Object.hasOwn(here, key) && here[key]) || (Object.hasOwn(anywhere, key) && anywhere[key])
  if (!act) return
  event.preventDefault()
  act()
})

new ResizeObserver(() => drawNow()).observe(document.body)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recoloured)
drawNow()
