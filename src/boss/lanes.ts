/** Lanes: opened for a ticket, closed politely or not, retired. When that happens is `step`'s business. */

import type { Hook } from '../crew/crew.ts'
import type { Floor, Station } from './floor.ts'
import type { Inspector } from './inspector.ts'
import type { Ledger, Line } from './ledger.ts'
import type { Settings } from './options.ts'
import type { Message } from './protocol.ts'
import type { Recall } from './reclaim.ts'

export interface LanesTerms {
  readonly settings: Settings
  readonly ledger: Ledger
  readonly floor: Floor
  readonly recall: Recall
  readonly inspector: Inspector
  readonly tell: (message: Message) => void
  /** What the scheduler wants run in a worker of this ticket, before any work. */
  readonly hooks: (ticket: number) => readonly Hook[]
  /** Whether instructions may be handed ahead of their start. */
  readonly ahead: () => boolean
}

export class Lanes {
  readonly #terms: LanesTerms
  #nextWorker = 1

  constructor(terms: LanesTerms) {
    this.#terms = terms
  }

  open(ticket: number): Station {
    const { settings, ledger, floor, hooks, ahead } = this.#terms
    const { crew, registry, graceMs, clock } = settings
    const workerId = `w${this.#nextWorker++}`
    const lane = crew.open({
      ticket,
      definitions: registry.definitions,
      orders: ledger,
      hooks: hooks(ticket),
      graceMs,
      ahead: ahead(),
    })
    const row = floor.row(ticket)
    this.#announce(workerId, ticket)
    row.died = undefined
    row.workers++
    return {
      row,
      ticket,
      workerId,
      lane,
      ready: false,
      closing: false,
      alone: false,
      succeeded: false,
      given: 0,
      since: clock.now(),
      first: undefined,
      retires: undefined,
      stayIdle: undefined,
    }
  }

  #announce(workerId: string, ticket: number): void {
    const { inspector, floor } = this.#terms
    if (!inspector.noticed) return
    inspector.notice({ type: 'worker.spawn', workerId, ticket })
    const { died: why, workers: restarts } = floor.row(ticket)
    if (why !== undefined) inspector.notice({ type: 'actor.restart', actor: workerId, restarts, why })
  }

  close(ticket: number, politely: boolean): void {
    const station = this.#terms.floor.at(ticket)
    if (station === undefined) return
    station.closing = true
    station.stayIdle?.()
    // Somebody waits for its exit: the process must not end before it.
    station.lane.keepAlive(true)
    if (politely) station.lane.close()
    else station.lane.terminate()
  }

  retire(station: Station, why: 'idle' | 'retired'): void {
    if (station.closing) return
    station.retires = why
    this.#terms.recall.from(station)
    this.#terms.tell({ type: 'laneRetires', ticket: station.ticket, why })
  }

  /** Tells the lane that holds it to end this work. */
  abort(line: Line, reason: unknown): void {
    const { floor, ledger } = this.#terms
    floor.at(ledger.ticketOf(line))?.lane.abort(line, reason)
  }
}
