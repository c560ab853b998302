/** What waits, the next ones first, and what holds each of them back. Asked for while somebody looks at it. */

import { shortTime } from '../../inspect/clock-time.ts'
import type { WaitingView } from '../page-protocol.ts'
import { type Column, h, setText, Table } from './dom.ts'
import type { Source } from './source.ts'
import { count, middleCut } from './words.ts'

type Row = WaitingView['rows'][number]

const columns: readonly Column<Row>[] = [
  { name: 'id', text: ({ id }) => `#${id}`, sort: ({ id }) => id },
  {
    name: 'name',
    text: ({ name }) => middleCut(name, 60),
    title: ({ name }) => name,
    sort: ({ name }) => name,
  },
  { name: 'worker', text: ({ worker }) => worker, sort: ({ worker }) => worker },
  {
    name: 'waits for',
    numeric: true,
    text: ({ ms }) => shortTime(ms),
    sort: ({ ms }) => ms,
    largestFirst: true,
  },
  { name: 'why', text: ({ why }) => why, title: ({ why }) => why, sort: ({ why }) => why },
]

const everyMs = 1000

export class WaitingList {
  readonly element: HTMLElement
  readonly #details: HTMLDetailsElement
  readonly #said = h('p', { class: 'hint' })
  readonly #table: Table<Row>
  readonly #source: Source
  #due = 0
  #asked = false
  #known: WaitingView | undefined

  /** @param cancel  somebody wants one of them to be taken out */
  constructor(source: Source, cancel: (id: number) => void) {
    this.#source = source
    this.#table = new Table(columns, {
      label: 'What waits next, and why',
      chosen: ({ id }) => {
        if (source.hello?.can.cancel) cancel(id)
      },
      changed: () => this.#draw(),
    })
    this.#details = h(
      'details',
      { ontoggle: () => this.show(true) },
      h('summary', {}, h('h2', {}, 'Waiting, and why')),
      this.#said,
      this.#table.element,
    )
    this.element = h('section', { class: 'waiting', 'aria-label': 'Waiting' }, this.#details)
  }

  /** @param now  at once */
  show(now = false): void {
    const { connection, run } = this.#source
    this.element.hidden = connection === 'file' || run.status !== 'running'
    if (this.element.hidden || !this.#details.open || this.#asked) return
    if (!now && performance.now() < this.#due) return
    this.#due = performance.now() + everyMs
    this.#asked = true
    void this.#ask()
  }

  async #ask(): Promise<void> {
    try {
      this.#known = await this.#source.waiting()
    } catch {
      // The connection is lost: the head of the page says so.
    }
    this.#asked = false
    this.#draw()
  }

  #draw(): void {
    if (this.#known === undefined) return
    const { rows, all, why } = this.#known
    const cancels = this.#source.hello?.can.cancel ? ' A click takes one of them out.' : ''
    setText(
      this.#said,
      all === 0 ? 'Nothing waits.' : `The next ${count(rows.length)} of ${count(all)}. ${why}${cancels}`,
    )
    this.#table.show(rows, 0)
  }
}
