/** What came to an end, the newest first, found by a search over all that is kept. */

import { clockTime, shortTime } from '../../inspect/clock-time.ts'
import type { Span } from '../../inspect/run.ts'
import type { Found } from '../search.ts'
import { h, Rows, setText } from './dom.ts'
import type { Source } from './source.ts'
import { count } from './tiles.ts'

const columns = ['id', 'name', 'kind', 'worker', 'attempt', 'waited', 'took', 'ended', 'why'] as const
const afterTyping = 150
const afterNews = 500

export class Reports {
  readonly element: HTMLElement
  readonly #search = h('input', {
    type: 'search',
    placeholder: 'kind:failed  ticket:3  ms>500  "corrupt header"  -cat',
    'aria-label': 'Search reports: field:value, field>number, words',
    spellcheck: false,
    oninput: () => this.#soon(afterTyping, () => this.#find()),
  })
  readonly #said = h('p', { class: 'said', role: 'status' })
  readonly #more = h('button', { type: 'button', hidden: true, onclick: () => this.#further() }, 'Older ones')
  readonly #rows: Rows
  readonly #source: Source
  #shown: Span[] = []
  /** What is shown answers this. */
  #query = ''
  #next: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = 0
  #seen = -1
  #paged = false

  constructor(source: Source, select: (span: Span) => void) {
    this.#source = source
    const body = h('tbody')
    this.#rows = new Rows(body, (row, i) => {
      row.tabIndex = 0
      const chosen = () => {
        const span = this.#shown[i]
        if (span !== undefined) select(span)
      }
      row.addEventListener('click', chosen)
      row.addEventListener('keydown', ({ key }) => {
        if (key === 'Enter') chosen()
      })
    })
    const head = h('tr', {}, ...columns.map(name => h('th', { scope: 'col' }, name)))
    this.element = h(
      'section',
      { class: 'reports', 'aria-label': 'Reports' },
      h('div', { class: 'line' }, h('h2', {}, 'Reports'), this.#search, this.#said),
      h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, head), body)),
      this.#more,
    )
  }

  focus(): void {
    this.#search.focus()
    this.#search.select()
  }

  /** Something may have come to an end. Who has gone on to older ones is left there. */
  show(): void {
    const { count } = this.#source.run.spans
    if (count === this.#seen || this.#paged || this.#timer !== undefined) return
    this.#seen = count
    // Those who went on to older ones meanwhile are left there, too.
    this.#soon(afterNews, () => this.#paged || this.#find())
  }

  #soon(ms: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      act()
    }, ms)
  }

  #find(): void {
    this.#paged = false
    this.#query = this.#search.value
    void this.#ask(undefined)
  }

  #further(): void {
    this.#paged = true
    void this.#ask(this.#next)
  }

  async #ask(before: number | undefined): Promise<void> {
    const asked = ++this.#asked
    try {
      const found = await this.#source.find(this.#query, before)
      if (asked !== this.#asked) return
      this.#shown = before === undefined ? [...found.rows] : [...this.#shown, ...found.rows]
      this.#next = found.next
      this.#said.classList.remove('problem')
      setText(this.#said, said(this.#shown.length, found))
    } catch (error) {
      if (asked !== this.#asked) return
      this.#shown = []
      this.#next = undefined
      this.#said.classList.add('problem')
      setText(this.#said, (error as Error).message)
    }
    this.#more.hidden = this.#next === undefined
    this.#rows.set(this.#shown.map(span => ({ cells: cellsOf(span), kind: span.kind })))
  }
}

function cellsOf({
  id,
  name,
  kind,
  worker,
  attempt,
  waitMs,
  began,
  ended,
  why = '',
  ticket,
}: Span): readonly string[] {
  const who = ticket === undefined ? worker : `${worker} · w${ticket + 1}`
  return [
    `#${id}`,
    name,
    kind,
    who,
    String(attempt),
    shortTime(waitMs),
    shortTime(ended - began),
    clockTime(ended),
    why,
  ]
}

function said(shown: number, { matched, kept, all }: Found): string {
  if (all === 0) return 'Nothing has come to an end yet.'
  const of = kept < all ? `; ${count(kept)} are kept of ${count(all)}` : ''
  return `showing ${count(shown)} of ${count(matched)}${matched < kept ? ` that match, of ${count(kept)}` : ''}${of}`
}
