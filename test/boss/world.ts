/**
 * A simulated world around `step`: a queue, lanes that answer as the test says, a clock that moves when it is told.
 *
 * It does what the interpreter does, as plainly as can be, and after each message checks what must always hold
 * (I1 to I12 of docs/reliability.md). A broken rule throws.
 */

import assert from 'node:assert/strict'
import { mustGiveUp, reachOf } from '../../src/boss/step/early-ends.ts'
import type { AttemptFacts, Effect, Message } from '../../src/boss/step/protocol.ts'
import { mayOpenLane, newborn, type State, type StepConfig } from '../../src/boss/step/state.ts'
import { step } from '../../src/boss/step/step.ts'
import { crashed, type Failure, threw } from '../../src/words/failure.ts'
import type { CancelCode } from '../../src/words/report.ts'

/** The rules of the boss; a mutant has the same, with one broken. */
export const rules = { step, newborn, mayOpenLane, reachOf, mustGiveUp }
export type Rules = typeof rules

export const limits = { concurrency: 3, capacity: 5, max: 3, within: 100, graceMs: 20 }

export const config: StepConfig = {
  graceMs: limits.graceMs,
  onFailure: 'continue',
  backoff: attempt => 10 * attempt,
  retryOn: [],
  crew: { min: 1 },
  supervise: {
    max: limits.max,
    within: limits.within,
    backoff: nth => (nth <= 1 ? 0 : 5 * nth),
    count: 'unblamed',
  },
}

interface Entry {
  readonly retries: number
  attempt: number
  starts: number
  threw: boolean
  /** Its work had ended, and its answer was lost. */
  finished: boolean
  place: 'pending' | 'running' | 'resting' | 'settled' | 'returned' | 'unheard'
  final: string | undefined
  ticket: number
  /** Told to end before its time, in this attempt. */
  cut: { readonly as: 'cancelled' | 'timeout'; readonly at: number } | undefined
}

interface Lane {
  ready: boolean
  holds: number | undefined
  closing: boolean
  terminated: boolean
  succeeded: boolean
}

const strength = { end: 1, stop: 2, stopListening: 3, stopThemWorking: 4 }

export class World {
  state: State
  now = 0
  readonly entries: Entry[] = []
  readonly lanes = new Map<number, Lane>()
  readonly timers: { at: number; run: () => void }[] = []
  readonly refusals: number[] = []
  /** When workers died unasked, and nobody was to blame. */
  readonly deaths: number[] = []
  /** Starts that failed since one did not. */
  failedStarts = 0
  /** How many lanes of a ticket died of their work without a success between, and until when it rests. */
  /** Tickets whose slots are not free, though their lanes are gone. */
  readonly resting = new Set<number>()
  readonly unlucky = new Map<number, { inARow: number; until: number }>()
  exits = 0
  heard = true
  /** It was told that work begins, and that all that will come has come. */
  begun = false
  closed = false
  storms = 0
  /** Sources that are work and have more. */
  sources = 0
  /** Something failed, and a failure is to stop this boss. */
  failed = false
  readonly #rules: Rules
  readonly #config: StepConfig

  constructor(rules: Rules, settings: StepConfig = config) {
    this.#rules = rules
    this.#config = settings
    this.state = rules.newborn
  }

  // -- what may happen -------------------------------------------------------------------------------------------------

  give(retries: number): void {
    if (this.state.intake !== 'open' || this.count('pending') >= limits.capacity + limits.concurrency) {
      this.refusals.push(this.entries.length)
      return
    }
    this.entries.push({
      retries,
      attempt: 1,
      starts: 0,
      threw: false,
      finished: false,
      place: 'pending',
      final: undefined,
      ticket: -1,
      cut: undefined,
    })
    this.tellLoad()
    this.pump()
  }

  signal(type: 'halt' | 'resume' | 'sendReport' | keyof typeof strength): void {
    this.tellLoad()
    this.tell({ type })
    if (type === 'stopThemWorking') {
      for (const lane of this.lanes.values())
        assert(lane.terminated, 'I10 a lane survives stopThemWorking unasked')
    }
    if (this.state.ending === 'stopListening') {
      assert(!this.heard && this.count('running') === 0, 'stopListening goes on listening')
    }
  }

  /** A source that is work begins, or has no more. */
  source(begins: boolean): void {
    if (begins ? this.state.intake !== 'open' : this.sources === 0) return
    this.tellLoad()
    this.sources += begins ? 1 : -1
    this.tell({ type: 'sources', count: this.sources })
  }

