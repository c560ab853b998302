/** What failed, in groups of the same kind; one opens to its stack and its instruction. */

import { largestGroups } from '../../inspect/failure-groups.ts'
import type { Run } from '../../inspect/run.ts'
import { h } from './dom.ts'
import type { Source } from './source.ts'
import { count } from './tiles.ts'

const shown = 30

export class Failures {
  readonly element: HTMLElement
  readonly #list = h('ul', { class: 'groups' })
  readonly #source: Source
  readonly #select: (id: number) => void
  #drawn = ''

  /** @param select  somebody looks at an instruction */
  constructor(source: Source, select: (id: number) => void) {
    this.#source = source
    this.#select = select
    this.element = h(
      'section',
      { class: 'failures', 'aria-label': 'Failures' },
      h('h2', { tabindex: -1 }, 'Failures'),
      this.#list,
    )
  }

  focus(): void {
    const first = this.#list.querySelector('summary') ?? this.element.querySelector('h2')
    first?.focus()
  }

  show(run: Run): void {
    const { groups, others } = run.failures
    const drawn = `${groups.length} ${others} ${run.counts.failed}`
    if (drawn === this.#drawn) return
    this.#drawn = drawn
    const open = new Set(
      Array.from(
        this.#list.querySelectorAll<HTMLDetailsElement>('details[open]'),
        ({ dataset }) => dataset.key,
      ),
    )
    const focused =
      document.activeElement instanceof HTMLElement && this.#list.contains(document.activeElement)
    if (focused) return
    this.#list.replaceChildren(
      ...largestGroups(run.failures, shown).map(({ key, count: n, words, examples }) =>
        h(
          'li',
          {},
          h(
            'details',
            { 'data-key': key, open: open.has(key) },
            h('summary', {}, h('b', {}, `${count(n)}×`), ' ', words),
            h(
              'p',
              {},
              ...examples.map(({ id, name }) =>
                h(
                  'button',
                  { type: 'button', class: 'quiet', title: name, onclick: () => this.#select(id) },
                  `#${id} ${name}`,
                ),
              ),
              n > examples.length && ` and ${count(n - examples.length)} more`,
            ),
          ),
        ),
      ),
    )
    const hidden = groups.length - Math.min(shown, groups.length) + others
    if (hidden > 0) this.#list.append(h('li', { class: 'empty' }, `and other kinds: ${count(hidden)}`))
    if (groups.length === 0) this.#list.append(h('li', { class: 'empty' }, 'Nothing has failed.'))
  }

  /** A failure in full. */
  async details(id: number): Promise<readonly Node[]> {
    const details = await this.#source.failure(id)
    if (details === undefined) return []
    const { text, instruction } = details
    return [
      h('pre', {}, text),
      ...(instruction === undefined ? [] : [h('h4', {}, 'The instruction'), h('pre', {}, instruction)]),
    ]
  }
}
