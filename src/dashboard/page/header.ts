/** The top of the page: which run this is and how it goes, in words, and what may be done to it. */

import type { Control } from '../protocol.ts'
import { h, setText } from './dom.ts'
import type { Connection, Source } from './source.ts'

interface Button {
  readonly type: Control
  readonly label: string
  readonly tells: string
  /** Asked before it is sent: it cannot be taken back. */
  readonly asks?: string
}

const buttons: readonly Button[] = [
  { type: 'halt', label: 'Halt', tells: 'Nothing new starts; what runs goes on' },
  { type: 'resume', label: 'Resume', tells: 'Go on starting' },
  {
    type: 'end',
    label: 'End',
    tells: 'Take no more instructions, do all there are',
    asks: 'Take no more instructions?',
  },
  {
    type: 'stop',
    label: 'Stop',
    tells: 'Finish what runs, give the rest back',
    asks: 'Finish what runs, and give the rest back?',
  },
  {
    type: 'stopThemWorking',
    label: 'Stop now',
    tells: 'Cancel what runs, and give the rest back',
    asks: 'Cancel what runs, and give the rest back?',
  },
]

export class Header {
  readonly element: HTMLElement
  readonly #title = h('h1')
  readonly #status = h('span', { class: 'status', role: 'status' })
  readonly #controls = h('div', { class: 'controls', role: 'group', 'aria-label': 'Controls' })
  readonly #failed = h('p', { class: 'problem', role: 'alert', hidden: true })
  readonly #source: Source

  /** @param recolour  the theme has changed */
  constructor(source: Source, recolour: () => void) {
    this.#source = source
    for (const button of buttons)
      this.#controls.append(
        h(
          'button',
          {
            type: 'button',
            title: button.tells,
            'data-control': button.type,
            onclick: () => this.#send(button),
          },
          button.label,
        ),
      )
    const downloads =
      source.connection === 'file'
        ? []
        : [
            h(
              'a',
              { href: 'api/trace', download: 'run.trace.json', title: 'For Perfetto or chrome://tracing' },
              'Trace',
            ),
            h('a', { href: 'api/report', download: 'run.html', title: 'This page as one file' }, 'Report'),
          ]
    const theme = h(
      'button',
      { type: 'button', class: 'quiet', title: 'Dark or light', onclick: () => this.#turn(recolour) },
      '◐',
    )
    theme.setAttribute('aria-label', 'Dark or light')
    this.element = h(
      'header',
      {},
      this.#title,
      this.#status,
      this.#controls,
      h('nav', {}, ...downloads, theme),
      this.#failed,
    )
  }

  show(): void {
    const { run, connection, hello } = this.#source
    const title = run.workers.join(', ') || run.boss || 'rxboss'
    setText(this.#title, title)
    const words = connectionWords(connection, run.status) ?? phaseWords(run)
    setText(this.#status, words)
    this.#status.dataset.state =
      connection === 'live' ? run.pump : run.status === 'running' ? connection : run.status
    document.title = `${title} · ${words}`
    this.#controls.hidden = hello?.controls !== true || connection !== 'live' || run.phase === 'exited'
    for (const button of this.#controls.querySelectorAll('button')) {
      const { control } = button.dataset
      const idle =
        (control === 'halt' && run.pump === 'off') ||
        (control === 'resume' && run.pump === 'on') ||
        (control === 'end' && run.intake === 'closed') ||
        (control !== 'stopThemWorking' && run.phase !== 'live')
      button.disabled = idle
    }
  }

  async #send({ type, asks }: Button): Promise<void> {
    if (asks !== undefined && !(await confirmed(asks))) return
    this.#failed.hidden = true
    try {
      await this.#source.control(type)
    } catch (error) {
      setText(this.#failed, `Not done: ${(error as Error).message}`)
      this.#failed.hidden = false
    }
  }

  #turn(recolour: () => void): void {
    const root = document.documentElement
    const given = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
    root.dataset.theme = (root.dataset.theme ?? given) === 'dark' ? 'light' : 'dark'
    recolour()
  }
}

function connectionWords(connection: Connection, status: string): string | undefined {
  switch (connection) {
    case 'connecting':
      return 'connecting'
    case 'lost':
      return 'connection lost: what is shown is old; trying again'
    case 'hidden':
      return 'not followed while it was hidden'
    case 'file':
      return status === 'running' ? 'a report made while it ran' : status
    case 'ended':
      return status
    case 'live':
      return undefined
  }
}

function phaseWords({ phase, pump, intake }: Source['run']): string {
  if (phase !== 'live') return phase
  if (pump === 'off') return 'halted'
  return intake === 'closed' ? 'working, no more instructions taken' : 'working'
}

/** A question in the page itself: it can be answered by keyboard, and tested. */
function confirmed(question: string): Promise<boolean> {
  return new Promise(resolve => {
    const dialog = h(
      'dialog',
      { class: 'question' },
      h('p', {}, question),
      h(
        'form',
        { method: 'dialog' },
        h('button', { value: 'yes', class: 'strong' }, 'Yes'),
        h('button', { value: 'no' }, 'No'),
      ),
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}