  cutShort(id: number, as: CancelCode | 'timeout'): void {
    const entry = this.entries[id]
    if (entry === undefined || !this.heard) return
    const reach = this.#rules.reachOf(as, entry.attempt)
    const ends = (place: 'waiting' | 'running') => reach === place || reach === 'both'
    if (entry.place === 'pending' || entry.place === 'resting') {
      if (as === 'cancelled') assert(ends('waiting'), 'what waits cannot be cancelled')
      if (!ends('waiting')) return
      assert.notEqual(as, 'timeout', 'a timeout counts before its work began')
      assert(as !== 'queueTimeout' || entry.attempt === 1, 'queueTimeout ends what waits to be repeated')
      this.settle(id, 'cancelled')
      this.tellLoad()
    } else if (entry.place === 'running') {
      if (as === 'cancelled' || as === 'timeout') assert(ends('running'), 'what runs cannot be ended')
      if (!ends('running')) return
      assert.notEqual(as, 'queueTimeout', 'queueTimeout ends what runs')
      entry.cut ??= { as: as === 'timeout' ? as : 'cancelled', at: this.now }
      this.tell({
        type: 'cutShort',
        id,
        attempt: entry.attempt,
        ticket: entry.ticket,
        as,
        reason: as === 'timeout' ? 7 : as,
      })
    }
  }

  laneReady(ticket: number): void {
    const lane = this.lanes.get(ticket)
    if (lane && !lane.ready && !lane.closing) this.failedStarts = 0
    if (lane) lane.ready = true
    this.tell({ type: 'laneReady', ticket })
  }

  laneAnswers(ticket: number, how: 'done' | 'threw'): void {
    const lane = this.lanes.get(ticket)
    const id = lane?.holds
    if (lane === undefined || id === undefined || !lane.ready) return
    lane.holds = undefined
    if (how === 'done') lane.succeeded = true
    const facts = this.facts(id)
    if (how === 'done') this.tell({ type: 'attemptDone', facts })
    else {
      ;(this.entries[id] as Entry).threw = !this.state.cutShort.has(id)
      this.tell({ type: 'attemptFailed', facts, failure: threw('w', { name: 'Error', message: 'no' }) })
    }
    this.tellLoad()
    this.pump()
  }

