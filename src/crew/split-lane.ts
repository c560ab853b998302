/**
 * One lane made of several places, each for some of its definitions: two crews, or two programs. To its boss it is one
 * Worker: it holds jobs in order, and only one of its places has any.
 *
 *     give ──► waiting ──► the place of its definition, once no other has a job ──► events, as they are
 *
 * A place opens with the first job for it. If one dies, its lane has died: what others would do goes on elsewhere.
 */

import type { Subscription } from 'rxjs'

import type { Job, Lane, LaneEvent, LaneExit, LaneTerms } from './crew.ts'
import { LaneLife } from './lane/lane-life.ts'
import type { PlaceHolder, PlaceLimits } from './place-limits.ts'

/** What a lane is split into. */
export interface SplitTerms {
  /** Makes the lane of one place; its terms know its definitions alone. */
  readonly open: (terms: LaneTerms, key: string) => Lane
  /** How many places of a kind there may be, in all lanes together. */
  readonly limits: PlaceLimits
  readonly kindOf: (key: string) => string
}

/**
 * A lane in which each definition has the place that its key names. Where all have the same one, it is that place's own lane.
 *
 * @param keys  one for each definition
 */
export function splitLane(terms: LaneTerms, keys: readonly string[], split: SplitTerms): Lane {
  const [first] = keys
  if (first !== undefined && keys.every(key => key === first)) return split.open(terms, first)
  return new SplitLane(terms, keys, split)
}

interface Part {
  readonly key: string
  readonly lane: Lane
  subscription: Subscription | undefined
  /** It was asked to go, so that another lane can have its place. */
  leaving: boolean
}

type Released = Extract<LaneEvent, { type: 'released' }>

class SplitLane implements Lane, PlaceHolder {
  readonly ticket: number
  readonly events$: Lane['events$']
  readonly #terms: LaneTerms
  readonly #keys: readonly string[]
  readonly #split: SplitTerms
  readonly #life: LaneLife
  readonly #parts = new Map<string, Part>()
  /** The place that has jobs. */
  #active: Part | undefined
  #waiting: Job[] = []
  #alive = true
  /** How the first of its places ended; it goes once all have. */
  #exit: LaneExit | undefined

  constructor(terms: LaneTerms, keys: readonly string[], split: SplitTerms) {
    this.ticket = terms.ticket
    this.#terms = terms
    this.#keys = keys
    this.#split = split
    this.#life = new LaneLife({ open: () => this.#open(), abandon: () => this.terminate() })
    this.events$ = this.#life.events$
  }

  get held(): number {
    return this.#waiting.length + (this.#active?.lane.held ?? 0)
  }

  get heapMB(): number | undefined {
    const told = [...this.#parts.values()].flatMap(({ lane: { heapMB } }) => heapMB ?? [])
    return told.length === 0 ? undefined : Math.max(...told)
  }

  // -- its places --------------------------------------------------------------------------------------------------------

  #open(): void {
    if (this.#life.asked !== 'nothing') return this.#exitIfOver()
    // Where there is no place now, it waits for one when it has something to do.
    if (this.#waiting.length > 0) this.#next()
    else if (!this.#keys.some(key => this.#start(this.#part(key)))) this.#life.ready({})
  }

  #keyOf(job: Job): string {
    return this.#keys[this.#terms.orders.definitionOf(job)] as string
  }

  #part(key: string): Part {
    const known = this.#parts.get(key)
    if (known !== undefined) return known
    const { orders, definitions } = this.#terms
    const own = this.#keys.flatMap((other, definition) => (other === key ? [definition] : []))
    const part: Part = {
      key,
      leaving: false,
      lane: this.#split.open(
        {
          ...this.#terms,
          definitions: own.map(definition => definitions[definition] as (typeof definitions)[number]),
          orders: { ...columnsOf(orders), definitionOf: job => own.indexOf(orders.definitionOf(job)) },
        },
        key,
      ),
      subscription: undefined,
    }
    this.#parts.set(key, part)
    return part
  }

