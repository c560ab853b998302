/** Elements, made of text and other elements: never of HTML. */

type Child = Node | string | undefined | false

interface Attributes {
  readonly [name: string]: string | number | boolean | undefined | ((event: never) => void)
}

/** @param attributes  `onclick` and the like are listeners; `true` is an attribute without a value, `false` is none */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value))
  }
  element.append(
    ...children.filter((child): child is Node | string => child !== undefined && child !== false),
  )
  return element
}

/** Sets a text only where it differs: a selection in it survives. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** A row of a table: what its cells say, and what each says in full where that is longer. */
export interface RowOf {
  readonly cells: readonly string[]
  readonly titles?: readonly (string | undefined)[]
  readonly kind?: string
  readonly picked?: boolean
}

/** Rows of a table body, by number: made once, then only what differs in them is written. */
export class Rows {
  readonly #body: HTMLElement
  readonly #numeric: readonly boolean[]
  readonly #chosen: (index: number) => void

  /** @param numeric  which columns are of numbers @param chosen  told of a row that somebody looks at: its first cell is a button */
  constructor(body: HTMLElement, numeric: readonly boolean[], chosen: (index: number) => void) {
    this.#body = body
    this.#numeric = numeric
    this.#chosen = chosen
  }

  set(rows: readonly RowOf[]): void {
    const body = this.#body
    while (body.children.length > rows.length) body.lastElementChild?.remove()
    rows.forEach(({ cells, titles = [], kind = '', picked = false }, i) => {
      const row = (body.children[i] as HTMLTableRowElement | undefined) ?? this.#made(i, cells.length)
      if (row.dataset.kind !== kind) row.dataset.kind = kind
      row.classList.toggle('picked', picked)
      cells.forEach((text, c) => {
        const cell = row.children[c] as HTMLElement | undefined
        if (cell === undefined) return
        const place = c === 0 ? (cell.firstElementChild as HTMLElement) : cell
        setText(place, text)
        const title = titles[c] ?? ''
        if (cell.title !== title) cell.title = title
        if (c === 0) place.setAttribute('aria-pressed', String(picked))
      })
    })
  }

  #made(index: number, cells: number): HTMLTableRowElement {
    const look = h('button', { type: 'button', class: 'link' })
    const others = Array.from({ length: cells - 1 }, (_, i) =>
      h('td', { class: this.#numeric[i + 1] && 'number' }),
    )
    const row = h('tr', {}, h('td', {}, look), ...others)
    row.addEventListener('click', () => this.#chosen(index))
    return this.#body.appendChild(row)
  }
}

export interface Column<A> {
  readonly name: string
  /** What it says in full, where the head is short. */
  readonly means?: string
  readonly numeric?: boolean
  readonly text: (item: A, now: number) => string
  readonly title?: (item: A) => string | undefined
  /** What it is sorted by; a column without it is not. */
  readonly sort?: (item: A, now: number) => number | string
  /** The first click sorts the largest to the top. */
  readonly largestFirst?: boolean
}

/** A table that any column sorts, either way. */
export class Table<A> {
  readonly element: HTMLElement
  readonly #columns: readonly Column<A>[]
  readonly #rows: Rows
  readonly #heads: readonly HTMLTableCellElement[]
  #by: number | undefined
  #down = false
  #items: readonly A[] = []

  /** @param by  the column that sorts at first; `undefined`: as the items come */
  constructor(
    columns: readonly Column<A>[],
    terms: {
      readonly label: string
      readonly by?: number
      readonly chosen: (item: A) => void
      readonly changed: () => void
    },
  ) {
    this.#columns = columns
    this.#by = terms.by
    this.#heads = columns.map(({ name, means, numeric, sort }, i) =>
      h(
        'th',
        { scope: 'col', class: numeric && 'number', title: means },
        sort === undefined
          ? name
          : h(
              'button',
              { type: 'button', class: 'quiet', onclick: () => this.#sort(i, terms.changed) },
              name,
            ),
      ),
    )
    const body = h('tbody')
    const numeric = columns.map(({ numeric = false }) => numeric)
    this.#rows = new Rows(body, numeric, index => {
      const item = this.#items[index]
      if (item !== undefined) terms.chosen(item)
    })
    const table = h('table', { 'aria-label': terms.label }, h('thead', {}, h('tr', {}, ...this.#heads)), body)
    this.element = h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': terms.label },
      table,
    )
  }

  show(
    items: readonly A[],
    now: number,
    more: (item: A) => { readonly kind?: string; readonly picked?: boolean } = () => ({}),
  ): void {
    this.#items = this.#sorted(items, now)
    this.#rows.set(
      this.#items.map(item => ({
        cells: this.#columns.map(({ text }) => text(item, now)),
        titles: this.#columns.map(({ title }) => title?.(item)),
        ...more(item),
      })),
    )
    this.#heads.forEach((head, i) => {
      if (i === this.#by) head.setAttribute('aria-sort', this.#down ? 'descending' : 'ascending')
      else head.removeAttribute('aria-sort')
    })
  }

  #sorted(items: readonly A[], now: number): readonly A[] {
    const { sort } = this.#columns[this.#by ?? -1] ?? {}
    if (sort === undefined) return items
    const sign = this.#down ? -1 : 1
    return [...items].sort((a, b) => sign * compare(sort(a, now), sort(b, now)))
  }

  #sort(by: number, changed: () => void): void {
    this.#down = this.#by === by ? !this.#down : (this.#columns[by]?.largestFirst ?? false)
    this.#by = by
    changed()
  }
}

const compare = (a: number | string, b: number | string): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b || 0 : String(a).localeCompare(String(b))
