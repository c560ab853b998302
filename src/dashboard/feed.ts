/**
 * Follows a boss for all pages that look: reduces what happens, a quarter of a second at a time, and tells it on.
 *
 *     inspect$ ──► events ──► every 250 ms: run = reduceAll(run, events) ──► a batch for each page
 *
 * A flood, more than 20,000 events in that time, is reduced at once and told as a new snapshot.
 */

import { type Observable, Subscription } from 'rxjs'

import { Boundary } from '../inspect/boundary.ts'
import type { InspectEvent } from '../inspect/events.ts'
import type { FailureGroups } from '../inspect/failure-groups.ts'
import type { Followed } from '../inspect/follow.ts'
import { reduceAll } from '../inspect/reduce.ts'
import { takeRefusal } from '../inspect/reduce-attempts.ts'
import { type About, emptyRun, type Run } from '../inspect/run.ts'
import type { Failure } from '../words/failure.ts'
import { aboutHere } from './about-here.ts'
import { eventsAtOnce, flood, newsEveryMs, remembered } from './limits.ts'
import type { Waiters } from './waiters.ts'

/** What never became an instruction: a line that could not be read, a record that no worker takes. */
export interface Refused {
  /** What it is called, as in `line 7`. */
  readonly name: string
  readonly failure: Failure
}

/** What is known besides of a run that is followed. */
export interface FeedOptions {
  /** How many instructions there will be, refused ones among them, where the boss cannot know yet. */
  readonly total?: () => number | undefined
  /** What was refused before it reached the boss, as it happens: counted and listed with what failed. */
  readonly refused$?: Observable<Refused>
  /** What was started, for the head of a report. Default: the command line of this process. */
  readonly command?: string
}

/** What pages are told as it stands, since no event tells it. */
export interface Besides {
  readonly total?: number
  readonly refused: number
  readonly refusals: FailureGroups
}

export interface Follower {
  /** What happened since the last time, in order. */
  happened(events: readonly InspectEvent[], now: number): void
  /** More than can be told: look at the run. */
  flooded(): void
}

export class Feed {
  readonly about: About
  readonly #total: FeedOptions['total']
  readonly #waiters: Waiters | undefined
  #run: Run = emptyRun()
  #events: InspectEvent[] = []
  #heard = 0
  #refused: (Refused & { readonly t: number })[] = []
  #flooded = false
  #timer: NodeJS.Timeout | undefined
  #origin = performance.now()
  readonly #recent: InspectEvent[] = []
  readonly #followers = new Map<Follower, Boundary>()
  readonly #subscription = new Subscription()
  readonly #boundary = new Boundary({ view: 'the dashboard', broken: () => this.end() })

  /** @param waiters  told of all events, too */
  constructor(boss: Followed, { total, refused$, command }: FeedOptions = {}, waiters?: Waiters) {
    this.#total = total
    this.#waiters = waiters
    this.about = aboutHere(command)
    const boundary = this.#boundary
    this.#subscription.add(
      boss.inspect$.subscribe({
        next: boundary.guard((event: InspectEvent) => this.#take(event)),
        complete: boundary.guard(() => this.#tell()),
      }),
    )
    const refuse = boundary.guard((refused: Refused) => this.#refuse(refused))
    if (refused$ !== undefined) this.#subscription.add(refused$.subscribe(refuse))
  }

  /** As it is now. */
  get run(): Run {
    this.#boundary.run(() => this.#reduce())
    const { total } = this.besides
    return { ...this.#run, ...(total !== undefined && { total }), about: this.about }
  }

  get besides(): Besides {
    const { refused, refusals, total: accepted } = this.#run
    const total = this.#total?.() ?? (accepted === undefined ? undefined : accepted + refused)
    return { refused, refusals, ...(total !== undefined && { total }) }
  }

  /** Milliseconds since the boss began. */
  get now(): number {
    return this.#run.status === 'running' ? performance.now() - this.#origin : this.#run.t
  }

  /** @returns what takes the follower off again */
  follow(follower: Follower): () => void {
    // Whoever comes now looks at the run first: all that was heard until then is in it.
    this.#tell()
    const leave = () => void this.#followers.delete(follower)
    this.#followers.set(follower, new Boundary({ view: 'a page', broken: leave }))
    return leave
  }

  /** What happened after an event, where all of it is still known. */
  since(seq: number): readonly InspectEvent[] | undefined {
    this.#tell()
    if (seq === this.#run.seq) return []
    const first = this.#recent[0]
    if (first === undefined || !(seq >= first.seq - 1 && seq <= this.#run.seq)) return undefined
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
    this.#heard++
    this.#tellSoon()
    if (this.#heard >= flood) this.#flooded = true
    if (this.#events.length >= eventsAtOnce) this.#reduce()
  }

  #refuse(refused: Refused): void {
    this.#refused.push({ ...refused, t: this.now })
    this.#tellSoon()
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(
      this.#boundary.guard(() => this.#tell()),
      newsEveryMs,
    ).unref()
  }

  #reduce(): void {
    this.#takeRefusals()
    if (this.#events.length === 0) return
    const events = this.#events
    this.#events = []
    this.#run = reduceAll(this.#run, events)
    this.#waiters?.take(events)
    this.#remember(events)
    if (this.#flooded) return
    for (const [follower, boundary] of this.#followers)
      boundary.run(() => follower.happened(events, this.now))
  }

  #takeRefusals(): void {
    if (this.#refused.length === 0) return
    const run = { ...this.#run }
    for (const refused of this.#refused) takeRefusal(run, refused)
    this.#refused = []
    this.#run = run
    // That something was refused is told with the events, of which there may be none.
    if (this.#events.length > 0 || this.#flooded) return
    for (const [follower, boundary] of this.#followers) boundary.run(() => follower.happened([], this.now))
  }

  #tell(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#heard = 0
    this.#reduce()
    if (this.#flooded)
      for (const [follower, boundary] of this.#followers) boundary.run(() => follower.flooded())
    this.#flooded = false
  }

  /** Numbers without gaps, so that any of them is found at once. */
  #remember(events: readonly InspectEvent[]): void {
    for (const event of events) if (event.type !== 'boss.state') this.#recent.push(event)
    if (this.#recent.length > 2 * remembered || this.#flooded)
      this.#recent.splice(0, this.#recent.length - remembered)
  }
}
