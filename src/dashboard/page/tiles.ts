/** The figures of the run, at a glance. */

import { busyOf } from '../../inspect/busy.ts'
import { clockTime, shortTime } from '../../inspect/clock-time.ts'
import { percentile } from '../../inspect/durations.ts'
import { etaOf, rateOf, settledOf } from '../../inspect/eta.ts'
import type { LaneView, Run } from '../../inspect/run.ts'
import { h, setText } from './dom.ts'

export class Tiles {
  readonly element = h('dl', { class: 'tiles', 'aria-label': 'Figures' })
  readonly #values = new Map<string, HTMLElement>()
  readonly #bar = h('progress', { 'aria-label': 'Done of all' })

  show(run: Run, now: number): void {
    const settled = settledOf(run)
    const { total } = run
    this.#set('settled', total === undefined ? count(settled) : `${count(settled)} of ${count(total)}`)
    if (total !== undefined && total > 0) {
      this.#bar.max = total
      this.#bar.value = Math.min(settled, total)
      if (!this.#bar.isConnected) this.#values.get('settled')?.after(this.#bar)
    }
    this.#set('rate', `${rate(rateOf(run, now))}/s`)
    this.#set('queue', count(run.counts.pending))
    const lanes = run.lanes.filter((lane): lane is LaneView => lane?.state === 'open')
    this.#set('running', `${count(run.counts.running)} / ${lanes.length}`)
    this.#set('busy', percent(average(lanes.map(lane => busyOf(lane, now)))))
    this.#set('event loops', percent(average(lanes.flatMap(({ loop }) => loop ?? []))))
    const [half, most] = [percentile(run.durations, 0.5), percentile(run.durations, 0.95)]
    this.#set(
      'p50 / p95',
      half === undefined || most === undefined ? '–' : `${shortTime(half)} / ${shortTime(most)}`,
    )
    this.#set('failed', count(run.counts.failed), run.counts.failed > 0)
    if (run.retried > 0) this.#set('retried', count(run.retried))
    if (run.respawned > 0) this.#set('workers replaced', count(run.respawned), true)
    const { lagMs } =
      run.thisSecond.lagMs === undefined ? (run.seconds.items[run.seconds.to - 1] ?? {}) : run.thisSecond
    if (lagMs !== undefined && run.status === 'running')
      this.#set("boss's lag", shortTime(lagMs), lagMs > 200)
    this.#set('time', now < 10_000 ? shortTime(now) : clockTime(now))
    if (run.status === 'running') this.#set('left', timeLeft(run, now))
    else this.#unset('left')
  }

  #unset(name: string): void {
    this.#values.get(name)?.parentElement?.remove()
    this.#values.delete(name)
  }

  #set(name: string, text: string, alarming = false): void {
    let value = this.#values.get(name)
    if (value === undefined) {
      value = h('dd')
      this.#values.set(name, value)
      this.element.append(h('div', {}, h('dt', {}, name), value))
    }
    setText(value, text)
    value.classList.toggle('alarming', alarming)
  }
}

function timeLeft(run: Run, now: number): string {
  if (run.pump === 'off') return 'halted'
  const eta = run.total === undefined ? undefined : etaOf(run, now, run.total)
  return eta === undefined ? '–' : `${eta.rough ? '~' : ''}${clockTime(eta.ms)}`
}

const average = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length

export const percent = (part: number | undefined): string =>
  part === undefined ? '–' : `${Math.round(100 * part)} %`

export const count = (n: number): string => n.toLocaleString('en').replaceAll(',', '\u202f')

const rate = (perSecond: number): string =>
  perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))
