/** What came to an end, the newest first, found by a search over all that is kept. */

import { shortTime } from '../../inspect/clock-time.ts'
import type { Span } from '../../inspect/run.ts'
import type { Found } from '../search.ts'
import { reasonInWords } from './details.ts'
import { type Column, h, setText, Table } from './dom.ts'
import type { RunClock } from './run-clock.ts'
import type { Source } from './source.ts'
import { count, middleCut } from './words.ts'

const afterTyping = 150
const afterNews = 1000

export interface ReportsTerms {
  readonly source: Source
  readonly select: (span: Span) => void
  /** Somebody has searched. */
  readonly searched: () => void
  readonly clock: () => RunClock
}

export class Reports {
  readonly element: HTMLElement
  readonly #search = h('input', {
    type: 'search',
    placeholder: 'kind:failed  worker:w3  ms>500  "corrupt header"  -cat',
    'aria-label': 'Search reports',
    'aria-describedby': 'grammar',
    spellcheck: false,
    oninput: () => this.#soon(afterTyping, () => this.#find()),
  })
  readonly #said = h('p', { class: 'said' })
  /** For whoever hears the page: told when somebody has searched, not with all that happens. */
  readonly #told = h('p', { class: 'unseen', role: 'status' })
  readonly #more = h('button', { type: 'button', hidden: true, onclick: () => this.#further() }, 'Older ones')
  readonly #table: Table<Span>
  readonly #terms: ReportsTerms
  #shown: Span[] = []
  /** What is shown answers this. */
  #query = ''
  #next: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = 0
  #seen = -1
  #paged = false
  #picked: Span | undefined

  constructor(terms: ReportsTerms) {
    this.#terms = terms
    this.#table = new Table(this.#columns(), {
      label: 'Reports, the newest first, or sorted by any column',
      chosen: terms.select,
      changed: () => this.#draw(),
    })
    this.element = h(
      'section',
      { id: 'reports', class: 'reports', 'aria-label': 'Reports' },
      h('div', { class: 'line' }, h('h2', {}, 'Reports'), this.#search, this.#said, this.#told),
      h(
        'p',
        { id: 'grammar', class: 'hint' },
        'Words on name and error; field:value and field>number on id, name, worker (also w3), kind, ticket, attempt, code, why, group, ms, wait; a - before one turns it round.',
      ),
      this.#table.element,
      this.#more,
    )
  }

  get query(): string {
    return this.#search.value
  }

  focus(): void {
    this.#search.focus()
    this.#search.select()
  }

  /** Searches, as if somebody had typed it. */
  find(query: string): void {
    this.#search.value = query
    this.#find()
    this.element.scrollIntoView({ block: 'start' })
    this.#search.focus({ preventScroll: true })
  }

  /** Something may have come to an end. Who has gone on to older ones is left there. */
  show(picked: Span | undefined): void {
    if (picked !== this.#picked) {
      this.#picked = picked
      this.#draw()
    }
    const { count } = this.#terms.source.run.spans
    if (count === this.#seen || this.#paged || this.#timer !== undefined) return
    this.#seen = count
    // Those who went on to older ones meanwhile are left there, too.
    this.#soon(afterNews, () => this.#paged || this.#find(false))
  }

  #columns(): readonly Column<Span>[] {
    return [
      { name: 'id', text: ({ id }) => (id < 0 ? '–' : `#${id}`), sort: ({ id }) => id },
      {
        name: 'name',
        text: ({ name }) => middleCut(name || '(no name)', 60),
        title: ({ name }) => name,
        sort: ({ name }) => name,
      },
      { name: 'kind', text: ({ kind }) => kind, sort: ({ kind }) => kind },
      { name: 'worker', text: span => this.#whose(span), sort: span => this.#whose(span) },
      {
        name: 'attempt',
        numeric: true,
        text: ({ attempt }) => (attempt === 0 ? '–' : String(attempt)),
        sort: ({ attempt }) => attempt,
        largestFirst: true,
      },
      {
        name: 'waited',
        numeric: true,
        text: ({ ticket, waitMs }) => (ticket === undefined ? '–' : shortTime(waitMs)),
        sort: ({ waitMs }) => waitMs,
        largestFirst: true,
      },
      {
        name: 'took',
        numeric: true,
        text: ({ ticket, began, ended }) => (ticket === undefined ? '–' : shortTime(ended - began)),
        sort: ({ began, ended }) => ended - began,
        largestFirst: true,
      },
      {
        name: 'ended',
        numeric: true,
        text: ({ ended }) => this.#terms.clock().time(ended),
        sort: ({ ended }) => ended,
        largestFirst: true,
      },
      { name: 'why', text: ({ why = '' }) => middleCut(reasonInWords(why), 160), title: ({ why }) => why },
    ]
  }

  /** The definition, and the slot by the one name that it has everywhere. */
  #whose({ worker, ticket }: Span): string {
    const where = ticket === undefined ? undefined : this.#terms.source.run.lanes[ticket]?.workerId
    return where === undefined ? worker : `${worker} · ${where}`
  }

  #soon(ms: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      act()
    }, ms)
  }

  /** @param aloud  somebody has asked for it */
  #find(aloud = true): void {
    this.#paged = false
    this.#query = this.#search.value
    if (aloud) this.#terms.searched()
    void this.#ask(undefined, aloud)
  }

  #further(): void {
    this.#paged = true
    void this.#ask(this.#next, true)
  }

  async #ask(before: number | undefined, aloud: boolean): Promise<void> {
    const asked = ++this.#asked
    try {
      const found = await this.#terms.source.find(this.#query, before)
      if (asked !== this.#asked) return
      this.#shown = before === undefined ? [...found.rows] : [...this.#shown, ...found.rows]
      this.#next = found.next
      this.#say(said(this.#shown.length, found), false, aloud)
    } catch (error) {
      if (asked !== this.#asked) return
      this.#shown = []
      this.#next = undefined
      this.#say((error as Error).message, true, aloud)
    }
    this.#more.hidden = this.#next === undefined
    this.#draw()
  }

  #say(text: string, isProblem: boolean, aloud: boolean): void {
    this.#said.classList.toggle('problem', isProblem)
    setText(this.#said, text)
    if (aloud) setText(this.#told, text)
  }

  #draw(): void {
    this.#table.show(this.#shown, 0, span => ({ kind: span.kind, picked: span === this.#picked }))
  }
}

function said(shown: number, { matched, kept, all }: Found): string {
  if (all === 0) return 'Nothing has come to an end yet.'
  const of = kept < all ? `; ${count(kept)} are kept of ${count(all)}` : ''
  return `showing ${count(shown)} of ${count(matched)}${matched < kept ? ` that match, of ${count(kept)}` : ''}${of}`
}
