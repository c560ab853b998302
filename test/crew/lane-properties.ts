/**
 * The properties of the lane, against a list and an honest worker who answers when the test says so: for the real lane and
 * for its mutants.
 */

import assert from 'node:assert/strict'

import fc from 'fast-check'
import type { Lane, LaneEvent, LaneExit } from '../../src/crew/crew.ts'
import {
  type Cells,
  cellsBytes,
  cellsOver,
  claimCell,
  clearCells,
  finishCell,
} from '../../src/crew/lane/claims.ts'
import type { End, LinkEvents } from '../../src/crew/lane/link.ts'
import type { openLinkedLane as realOpenLinkedLane } from '../../src/crew/lane/linked-lane.ts'
import { newPace } from '../../src/crew/lane/pace.ts'
import { type ToWorker, toMain, toWorker } from '../../src/crew/lane/wire.ts'
import { threw } from '../../src/words/failure.ts'
import { plusOne } from '../fixtures/basic.ts'

export interface LaneModule {
  readonly openLinkedLane: typeof realOpenLinkedLane
}

type What =
  | 'give'
  | 'turn'
  | 'begin'
  | 'done'
  | 'silent'
  | 'failed'
  | 'note'
  | 'withdraw'
  | 'tail'
  | 'abort'
  | 'again'
  | 'forge'
  | 'close'
  | 'terminate'
  | 'crash'
type Op = readonly [what: What, n: number]

const often: readonly What[] = ['give', 'give', 'turn', 'turn', 'begin', 'begin', 'done', 'done']
const sometimes: readonly What[] = ['silent', 'failed', 'note', 'withdraw', 'tail', 'abort', 'again', 'forge']
const op: fc.Arbitrary<Op> = fc.tuple(
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...often) },
    { weight: 6, arbitrary: fc.constantFrom(...sometimes) },
    { weight: 1, arbitrary: fc.constantFrom<What>('close', 'terminate', 'crash') },
  ),
  fc.nat(100),
)

const turn = () => new Promise<void>(resolve => queueMicrotask(() => queueMicrotask(resolve)))

/** A job that the lane holds. */
interface Held {
  readonly job: number
  /** Its number, once it was sent. */
  n?: number
  state: 'given' | 'sent' | 'begun' | 'finished'
}

class Bench {
  readonly lane: Lane
  readonly events: LaneEvent[] = []
  /** What the lane should hold, in order. */
  held: Held[] = []
  /** How each job left the lane. */
  readonly left = new Map<number, string>()
  given = 0
  ready = false
  kills = 0
  closes = 0
  asked: 'nothing' | 'close' | 'terminate' = 'nothing'
  exit: LaneExit | undefined
  completed = false
  /** Whose work is to stop, and who was told so. */
  readonly toAbort = new Set<Held>()
  readonly aborted = new Set<Held>()
  nonsense = 0
  readonly #cells: Cells
  readonly #shared: boolean
  #link: LinkEvents | undefined
  #lastAnswer: unknown

