/** The properties of the ledger, against a list of plain objects: for the real one and for its mutants. */

import assert from 'node:assert/strict'

import fc from 'fast-check'

import type { Asker } from '../../src/boss/asker.ts'
import type { LedgerEntry, Line, Ledger as RealLedger } from '../../src/boss/ledger.ts'

export interface LedgerModule {
  readonly Ledger: typeof RealLedger
}

interface Known {
  readonly id: number
  readonly line: Line
  readonly entry: LedgerEntry
  readonly at: number
  attempts: number
  /** What has been let go of, and how often. */
  letGo: number
  waits: number
  readonly asker: Asker | undefined
  /** The ticket of the lane that holds it. */
  ticket: number | undefined
  begun: boolean
  /** Attempts of an earlier life. */
  earlier: number
}

type Op = readonly [
  what:
    | 'accept'
    | 'many'
    | 'settle'
    | 'settleAll'
    | 'wait'
    | 'repeat'
    | 'hand'
    | 'takeBack'
    | 'resume'
    | 'find',
  n: number,
]

const op: fc.Arbitrary<Op> = fc.tuple(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant('accept' as const) },
    { weight: 8, arbitrary: fc.constant('settle' as const) },
    { weight: 4, arbitrary: fc.constantFrom('wait' as const, 'repeat' as const, 'hand' as const) },
    { weight: 2, arbitrary: fc.constantFrom('takeBack' as const, 'resume' as const) },
    { weight: 2, arbitrary: fc.constant('find' as const) },
    { weight: 1, arbitrary: fc.constantFrom('many' as const, 'settleAll' as const) },
  ),
  fc.nat(10_000),
)

const fresh = { letGo: 0, waits: 0, ticket: undefined, begun: false, earlier: 0 }

const kinds = ['done', 'failed', 'cancelled', 'unheard', 'returned'] as const

class Books {
  readonly ledger: RealLedger
  readonly open: Known[] = []
  readonly closed: Known[] = []
  readonly counted = { done: 0, failed: 0, cancelled: 0, unheard: 0, returned: 0 }
  submitted = 0

  constructor({ Ledger }: LedgerModule) {
    this.ledger = new Ledger()
  }

  accept(n: number): void {
    const { ledger } = this
    const name = n % 3 === 0 ? `name ${n}` : undefined
    const base = n % 4 === 0 ? { priority: n, traceparent: `trace ${n}` } : undefined
    const entry: LedgerEntry = {
      given: { n },
      base,
      name,
      definition: n % 5,
      attributes: { attribute: n },
      ...(n % 7 === 0 && { key: `key ${n}` }),
    }
    assert.equal(ledger.nextId, this.submitted, 'the next id is the next number')
    const line = ledger.accept(entry, n)
    assert(!this.open.some(one => one.line === line), 'a line in use is given out again')
    const asker = n % 6 === 0 ? { keep: true, told: () => {} } : undefined
    assert.equal(ledger.askerOf(line), undefined, 'nobody asks for a new line')
    if (asker !== undefined) ledger.askedBy(line, asker)
    this.open.push({ id: this.submitted++, line, entry, at: n, attempts: 1, asker, ...fresh })
    assert(ledger.isPending(line), 'what is accepted is pending')
    assert(!ledger.hasBegun(line), 'what is accepted has not begun')
  }

  settle(n: number): void {
    if (this.open.length === 0) return
    const [one] = this.open.splice(n % this.open.length, 1) as [Known]
    const kind = kinds[n % kinds.length] as (typeof kinds)[number]
    this.counted[kind]++
    this.ledger.settle(one.line, kind)
    this.closed.push(one)
    assert.equal(one.letGo, one.waits, 'what waits for a line is let go of once')
    assert.equal(this.ledger.isStill(one.line, this.ledger.idOf(one.line)), false, 'a closed line is closed')
    assert.equal(this.ledger.givenOf(one.line), undefined, 'nothing is kept of what is settled')
  }

  /** Some are told to begin, some have a clock. */
  hand(one: Known, n: number): void {
    const { ledger } = this
    ledger.hand(one.line, n)
    one.ticket = n
    if (n % 2 === 0) {
      assert(ledger.begin(one.line), 'it begins')
      assert(!ledger.begin(one.line), 'it begins once')
      one.begun = true
    }
    if (n % 3 > 0) return
    one.waits++
    let running = true
    ledger.startClock(one.line, () => {
      if (running) one.letGo++
      running = false
    })
  }

  takeBack(one: Known): void {
    const wasHeld = one.ticket !== undefined
    assert.equal(this.ledger.takeBack(one.line), wasHeld, 'what is held can be taken back')
    assert.equal(this.ledger.hasBegun(one.line), false, 'what was taken back has not begun')
    Object.assign(one, { ticket: undefined, begun: false })
  }

