/**
 * The run to come while events change it: each part that they touch is copied once and then changed in place, all else is
 * shared with the run before.
 */

import type { Counts } from '../words/report.ts'
import type { Second } from './history.ts'
import { countInto, type KindView, newKind } from './kinds.ts'
import { mostKinds } from './limits.ts'
import type { LaneView, Run, Span } from './run.ts'

type Mutable<A> = { -readonly [Field in keyof A]: A[Field] }

/** What is changed in place. */
interface Parts {
  counts: Mutable<Counts>
  thisSecond: Mutable<Second>
  durations: number[]
  lanes: (LaneView | undefined)[]
  kinds: Mutable<KindView>[]
}

export class Draft {
  /** Its own top level. */
  readonly run: Mutable<Run>
  /** The parts that are ours by now. */
  readonly #own = new Set<unknown>()

  constructor(run: Run) {
    this.run = { ...run }
  }

  get counts(): Mutable<Counts> {
    return this.#mine('counts', counts => ({ ...counts }))
  }

  get thisSecond(): Mutable<Second> {
    return this.#mine('thisSecond', second => ({ ...second }))
  }

  get durations(): number[] {
    return this.#mine('durations', durations => durations.slice())
  }

  /** The lane of a ticket, to be changed in place. */
  lane(ticket: number): Mutable<LaneView> | undefined {
    const lane = this.run.lanes[ticket]
    return lane === undefined || this.#own.has(lane) ? lane : this.put({ ...lane })
  }

  /** @param lane  nobody else's */
  put(lane: LaneView): Mutable<LaneView> {
    this.#mine('lanes', lanes => lanes.slice())[lane.ticket] = lane
    this.#own.add(lane)
    return lane
  }

  /** The lane that an instruction is in. @param ticket  where that is known */
  laneOf(id: number, ticket?: number): Mutable<LaneView> | undefined {
    if (ticket !== undefined) return this.lane(ticket)
    for (const lane of this.run.lanes)
      if (lane?.current?.id === id || lane?.overdue?.some(one => one.id === id)) return this.lane(lane.ticket)
    return undefined
  }

  /** Counts an attempt that has ended among those of its worker. */
  count(span: Span): void {
    const kinds = this.#mine('kinds', kinds => kinds.slice())
    let at = kinds.findIndex(({ name }) => name === span.worker)
    if (at === -1) at = kinds.length < mostKinds ? kinds.push(newKind(span.worker)) - 1 : mostKinds - 1
    let kind = kinds[at] as Mutable<KindView>
    if (!this.#own.has(kind)) {
      kind = { ...kind, durations: kind.durations.slice() }
      kinds[at] = kind
      this.#own.add(kind)
    }
    countInto(kind, span)
  }

  #mine<Part extends keyof Parts>(part: Part, copied: (part: Parts[Part]) => Parts[Part]): Parts[Part] {
    const parts = this.run as unknown as Parts
    if (!this.#own.has(parts[part])) {
      parts[part] = copied(parts[part])
      this.#own.add(parts[part])
    }
    return parts[part]
  }
}
