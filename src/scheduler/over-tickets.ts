/**
 * The scheduler operator: `mergeMap` over tickets. `schedule` and the Boss both stand on it.
 *
 *     looks$ ──► a request, while there is demand ──mergeMap(lane, limit)──► what the lanes send
 *                                ▲                      │
 *                                └── waits there ◄──────┘ a lane's work is torn down: its slot is free
 *
 * RxJS's limit is the limit: nobody else counts lanes. One request at most waits behind the lanes that are open; when a
 * slot is free it is asked again whether there is demand, and opens nothing where there is none. What opens is a lane, one
 * long stream with the lowest free ticket, and it may do any number of things one after the other.
 *
 * A running `mergeMap` keeps its number, so a new limit has a `mergeMap` of its own. Lanes whose tickets fit go over to it
 * first. The others end in the old one, and meanwhile stand in line in the new one: so no lane opens while more than the
 * new limit are open, and there are never more than the greater of the two. What waited in the old one is dropped.
 */

import { EMPTY, mergeMap, Observable, type OperatorFunction, Subject, Subscriber } from 'rxjs'

import { Relay } from './relay.ts'
import { Tickets } from './tickets.ts'

export interface TicketTerms<R> {
  /** Most lanes open at once. The first comes when it is subscribed to; each later one applies from then on. */
  readonly limit$: Observable<number>
  /**
   * Whether one more lane would find work now. Asked before a request goes in and again when a slot is free for it; must
   * become false as lanes open.
   */
  readonly demand: () => boolean
  /** The lane of a ticket: 0, 1, 2 ..., the lowest that is free. */
  readonly lane: (ticket: number) => Observable<R>
  /** Told when a request has to wait: looking again is of no use until a lane is gone, or the limit is another. */
  readonly full?: () => void
  /** Told when a lane is gone and its slot free: perhaps taken by another already. */
  readonly freed?: (ticket: number) => void
}

/**
 * Opens lanes while there is demand, at most as many as the limit, and merges what they send.
 *
 * Its source says when to look for demand; completing it opens no more. Completes when the last lane has; errors, and
 * unsubscribes from all lanes, when the source or a lane does.
 */
export const overTickets =
  <R>(terms: TicketTerms<R>): OperatorFunction<unknown, R> =>
  looks$ =>
    new Observable(out => {
      const slots = new Slots(terms, out)
      const { limit$ } = terms
      limit$.subscribe(new Relay<number>(out, limit => slots.resize(limit)))
      const look = () => slots.look()
      looks$.subscribe(new Relay<unknown>(out, look, () => slots.close()))
    })

/** Goes into `mergeMap` where one more lane is wanted. */
const request = Symbol('one more lane')

class Slots<R> {
  readonly #terms: TicketTerms<R>
  readonly #out: Subscriber<R>
  readonly #tickets = new Tickets()
  /** Those that are open, by age. */
  readonly #slots = new Set<Slot<R>>()
  /** What goes into the `mergeMap` of the limit that holds now. */
  #requests$ = new Subject<Slot<R> | typeof request>()
  /** A request stands in line: there is no slot for more. */
  #waits = false
  #looking = false
  #closed = false
  /** How many have a lane in them still, or may get one. */
  #mergeMaps = 0

  constructor(terms: TicketTerms<R>, out: Subscriber<R>) {
    this.#terms = terms
    this.#out = out
  }

  look(): void {
    // Whoever works at once calls back in here, and the loop below is already at it.
    if (this.#looking) return
    this.#looking = true
    try {
      while (!this.#waits && !this.#closed && !this.#out.closed && this.#terms.demand()) {
        this.#waits = true
        this.#requests$.next(request)
      }
      if (this.#waits) this.#terms.full?.()
    } finally {
      this.#looking = false
    }
  }

  resize(limit: number): void {
    const before$ = this.#requests$
    const requests$ = new Subject<Slot<R> | typeof request>()
    const project = (what: Slot<R> | typeof request): Observable<R> => {
      if (what !== request) return what.ticket < limit ? what.goOn() : what.standIn()
      return requests$ === this.#requests$ ? this.#open() : EMPTY
    }
    this.#requests$ = requests$
    this.#waits = false
    this.#mergeMaps++
    const ended = () => {
      if (--this.#mergeMaps === 0 && this.#closed) this.#out.complete()
    }
    requests$.pipe(mergeMap(project, limit)).subscribe(new Relay<R>(this.#out, undefined, ended))
    const open = [...this.#slots]
    for (const slot of open) if (slot.ticket < limit) requests$.next(slot)
    for (const slot of open) if (slot.ticket >= limit) requests$.next(slot)
    before$.complete()
    this.look()
  }

  close(): void {
    this.#closed = true
    this.#requests$.complete()
    if (this.#mergeMaps === 0) this.#out.complete()
  }

  #open(): Observable<R> {
    this.#waits = false
    if (this.#closed || !this.#terms.demand()) return EMPTY
    const ticket = this.#tickets.take()
    const slot = new Slot(ticket, this.#terms.lane, () => this.#free(slot))
    this.#slots.add(slot)
    return slot.goOn()
  }

  #free(slot: Slot<R>): void {
    this.#slots.delete(slot)
    this.#tickets.free(slot.ticket)
    slot.leave()
    if (this.#out.closed) return
    this.#terms.freed?.(slot.ticket)
    this.look()
  }
}

/** An open lane, and the streams in which it has its place. */
class Slot<R> {
  readonly ticket: number
  readonly #work = new Work<R>()
  readonly #lane: (ticket: number) => Observable<R>
  readonly #tornDown: () => void
  /** Where its values go. */
  #out: Subscriber<R> | undefined
  /** Its place in the line of a limit that it is above. */
  #place: Subscriber<never> | undefined
  #gone = false

  constructor(ticket: number, lane: (ticket: number) => Observable<R>, tornDown: () => void) {
    this.ticket = ticket
    this.#lane = lane
    this.#tornDown = tornDown
  }

  /** Its values go here from now on; the first who listens opens it. */
  goOn(): Observable<R> {
    return new Observable(out => {
      const before = this.#out
      this.#out = out
      this.#work.goTo(out)
      out.add(() => {
        if (this.#out === out) this.#work.unsubscribe()
      })
      if (before === undefined) this.#begin()
      else before.complete()
      this.#yield()
    })
  }

  /** Takes a place until it is gone, and sends nothing. */
  standIn(): Observable<never> {
    return new Observable(place => {
      if (this.#gone) return place.complete()
      this.#yield()
      this.#place = place
    })
  }

  /** Its work is torn down: all its places are free. */
  leave(): void {
    this.#gone = true
    this.#yield()
    this.#out?.complete()
  }

  #begin(): void {
    try {
      this.#lane(this.ticket).subscribe(this.#work)
    } catch (error) {
      this.#out?.error(error)
    }
    // The last of its teardowns: a slot is free only once its work has let go of what it held.
    this.#work.add(this.#tornDown)
  }

  #yield(): void {
    this.#place?.complete()
    this.#place = undefined
  }
}

/** Hears a lane, and hands on what it sends to where its slot is now. That it completes is known when it is torn down. */
class Work<R> extends Subscriber<R> {
  goTo(out: Subscriber<R>): void {
    this.destination = out
  }

  protected override _complete(): void {
    this.unsubscribe()
  }
}