  constructor({ openLinkedLane }: LaneModule, shared: boolean) {
    this.#shared = shared
    this.#cells = cellsOver(new ArrayBuffer(cellsBytes))
    clearCells(this.#cells)
    this.lane = openLinkedLane({
      terms: {
        ticket: 0,
        definitions: [plusOne],
        orders: {
          definitionOf: () => 0,
          idOf: job => job,
          attributesOf: job => ({ n: job }),
          attemptOf: () => 1,
          nameOf: () => undefined,
        },
        hooks: [],
        graceMs: 0,
        ahead: true,
      },
      cells: shared ? this.#cells : undefined,
      paces: [newPace()],
      startMs: Infinity,
      clone: undefined,
      where: () => ({}),
      connect: events => {
        this.#link = events
        return { send: message => this.#receive(message), kill: () => void this.kills++, keepAlive: () => {} }
      },
    })
    this.lane.events$.subscribe({ next: event => this.#hear(event), complete: () => (this.completed = true) })
  }

  // -- the worker's side -----------------------------------------------------------------------------------------------

  #receive(message: ToWorker): void {
    assert(this.ready, 'something is sent before the place is ready')
    if (message[0] === toWorker.close) {
      this.closes++
      assert.equal(this.asked, 'close', 'a close that nobody asked for')
      assert(
        this.held.every(({ state }) => state !== 'given'),
        'a close ahead of what was given',
      )
    } else if (message[0] === toWorker.abort) {
      const aborted = this.held.find(({ n }) => n === message[1])
      assert(aborted !== undefined && this.toAbort.has(aborted), '1.6 an abort of somebody else')
      this.aborted.add(aborted)
    } else if (message[0] === toWorker.batch) {
      const [, , first, count, , , columns] = message
      assert.equal(this.closes, 0, 'work after the close')
      for (let i = 0; i < count; i++) {
        const next = this.held.find(({ state }) => state === 'given')
        assert.equal(columns[0]?.[i], next?.job, 'jobs leave in the order in which they were given')
        Object.assign(next as Held, { n: first + i, state: 'sent' })
      }
      const underWay = this.held.filter(({ state }) => state !== 'given').length
      assert(this.#shared || underWay === 1, 'without cells, more than one is under way')
    }
  }

  /** The one the worker is at, or would begin next. */
  #first(state: Held['state']): Held | undefined {
    return this.held.find(one => one.state === state)
  }

  #say(message: unknown): void {
    this.#link?.receive(message)
  }

  #leave(one: Held, how: string): void {
    assert(!this.left.has(one.job), `job ${one.job} leaves twice`)
    this.left.set(one.job, how)
    this.held = this.held.filter(other => other !== one)
  }

  /** Its answer, behind the answers that it has kept. */
  #answer(how: 'done' | 'failed'): void {
    const working = this.#first('begun')
    if (working === undefined) return
    const kept = this.held.filter(({ state }) => state === 'finished')
    if (this.#shared) finishCell(this.#cells.words, working.n as number)
    const parts: unknown[] = [...kept, ...(how === 'done' ? [working] : [])].map(({ n, job }) => [
      toMain.results,
      n,
      0,
      [1, 1],
      [`result ${job}`],
    ])
    if (how === 'failed')
      parts.push([
        toMain.failed,
        working.n,
        threw('w', { name: 'Error', message: `error ${working.job}` }),
        0,
        1,
      ])
    this.#lastAnswer = parts.length === 1 ? parts[0] : [toMain.bundle, ...parts]
    const before = this.events.length
    for (const one of [...kept, working]) this.held = this.held.filter(other => other !== one)
    this.#say(this.#lastAnswer)
    const told = this.events.slice(before)
    const expected = [...kept, working].map(one => [one.job, one === working ? how : 'done'])
    const said = told.flatMap(event =>
      event.type === 'done'
        ? event.jobs.map((job, i) => {
            assert.equal(event.results[i], `result ${job}`, 'a result is its own job’s')
            return [job, 'done']
          })
        : event.type === 'failed'
          ? [[event.job, 'failed']]
          : [[event.type]],
    )
    assert.deepEqual(said, expected, 'what is answered is told, in order, and nothing else')
    for (const [job, kind] of expected) this.left.set(job as number, kind as string)
  }

  // -- both ------------------------------------------------------------------------------------------------------------

  async obey([what, n]: Op): Promise<void> {
    if (this.exit !== undefined) return
    const { lane } = this
    const some = this.held[n % Math.max(1, this.held.length)]
    switch (what) {
      case 'give':
        if (this.asked !== 'nothing') return assert.equal(lane.room(0), 0, 'a lane that closes has no room')
        this.held.push({ job: this.given, state: 'given' })
        return lane.give(this.given++)
      case 'turn':
        if (!this.ready && n % 3 === 0) {
          this.ready = true
          this.#say([toMain.ready])
        }
        await turn()
        for (const one of this.toAbort)
          assert(one.n === undefined || this.aborted.has(one), 'an abort is told to the worker')
        if (!this.ready || this.closes > 0) return
        if (this.#shared) assert(!this.#first('given'), 'what was given is sent at the end of the turn')
        else if (this.held.length > 0)
          assert.equal(this.held.filter(({ state }) => state !== 'given').length, 1, 'the next is sent')
        return
      case 'begin': {
        const next = this.#first('sent')
        if (next === undefined || this.#first('begun')) return
        if (this.#shared) assert(claimCell(this.#cells.words, next.n as number), 'who is held can be begun')
        next.state = 'begun'
        return
      }
      case 'silent': {
        // It has finished, and keeps the answer for a while.
        const working = this.#first('begun')
        if (working === undefined || !this.#shared) return
        finishCell(this.#cells.words, working.n as number)
        working.state = 'finished'
        return
      }
      case 'done':
      case 'failed':
        return this.#answer(what)
      case 'note': {
        const working = this.#first('begun')
        if (working === undefined) return
        this.#say([toMain.note, working.n, `note ${working.job}`])
        assert.deepEqual(this.events.at(-1), { type: 'note', job: working.job, note: `note ${working.job}` })
        return
      }
      case 'withdraw': {
        if (some === undefined)
          return assert.equal(lane.withdraw(999_999), false, 'who is not there is not withdrawn')
        const mayBe = some.state === 'given' || (this.#shared && some.state === 'sent')
        assert.equal(lane.withdraw(some.job), mayBe, 'exactly what has not begun is withdrawn')
        if (!mayBe) return
        if (some.n !== undefined && this.#shared)
          assert(!claimCell(this.#cells.words, some.n), 'what was withdrawn can be begun')
        this.#leave(some, 'withdrawn')
        assert.equal(lane.withdraw(some.job), false, 'nobody is withdrawn twice')
        return
      }
      case 'tail': {
        const may = (one: Held) => one.state === 'given' || (this.#shared && one.state === 'sent')
        const free = this.held.slice(1).filter(may).reverse()
        const taken = lane.withdrawTail(n % 4)
        assert.deepEqual(
          taken,
          free.slice(0, n % 4).map(({ job }) => job),
          'from the tail, never the first, never what has begun',
        )
        for (const one of free.slice(0, n % 4)) this.#leave(one, 'withdrawn')
        return
      }
      case 'abort':
        if (some === undefined) return
        this.toAbort.add(some)
        return lane.abort(some.job, 'enough')
      case 'again':
        return this.#nonsense(this.#lastAnswer)
      case 'forge': {
        // In the ring, the place of somebody who may be there.
        const forged = 4096 + (n % 8)
        return this.#nonsense(
          [
            [toMain.results, forged, 0, [1, 1], ['forged']],
            [toMain.failed, forged, threw('w', { name: 'Error', message: 'forged' }), 0, 1],
            [toMain.note, forged, 'forged'],
            'forged',
            this.ready ? [toMain.ready] : undefined,
          ][n % 5],
        )
      }
      case 'close':
        if (this.asked !== 'nothing') return
        this.asked = 'close'
        if (!this.ready && this.held.length === 0) this.asked = 'terminate'
        return lane.close()
      case 'terminate':
        this.asked = 'terminate'
        lane.terminate()
        lane.terminate()
        assert.equal(this.kills, 1, 'a place is killed once')
        return
      case 'crash':
        return this.ends({ reason: 'it was gone', exitCode: 3 })
      default:
        return what satisfies never
    }
  }

  /** Somebody says what cannot be: told as nonsense, and nothing else. */
  #nonsense(message: unknown): void {
    if (message === undefined) return
    const before = this.events.length
    this.#say(message)
    const told = this.events.slice(before)
    assert(told.length > 0 && told.every(({ type }) => type === 'nonsense'), 'nonsense is believed')
  }

  ends(end: End): void {
    const { held, ready, asked } = this
    const sent = (state: Held['state']) => held.filter(one => one.state === state).map(({ job }) => job)
    // Without cells nobody can tell more of what was sent: at most once means that it may have begun.
    const begun = this.#shared ? sent('begun') : [...sent('sent'), ...sent('begun')]
    const lost = sent('finished')
    const queued = this.#shared ? [...sent('sent'), ...sent('given')] : sent('given')
    const closed = asked === 'close' && this.closes > 0 && held.length === 0
    if (closed) this.#say([toMain.closed, undefined])
    this.#link?.exited(end)
    this.#link?.exited({ reason: 'again' })
    const exit = this.exit as LaneExit | undefined
    assert(exit, 'an end is told')
    const why = asked === 'terminate' || closed ? 'closed' : ready ? 'crashed' : 'failedToStart'
    assert.equal(exit.why, why, 'why it ended')
    assert.deepEqual(
      [exit.begun, exit.lost, exit.queued].map(sorted),
      [begun, lost, queued].map(sorted),
      'who stood where',
    )
    for (const one of [...held]) this.#leave(one, 'exit')
    assert.throws(() => this.lane.give(1), 'a lane that is gone takes more')
    this.#say([toMain.ready])
    assert.equal(this.events.at(-1), exit, 'nothing is told after the exit')
  }

  #hear(event: LaneEvent): void {
    assert.equal(this.exit, undefined, 'something is told after the exit')
    this.events.push(event)
    if (event.type === 'exit') this.exit = event
  }

  check(): void {
    assert.equal(
      this.lane.held,
      this.exit === undefined ? this.held.length : this.lane.held,
      'as many as it holds',
    )
    if (this.exit !== undefined) return
    const at = this.lane.atWork()?.job
    const working = this.#first('begun')
    if (this.#shared) assert.equal(at, working?.job, 'who is at work')
    if (this.asked !== 'nothing') assert.equal(this.lane.room(0), 0, 'a lane that closes has no room')
    else if (!this.#shared) assert.equal(this.lane.room(0), this.held.length === 0 ? 1 : 0, 'room for one')
  }

  /** The end, whatever came before: all that is there is answered, or ends with the place. */
  async finish(how: 'answers' | 'ends'): Promise<void> {
    if (this.exit === undefined && how === 'answers') {
      await this.obey(['turn', 0])
      await this.obey(['close', 0])
      for (let i = 0; i < 300 && (this.held.length > 0 || this.closes === 0) && this.asked === 'close'; i++) {
        for (const what of ['turn', 'begin', 'done'] as const) await this.obey([what, 0])
        if (!this.#first('begun') && !this.#first('sent') && !this.#first('given')) {
          // Only answers that were kept are left.
          for (const one of this.held) {
            this.#say([toMain.results, one.n, 0, [1, 1], [`result ${one.job}`]])
            this.#leave(one, 'done')
          }
        }
      }
      await turn()
      if (this.asked === 'close') {
        assert.equal(this.held.length, 0, 'what was given is never sent')
        assert.equal(this.closes, 1, 'the close is sent once, after the last')
      }
    }
    if (this.exit === undefined) this.ends({ reason: 'the end', exitCode: 0 })
    assert.equal(this.completed, true, 'its events complete')
    assert.equal(this.left.size, this.given, 'every job has left in one way')
  }
}

const sorted = (jobs: readonly number[]): readonly number[] => [...jobs].sort((a, b) => a - b)

/** Runs the properties against this lane. Rejects at the first that does not hold. */
export async function laneHolds(module: LaneModule, parameters: fc.Parameters<unknown> = {}): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(op, { maxLength: 60, size: 'max' }),
      fc.boolean(),
      fc.constantFrom('answers', 'ends'),
      async (ops, shared, how) => {
        const bench = new Bench(module, shared)
        for (const one of ops) {
          await bench.obey(one)
          bench.check()
        }
        await bench.finish(how as 'answers')
      },
    ),
    { numRuns: 400, ...parameters } as fc.Parameters<[Op[], boolean, string]>,
  )
}