  obey([what, n]: Op): void {
    const one = this.open[n % Math.max(1, this.open.length)]
    switch (what) {
      case 'accept':
        return this.accept(n)
      case 'many':
        for (let i = 0; i < 700; i++) this.accept(n + i)
        return
      case 'settle':
        return this.settle(n)
      case 'settleAll':
        while (this.open.length > 0) this.settle(n)
        return
      case 'wait':
        if (one === undefined) return
        one.waits++
        this.ledger.uponSettling(one.line, () => one.letGo++)
        return
      case 'repeat':
        if (one === undefined) return
        this.takeBack(one)
        assert.equal(this.ledger.repeat(one.line), ++one.attempts, 'a repetition is the next attempt')
        assert(this.ledger.isResting(one.line) && this.ledger.isWaiting(one.line), 'what is repeated rests')
        this.ledger.wake(one.line)
        assert(this.ledger.isPending(one.line), 'what wakes is pending')
        return
      case 'hand':
        if (one !== undefined && one.ticket === undefined) this.hand(one, n)
        return
      case 'takeBack':
        if (one !== undefined) this.takeBack(one)
        return
      case 'resume':
        if (one === undefined || one.earlier > 0) return
        one.earlier = 1 + (n % 3)
        one.attempts = one.earlier + 1
        this.ledger.resume(one.line, one.earlier)
        return
      case 'find':
        for (const { id, line } of this.open.slice(0, 20))
          assert.equal(this.ledger.find(id), line, 'who is open is found')
        for (const { id } of this.closed.slice(-20))
          assert.equal(this.ledger.find(id), undefined, 'who is settled is not')
        return
      default:
        return what satisfies never
    }
  }

  check(): void {
    const { ledger, open, counted } = this
    const sample = open.length < 50 ? open : [...open.slice(0, 20), ...open.slice(-20)]
    for (const { id, line, entry, attempts, at, ticket, begun, earlier, asker } of sample) {
      assert.equal(ledger.idOf(line), id, 'an id stays')
      assert.equal(ledger.definitionOf(line), entry.definition, 'a definition stays')
      assert.equal(ledger.attributesOf(line), entry.attributes, 'attributes stay')
      assert.equal(ledger.attemptOf(line), attempts, 'attempts are counted from 1')
      assert.equal(ledger.acceptedAt(line), at, 'when it came stays')
      assert.equal(ledger.nameOf(line), entry.name, 'a name is its own')
      assert.equal(ledger.askerOf(line), asker, 'who asks for it is told of it')
      assert.equal(ledger.keyOf(line), entry.key, 'a key is its own')
      assert.equal(ledger.priorityOf(line), entry.base?.priority, 'a priority is its own')
      assert.equal(ledger.isStill(line, ledger.idOf(line)), true, 'who is open is open')
      assert.equal(ledger.isStill(line, id), true, 'a line is still that of its instruction')
      assert.equal(ledger.isHeld(line), ticket !== undefined, 'a lane holds what was handed to it')
      assert.equal(ticket === undefined || ledger.holds(ticket, line), true, 'its own lane holds it')
      assert.equal(ledger.holds((ticket ?? 0) + 1, line), false, 'no other lane holds it')
      assert.equal(ledger.hasBegun(line), begun, 'a start is told of who is in a lane')
      assert.equal(
        ledger.attemptInThisLife(line),
        attempts - earlier,
        'attempts of an earlier life do not count',
      )
    }
    assert.equal(ledger.live, open.length, 'as many lines as there are')
    assert.deepEqual(
      ledger.lines().slice(0, 40),
      [...open]
        .sort((a, b) => a.id - b.id)
        .slice(0, 40)
        .map(({ line }) => line),
      'lines are told by id',
    )
    for (const running of [0, 1, open.length, open.length + 3]) {
      const { returned, ...others } = counted
      const atWork = Math.min(running, open.length)
      assert.deepEqual(
        ledger.counts(running),
        {
          ...{ submitted: this.submitted, ...others, refused: 0 },
          ...{ pending: open.length - atWork + returned, running: atWork },
        },
        'the equation holds',
      )
    }
  }
}

/** Runs the properties against this ledger. Throws at the first that does not hold. */
export function ledgerHolds(module: LedgerModule, parameters: fc.Parameters<unknown> = {}): void {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 120, size: 'max' }), ops => {
      const books = new Books(module)
      for (const one of ops) {
        books.obey(one)
        books.check()
      }
    }),
    { numRuns: 150, ...parameters } as fc.Parameters<[Op[]]>,
  )
}
