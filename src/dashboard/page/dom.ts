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

/** Rows of a table body, by number: made once, then only what differs in them is written. */
export class Rows {
  readonly #body: HTMLElement
  readonly #made: ((row: HTMLTableRowElement, index: number) => void) | undefined

  /** @param made  told of each new row */
  constructor(body: HTMLElement, made?: (row: HTMLTableRowElement, index: number) => void) {
    this.#body = body
    this.#made = made
  }

  /** @param rows  the texts of the cells */
  set(rows: readonly { readonly cells: readonly string[]; readonly kind?: string }[]): void {
    const body = this.#body
    while (body.children.length > rows.length) body.lastElementChild?.remove()
    rows.forEach(({ cells, kind = '' }, i) => {
      let row = body.children[i] as HTMLTableRowElement | undefined
      if (row === undefined) {
        row = body.appendChild(h('tr', {}, ...cells.map(() => h('td'))))
        this.#made?.(row, i)
      }
      if (row.dataset.kind !== kind) row.dataset.kind = kind
      cells.forEach((text, c) => {
        const cell = row.children[c]
        if (cell !== undefined) setText(cell, text)
      })
    })
  }
}
