/** The workers, a row for each: what it does, what it did, how busy it is. One that is picked shows what it printed last. */

import { busyOf } from '../../inspect/busy.ts'
import { shortTime } from '../../inspect/clock-time.ts'
import type { LaneView, Run } from '../../inspect/run.ts'
import { type Column, h, setText, Table } from './dom.ts'
import { flame } from './flame.ts'
import type { Source } from './source.ts'
import { count, middleCut, percent } from './words.ts'

const columns: readonly Column<LaneView>[] = [
  { name: 'worker', text: ({ workerId }) => workerId, sort: ({ ticket }) => ticket },
  { name: 'state', text: stateOf, sort: stateOf },
  {
    name: 'doing',
    text: ({ current }) => (current === undefined ? '' : `${middleCut(current.name, 36)}${far(current)}`),
    title: ({ current }) => current?.name,
    sort: ({ current }) => current?.name ?? '',
  },
  {
    name: 'for',
    numeric: true,
    text: ({ current }, now) => (current === undefined ? '' : shortTime(Math.max(0, now - current.began))),
    sort: ({ current }, now) => (current === undefined ? -1 : now - current.began),
    largestFirst: true,
  },
  {
    name: 'done',
    numeric: true,
    text: ({ done }) => count(done),
    sort: ({ done }) => done,
    largestFirst: true,
  },
  {
    name: 'failed',
    numeric: true,
    text: ({ failed }) => (failed === 0 ? '' : count(failed)),
    sort: ({ failed }) => failed,
    largestFirst: true,
  },
  {
    name: 'busy',
    means: 'How much of its time it had something to do',
    numeric: true,
    text: (lane, now) => percent(busyOf(lane, now)),
    sort: (lane, now) => busyOf(lane, now),
    largestFirst: true,
  },
  {
    name: 'loop',
    means: 'How busy its event loop was: what waits for something else is low',
    numeric: true,
    text: ({ loop }) => percent(loop),
    sort: ({ loop }) => loop ?? -1,
    largestFirst: true,
  },
  {
    name: 'last 2 min',
    means: 'How busy its event loop was in the last two minutes',
    text: lane => sparkline(lane),
  },
  {
    name: 'heap',
    numeric: true,
    text: ({ heap }) => (heap === undefined ? '–' : `${Math.round(heap)} MB`),
    sort: ({ heap }) => heap ?? -1,
    largestFirst: true,
  },
  {
    name: 'replaced',
    means: 'How many workers were in its place before',
    numeric: true,
    text: ({ restarts }) => (restarts === 0 ? '' : `${restarts}×`),
    sort: ({ restarts }) => restarts,
    largestFirst: true,
  },
]

const lastLines = 12
/** Seconds of a profile; and of a glance that is hardly more than the stack. */
const profileSeconds = 5
const stackSeconds = 0.1

export class Workers {
  readonly element: HTMLElement
  readonly #table: Table<LaneView>
  readonly #empty = h('p', { class: 'empty' }, 'No worker has been hired yet.')
  readonly #look = h('div', { class: 'actions', hidden: true })
  readonly #profiles = h('div', { 'aria-live': 'polite' })
  readonly #source: Source
  #picked: LaneView | undefined
  readonly #printed = h('pre', { tabindex: 0, hidden: true, 'aria-label': 'What this worker printed last' })

  /** @param pick  a row was chosen */
  constructor(source: Source, pick: (ticket: number) => void, changed: () => void) {
    this.#source = source
    const button = (label: string, seconds: number) =>
      h('button', { type: 'button', onclick: () => void this.#profile(seconds) }, label)
    this.#look.append(
      button(`Profile ${profileSeconds} s`, profileSeconds),
      button('Stack now', stackSeconds),
    )
    this.#table = new Table(columns, {
      label: 'Workers, sorted by any column',
      by: 0,
      chosen: ({ ticket }) => pick(ticket),
      changed,
    })
    this.element = h(
      'section',
      { class: 'workers', 'aria-label': 'Workers' },
      h('h2', {}, 'Workers'),
      this.#empty,
      this.#table.element,
      this.#look,
      this.#profiles,
      this.#printed,
    )
  }

  show(run: Run, { now, ticket }: { readonly now: number; readonly ticket: number | undefined }): void {
    const lanes = run.lanes.filter((lane): lane is LaneView => lane !== undefined)
    const ended = run.status === 'running' ? now : run.t
    this.#empty.hidden = lanes.length > 0
    this.#table.show(lanes, ended, lane => ({
      kind: lane.state === 'gone' ? 'gone' : '',
      picked: lane.ticket === ticket,
    }))
    this.#picked = ticket === undefined ? undefined : run.lanes[ticket]
    const { hello, connection } = this.#source
    this.#look.hidden = !(hello?.can.profile && connection === 'live' && this.#picked?.state === 'open')
    this.#showPrinted(run, ticket)
  }

  /** What the picked worker does. */
  async #profile(seconds: number): Promise<void> {
    const { workerId = '', current } = this.#picked ?? {}
    const doing = current === undefined ? '' : ` at #${current.id}`
    setText(this.#profiles, `Looking at ${workerId} …`)
    try {
      const found = await this.#source.profile(workerId, seconds)
      if (found !== undefined)
        this.#profiles.replaceChildren(flame(found, `${workerId}${doing}, ${seconds} s`))
    } catch (error) {
      setText(this.#profiles, (error as Error).message)
    }
  }

  #showPrinted({ logs, lanes }: Run, ticket: number | undefined): void {
    this.#printed.hidden = ticket === undefined
    if (ticket === undefined) return
    const lines: string[] = []
    for (let i = logs.to - 1; i >= logs.from && lines.length < lastLines; i--) {
      const line = logs.items[i]
      if (line?.ticket === ticket) lines.unshift(line.text)
    }
    const who = lanes[ticket]?.workerId ?? ''
    setText(this.#printed, lines.length === 0 ? `${who} has printed nothing.` : lines.join('\n'))
  }
}

function stateOf({ state, current, why, host, language }: LaneView): string {
  const where = `${host === undefined ? '' : ` at ${host}`}${language === undefined ? '' : ` in ${language}`}`
  if (state === 'gone') return `gone (${why})${where}`
  if (state === 'opening') return why === undefined ? 'starting' : `starting again (${why})`
  return `${current === undefined ? 'idle' : 'working'}${where}`
}

const far = ({ done, total }: NonNullable<LaneView['current']>): string =>
  done === undefined && total === undefined ? '' : ` (${done ?? 0} of ${total ?? '?'})`

const heights = '▁▂▃▄▅▆▇█'
const points = 12

/** Some figures from 0 to 1 as a line of blocks. */
function sparkline({ samples = [] }: LaneView): string {
  const size = Math.max(1, Math.ceil(samples.length / points))
  let line = ''
  for (let i = 0; i < samples.length; i += size) {
    const some = samples.slice(i, i + size)
    const mean = some.reduce((sum, { loop }) => sum + loop, 0) / some.length
    line += heights[Math.min(7, Math.floor(mean * 8))]
  }
  return line
}
