/**
 * The desk of a scheduler that is only a limit: a queue. No object per item, nothing asked, O(1).
 *
 * An array with a head index, cut when the head has gone far: never `shift()`, which moves all the others.
 */

import { concurrencyOf, judgesOf, whyImpossible } from '../combined-rules.ts'
import type { Pending, Scheduler } from '../scheduler.ts'
import type { Desk } from './desk.ts'
import { noPast, type Past } from './past.ts'

/** Where somebody withdrew. */
const hole = Symbol('withdrawn')

export class PlainDesk<T> implements Desk<T> {
  readonly plain = true
  readonly ahead = true
  readonly timed = false
  readonly sticky = false
  readonly concurrency: number
  pending = 0
  running = 0
  readonly past: Past<T> = noPast()

  readonly #judges: readonly Scheduler[]
  readonly #view: (item: T) => Pending
  #queue: (T | typeof hole)[] = []
  #head = 0
  /** Came back: ahead of the queue, the first to go last in the array. */
  #back: T[] = []
  /** Where each stands in the queue. Built by the first `withdraw`, kept until the queue is empty. */
  #places: Map<T, number> | undefined

  constructor(rules: readonly Scheduler[], view: (item: T) => Pending) {
    this.#judges = judgesOf(rules)
    this.#view = view
    this.concurrency = concurrencyOf(rules)
  }

  arrive(item: T): void {
    this.#places?.set(item, this.#queue.length)
    this.#queue.push(item)
    this.pending++
  }

  requeue(item: T): void {
    const back = this.#back
    const { id } = this.#view(item)
    // Mostly the first to go of all that came back; else its place is found by halving.
    let [from, to] = [0, back.length]
    if (to > 0 && this.#view(back[to - 1] as T).id > id) from = to
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#view(back[middle] as T).id > id) from = middle + 1
      else to = middle
    }
    back.splice(from, 0, item)
    this.pending++
  }

  next(_now?: number): T | undefined {
    if (this.pending === 0) return undefined
    this.pending--
    this.running++
    if (this.#back.length > 0) return this.#back.pop()
    let item = this.#queue[this.#head++]
    while (item === hole) item = this.#queue[this.#head++]
    this.#places?.delete(item as T)
    if (this.#head === this.#queue.length) this.#clear()
    else if (this.#head > 65_536) this.#pack()
    return item
  }

  nextAhead(now?: number): T | undefined {
    return this.next(now)
  }

  mayMove(_item: T): boolean {
    return true
  }

  move(_item: T): boolean {
    return true
  }

  leave(_item: T): void {
    this.running--
  }

  withdraw(item: T): boolean {
    if (this.pending === 0) return false
    const back = this.#back.indexOf(item)
    if (back >= 0) {
      this.#back.splice(back, 1)
      this.pending--
      return true
    }
    if (this.#places === undefined) this.#pack(new Map())
    const place = this.#places?.get(item)
    if (place === undefined) return false
    this.#queue[place] = hole
    this.#places?.delete(item)
    this.pending--
    const waiting = this.pending - this.#back.length
    if (waiting === 0) this.#clear()
    else if (this.#queue.length > 4 * waiting + 1024) this.#pack()
    return true
  }

  drain(): T[] {
    const all = [...this.#back]
    for (let i = this.#head; i < this.#queue.length; i++) {
      const item = this.#queue[i] as T | typeof hole
      if (item !== hole) all.push(item)
    }
    if (this.#back.length > 0) all.sort((a, b) => this.#view(a).id - this.#view(b).id)
    this.#back = []
    this.#clear()
    this.pending = 0
    return all
  }

  lookAgainAt(_now: number): undefined {
    return undefined
  }

  impossible(item: T): string | undefined {
    return whyImpossible(this.#judges, () => this.#view(item))
  }

  granted(_item: T): undefined {
    return undefined
  }

  facts(_item: T, _now: number): undefined {
    return undefined
  }

  laneFor(_item: T): undefined {
    return undefined
  }

  placed(_item: T, _lane: number): void {}

  forget(_lane: number): void {}

  resume(running: Iterable<T>, _past: Past<T>): void {
    for (const _item of running) this.running++
  }

  #clear(): void {
    this.#queue = []
    this.#head = 0
    this.#places = undefined
  }

  /** Cuts off what has gone, and what was withdrawn if anything was. */
  #pack(places = this.#places): void {
    const waiting = this.#queue.slice(this.#head)
    this.#queue = places === undefined ? waiting : waiting.filter(item => item !== hole)
    this.#head = 0
    this.#places = places
    if (places === undefined) return
    places.clear()
    for (let i = 0; i < this.#queue.length; i++) places.set(this.#queue[i] as T, i)
  }
}
