/**
 * Tells whoever looks elsewhere: the title and the icon of the tab say how far it is, and where it was allowed, a
 * notification says the first failure, the end, and that nothing has come to an end for long.
 */

import type { Run } from '../../inspect/run.ts'
import { h } from './dom.ts'
import { accountOf } from './figures.ts'
import { keptBell } from './settings.ts'
import { count } from './words.ts'

/** Milliseconds without any end that are worth a word. */
const stillMs = 10 * 60_000

export class Told {
  /** Switches notifications; hidden where there are none. */
  readonly bell = h(
    'button',
    { type: 'button', class: 'quiet', onclick: () => void this.#switch() },
    'Notify',
  )
  readonly #icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  #drawn = ''
  #status: Run['status'] | undefined
  #failed = 0
  #settled = -1
  #movedAt = performance.now()
  #saidStill = false

  constructor() {
    this.#showBell()
  }

  show(run: Run, words: string): void {
    const account = accountOf(run)
    const { accounted, total } = account
    const failed = account.failed + account.refused
    const part = total === undefined || total === 0 ? undefined : Math.min(1, accounted / total)
    document.title = `${titleOf(run, part, failed)} · ${run.workers.join(', ') || run.boss || 'rxboss'} · ${words}`
    this.#drawIcon(run, part, failed)
    this.#notify(run, failed, accounted)
  }

  #drawIcon({ status }: Run, part: number | undefined, failed: number): void {
    const twentieths = Math.round((part ?? 0) * 20)
    const drawn = `${status} ${twentieths} ${failed > 0}`
    if (drawn === this.#drawn || this.#icon === null) return
    this.#drawn = drawn
    const colour = failed > 0 ? '%23d9453d' : status === 'running' ? '%232f6fde' : '%232f9e77'
    const wide = status === 'running' ? Math.max(1, (14 * twentieths) / 20) : 14
    const svg = `%3Csvg xmlns=%22http:%2F%2Fwww.w3.org%2F2000%2Fsvg%22 viewBox=%220 0 16 16%22%3E%3Crect x=%220%22 y=%222%22 width=%2216%22 height=%2212%22 rx=%223%22 fill=%22%23888%22%2F%3E%3Crect x=%221%22 y=%223%22 width=%22${wide}%22 height=%2210%22 rx=%222%22 fill=%22${colour}%22%2F%3E%3C%2Fsvg%3E`
    this.#icon.href = `data:image/svg+xml,${svg}`
  }

  #notify(run: Run, failed: number, accounted: number): void {
    const first = this.#status === undefined
    if (accounted !== this.#settled) {
      this.#settled = accounted
      this.#movedAt = performance.now()
      this.#saidStill = false
    }
    if (!first) {
      const name = run.workers.join(', ')
      if (this.#failed === 0 && failed > 0)
        say(`${name}: the first failure`, run.failures.groups[0]?.words ?? '')
      if (this.#status === 'running' && run.status !== 'running')
        say(`${name}: ${run.status}`, `${count(run.counts.done)} done, ${count(failed)} failed`)
      const still = run.status === 'running' && run.pump === 'on' && run.counts.running > 0
      if (still && !this.#saidStill && performance.now() - this.#movedAt > stillMs) {
        this.#saidStill = true
        say(
          `${name}: nothing has come to an end for ${stillMs / 60_000} minutes`,
          `${count(run.counts.running)} at work`,
        )
      }
    }
    this.#status = run.status
    this.#failed = failed
  }

  async #switch(): Promise<void> {
    if (keptBell.value === 'on') keptBell.value = undefined
    else if ((await Notification.requestPermission()) === 'granted') keptBell.value = 'on'
    this.#showBell()
  }

  #showBell(): void {
    const on = isOn()
    this.bell.hidden = !('Notification' in window) || location.protocol === 'file:'
    this.bell.title = on
      ? 'Notifications are on'
      : 'Be notified of the end, of the first failure, of a standstill'
    this.bell.setAttribute('aria-pressed', String(on))
  }
}

const isOn = (): boolean =>
  'Notification' in window && Notification.permission === 'granted' && keptBell.value === 'on'

function say(title: string, body: string): void {
  if (isOn() && document.visibilityState === 'hidden') new Notification(title, { body })
}

function titleOf({ status }: Run, part: number | undefined, failed: number): string {
  const mark = status === 'finished' ? '✔ finished' : status === 'running' ? undefined : `✖ ${status}`
  const how = mark ?? (part === undefined ? '…' : `${Math.floor(part * 100)} %`)
  return failed > 0 ? `${how} · ${count(failed)} failed` : how
}
