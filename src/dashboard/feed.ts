/**
 * Follows a boss for all pages that look: reduces what happens, a quarter of a second at a time, and tells it on.
 *
 *     inspect$ ──► events ──► every 250 ms: run = reduceAll(run, events) ──► a batch for each page
 *
 * A flood, more than 20,000 events in that time, is reduced at once and told as a new snapshot.
 */

import { Subscription } from 'rxjs'

import type { InspectEvent } from '../inspect/events.ts'
import type { Followed } from '../inspect/follow.ts'
import { reduceAll } from '../inspect/reduce.ts'
import { emptyRun, type Run } from '../inspect/run.ts'

/** What is known besides of a run that is followed. */
export interface FeedOptions {
  /** How many instructions there will be, where the boss cannot know yet. */
  readonly total?: () => number | undefined
}

export interface Follower {
  /** What happened since the last time, in order. */
  happened(events: readonly InspectEvent[], now: number): void
  /** More than can be told: look at the run. */
  flooded(): void
}

const everyMs = 250
const flood = 20_000
/** A page that was away for a moment is told what it missed from these. */
const remembered = 20_000

export class Feed {
  readonly #total: FeedOptions['total']
  #run: Run = emptyRun()
  #events: InspectEvent[] = []
  #flooded = false
  #timer: NodeJS.Timeout | undefined
  #origin = performance.now()
  readonly #recent: InspectEvent[] = []
  readonly #followers = new Set<Follower>()
  readonly #subscription = new Subscription()

  constructor(boss: Followed, { total }: FeedOptions = {}) {
    this.#total = total
    this.#subscription.add(
      boss.inspect$.subscribe({ next: event => this.#take(event), complete: () => this.#tell() }),
    )
  }

  /** As it is now. */
  get run(): Run {
    this.#reduce()
    const total = this.total
    return total === this.#run.total ? this.#run : { ...this.#run, total }
  }

  get total(): number | undefined {
    return this.#run.total ?? this.#total?.()
  }

  /** Milliseconds since the boss began. */
  get now(): number {
    return this.#run.status === 'running' ? performance.now() - this.#origin : this.#run.t
  }

  /** @returns what takes the follower off again */
  follow(follower: Follower): () => void {
    // Whoever comes now looks at the run first: all that was heard until then is in it.
    this.#tell()
    this.#followers.add(follower)
    return () => void this.#followers.delete(follower)
  }

  /** What happened after an event, where all of it is still known. */
  since(seq: number): readonly InspectEvent[] | undefined {
    this.#tell()
    if (seq === this.#run.seq) return []
    const first = this.#recent[0]
    if (first === undefined || seq < first.seq - 1 || seq > this.#run.seq) return undefined
    return this.#recent.slice(seq - first.seq + 1)
  }

  end(): void {
    this.#subscription.unsubscribe()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#followers.clear()
  }

  #take(event: InspectEvent): void {
    if (this.#events.length === 0) this.#origin = performance.now() - event.t
    this.#events.push(event)
    this.#timer ??= setTimeout(() => this.#tell(), everyMs).unref()
    if (this.#events.length < flood) return
    this.#flooded = true
    this.#reduce()
  }

  #reduce(): void {
    if (this.#events.length === 0) return
    const events = this.#events
    this.#events = []
    this.#run = reduceAll(this.#run, events)
    this.#remember(events)
    if (!this.#flooded) for (const follower of this.#followers) follower.happened(events, this.now)
  }

  #tell(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#reduce()
    if (this.#flooded) for (const follower of this.#followers) follower.flooded()
    this.#flooded = false
  }

  /** Numbers without gaps, so that any of them is found at once. */
  #remember(events: readonly InspectEvent[]): void {
    for (const event of events) if (event.type !== 'boss.state') this.#recent.push(event)
    if (this.#recent.length > 2 * remembered || this.#flooded)
      this.#recent.splice(0, this.#recent.length - remembered)
  }
}
