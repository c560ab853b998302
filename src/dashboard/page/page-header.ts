/** The top of the page: which run this is and how it goes, in words, and what may be done to it. */

import type { Control } from '../page-protocol.ts'
import { confirmed } from './confirmed.ts'
import { h, setText } from './dom.ts'
import { accountOf } from './figures.ts'
import { keptTheme } from './settings.ts'
import type { ConnectionState, Source } from './source.ts'
import { count, plural } from './words.ts'

interface Button {
  readonly type: Control
  readonly label: string
  readonly tells: string
  /** Asked before it is sent: it cannot be taken back. */
  readonly asks?: (run: Source['run']) => string
}

const buttons: readonly Button[] = [
  { type: 'halt', label: 'Halt', tells: 'Nothing new starts; what runs goes on' },
  { type: 'resume', label: 'Resume', tells: 'Go on starting' },
  {
    type: 'end',
    label: 'End',
    tells: 'Take no more instructions, do all there are',
    asks: run => `Take no more instructions? ${whatWillBeDone(run)} ${whatIsUnread(run)}`,
  },
  {
    type: 'stop',
    label: 'Stop',
    tells: 'Finish what runs, start nothing more',
    asks: run =>
      `Finish the ${count(run.counts.running)} that run, and start nothing more? ${whatIsLeft(run)} ${whatIsUnread(run)}`,
  },
  {
    type: 'stopThemWorking',
    label: 'Stop now',
    tells: 'Cancel what runs, start nothing more',
    asks: run =>
      `Cancel the ${count(run.counts.running)} that run, and start nothing more? ${whatIsLeft(run)} ${whatIsUnread(run)}`,
  },
]

const whatWillBeDone = ({ counts }: Source['run']): string =>
  `${plural(counts.pending + counts.running, 'instruction')} will still be done.`

const whatIsLeft = ({ counts: { pending } }: Source['run']): string =>
  pending === 1 ? '1 that waits will not be done.' : `${count(pending)} that wait will not be done.`

function whatIsUnread(run: Source['run']): string {
  const { total, accounted } = accountOf(run)
  if (run.intake === 'closed') return ''
  const unread = total === undefined ? undefined : total - accounted - run.counts.pending - run.counts.running
  if (unread === undefined) return 'What has not been read is not read any more.'
  return unread > 0 ? `${count(unread)} will not be read.` : ''
}

export class PageHeader {
  readonly element: HTMLElement
  readonly #title = h('h1')
  readonly #status = h('span', { class: 'status', role: 'status' })
  readonly #controls = h('div', { class: 'controls', role: 'group', 'aria-label': 'Controls' })
  readonly #downloads = h(
    'span',
    { class: 'downloads' },
    h(
      'a',
      { href: 'api/trace', download: 'run.trace.json', title: 'For Perfetto or chrome://tracing' },
      'Trace',
    ),
    h('a', { href: 'api/report', download: 'run.html', title: 'This page as one file' }, 'Report'),
  )
  readonly #failed = h('p', { class: 'problem', role: 'alert', hidden: true })
  readonly #source: Source

  /** @param recolour  the theme has changed @param more  other things to be switched */
  constructor(source: Source, recolour: () => void, more: readonly HTMLElement[]) {
    this.#source = source
    if (keptTheme.value !== undefined) document.documentElement.dataset.theme = keptTheme.value
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
    const theme = h(
      'button',
      { type: 'button', class: 'quiet', title: 'Dark or light', onclick: () => turn(recolour) },
      '◐',
    )
    theme.setAttribute('aria-label', 'Dark or light')
    this.element = h(
      'header',
      {},
      this.#title,
      this.#status,
      this.#controls,
      h('nav', { 'aria-label': 'This page' }, this.#downloads, ...more, theme),
      this.#failed,
    )
  }

  /** Something that was asked for was not done. */
  complain(error: unknown): void {
    setText(this.#failed, `Not done: ${(error as Error).message}`)
    this.#failed.hidden = false
  }

  show(): void {
    const { run, connection, hello } = this.#source
    const title = run.workers.join(', ') || run.boss || 'rxboss'
    setText(this.#title, title)
    const words = connectionWords(connection, run.status) ?? phaseWords(run)
    setText(this.#status, words)
    this.#status.dataset.state =
      connection === 'live' ? run.pump : run.status === 'running' ? connection : run.status
    // Who answers has gone with the run: what is left is in this page.
    this.#downloads.hidden = connection === 'file' || connection === 'lost' || connection === 'gone'
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

  async #send({ type, label, asks }: Button): Promise<void> {
    if (asks !== undefined && !(await confirmed(asks(this.#source.run), label))) return
    this.#failed.hidden = true
    try {
      await this.#source.control({ type })
    } catch (error) {
      this.complain(error)
    }
  }
}

function turn(recolour: () => void): void {
  const root = document.documentElement
  const given = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const theme = (root.dataset.theme ?? given) === 'dark' ? 'light' : 'dark'
  root.dataset.theme = theme
  keptTheme.value = theme
  recolour()
}

export function connectionWords(connection: ConnectionState, status: string): string | undefined {
  switch (connection) {
    case 'connecting':
      return 'connecting'
    case 'lost':
      return 'connection lost: what is shown is old; trying again'
    case 'hidden':
      return 'not followed while it was hidden'
    case 'gone':
      return `${status}; its page is served no more: what is shown is all there is`
    case 'file':
      return status === 'running' ? 'a report made while it ran' : status
    case 'ended':
      return status
    case 'live':
      return undefined
  }
}

export function phaseWords({ phase, pump, intake }: Source['run']): string {
  if (phase !== 'live') return phase
  if (pump === 'off') return 'halted'
  return intake === 'closed' ? 'working, no more instructions taken' : 'working'
}
