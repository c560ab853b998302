/**
 * The boss's twin: the simulated world around the pure `step`, as lazy and as eager as the real interpreter is. What the
 * boss does at once, the twin does at once; what he does at the end of a turn, the twin does when it is flushed.
 */

import type { Effect } from '../../src/boss/step/protocol.ts'
import { limits, World } from './world.ts'

export class Twin extends World {
  /** What has been reported, in order, as the boss says it. */
  readonly said: string[] = []
  readonly #timeouts = new Map<number, number>()
  #soon = false
  #hearing = false
  #lookAgain = {}

  giveOne(retries: number, timeout: number | undefined): void {
    const id = this.entries.length
    super.give(retries)
    if (this.entries.length > id && timeout !== undefined) this.#timeouts.set(id, timeout)
  }

  /** True while instructions are taken. */
  get takes(): boolean {
    return this.state.intake === 'open' && this.count('pending') < limits.capacity + limits.concurrency
  }

  cancel(id: number): void {
    const entry = this.entries[id]
    if (entry === undefined || !this.heard) return
    if (entry.place === 'running' && this.lanes.get(entry.ticket)?.ready === false)
      this.#takeBack(entry.ticket)
    this.cutShort(id, 'cancelled')
  }

  override laneAnswers(ticket: number, how: 'done' | 'threw'): void {
    this.#hears(() => super.laneAnswers(ticket, how))
    this.#start()
  }

  override laneEnds(ticket: number, why: 'closed' | 'crashed' | 'failedToStart'): void {
    this.#hears(() => super.laneEnds(ticket, why))
    this.#start()
  }

  /** A lane said something that is not so: it is not believed, and all the same a moment to look who may start. */
  forged(ticket: number): void {
    if (this.lanes.has(ticket) && this.heard) this.#start()
  }

  /** The end of a turn. */
  flush(): void {
    while (this.#soon) {
      this.#soon = false
      this.#start()
    }
  }

  override pump(): void {
    if (!this.#hearing) this.#soon = true
  }

  /** Whoever hears a lane looks at once who may start, so need not do so at the end of the turn. */
  #hears(word: () => void): void {
    this.#hearing = true
    word()
    this.#hearing = false
  }

  #start(): void {
    if (this.state.phase === 'live' && this.state.pump === 'on') this.#dispatch()
    this.tellLoad()
  }

  #dispatch(): void {
    const waiting = this.count('pending')
    if (waiting === 0) return
    const idle = [...this.lanes.values()].filter(
      lane => lane.holds === undefined && !lane.closing && !lane.terminated,
    )
    const count = waiting - idle.length
    if (count > 0 && this.lanes.size + this.resting.size < limits.concurrency)
      this.tell({ type: 'lanesWanted', count, now: this.now })
    for (const ticket of [...this.lanes.keys()].sort((a, b) => a - b)) {
      const id = this.entries.findIndex(({ place }) => place === 'pending')
      const entry = this.entries[id]
      const lane = this.lanes.get(ticket)
      if (entry === undefined || lane === undefined) return
      const timeout = this.#timeouts.get(id)
      if (lane.closing || lane.terminated || lane.holds !== undefined) continue
      // Its clock starts with its work.
      if (timeout !== undefined && !lane.ready) continue
      Object.assign(entry, { place: 'running', ticket })
      entry.starts++
      lane.holds = id
      if (timeout !== undefined) this.#limit(id, timeout)
      this.check()
    }
  }

  #limit(id: number, timeout: number): void {
    const entry = this.entries[id]
    const attempt = entry?.attempt
    const run = () => {
      if (entry?.place === 'running' && entry.attempt === attempt) this.cutShort(id, 'timeout')
    }
    this.timers.push({ at: this.now + timeout, run })
  }

  /** What a lane that is not ready was given goes back. */
  #takeBack(ticket: number): void {
    const lane = this.lanes.get(ticket)
    const entry = lane?.holds === undefined ? undefined : this.entries[lane.holds]
    if (lane === undefined || entry === undefined || lane.ready) return
    lane.holds = undefined
    if (entry.place !== 'running') return
    entry.place = 'pending'
    entry.starts--
  }

  override carryOut(effect: Effect): void {
    const { do: what } = effect
    const takesBack = what === 'giveBack' || what === 'failAll' || what === 'takeBack'
    if (takesBack) for (const ticket of this.lanes.keys()) this.#takeBack(ticket)
    if (effect.do === 'pump') this.#soon = true
    if (effect.do !== 'lookAgain') return super.carryOut(effect)
    const mine = {}
    this.#lookAgain = mine
    const run = () => {
      if (this.#lookAgain === mine) this.#start()
    }
    this.timers.push({ at: this.now + effect.ms, run })
  }

  override rested(ticket: number): void {
    this.resting.delete(ticket)
    if (this.state.phase !== 'exited') this.#start()
  }

  override settle(id: number, kind: string, code = ''): void {
    super.settle(id, kind, code)
    if (kind === 'cancelled') this.#soon = true
    this.said.push(kind === 'failed' ? `failed ${id} ${code}` : `${kind} ${id}`)
  }

  override leave(id: number, place: 'returned' | 'unheard'): void {
    super.leave(id, place)
    if (place === 'returned') this.said.push(`cancelled ${id}`)
  }
}
