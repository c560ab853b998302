/** The worker definitions, a row for each: how many of theirs are done, how long they take, what share of the time they have. */

import { shortTime } from '../../inspect/clock-time.ts'
import { percentile } from '../../inspect/durations.ts'
import type { KindView } from '../../inspect/kinds.ts'
import type { Run, Span } from '../../inspect/run.ts'
import { type Column, h, setText, Table } from './dom.ts'
import { count, hoursOf, middleCut, percent } from './words.ts'

interface Row extends KindView {
  readonly share: number
}

const part = (kind: KindView, at: number): number | undefined => percentile(kind.durations, at)
const inWords = (ms: number | undefined): string => (ms === undefined ? '–' : shortTime(ms))

const columns: readonly Column<Row>[] = [
  { name: 'worker definition', text: ({ name }) => name || '(none)', sort: ({ name }) => name },
  {
    name: 'done',
    numeric: true,
    text: ({ done }) => count(done),
    sort: ({ done }) => done,
    largestFirst: true,
  },
  {
    name: 'failed',
    numeric: true,
    text: ({ failed }) => count(failed),
    sort: ({ failed }) => failed,
    largestFirst: true,
  },
  {
    name: 'retried',
    numeric: true,
    text: ({ retried }) => count(retried),
    sort: ({ retried }) => retried,
    largestFirst: true,
  },
  {
    name: 'half take',
    numeric: true,
    text: kind => inWords(part(kind, 0.5)),
    sort: kind => part(kind, 0.5) ?? -1,
    largestFirst: true,
  },
  {
    name: '95 % take',
    numeric: true,
    text: kind => inWords(part(kind, 0.95)),
    sort: kind => part(kind, 0.95) ?? -1,
    largestFirst: true,
  },
  {
    name: 'time',
    numeric: true,
    text: ({ busyMs }) => hoursOf(busyMs),
    sort: ({ busyMs }) => busyMs,
    largestFirst: true,
  },
  {
    name: 'share',
    means: 'Of all time that was worked',
    numeric: true,
    text: ({ share }) => percent(share),
    sort: ({ share }) => share,
    largestFirst: true,
  },
  {
    name: 'how long they take',
    means: 'From the shortest to the longest: each block is a class of durations',
    text: histogram,
  },
]

export class Kinds {
  readonly element: HTMLElement
  readonly #table: Table<Row>
  readonly #slowest = h('ol', { class: 'slowest' })
  readonly #which = h('h3')
  readonly #select: (span: Span) => void
  #picked: string | undefined

  /** @param select  somebody looks at an attempt */
  constructor(select: (span: Span) => void, changed: () => void) {
    this.#select = select
    this.#table = new Table(columns, {
      label: 'Worker definitions, sorted by any column',
      chosen: ({ name }) => {
        this.#picked = this.#picked === name ? undefined : name
        changed()
      },
      changed,
    })
    this.element = h(
      'section',
      { class: 'kinds', 'aria-label': 'By worker definition' },
      h('h2', {}, 'By worker definition'),
      this.#table.element,
      this.#which,
      this.#slowest,
    )
  }

  show(run: Run, now: number): void {
    const all = run.kinds.reduce((sum, { busyMs }) => sum + busyMs, 0)
    const rows = run.kinds.map(kind => ({ ...kind, share: all === 0 ? 0 : kind.busyMs / all }))
    this.element.hidden = rows.length === 0
    this.#table.show(rows, now, ({ name }) => ({ picked: name === this.#picked }))
    this.#showSlowest(rows)
  }

  #showSlowest(rows: readonly Row[]): void {
    const of = rows.filter(({ name }) => this.#picked === undefined || name === this.#picked)
    const slowest = of
      .flatMap(({ slowest }) => slowest)
      .sort((a, b) => b.ended - b.began - (a.ended - a.began))
      .slice(0, 10)
    setText(
      this.#which,
      slowest.length === 0 ? '' : `The slowest${this.#picked === undefined ? '' : ` of ${this.#picked}`}`,
    )
    const drawn = slowest.map(({ id, attempt }) => `${id}.${attempt}`).join()
    if (this.#slowest.dataset.drawn === drawn) return
    this.#slowest.dataset.drawn = drawn
    this.#slowest.replaceChildren(
      ...slowest.map(span =>
        h(
          'li',
          {},
          h(
            'button',
            { type: 'button', class: 'link', title: span.name, onclick: () => this.#select(span) },
            `${shortTime(span.ended - span.began)}  #${span.id} ${middleCut(span.name, 60)}`,
          ),
        ),
      ),
    )
  }
}

const heights = '▁▂▃▄▅▆▇█'
const classes = 24

/** As many blocks as fit, over the durations that there are. */
function histogram({ durations }: KindView): string {
  const first = durations.findIndex(n => n > 0)
  if (first === -1) return ''
  const there = durations.slice(first)
  const size = Math.max(1, Math.ceil(there.length / classes))
  const sums: number[] = []
  for (let i = 0; i < there.length; i += size)
    sums.push(there.slice(i, i + size).reduce((sum, n) => sum + n, 0))
  const most = Math.max(...sums)
  return sums.map(n => (n === 0 ? '·' : heights[Math.min(7, Math.floor((n / most) * 7.99))])).join('')
}
