/** The floor: the lanes that are open, each with what the boss remembers of it. No rules: those are in `step`. */

import { map, mergeMap, Subject, Subscription } from 'rxjs'

import type { Lane, LaneEvent } from '../crew/crew.ts'
import type { Line } from './ledger.ts'

/** What the workers of one ticket did, one after the other. */
export interface Row {
  /** When the first of them was ready. */
  since: number | undefined
  busyMs: number
  done: number
  failed: number
  workers: number
  /** Of what the last of them died, until another takes its place. */
  died: string | undefined
}

/** A lane as the boss knows it. */
export interface Station {
  readonly row: Row
  readonly ticket: number
  /** The actor's name in every view: `w1`, `w2` ... */
  readonly workerId: string
  readonly lane: Lane
  ready: boolean
  /** It gets nothing more. */
  closing: boolean
  /** It holds one instruction that goes alone: its clock starts with the work. */
  alone: boolean
  /** Whether anything it was given was done. */
  succeeded: boolean
  /** How many instructions it was ever given. */
  given: number
  /** When the work at the head of the lane began, as far as can be told from here. */
  since: number
  /** What it was given first: it begins once the lane is ready. */
  first: Line | undefined
  /** Why it retires, for the views. */
  retires: 'idle' | 'retired' | undefined
  /** Stops the clock that would close it for idleness. */
  stayIdle: (() => void) | undefined
}

export class Floor {
  /** By ticket, ascending. */
  readonly stations: Station[] = []
  readonly #rows: Row[] = []
  readonly #open: (ticket: number) => Station
  readonly #hear: (station: Station, event: LaneEvent) => void
  #tickets$ = new Subject<number>()
  readonly #shifts = new Subscription()

  constructor(
    limit: number,
    open: (ticket: number) => Station,
    hear: (station: Station, event: LaneEvent) => void,
  ) {
    this.#open = open
    this.#hear = hear
    this.resize(limit)
  }

  /**
   * From now on at most `limit` lanes are opened beside each other. Those that are open stay: a new shift begins, and
   * the old one ends with its last lane.
   */
  resize(limit: number): void {
    this.#tickets$.complete()
    this.#tickets$ = new Subject()
    this.#shifts.add(
      this.#tickets$
        .pipe(mergeMap(ticket => this.#work(ticket), limit))
        .subscribe(([station, event]) => this.#hear(station, event)),
    )
  }

  open(ticket: number): void {
    this.#tickets$.next(ticket)
  }

  at(ticket: number): Station | undefined {
    return this.stations.find(station => station.ticket === ticket)
  }

  /** The row of a ticket, which outlives its workers. */
  row(ticket: number): Row {
    const known = this.#rows[ticket]
    if (known !== undefined) return known
    const row: Row = { since: undefined, busyMs: 0, done: 0, failed: 0, workers: 0, died: undefined }
    this.#rows[ticket] = row
    return row
  }

  remove(station: Station): void {
    const index = this.stations.indexOf(station)
    if (index !== -1) this.stations.splice(index, 1)
  }

  /** How many lanes hold something: each of them works on one instruction. */
  busy(): number {
    let busy = 0
    for (const { lane } of this.stations) if (lane.held > 0) busy++
    return busy
  }

  /** One long inner stream for each lane: nothing is spent per instruction. */
  #work(ticket: number) {
    const station = this.#open(ticket)
    const after = this.stations.findIndex(other => other.ticket > ticket)
    this.stations.splice(after === -1 ? this.stations.length : after, 0, station)
    return station.lane.events$.pipe(map((event): [Station, LaneEvent] => [station, event]))
  }
}
