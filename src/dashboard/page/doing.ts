/** What may be done about single instructions, where that is allowed: try again, take out, copy. */

import type { Span } from '../../inspect/run.ts'
import { confirmed } from './confirmed.ts'
import { h } from './dom.ts'
import type { Source } from './source.ts'
import { plural } from './words.ts'

interface Which {
  readonly group?: string
  readonly id?: number
}

export class Doing {
  readonly #source: Source
  readonly #complain: (error: unknown) => void

  /** @param complain  something was not done */
  constructor(source: Source, complain: (error: unknown) => void) {
    this.#source = source
    this.#complain = complain
  }

  /** Buttons for an attempt that somebody looks at. */
  actionsFor({ id, kind, ticket }: Span): readonly HTMLElement[] {
    const { connection, hello, run } = this.#source
    if (connection === 'file' || id < 0) return []
    const button = (label: string, act: () => void) => h('button', { type: 'button', onclick: act }, label)
    const live = connection === 'live' && run.intake === 'open'
    return [
      ...(kind === 'failed' && live && hello?.can.retry
        ? [button('Try again', () => void this.retry({ id }, `#${id}`))]
        : []),
      ...(kind === 'failed' ? [button('Copy instruction', () => void this.copy({ id }))] : []),
      ...(ticket === undefined ? [] : []),
    ]
  }

  async retry(which: Which, words: string): Promise<void> {
    if (which.id === undefined && !(await confirmed(`Try ${words} again?`, 'Try again'))) return
    await this.#do(async () => {
      const done = await this.#source.control({ type: 'retry', ...which })
      if (done === 0) throw new Error('None of them is kept any more: the last thousand failures are')
    })
  }

  async cancel(id: number): Promise<void> {
    if (!(await confirmed(`Take #${id} out? It will not be done.`, 'Take it out'))) return
    await this.#do(async () => void (await this.#source.control({ type: 'cancel', id })))
  }

  /** As NDJSON, to be given again. */
  async copy(which: Which): Promise<void> {
    await this.#do(async () => {
      const text = await this.#source.instructions(which)
      const lines = text === '' ? 0 : text.trimEnd().split('\n').length
      if (lines === 0) throw new Error('None of them is kept any more: the last thousand failures are')
      await navigator.clipboard.writeText(text)
      this.#say(`${plural(lines, 'instruction')} copied`)
    })
  }

  async #do(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      this.#complain(error)
    }
  }

  #say(text: string): void {
    const said = h('p', { class: 'toast', role: 'status' }, text)
    document.body.append(said)
    setTimeout(() => said.remove(), 3000)
  }
}
