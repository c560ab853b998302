/**
 * The lane table: every lane, from its ticket to its exit, with what the boss remembers of it. When one opens, closes or
 * retires is a rule, and stands in `step`; how many may be open is `overTickets`' alone.
 *
 *     step: lanes are wanted ──► overTickets ──► a ticket ──► crew.open ──► its events, in order ──► lane-events
 */

import { BehaviorSubject, concat, map, Observable, Subject, type Subscription } from 'rxjs'

import type { Lane, LaneEvent } from '../crew/crew.ts'
import { overTickets } from '../scheduler/over-tickets.ts'
import type { BossRun } from './boss-run.ts'
import type { Line } from './ledger.ts'
import { eventsOf, openLane } from './open-lane.ts'
import { mayHandAhead, mayOpenLane } from './step/state.ts'

/** What the workers of one ticket did, one after the other. */
export interface TicketTotals {
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
export interface OpenLane {
  /** Of its ticket: it outlives this lane. */
  readonly tally: TicketTotals
  readonly ticket: number
  /** The actor's name in every view: `w1`, `w2` ... */
  readonly workerId: string
  readonly lane: Lane
  ready: boolean
  /** Where its work is done, once it is ready. */
  where?: Omit<Extract<LaneEvent, { type: 'ready' }>, 'type' | 'startMs'>
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
  /** What it was given last. */
  last: Line | undefined
  /** Why it retires, for the views. */
  retires: 'idle' | 'retired' | undefined
  /** Stops the clock that would close it for idleness. */
  stayIdle: (() => void) | undefined
}

export class LaneTable {
  /** Those that are open, by ticket. */
  readonly open: OpenLane[] = []
  readonly #run: BossRun
  readonly #tallies: TicketTotals[] = []
  readonly #limit$: BehaviorSubject<number>
  readonly #looks$ = new Subject<void>()
  /** A lane that is wanted waits for a slot: nobody need ask for another. */
  full = false
  /** How many more `step` wants. */
  #wanted = 0
  #nextWorker = 1
  /** How long tickets are to rest whose lanes say that they are gone. */
  readonly #rests = new Map<number, number>()
  readonly #lanes: Subscription

  constructor(run: BossRun) {
    this.#run = run
    this.#limit$ = new BehaviorSubject(run.limit())
    this.#lanes = this.#looks$
      .pipe(
        overTickets({
          lane: ticket => this.#open(ticket),
          demand: () => this.#wanted > 0 && this.#mayOpen(),
          limit$: this.#limit$,
          full: () => {
            this.full = true
          },
          freed: () => {
            this.full = false
            run.start()
          },
        }),
      )
      .subscribe(([at, event]) => run.laneEvents.hear(at, event))
  }

  /** Opens so many more lanes, as far as the limit lets it; one more waits until a slot is free, and is asked again then. */
  want(count: number): void {
    this.#wanted = count
    this.#looks$.next()
  }

  /** From now on at most so many lanes beside each other. Those that are open stay, until they are told to go. */
  resize(limit: number): void {
    this.full = false
    this.#limit$.next(limit)
  }

  at(ticket: number): OpenLane | undefined {
    return this.open.find(one => one.ticket === ticket)
  }

  /** It has exited. */
  remove(gone: OpenLane): void {
    const index = this.open.indexOf(gone)
    if (index !== -1) this.open.splice(index, 1)
  }

  /** How many lanes hold something: each of them has one instruction at work, or about to be. */
  busy(): number {
    let busy = 0
    for (const { lane } of this.open) if (lane.held > 0) busy++
    return busy
  }

  /** How many work on something that has begun: not those that still open, nor those whose work waits in a queue outside. */
  running(): number {
    let running = 0
    for (const { lane, ready } of this.open)
      if (ready && lane.held > 0 && (lane.awaits !== true || lane.atWork() !== undefined)) running++
    return running
  }

  /** How many lanes have nothing to do, and would take something. */
  idle(): number {
    let idle = 0
    for (const { lane, closing } of this.open) if (!closing && lane.held === 0) idle++
    return idle
  }

  /** Politely: after what it holds. Else now. */
  close(one: OpenLane, politely: boolean): void {
    one.closing = true
    one.stayIdle?.()
    // Somebody waits for its exit: the process must not end before it.
    one.lane.keepAlive(true)
    if (politely) one.lane.close()
    else one.lane.terminate()
  }

  /** The slot of this lane, which is gone, is not free before so many milliseconds are over. */
  rest(ticket: number, ms: number): void {
    this.#rests.set(ticket, ms)
  }

  /** Tells the lane that holds it to end this work. */
  abort(line: Line, reason: unknown): void {
    this.at(this.#run.ledger.ticketOf(line))?.lane.abort(line, reason)
  }

  /** The last lane is gone, and none opens any more. */
  end(): void {
    this.#lanes.unsubscribe()
  }

  /** Whether another lane would find work, and may open, now. */
  #mayOpen(): boolean {
    const { state, settings, dispatch, starting } = this.#run
    return mayOpenLane(state, settings.clock.now()) && (dispatch.lanesWanted > 0 || starting.cold > 0)
  }

  /** One long inner stream for each lane: nothing is spent per instruction. */
  #open(ticket: number): Observable<readonly [OpenLane, LaneEvent]> {
    const { settings, ledger, desk, scheduler, tell } = this.#run
    const { crew, registry, graceMs, clock } = settings
    this.#wanted--
    desk.forget(ticket)
    tell({ type: 'laneOpening', ticket })
    const lane = openLane(crew, {
      ticket,
      definitions: registry.definitions,
      orders: ledger,
      hooks: scheduler.hooks?.(ticket) ?? [],
      graceMs,
      ahead: desk.ahead && mayHandAhead(settings),
    })
    const workerId = `w${this.#nextWorker++}`
    const tally = this.#tally(ticket)
    const opened: OpenLane = {
      tally,
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
      last: undefined,
      retires: undefined,
      stayIdle: undefined,
    }
    const after = this.open.findIndex(other => other.ticket > ticket)
    this.open.splice(after === -1 ? this.open.length : after, 0, opened)
    const { died } = tally
    tally.died = undefined
    tally.workers++
    this.#announce(opened, died)
    const held = () => ledger.lines().filter(line => ledger.holds(ticket, line))
    const events$ = eventsOf(lane, () => opened.ready, held).pipe(map(event => [opened, event] as const))
    return concat(events$, this.#rest(ticket))
  }

  /** A ticket that rests keeps its slot a while longer than its lane. */
  #rest(ticket: number): Observable<never> {
    return new Observable(out => {
      const ms = this.#rests.get(ticket)
      this.#rests.delete(ticket)
      if (ms === undefined) return out.complete()
      out.add(this.#run.settings.clock.after(ms, () => out.complete(), true))
    })
  }

  /** The tally of a ticket, which outlives its workers. */
  #tally(ticket: number): TicketTotals {
    const known = this.#tallies[ticket]
    if (known !== undefined) return known
    const tally: TicketTotals = {
      since: undefined,
      busyMs: 0,
      done: 0,
      failed: 0,
      workers: 0,
      died: undefined,
    }
    this.#tallies[ticket] = tally
    return tally
  }

  #announce({ workerId, ticket, tally }: OpenLane, died: string | undefined): void {
    const { inspector } = this.#run
    if (!inspector.noticed) return
    inspector.notice({ type: 'worker.spawn', workerId, ticket })
    if (died === undefined) return
    inspector.notice({ type: 'actor.restart', actor: workerId, restarts: tally.workers - 1, why: died })
  }
}
