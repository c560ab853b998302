/** Which worker definition has which colour, and what is no colour of one. Each can be left out of the picture. */

import type { Run } from '../../inspect/run.ts'
import { hues } from './colours.ts'
import { h } from './dom.ts'
import { textureOf } from './fills.ts'

const mostShown = 24

const others = [
  ['failed', 'failed'],
  ['retried', 'failed, done again'],
  ['cancelled', 'cancelled'],
  ['running', 'running'],
] as const

export class Legend {
  readonly element = h('div', { class: 'legend', role: 'group', 'aria-label': 'Colours' })
  readonly hidden = new Set<string>()
  readonly #changed: () => void
  #drawn: string | undefined

  /** @param changed  something is shown, or is not shown any more */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  show({ workers }: Run): void {
    const drawn = workers.join('\n')
    if (this.#drawn === drawn) return
    this.#drawn = drawn
    const more = workers.length - mostShown
    this.element.replaceChildren(
      ...workers.slice(0, mostShown).map((name, i) => this.#entry(name, i)),
      ...(more > 0 ? [h('span', {}, `and ${more} more, in the same colours`)] : []),
      ...others.map(([kind, label]) => h('span', {}, h('i', { 'data-kind': kind }), label)),
    )
  }

  #entry(name: string, index: number): HTMLElement {
    const swatch = h('i', { 'data-kind': `worker${index % hues}`, 'data-texture': textureOf(index, hues) })
    const toggle = h('button', { type: 'button', class: 'quiet', title: 'Show or leave out' }, swatch, name)
    const say = () => toggle.setAttribute('aria-pressed', String(!this.hidden.has(name)))
    toggle.addEventListener('click', () => {
      if (!this.hidden.delete(name)) this.hidden.add(name)
      say()
      this.#changed()
    })
    say()
    return toggle
  }
}
