/** What workers print: the last lines of all of them, or of those that hold some words. */

import type { LogLine, Run } from '../../inspect/run.ts'
import { h, setText } from './dom.ts'
import type { RunClock } from './run-clock.ts'
import { count } from './words.ts'

const shown = 300

export class OutputPanel {
  readonly element: HTMLElement
  readonly #search = h('input', {
    type: 'search',
    'aria-label': 'Search what was printed: words, or a worker as in w3',
    placeholder: 'words, or w3',
    spellcheck: false,
    oninput: () => this.#redraw(),
  })
  readonly #said = h('p', { class: 'hint' })
  readonly #lines = h('pre', {
    tabindex: 0,
    class: 'printed',
    'aria-label': 'What workers printed, the last below',
  })
  readonly #details: HTMLDetailsElement
  #run: Run | undefined
  #clock: RunClock | undefined
  #drawn = ''

  constructor() {
    this.#details = h(
      'details',
      { ontoggle: () => this.#redraw() },
      h('summary', {}, h('h2', {}, 'What workers print')),
      h('div', { class: 'line' }, this.#search, this.#said),
      this.#lines,
    )
    this.element = h('section', { class: 'output', 'aria-label': 'What workers print' }, this.#details)
  }

  show(run: Run, clock: RunClock): void {
    this.#run = run
    this.#clock = clock
    this.element.hidden = run.logs.count === 0
    this.#redraw()
  }

  #redraw(): void {
    const run = this.#run
    const clock = this.#clock
    if (run === undefined || clock === undefined || !this.#details.open) return
    const { logs } = run
    const wanted = this.#search.value.trim().toLowerCase()
    const drawn = `${logs.count} ${wanted} ${clock.kind}`
    if (drawn === this.#drawn) return
    this.#drawn = drawn
    const all = logs.items.slice(logs.from, logs.to).filter(line => holds(line, wanted))
    const lines = all.slice(-shown)
    const atEnd = this.#lines.scrollTop + this.#lines.clientHeight >= this.#lines.scrollHeight - 8
    setText(this.#lines, lines.map(line => inWords(line, clock)).join('\n'))
    if (atEnd) this.#lines.scrollTop = this.#lines.scrollHeight
    const kept = logs.to - logs.from
    const of = kept < logs.count ? `, of ${count(logs.count)} lines the last ${count(kept)} are kept` : ''
    setText(this.#said, `showing ${count(lines.length)} of ${count(all.length)}${of}`)
  }
}

const holds = ({ workerId, text }: LogLine, wanted: string): boolean =>
  wanted === '' || workerId.toLowerCase() === wanted || text.toLowerCase().includes(wanted)

const inWords = ({ t, workerId, id, stream, text }: LogLine, clock: RunClock): string =>
  `${clock.time(t)} ${workerId}${id === undefined ? '' : ` #${id}`}${stream === 'stderr' ? ' !' : ' │'} ${text}`
