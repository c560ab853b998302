/** Who waits, as far as events tell it: the next ones by name, and what is known of what holds them back. Bounded. */

import { shortTime } from '../inspect/clock-time.ts'
import type { InspectEvent } from '../inspect/events.ts'
import type { Run } from '../inspect/run.ts'
import { mostWaitersKnown, mostWaitersShown } from './limits.ts'
import type { WaitingView } from './page-protocol.ts'

interface Waiter {
  readonly name: string
  readonly worker: string
  /** Since when. */
  readonly t: number
  /** It failed, and rests until then. */
  readonly rests?: { readonly until: number; readonly code: string }
}

export class Waiters {
  readonly #waiting = new Map<number, Waiter>()
  readonly #begun = new Map<number, Pick<Waiter, 'name' | 'worker'>>()

  take(events: readonly InspectEvent[]): void {
    for (const event of events) this.#take(event)
  }

  #take(event: InspectEvent): void {
    switch (event.type) {
      case 'instruction.accept': {
        const { id, name, worker, t } = event
        if (this.#waiting.size < mostWaitersKnown) this.#waiting.set(id, { name, worker, t })
        return
      }
      case 'instruction.start': {
        const { id, name, worker } = event
        this.#waiting.delete(id)
        if (this.#begun.size < mostWaitersKnown) this.#begun.set(id, { name, worker })
        return
      }
      case 'instruction.retry': {
        const { id, t, delayMs, code } = event
        const known = this.#begun.get(id) ?? { name: `#${id}`, worker: '' }
        this.#begun.delete(id)
        this.#waiting.set(id, { ...known, t, rests: { until: t + delayMs, code } })
        return
      }
      case 'report':
        if (event.kind === 'interim') return
        this.#waiting.delete(event.id)
        this.#begun.delete(event.id)
        return
      default:
        return
    }
  }

  /** @param explain  what somebody who knows the rules says of one of them */
  next(run: Run, now: number, explain: (id: number) => string | undefined): WaitingView {
    const why = whyAll(run)
    const rows: WaitingView['rows'][number][] = []
    for (const [id, { name, worker, t, rests }] of this.#waiting) {
      if (rows.length === mostWaitersShown) break
      const resting = rests !== undefined && rests.until > now
      const its = resting
        ? `failed (${rests.code}), and is tried again in ${shortTime(rests.until - now)}`
        : (explain(id) ?? (rows.length === 0 ? why : `in line: ${rows.length} before it`))
      rows.push({ id, name, worker, ms: Math.max(0, now - t), why: its })
    }
    return { rows, all: run.counts.pending, why }
  }
}

function whyAll({ pump, phase, counts, lanes }: Run): string {
  if (phase !== 'live') return 'The run is stopping: nothing starts any more.'
  if (pump === 'off') return 'Halted: nothing starts until somebody resumes.'
  const there = lanes.filter(lane => lane !== undefined && lane.state !== 'gone')
  const opening = there.filter(lane => lane?.state === 'opening').length
  if (opening > 0 && counts.running === 0) return `${opening} workers are starting.`
  if (counts.running >= there.length) return `All ${there.length} workers are at work.`
  return 'Not all workers are at work: a rule of the scheduler holds the next one back.'
}
