/** The figures of the run, at a glance. Each has its place from the beginning: nothing moves when one comes to matter. */

import { clockTime, shortTime } from '../../inspect/clock-time.ts'
import { percentile } from '../../inspect/durations.ts'
import { etaOf, rateOf } from '../../inspect/eta.ts'
import type { LaneView, Run } from '../../inspect/run.ts'
import { h, setText } from './dom.ts'
import { accountOf, efficiency, lanesOf, workMsOf } from './figures.ts'
import type { RunClock } from './run-clock.ts'
import { lastValue, peakMemory } from './strips.ts'
import { count, hoursOf, megabytes, pace, percent } from './words.ts'

export class Tiles {
  readonly element: HTMLElement
  readonly #list = h('dl', { class: 'tiles' })
  readonly #values = new Map<string, HTMLElement>()
  readonly #bar = h('progress', { 'aria-label': 'Done of all', hidden: true })

  constructor() {
    this.element = h('section', { class: 'figures', 'aria-label': 'Figures' }, this.#bar, this.#list)
  }

  show(run: Run, now: number, clock: RunClock): void {
    const account = accountOf(run)
    const { accounted, total } = account
    const live = run.status === 'running'
    this.#set('settled', total === undefined ? count(accounted) : `${count(accounted)} of ${count(total)}`)
    this.#bar.hidden = total === undefined || total === 0
    if (total !== undefined && total > 0) {
      this.#bar.max = total
      this.#bar.value = Math.min(accounted, total)
    }
    this.#set('failed', failedWords(account), account.failed + account.refused > 0)
    this.#set('not done', notDoneWords(account), account.givenBack + account.unread > 0)
    this.#set('pace', pace(rateOf(run, now)))
    this.#set('waiting', live ? count(run.counts.pending) : '–')
    this.#set(
      'at work',
      live ? `${count(run.counts.running)} of ${openLanes(run).length}` : `${lanesOf(run).length} workers`,
    )
    this.#set('busy', percent(efficiency(run, now)))
    this.#set('CPU', cpuWords(run))
    this.#set('memory', memoryWords(run))
    const [half, most] = [percentile(run.durations, 0.5), percentile(run.durations, 0.95)]
    this.#set(
      'half take / 95 %',
      half === undefined || most === undefined ? '–' : `${shortTime(half)} / ${shortTime(most)}`,
    )
    this.#set('retried', count(run.retried), run.retried > 0)
    this.#set('workers replaced', count(run.respawned), run.respawned > 0)
    const lagMs = lastValue(run, 'lagMs')
    this.#set("boss's lag", lagMs === undefined ? '–' : shortTime(lagMs), (lagMs ?? 0) > 200)
    this.#set('time', now < 10_000 ? shortTime(now) : clockTime(now))
    this.#set('left', live ? timeLeft(run, now, clock) : endedWords(run, clock))
  }

  #set(name: string, text: string, alarming = false): void {
    let value = this.#values.get(name)
    if (value === undefined) {
      value = h('dd')
      this.#values.set(name, value)
      this.#list.append(h('div', {}, h('dt', {}, name), value))
    }
    setText(value, text)
    value.classList.toggle('alarming', alarming)
  }
}

const openLanes = ({ lanes }: Run): readonly LaneView[] =>
  lanes.filter((lane): lane is LaneView => lane?.state === 'open')

function failedWords({ failed, refused }: ReturnType<typeof accountOf>): string {
  return refused === 0 ? count(failed) : `${count(failed + refused)} (${count(refused)} refused)`
}

function notDoneWords({ cancelled, givenBack, unread }: ReturnType<typeof accountOf>): string {
  const parts = [
    ...(cancelled > 0 ? [`${count(cancelled)} cancelled`] : []),
    ...(givenBack > 0 ? [`${count(givenBack)} given back`] : []),
    ...(unread > 0 ? [`${count(unread)} not read`] : []),
  ]
  return parts.length === 0 ? '0' : parts.join(', ')
}

function cpuWords(run: Run): string {
  if (run.status !== 'running') return `${hoursOf(workMsOf(run))} of work`
  const cpu = lastValue(run, 'cpu')
  return cpu === undefined
    ? '–'
    : `${cpu.toFixed(1)}${run.about === undefined ? '' : ` of ${run.about.cores}`} cores`
}

function memoryWords(run: Run): string {
  const rss = run.status === 'running' ? lastValue(run, 'rss') : peakMemory(run)
  if (rss === undefined || rss === 0) return '–'
  return run.status === 'running' ? megabytes(rss) : `${megabytes(rss)} at most`
}

function timeLeft(run: Run, now: number, clock: RunClock): string {
  if (run.pump === 'off') return 'halted'
  const eta = run.total === undefined ? undefined : etaOf(run, now, run.total - run.refused)
  if (eta === undefined) return '–'
  const about = eta.rough ? '~' : ''
  return clock.kind === 'elapsed'
    ? `${about}${clockTime(eta.ms)}`
    : `${about}until ${clock.time(now + eta.ms)}`
}

const endedWords = (run: Run, clock: RunClock): string =>
  clock.kind === 'elapsed' ? run.status : `${run.status} ${clock.time(run.t)}`
