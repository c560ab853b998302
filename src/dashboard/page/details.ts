/**
 * One attempt, looked at, in a drawer beside the page: when it ran and for how long, the other attempts of the instruction
 * and why they ended, what was printed meanwhile, and what may be done about it.
 */

import { shortTime } from '../../inspect/clock-time.ts'
import type { LogLine, Run, Span } from '../../inspect/run.ts'
import { h } from './dom.ts'
import type { RunClock } from './run-clock.ts'

export interface DetailsTerms {
  /** What is known of a failure besides. */
  readonly more: (id: number) => Promise<readonly Node[]>
  /** What may be done about it. */
  readonly actions: (span: Span) => readonly HTMLElement[]
  readonly select: (span: Span) => void
  readonly closed: () => void
}

const mostLines = 200

export class Details {
  readonly element = h('aside', {
    class: 'details',
    'aria-label': 'Selected attempt',
    tabindex: -1,
    hidden: true,
  })
  readonly #terms: DetailsTerms
  #shown = 0
  #before: Element | null = null

  constructor(terms: DetailsTerms) {
    this.#terms = terms
  }

  async show(span: Span, run: Run, clock: RunClock): Promise<void> {
    const shown = ++this.#shown
    if (this.element.hidden) this.#before = document.activeElement
    const { id, name, kind } = span
    const close = h('button', { type: 'button', class: 'quiet', onclick: () => this.close() }, '✕')
    close.setAttribute('aria-label', 'Close')
    this.element.replaceChildren(
      h(
        'div',
        { class: 'line' },
        h('h2', {}, id < 0 ? name || '(no name)' : `#${id} ${name || '(no name)'}`),
        close,
      ),
      h(
        'dl',
        {},
        ...factsOf(span, run, clock).flatMap(([key, value]) => [h('dt', {}, key), h('dd', {}, value)]),
      ),
      h('div', { class: 'actions' }, ...this.#terms.actions(span)),
      ...this.#attempts(span, run),
      ...printed(run, span),
    )
    this.element.dataset.kind = kind
    this.element.hidden = false
    document.body.classList.add('drawn')
    this.element.focus({ preventScroll: true })
    if (kind !== 'failed') return
    const more = await this.#terms.more(id)
    // Somebody may have gone on to another one meanwhile.
    if (shown === this.#shown) this.element.append(...more)
  }

  close(): void {
    if (this.element.hidden) return
    this.#shown++
    this.element.hidden = true
    document.body.classList.remove('drawn')
    if (this.#before instanceof HTMLElement && this.#before.isConnected)
      this.#before.focus({ preventScroll: true })
    this.#terms.closed()
  }

  /** The others of the same instruction. */
  #attempts({ id, attempt }: Span, run: Run): readonly Node[] {
    if (id < 0) return []
    const others = spansOf(run, id)
    if (others.length < 2) return []
    return [
      h('h3', {}, 'All attempts'),
      h(
        'ol',
        { class: 'attempts' },
        ...others.map(span => {
          const words = `${span.kind} after ${shortTime(span.ended - span.began)}${span.why === undefined ? '' : `: ${span.why}`}`
          const look = h(
            'button',
            { type: 'button', class: 'link', onclick: () => this.#terms.select(span) },
            words,
          )
          if (span.attempt === attempt) look.setAttribute('aria-current', 'true')
          return h('li', { value: span.attempt }, look)
        }),
      ),
    ]
  }
}

function factsOf(span: Span, run: Run, clock: RunClock): readonly (readonly [string, string])[] {
  const { kind, worker, attempt, ticket, waitMs, began, ended, why } = span
  const where = ticket === undefined ? undefined : run.lanes[ticket]?.workerId
  const took: readonly (readonly [string, string])[] =
    ticket === undefined
      ? [['ended at', clock.full(ended)]]
      : [
          ['attempt', String(attempt)],
          ['began at', clock.full(began)],
          ['waited', shortTime(waitMs)],
          ['took', shortTime(ended - began)],
        ]
  return [
    ['ended', kind],
    ...(worker === '' ? [] : [['worker', where === undefined ? worker : `${worker}, by ${where}`] as const]),
    ...took,
    ...(why === undefined ? [] : [['why', reasonInWords(why)] as const]),
  ]
}

/** What a stop gives as its reason is a name from inside. */
export const reasonInWords = (why: string): string =>
  why === 'stopThemWorking' || why === 'stop' ? 'given back, or cancelled, by a stop' : why

export function spansOf(run: Run, id: number): readonly Span[] {
  const { items, from, to } = run.spans
  const found: Span[] = []
  for (let i = from; i < to; i++) if (items[i]?.id === id) found.push(items[i] as Span)
  return found
}

/** What its worker printed while it was at it. */
function printed({ logs }: Run, { id, ticket, began, ended }: Span): readonly Node[] {
  if (ticket === undefined) return []
  // What is printed is told a moment after the work, or a moment before.
  const isOf = (line: LogLine) =>
    line.id === undefined
      ? line.ticket === ticket && line.t >= began - 5 && line.t <= ended + 20
      : line.id === id
  const lines = logs.items.slice(logs.from, logs.to).filter(isOf).slice(-mostLines)
  if (lines.length === 0) return []
  return [h('h3', {}, 'Printed'), h('pre', { tabindex: 0 }, lines.map(({ text }) => text).join('\n'))]
}
