/** The workers, a row for each: what it does, what it did, how busy it is. Sorted by any column. */

import { busyOf } from '../../inspect/busy.ts'
import { shortTime } from '../../inspect/clock-time.ts'
import type { LaneView, Run } from '../../inspect/run.ts'
import { h, Rows } from './dom.ts'
import { count, percent } from './tiles.ts'

interface Column {
  readonly name: string
  readonly text: (lane: LaneView, now: number) => string
  readonly sort: (lane: LaneView, now: number) => number | string
}

const columns: readonly Column[] = [
  { name: 'worker', text: ({ workerId }) => workerId, sort: ({ ticket }) => ticket },
  { name: 'state', text: stateOf, sort: stateOf },
  {
    name: 'doing',
    text: ({ current }) => (current === undefined ? '' : `${current.name}${far(current)}`),
    sort: ({ current }) => current?.name ?? '',
  },
  {
    name: 'for',
    text: ({ current }, now) => (current === undefined ? '' : shortTime(Math.max(0, now - current.began))),
    sort: ({ current }) => current?.began ?? Number.POSITIVE_INFINITY,
  },
  { name: 'done', text: ({ done }) => count(done), sort: ({ done }) => -done },
  {
    name: 'failed',
    text: ({ failed }) => (failed === 0 ? '' : count(failed)),
    sort: ({ failed }) => -failed,
  },
  { name: 'busy', text: (lane, now) => percent(busyOf(lane, now)), sort: (lane, now) => -busyOf(lane, now) },
  { name: 'loop', text: ({ loop }) => percent(loop), sort: ({ loop }) => -(loop ?? -1) },
  {
    name: 'heap',
    text: ({ heap }) => (heap === undefined ? '–' : `${Math.round(heap)} MB`),
    sort: ({ heap }) => -(heap ?? -1),
  },
  {
    name: 'replaced',
    text: ({ restarts }) => (restarts === 0 ? '' : `${restarts}×`),
    sort: ({ restarts }) => -restarts,
  },
]

export class Workers {
  readonly element: HTMLElement
  readonly #body = h('tbody')
  readonly #rows: Rows
  readonly #empty = h('p', { class: 'empty' }, 'No worker has been hired yet.')
  readonly #heads: readonly HTMLTableCellElement[]
  #by = 0
  #shown: readonly LaneView[] = []

  /** @param pick  a row was chosen */
  constructor(pick: (ticket: number) => void, changed: () => void) {
    this.#heads = columns.map(({ name }, i) =>
      h(
        'th',
        { scope: 'col' },
        h('button', { type: 'button', class: 'quiet', onclick: () => this.#sort(i, changed) }, name),
      ),
    )
    const table = h('table', {}, h('thead', {}, h('tr', {}, ...this.#heads)), this.#body)
    this.#rows = new Rows(this.#body, (row, i) => {
      row.tabIndex = 0
      const chosen = () => {
        const lane = this.#shown[i]
        if (lane !== undefined) pick(lane.ticket)
      }
      row.addEventListener('click', chosen)
      row.addEventListener('keydown', ({ key }) => {
        if (key === 'Enter') chosen()
      })
    })
    this.element = h(
      'section',
      { class: 'workers', 'aria-label': 'Workers' },
      h('h2', {}, 'Workers'),
      this.#empty,
      h('div', { class: 'scroll' }, table),
    )
  }

  show(run: Run, now: number): void {
    const lanes = run.lanes.filter((lane): lane is LaneView => lane !== undefined)
    const { sort } = columns[this.#by] as Column
    this.#shown = lanes.sort((a, b) => order(sort(a, now), sort(b, now)) || a.ticket - b.ticket)
    this.#empty.hidden = lanes.length > 0
    this.#rows.set(
      this.#shown.map(lane => ({
        cells: columns.map(({ text }) => text(lane, now)),
        kind: lane.state === 'gone' ? 'gone' : '',
      })),
    )
    this.#heads.forEach((head, i) => {
      if (i === this.#by) head.setAttribute('aria-sort', 'ascending')
      else head.removeAttribute('aria-sort')
    })
  }

  #sort(by: number, changed: () => void): void {
    this.#by = by
    changed()
  }
}

function stateOf({ state, current, why, host }: LaneView): string {
  const where = host === undefined ? '' : ` at ${host}`
  if (state === 'gone') return `gone (${why})${where}`
  if (state === 'opening') return why === undefined ? 'starting' : `starting again (${why})`
  return `${current === undefined ? 'idle' : 'working'}${where}`
}

const far = ({ done, total }: NonNullable<LaneView['current']>): string =>
  done === undefined && total === undefined ? '' : ` (${done ?? 0} of ${total ?? '?'})`

const order = (a: number | string, b: number | string): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b || 0 : String(a).localeCompare(String(b))
