/** Which time is shown: the last so long as it goes on, or where somebody has stopped, and the way back. */

import { h } from './dom.ts'
import type { TimeWindow } from './time-window.ts'

const ranges = [
  ['1 min', 60_000],
  ['5 min', 300_000],
  ['1 h', 3_600_000],
  ['all', undefined],
] as const

export class Ranges {
  readonly element: HTMLElement
  readonly #buttons: readonly HTMLButtonElement[]
  readonly #live: HTMLButtonElement
  readonly #view: TimeWindow

  constructor(view: TimeWindow) {
    this.#view = view
    this.#buttons = ranges.map(([label, lastMs]) =>
      h('button', { type: 'button', onclick: () => view.follow({ lastMs }) }, label),
    )
    this.#live = h('button', { type: 'button', class: 'live', onclick: () => view.goLive() }, '● Live')
    this.element = h(
      'div',
      { class: 'ranges', role: 'group', 'aria-label': 'Which time is shown' },
      ...this.#buttons,
      this.#live,
    )
  }

  show(): void {
    const { follows, isLive } = this.#view
    this.#buttons.forEach((button, i) => {
      const pressed = 'lastMs' in follows && follows.lastMs === ranges[i]?.[1]
      button.setAttribute('aria-pressed', String(pressed))
    })
    this.#live.disabled = isLive
    this.#live.title = isLive ? 'It goes on with the run' : 'It stands still: go on with the run'
  }
}
