/**
 * The run to come while events change it: each part that they touch is copied once and then changed in place, all else is
 * shared with the run before.
 */

import type { Counts } from '../words/report.ts'
import type { LaneView, Run, Second } from './run.ts'

type Mutable<A> = { -readonly [Field in keyof A]: A[Field] }

/** What is changed in place. */
interface Parts {
  counts: Mutable<Counts>
  thisSecond: Mutable<Second>
  durations: number[]
  lanes: (LaneView | undefined)[]
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

  /** The lane that works on an instruction. @param ticket  where that is known */
  laneOf(id: number, ticket?: number): Mutable<LaneView> | undefined {
    if (ticket !== undefined && this.run.lanes[ticket]?.current?.id === id) return this.lane(ticket)
    for (const lane of this.run.lanes) if (lane?.current?.id === id) return this.lane(lane.ticket)
    return undefined
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