  /** False: it has to wait until another lane gives up its own. */
  #start(part: Part): boolean {
    if (part.subscription !== undefined) return true
    const { limits, kindOf } = this.#split
    if (!limits.claim(kindOf(part.key), this)) return false
    part.lane.keepAlive(this.#alive)
    part.subscription = part.lane.events$.subscribe(event => this.#hear(part, event))
    return true
  }

  /** A place that has nothing to do is given to whom waits for one. */
  #giveUpWanted(): void {
    const { limits, kindOf } = this.#split
    for (const { key, lane } of this.#parts.values())
      if (lane.held === 0 && limits.isWanted(kindOf(key))) this.giveUp(kindOf(key))
  }

  giveUp(kind: string): boolean {
    for (const part of this.#parts.values()) {
      if (this.#split.kindOf(part.key) !== kind || part.subscription === undefined) continue
      if (part.lane.held > 0 || part.leaving) continue
      part.leaving = true
      part.lane.keepAlive(true)
      part.lane.close()
      return true
    }
    return false
  }

  tryAgain(): void {
    if (!this.#life.isGone && this.#life.phase !== 'new') this.#next()
  }

  #hear(part: Part, event: LaneEvent): void {
    switch (event.type) {
      case 'ready':
        // It is ready with the first of its places; the others are ready when their jobs begin.
        if (this.#life.phase === 'opening') this.#life.ready(withoutType(event))
        return this.#next()
      case 'exit':
        return this.#gone(part, event)
      case 'released':
        return this.#life.emit(this.#withWaiting(event))
      default:
        this.#life.emit(event)
        if (event.type === 'done' || event.type === 'failed') this.#next()
    }
  }

  /** Hands what waits to its place, once no other has anything. */
  #next(): void {
    if (this.#exit !== undefined || this.#life.phase === 'new') return
    for (let job = this.#waiting[0]; job !== undefined; job = this.#waiting[0]) {
      const part = this.#part(this.#keyOf(job))
      if (this.#active !== part && (this.#active?.lane.held ?? 0) > 0) break
      if (part.leaving || !this.#start(part)) break
      this.#active = part
      this.#waiting.shift()
      part.lane.give(job)
    }
    this.#giveUpWanted()
    this.#closeIfDone()
  }

  // -- giving and taking back --------------------------------------------------------------------------------------------

  room(definition: number): number {
    if (!this.#life.takesJobs) return 0
    if (this.held === 0) return 1
    const key = this.#keys[definition] as string
    if (this.#waiting.length > 0 || this.#active !== this.#parts.get(key)) return 0
    const before = this.#keys.slice(0, definition).filter(other => other === key).length
    return this.#active?.lane.room(before) ?? 0
  }

  give(job: Job): void {
    this.#life.mustTake(job)
    this.#waiting.push(job)
    this.#next()
  }

  withdraw(job: Job): boolean {
    const at = this.#waiting.indexOf(job)
    if (at >= 0) this.#waiting.splice(at, 1)
    const taken = at >= 0 || (this.#active?.lane.withdraw(job) ?? false)
    if (taken) this.#next()
    return taken
  }

  withdrawTail(count: number): readonly Job[] {
    const least = (this.#active?.lane.held ?? 0) > 0 ? 0 : 1
    const from = Math.max(least, this.#waiting.length - count)
    const taken = this.#waiting.splice(Math.min(from, this.#waiting.length)).reverse()
    return [...taken, ...(this.#active?.lane.withdrawTail(count - taken.length) ?? [])]
  }

  atWork(): { readonly job: Job; readonly began: number } | undefined {
    return this.#active?.lane.atWork()
  }

  head(): Job | undefined {
    return this.#active?.lane.head?.()
  }

  onTheWay(): readonly Job[] {
    return this.#active?.lane.onTheWay?.() ?? []
  }

  load(): { readonly loop: number; readonly heap?: number } | undefined {
    return this.#active?.lane.load?.()
  }

  abort(job: Job, reason: unknown): void {
    this.#active?.lane.abort(job, reason)
  }

  // -- ending ------------------------------------------------------------------------------------------------------------

  close(): void {
    if (!this.#life.takesJobs) return
    this.#life.asked = 'close'
    if (this.#life.phase === 'opening' && this.held === 0) this.terminate()
    else this.#closeIfDone()
  }

  #closeIfDone(): void {
    if (this.#life.asked !== 'close' || this.held > 0) return
    for (const { lane } of this.#parts.values()) lane.close()
    this.#exitIfOver() // where it has no place at all
  }

  terminate(reason?: unknown): void {
    if (this.#life.asked === 'terminate' || this.#life.isGone) return
    this.#life.asked = 'terminate'
    for (const { lane } of this.#parts.values()) lane.terminate(reason)
    if (this.#life.phase !== 'new') this.#exitIfOver()
  }

  keepAlive(alive: boolean): void {
    this.#alive = alive
    // Somebody waits for the place of one that is leaving.
    for (const { lane, leaving } of this.#parts.values()) if (!leaving) lane.keepAlive(alive)
  }

  #gone(part: Part, exit: LaneExit): void {
    this.#parts.delete(part.key)
    const { limits, kindOf } = this.#split
    if (part.leaving && exit.why === 'closed' && this.#life.asked === 'nothing') {
      if (part === this.#active) this.#active = undefined
      limits.free(kindOf(part.key), this)
      return this.#next()
    }
    limits.free(kindOf(part.key), this)
    // What had jobs says what became of them; what is asked to end must not look like an accident.
    if (this.#exit === undefined || part === this.#active) this.#exit = exit
    if (part === this.#active) this.#active = undefined
    if (this.#life.asked !== 'close' || exit.why !== 'closed')
      for (const { lane } of this.#parts.values()) lane.terminate()
    this.#exitIfOver()
  }

  #exitIfOver(): void {
    if (this.#life.isGone || [...this.#parts.values()].some(({ subscription }) => subscription !== undefined))
      return
    const untouched: LaneExit = {
      type: 'exit',
      why: 'closed',
      reason: this.#life.asked === 'terminate' ? 'it was terminated' : 'it was closed',
      ...{ begun: [], queued: [], lost: [] },
    }
    this.#split.limits.forget(this)
    this.#life.exit(this.#withWaiting(this.#exit ?? untouched))
  }

  #withWaiting<E extends LaneExit | Released>(event: E): E {
    return { ...event, queued: [...event.queued, ...this.#waiting.splice(0)] }
  }
}

/** Its methods without what they belong to: a spread leaves out what an object of a class inherits. */
function columnsOf(orders: LaneTerms['orders']): LaneTerms['orders'] {
  return {
    definitionOf: job => orders.definitionOf(job),
    idOf: job => orders.idOf(job),
    attributesOf: job => orders.attributesOf(job),
    attemptOf: job => orders.attemptOf(job),
    nameOf: job => orders.nameOf(job),
    traceparentOf: job => orders.traceparentOf?.(job),
    resourcesOf: job => orders.resourcesOf?.(job),
    environmentOf: job => orders.environmentOf?.(job),
    priorityOf: job => orders.priorityOf?.(job),
  }
}

function withoutType({ type: _, startMs: __, ...where }: Extract<LaneEvent, { type: 'ready' }>) {
  return where
}
