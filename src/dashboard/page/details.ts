/** One attempt, looked at: when it ran, for how long, and if it failed, why. */

import { clockTime, shortTime } from '../../inspect/clock-time.ts'
import type { Span } from '../../inspect/run.ts'
import { h } from './dom.ts'

export class Details {
  readonly element = h('aside', { class: 'details', 'aria-label': 'Selected attempt', hidden: true })
  readonly #more: (id: number) => Promise<readonly Node[]>
  readonly #closed: () => void

  /** @param more  what is known of a failure besides */
  constructor(more: (id: number) => Promise<readonly Node[]>, closed: () => void) {
    this.#more = more
    this.#closed = closed
  }

  async show(span: Span): Promise<void> {
    const { id, name, kind, worker, attempt, ticket, waitMs, began, ended, why } = span
    const facts: readonly (readonly [string, string])[] = [
      ['ended', kind],
      ['worker', ticket === undefined ? worker : `${worker}, in slot ${ticket}`],
      ['attempt', String(attempt)],
      ['began at', clockTime(began)],
      ['waited', shortTime(waitMs)],
      ['took', shortTime(ended - began)],
      ...(why === undefined ? [] : [['why', why] as const]),
    ]
    const close = h('button', { type: 'button', class: 'quiet', onclick: () => this.close() }, '✕')
    close.setAttribute('aria-label', 'Close')
    this.element.replaceChildren(
      h('div', { class: 'line' }, h('h3', {}, `#${id} ${name}`), close),
      h('dl', {}, ...facts.flatMap(([key, value]) => [h('dt', {}, key), h('dd', {}, value)])),
    )
    this.element.dataset.kind = kind
    this.element.hidden = false
    if (kind === 'failed') this.element.append(...(await this.#more(id)))
  }

  close(): void {
    if (this.element.hidden) return
    this.element.hidden = true
    this.#closed()
  }
}