  /** A lane ends: because it was told to, or not. */
  laneEnds(ticket: number, why: 'closed' | 'crashed' | 'failedToStart', lost = false): void {
    const lane = this.lanes.get(ticket)
    if (lane === undefined) return
    const asked = lane.terminated || (lane.closing && lane.holds === undefined)
    const how = asked ? 'closed' : why === 'failedToStart' && !lane.ready ? why : 'crashed'
    if (!asked && why === 'closed') return
    const failure = crashed('w', how)
    const { holds, ready, succeeded } = lane
    const blamed = how !== 'closed' && holds !== undefined && ready && !lost && this.heard
    Object.assign(lane, { holds: undefined, closing: true })
    if (holds !== undefined) this.#loses(holds, { ready, lost, failure })
    this.lanes.delete(ticket)
    const wasLive = this.state.phase === 'live'
    if (succeeded) this.unlucky.delete(ticket)
    const counts = how !== 'closed' && !(blamed && this.#config.supervise.count === 'unblamed')
    if (counts) {
      this.deaths.push(this.now)
      if (how === 'failedToStart') this.failedStarts++
    } else if (blamed) this.diedOfWork(ticket)
    this.tell({ type: 'laneGone', ticket, death: { why: how, failure, blamed, succeeded }, now: this.now })
    const { phase, pump } = this.state
    if (this.#rules.mayOpenLane(this.state, this.now))
      assert(phase === 'live' && pump === 'on', 'I5 a lane that waited opens though nothing may start')
    if (wasLive) {
      const [known, real] = [this.state.unlucky.get(ticket), this.unlucky.get(ticket)]
      assert.equal(known, real?.inARow, 'a lane died of its work so often in a row')
      const recent = this.deaths.filter(at => this.now - at <= limits.within).length
      assert.equal(
        this.state.failure?.code === 'storm',
        counts && (recent > limits.max || this.failedStarts >= limits.max),
        'I9 storm iff too many recent deaths that nobody is blamed for, or too many failed starts in a row',
      )
    }
    this.tellLoad()
    this.pump()
  }

  /** The lane that held it is gone: while it worked on it, after that, or before. */
  #loses(id: number, { ready, lost, failure }: { ready: boolean; lost: boolean; failure: Failure }): void {
    const entry = this.entries[id] as Entry
    const facts = this.facts(id)
    if (ready && lost) {
      entry.finished = true
      return this.tell({ type: 'attemptFailed', facts: { ...facts, finished: true }, failure })
    }
    if (ready) return this.tell({ type: 'attemptFailed', facts, failure })
    const { attempt } = entry
    entry.starts-- // it never began
    this.tell({ type: 'neverBegan', attempts: [facts], failure })
    if (entry.cut !== undefined || !this.heard) return
    assert(entry.final !== 'failed' && entry.attempt === attempt, 'blamed though it never began')
    assert(entry.place !== 'running', 'nobody holds what its lane had not begun')
  }

  diedOfWork(ticket: number): void {
    const inARow = (this.unlucky.get(ticket)?.inARow ?? 0) + 1
    const pauseMs = inARow < 3 ? 0 : this.#config.supervise.backoff(inARow - 1)
    this.unlucky.set(ticket, { inARow, until: this.now + pauseMs })
  }

  retire(ticket: number): void {
    if (this.lanes.get(ticket)?.holds !== undefined) return
    const least = Math.min(this.staying(), this.#config.crew.min)
    this.tell({ type: 'laneIdle', ticket })
    assert(this.staying() >= least, 'the last idle lane leaves too')
  }

  /** The limit falls for a moment: lanes above it go, and no others. */
  shrink(limit: number): void {
    const below = () => [...this.lanes].filter(([ticket, { closing }]) => ticket < limit && !closing).length
    const stayed = below()
    this.tell({ type: 'limitChanged', limit })
    assert.equal(below(), stayed, 'a lane below the limit goes')
    assert.equal(this.staying(), stayed, 'a lane above the limit stays')
  }

  /** Lanes that were not told to go. */
  staying(): number {
    let count = 0
    for (const { closing } of this.lanes.values()) if (!closing) count++
    return count
  }

  /** Time passes, and what was to happen meanwhile happens. */
  pass(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const due = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.timers.splice(this.timers.indexOf(due), 1)
      this.now = Math.max(this.now, due.at)
      due.run()
    }
    this.now = until
    for (const { place, cut, ticket } of this.entries) {
      if (place !== 'running' || cut === undefined || until - cut.at <= limits.graceMs) continue
      assert(this.lanes.get(ticket)?.terminated, 'work that ignores its signal is not forced')
    }
  }

  /** Messages that nobody should send. */
  forge(n: number): void {
    const before = this.settledCount()
    const id = n % (this.entries.length + 2)
    const attempt = 50 + (n % 3)
    const forged: Message[] = [
      { type: 'graceOver', id, attempt },
      { type: 'laneReady', ticket: 90 + (n % 5) },
      {
        type: 'laneGone',
        ticket: 90 + (n % 5),
        death: { why: 'crashed', failure: crashed('w', 'forged'), blamed: n % 2 === 0, succeeded: false },
        now: this.now,
      },
      { type: 'laneIdle', ticket: 90 },
      { type: 'laneWornOut', ticket: 90 },
      // Nobody asks on a halted boss; if somebody does, `openLanes` above notices.
      { type: 'lanesWanted', count: 9, now: this.now },
    ]
    this.tell(forged[n % forged.length] as Message)
    assert.equal(this.settledCount(), before, 'I6 a forged message settled something')
  }

  /** Everything that waits for an answer gets one, until the boss is gone. */
  liveOut(): void {
    for (let round = 0; round < 600; round++) {
      if (this.state.phase === 'exited') return
      for (const [ticket, lane] of [...this.lanes]) {
        if (!lane.ready && !lane.terminated) this.laneReady(ticket)
        this.laneAnswers(ticket, 'done')
        this.laneEnds(ticket, 'closed')
      }
      this.pass(60)
    }
    assert.fail('I10 the boss never leaves, though every lane answers')
  }

  // -- what the interpreter does ---------------------------------------------------------------------------------------

  tell(message: Message): void {
    const before = this.state
    const frozen = freeze(before)
    const [state, effects] = this.#rules.step(this.#config, frozen, message)
    assert(before.phase !== 'exited' || effects.length === 0, 'I8 something happens after the exit')
    this.state = state
    this.forward(before, state)
    for (const effect of effects) this.carryOut(effect)
    this.check()
    if (this.failed) assert.notEqual(this.state.phase, 'live', 'a failure stops nobody')
    if (this.state.failure?.code === 'storm') assert.equal(this.storms, 1, 'a storm lets others go on')
  }

  tellLoad(): void {
    this.tell({
      type: 'load',
      pending: this.count('pending') + this.count('resting'),
      running: this.count('running'),
    })
  }

  pump(): void {
    if (this.state.phase !== 'live' || this.state.pump === 'off') return
    for (;;) {
      const id = this.entries.findIndex(({ place }) => place === 'pending')
      if (id === -1) return
      let ticket = this.idle()
      if (ticket === undefined) {
        const count = this.count('pending')
        this.tell({ type: 'lanesWanted', count, now: this.now })
        ticket = this.idle()
      }
      if (ticket === undefined) return
      const entry = this.entries[id] as Entry
      entry.place = 'running'
      entry.ticket = ticket
      entry.starts++
      assert(!entry.threw, 'I7 repeated after it threw')
      ;(this.lanes.get(ticket) as Lane).holds = id
      this.check()
    }
  }

  idle(): number | undefined {
    return [...this.lanes]
      .filter(([, { holds, closing, terminated }]) => holds === undefined && !closing && !terminated)
      .map(([ticket]) => ticket)
      .sort((a, b) => a - b)[0]
  }

  carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'pump':
        return this.pump()
      case 'openLanes':
        assert(
          this.state.phase === 'live' && this.state.pump === 'on',
          'I5 a lane opens though nothing may start',
        )
        return this.openLanes(effect.count)
      case 'closeLane': {
        const lane = this.lanes.get(effect.ticket)
        assert(lane, 'a lane that is not there is closed')
        lane.closing = true
        if (!effect.politely) lane.terminated = true
        return
      }
      case 'after':
        return void this.timers.push({ at: this.now + effect.ms, run: () => this.tell(effect.message) })
      case 'restTicket':
        this.resting.add(effect.ticket)
        return void this.timers.push({ at: this.now + effect.ms, run: () => this.rested(effect.ticket) })
      case 'lookAgain':
        return void this.timers.push({ at: this.now + effect.ms, run: () => this.pump() })
      case 'settleDone':
        return this.settle(effect.id, 'done')
      case 'settleFailed':
        return this.settle(effect.id, 'failed', effect.failure.code)
      case 'settleCancelled':
        return this.settle(effect.id, 'cancelled')
      case 'repeat':
        return this.repeat(effect.id, effect.ms)
      case 'requeue':
        return effect.ids.forEach(id => {
          const entry = this.entries[id] as Entry
          assert(
            entry.place === 'running' && this.state.phase === 'live',
            'what never began starts while stopping',
          )
          assert(entry.cut?.as !== 'cancelled', 'what was cancelled waits again')
          entry.place = 'pending'
          entry.cut = undefined
        })
      case 'settleReturned':
        return this.leave(effect.id, 'returned')
      case 'takeBack':
        return
      case 'giveBack':
        return this.each(['pending', 'resting'], id => this.leave(id, 'returned'))
      case 'failAll':
        this.storms++
        return this.each(['pending', 'resting'], id => this.settle(id, 'failed', 'storm'))
      case 'unhear':
        this.each(['running'], id => this.leave(id, 'unheard'))
        this.heard = false
        return
      case 'exit':
        this.exits++
        assert.equal(this.lanes.size, 0, 'I8 a lane is alive after the exit')
        return
      case 'phaseChanged':
        assert(
          !effect.begins || (!this.begun && this.state.pump === 'on'),
          'it begins once, when it is told to',
        )
        this.begun ||= effect.begins
        assert(!effect.closes || (!this.closed && this.state.intake === 'closed'), 'it closes once')
        this.closed ||= effect.closes
        return
      case 'abort':
      case 'sendReport':
        return
      default:
        return effect satisfies never
    }
  }

  /** Its slot is free. */
  rested(ticket: number): void {
    this.resting.delete(ticket)
    this.pump()
  }

  /** What the operator does: the lowest free tickets, as far as the limit lets it. */
  openLanes(count: number): void {
    for (let ticket = 0, wanted = count; wanted > 0 && ticket < limits.concurrency; ticket++) {
      if (this.lanes.has(ticket) || this.resting.has(ticket)) continue
      wanted--
      assert(
        this.now >= (this.unlucky.get(ticket)?.until ?? 0),
        'a lane that died of one instruction after the other does not rest',
      )
      this.lanes.set(ticket, {
        ...{ ready: false, holds: undefined, closing: false, terminated: false, succeeded: false },
      })
      this.tell({ type: 'laneOpening', ticket })
    }
  }

  settle(id: number, kind: string, code = ''): void {
    const entry = this.entries[id]
    assert(entry, 'something unknown is settled')
    assert(entry.place !== 'unheard', 'what is unheard is told of')
    assert.equal(entry.final, undefined, `I1 instruction ${id} has two final reports`)
    if (code === 'poison') assert(!entry.finished, 'blamed though it had finished')
    if (code === 'poison')
      assert(entry.retries > 0 && entry.attempt === entry.retries + 1, 'poison too early')
    if (code === 'crashed' && !entry.finished) {
      const left = entry.attempt <= entry.retries && this.state.phase === 'live'
      assert(!left, 'crashed though attempts were left')
      assert(entry.retries === 0 || entry.attempt <= entry.retries, 'crashed where it should be poison')
    }
    if (entry.place === 'running' && entry.cut !== undefined) {
      assert.equal(
        kind,
        entry.cut.as === 'timeout' ? 'failed' : 'cancelled',
        'what was cut short ends as something else',
      )
    }
    entry.final = kind
    entry.place = 'settled'
    if (kind === 'failed' && this.#config.onFailure !== 'continue') this.failed = true
  }

  repeat(id: number, ms: number): void {
    const entry = this.entries[id] as Entry
    assert.equal(entry.final, undefined, 'I5 repeated after its final report')
    assert.equal(this.state.phase, 'live', 'repeated while stopping')
    assert(!entry.finished, 'repeated though it had finished')
    entry.place = 'resting'
    entry.attempt++
    entry.cut = undefined
    const { attempt } = entry
    this.timers.push({
      at: this.now + ms,
      run: () => {
        if (entry.place !== 'resting' || entry.attempt !== attempt) return
        entry.place = 'pending'
        this.pump()
      },
    })
  }

  leave(id: number, place: 'returned' | 'unheard'): void {
    const entry = this.entries[id] as Entry
    assert.equal(entry.final, undefined, 'I1 given back after its final report')
    if (place === 'returned') entry.final = 'cancelled'
    entry.place = place
  }

  each(places: readonly string[], act: (id: number) => void): void {
    this.entries.forEach(({ place }, id) => {
      if (places.includes(place)) act(id)
    })
  }

  facts(id: number): AttemptFacts {
    const { attempt, retries } = this.entries[id] as Entry
    return { id, attempt, retries, repeatable: true, worker: 'w' }
  }

  // -- what must always hold -------------------------------------------------------------------------------------------

  check(): void {
    const running = this.count('running')
    assert(running <= limits.concurrency, 'I2 more run than may')
    assert(this.lanes.size <= limits.concurrency, 'I2 more lanes than may be')
    assert.deepEqual(
      [...this.state.lanes.keys()].sort(),
      [...this.lanes.keys()].sort(),
      'the state knows its lanes',
    )
    assert(this.exits <= 1, 'I8 two exits')
    assert(this.state.phase !== 'exited' || this.lanes.size === 0, 'I8 exit before the last lane')
    for (const { starts, attempt, retries, place } of this.entries) {
      assert(starts <= attempt && attempt <= retries + 1, 'I7 more attempts than allowed')
      if (place === 'running') assert.equal(starts, attempt, 'I7 starts = attempt')
    }
    if (this.state.phase === 'stopping' && this.heard) {
      assert.equal(this.count('pending') + this.count('resting'), 0, 'pending work is forgotten by a stop')
    }
  }

  forward(before: State, after: State): void {
    const phases = ['live', 'stopping', 'exited']
    assert(phases.indexOf(after.phase) >= phases.indexOf(before.phase), 'I12 phase goes back')
    const intakes = ['open', 'draining', 'closed']
    assert(intakes.indexOf(after.intake) >= intakes.indexOf(before.intake), 'I12 intake goes back')
    if (after.ending === 'end' && after.phase === 'live')
      assert.equal(
        after.intake === 'draining',
        this.sources > 0,
        'end waits for sources that have more, and for no other',
      )
    const rank = (state: State) => (state.ending === undefined ? 0 : strength[state.ending])
    assert(rank(after) >= rank(before), 'an ending became weaker')
  }

  count(place: Entry['place']): number {
    let count = 0
    for (const entry of this.entries) if (entry.place === place) count++
    return count
  }

  settledCount(): number {
    return this.count('settled') + this.count('returned') + this.count('unheard')
  }
}

/** `step` must not change what it is given. */
function freeze(state: State): State {
  Object.freeze(state)
  Object.freeze(state.deaths)
  return state
}
