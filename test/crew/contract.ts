/** What every crew keeps. Called in one line for each: `meetsCrewContract('inline', () => inline())`. */

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'
import fc from 'fast-check'

import type { Crew, Job, LaneEvent } from '../../src/crew/crew.ts'
import type { AnyWorker } from '../../src/worker/worker.ts'
import * as workers from '../fixtures/basic.ts'
import { tryLane } from './try-lane.ts'

export interface ContractOptions {
  /** Work does not run in this thread: it may block, and values are cloned. */
  readonly elsewhere: boolean
  /** What was sent and has not begun can be taken back. */
  readonly takesBack: boolean
  /** Memory is shared with the work. Default true. */
  readonly sharesMemory?: boolean
  /** So many jobs are sent before the first is answered, where none can be taken back. Default 0. */
  readonly handsAhead?: number
  /** What its language makes of a value for which it has no word. Default: it has words for all. */
  readonly asRead?: (value: unknown) => unknown
  readonly test?: typeof test.serial
}

/** What `gated` work counts in and waits at: memory where it can be shared, else a folder. */
function newGate(sharesMemory: boolean) {
  const words = new Int32Array(new SharedArrayBuffer(4 * 32))
  const folder = sharesMemory ? '' : mkdtempSync(join(tmpdir(), 'rxboss-gate-'))
  const begun = (n: number): number => {
    if (sharesMemory) return words[1 + n] as number
    return existsSync(join(folder, String(n))) ? readFileSync(join(folder, String(n))).length : 0
  }
  return {
    shared: sharesMemory ? words : folder,
    counts: (jobs: number) => Array.from({ length: jobs }, (_, n) => begun(n)),
    hasBegun: async (n: number) => {
      while (begun(n) === 0) await new Promise(resolve => setTimeout(resolve, 2))
    },
    open: () => {
      Atomics.store(words, 0, 1)
      if (!sharesMemory) writeFileSync(join(folder, 'open'), '')
    },
  }
}

export function meetsCrewContract(name: string, makeCrew: () => Crew, options: ContractOptions): void {
  const makeGate = () => newGate(options.sharesMemory ?? true)
  const { handsAhead = 0, asRead = value => value, test: check = test.serial } = options
  const open = (definitions: readonly AnyWorker[], terms = {}) => {
    const tried = tryLane(makeCrew(), definitions, terms)
    tried.open()
    return tried
  }

  check(`${name}: results come in the order in which jobs were given`, async t => {
    const one = open([workers.plusOne])
    const jobs = Array.from({ length: 5000 }, (_, n) => one.give({ attributes: { n } }))
    await one.settled(5000)
    t.deepEqual(
      one.outcomes(),
      jobs.map(job => [job, job + 1]),
    )
    t.is(one.lane.held, 0)
    t.is((await one.close()).why, 'closed')
    t.is(one.events[0]?.type, 'ready')
  })

  check(`${name}: jobs of several definitions, in turns, keep their order`, async t => {
    const one = open([workers.plusOne, workers.whole, workers.echo])
    one.give({ definition: 0, attributes: { n: 1 } })
    one.give({ definition: 1, attributes: { a: 1, b: 'x' } })
    one.give({ definition: 1, attributes: { a: 2, b: 'y' } })
    one.give({ definition: 2, attributes: { value: 'z' } })
    one.give({ definition: 0, attributes: { n: 2 } })
    await one.settled(5)
    t.deepEqual(
      one.outcomes().map(([, result]) => result),
      [2, '1x', '2y', 'z', 3],
    )
    await one.terminate()
  })

  check(`${name}: falsy results arrive as they are`, async t => {
    const one = open([workers.echo])
    const values = [0, -0, '', false, null, undefined, Number.NaN, 0n]
    for (const value of values) one.give({ attributes: { value } })
    await one.settled(values.length)
    t.deepEqual(
      one.outcomes().map(([, result]) => result),
      values.map(asRead),
    )
    await one.terminate()
  })

  check(`${name}: the work sees its id, name, attempt and ticket`, async t => {
    const one = open([workers.whoAmI])
    one.give({ id: 7 })
    one.give({ id: 8, attempt: 2 })
    one.give({ id: 4, name: 'four' })
    await one.settled(3)
    t.deepEqual(
      one.outcomes().map(([, result]) => result),
      [
        { id: 7, name: 'whoAmI#7', attempt: 1, ticket: 3, binding: [] },
        { id: 8, name: 'whoAmI#8', attempt: 2, ticket: 3, binding: [] },
        { id: 4, name: 'four', attempt: 1, ticket: 3, binding: [] },
      ],
    )
    await one.terminate()
  })

  for (const how of ['report', 'generator', 'async generator', 'watchable']) {
    check(`${name}: notes of a ${how} come in order, falsy ones too, all before the result`, async t => {
      const notes = [0, '', false, null, undefined, 'last']
      const one = open([workers.noting])
      one.give({ attributes: { notes, how } })
      one.give({ attributes: { notes: ['second'], how } })
      await one.settled(2)
      const end = how === 'watchable' ? ['last', 'second'] : ['end', 'end']
      t.deepEqual(one.notes(), [...notes.map(asRead), 'second'])
      t.deepEqual(one.outcomes(), [
        [0, end[0]],
        [1, end[1]],
      ])
      const kinds = one.events.map(event => event.type).filter(type => type !== 'ready')
      t.deepEqual(kinds.slice(0, 7), [...new Array(6).fill('note'), 'done'])
      await one.terminate()
    })
  }

  check(`${name}: ten thousand notes arrive, in order, before the result`, async t => {
    const one = open([workers.noting])
    const notes = Array.from({ length: 10_000 }, (_, i) => i)
    one.give({ attributes: { notes, how: 'report' } })
    await one.settled(1)
    t.deepEqual(one.notes(), notes)
    await one.terminate()
  })

  check(`${name}: a note after the end is nonsense, and changes nothing`, async t => {
    const one = open([workers.lateNote, workers.plusOne])
    one.give({})
    await one.until(() => one.events.some(event => event.type === 'nonsense'))
    one.give({ definition: 1, attributes: { n: 1 } })
    await one.settled(2)
    t.deepEqual(one.notes(), [])
    t.deepEqual(one.outcomes(), [
      [0, 'done'],
      [1, 2],
    ])
    await one.terminate()
  })

  check(
    `${name}: what the work throws arrives with class, code and cause; the next job is not touched`,
    async t => {
      const one = open([workers.thrower])
      for (const how of ['class', 'fine', 'undefined', 'rejects', 'fine', 'field'])
        one.give({ attributes: { how } })
      await one.settled(6)
      t.deepEqual(
        one.outcomes().map(([, result]) => result),
        ['threw', 'fine', 'threw', 'threw', 'fine', 'threw'],
      )
      const failures = one.events.flatMap(event => (event.type === 'failed' ? [event.failure] : []))
      t.like(failures[0], {
        what: 'Worker "thrower" threw',
        error: { name: 'Refusal', message: 'no', code: 'E_REFUSED', cause: { name: 'TypeError' } },
      })
      t.like(failures[1], { error: { name: 'NonError', message: 'undefined' } })
      t.like(failures[2], { error: { name: 'SyntaxError', message: 'later' } })
      t.like(failures[3], { error: { fn: '[function fn]' } })
      await one.terminate()
    },
  )

  check(`${name}: aborted work hears it, cleans up, and its lane goes on`, async t => {
    const one = open([workers.obedient, workers.plusOne])
    const gentle = one.give({})
    await one.until(() => one.notes().includes('waiting'))
    one.lane.abort(99, 'nobody')
    one.lane.abort(gentle, 'gently')
    await one.settled(1)
    const harsh = one.give({})
    await one.until(() => one.notes().length === 3)
    one.lane.abort(harsh, new RangeError('enough'))
    one.give({ definition: 1, attributes: { n: 1 } })
    await one.settled(3)
    t.deepEqual(one.outcomes(), [
      [gentle, 'obeyed'],
      [harsh, 'threw'],
      [2, 2],
    ])
    const failed = one.events.find(event => event.type === 'failed')
    t.like(failed, { failure: { error: { name: 'RangeError', message: 'enough' } } })
    t.deepEqual(one.notes(), ['waiting', 'cleaned up', 'waiting', 'cleaned up'])
    await one.terminate()
  })

  check(`${name}: jobs given before the lane is opened, or ready, are done`, async t => {
    const one = tryLane(makeCrew(), [workers.plusOne])
    one.give({ attributes: { n: 1 } })
    one.open()
    one.give({ attributes: { n: 2 } })
    await one.settled(2)
    t.deepEqual(one.outcomes(), [
      [0, 2],
      [1, 3],
    ])
    await one.terminate()
  })

  check(`${name}: a job taken back never begins, and the others are done`, async t => {
    const gate = makeGate()
    const { shared } = gate
    const one = open([workers.gated])
    const jobs = Array.from({ length: 8 }, (_, n) => one.give({ attributes: { shared, n } }))
    await one.until(() => one.events.length > 0)
    t.is(one.lane.held, 8)
    if (options.takesBack) await gate.hasBegun(0)
    t.deepEqual(one.lane.withdrawTail(2), [7, 6])
    const waits = 3 + Math.min(2, handsAhead)
    if (handsAhead > 0) t.false(one.lane.withdraw(handsAhead))
    t.true(one.lane.withdraw(waits))
    t.false(one.lane.withdraw(waits))
    t.false(one.lane.withdraw(99))
    t.is(one.lane.held, 5)
    gate.open()
    await one.settled(5)
    t.deepEqual(
      one.outcomes().map(([job]) => job),
      [0, 1, 2, 3, 4, 5].filter(job => job !== waits),
    )
    t.deepEqual(
      gate.counts(jobs.length),
      jobs.map(job => (job === waits || job > 5 ? 0 : 1)),
    )
    await one.close()
  })

  check(
    `${name}: a job taken back before it was sent leaves a hole that results do not fall into`,
    async t => {
      const one = open([workers.plusOne, workers.noting])
      await one.until(() => one.events.length > 0)
      for (let n = 0; n < 6; n++) one.give({ attributes: { n } })
      t.true(one.lane.withdraw(1))
      t.true(one.lane.withdraw(4))
      await one.settled(4)
      t.deepEqual(one.outcomes(), [
        [0, 1],
        [2, 3],
        [3, 4],
        [5, 6],
      ])
      await one.close()
    },
  )

  check(`${name}: the job at work cannot be taken back, and withdrawTail leaves the first`, async t => {
    const gate = makeGate()
    const { shared } = gate
    const one = open([workers.gated])
    const first = one.give({ attributes: { shared, n: 0 } })
    one.give({ attributes: { shared, n: 1 } })
    await gate.hasBegun(0)
    const atWork = one.lane.atWork()
    t.is(atWork?.job, first)
    t.true(Math.abs((atWork?.began ?? 0) - performance.now()) < 5000)
    t.false(one.lane.withdraw(first))
    t.deepEqual(one.lane.withdrawTail(10), handsAhead === 0 ? [1] : [])
    gate.open()
    await one.settled(handsAhead === 0 ? 1 : 2)
    t.is(one.lane.atWork(), undefined)
    await one.close()
  })

  check(`${name}: terminating says what had begun and what had not, once, and is idempotent`, async t => {
    const gate = makeGate()
    const { shared } = gate
    const one = open([workers.gated])
    for (let n = 0; n < 4; n++) one.give({ attributes: { shared, n } })
    await gate.hasBegun(0)
    one.lane.terminate()
    const exit = await one.terminate()
    gate.open()
    t.like(exit, { why: 'closed', begun: [0], queued: [1, 2, 3], lost: [], reason: 'it was terminated' })
    t.is(one.events.filter(event => event.type === 'exit').length, 1)
    one.lane.close()
    one.lane.terminate()
    await new Promise(resolve => setTimeout(resolve, 20))
    t.deepEqual(gate.counts(4), [1, 0, 0, 0])
    t.is(one.events.at(-1)?.type, 'exit')
    t.throws(() => one.give({}), { message: /its lane has exited/ })
  })

  check(`${name}: closing does what it holds first, and tears down`, async t => {
    const one = open([workers.prepared, workers.unprepared])
    for (let n = 0; n < 3; n++) one.give({ attributes: {} })
    one.lane.close()
    t.is(one.lane.room(0), 0)
    const exit = await one.close()
    t.like(exit, { why: 'closed', begun: [], queued: [], lost: [] })
    t.is(one.outcomes().length, 3)
    t.true(one.outcomes().every(([, result]) => / on 3$/.test(String(result))))
    if (options.elsewhere) t.is(one.printed(), 'torn down\n')
  })

  check(`${name}: a setup that throws fails that job, and the next one tries again`, async t => {
    const one = open([workers.unprepared])
    one.give({})
    one.give({})
    await one.settled(2)
    t.deepEqual(
      one.outcomes().map(([, result]) => result),
      options.elsewhere || one.outcomes()[0]?.[1] === 'threw'
        ? ['threw', 'prepared']
        : ['prepared', 'prepared'],
    )
    await one.close()
  })

  check(`${name}: unsubscribing ends it, and nothing is heard any more`, async t => {
    const one = open([workers.plusOne])
    await one.until(() => one.events.length > 0)
    one.give({ attributes: { n: 1 } })
    one.unsubscribe()
    await new Promise(resolve => setTimeout(resolve, 50))
    t.deepEqual(
      one.events.map(event => event.type),
      ['ready'],
    )
  })

  check(
    `${name}: terminated before it is opened, or while it starts, it exits and begins nothing`,
    async t => {
      const before = tryLane(makeCrew(), [workers.plusOne])
      before.give({ attributes: { n: 1 } })
      before.lane.terminate()
      before.open()
      t.like(await before.exit, { why: 'closed', queued: [0] })
      const during = open([workers.plusOne])
      during.give({ attributes: { n: 1 } })
      t.like(await during.terminate(), { why: 'closed', queued: [0] })
      t.deepEqual(during.outcomes(), [])
    },
  )

  check(`${name}: room is one at a time where nothing may be handed ahead`, async t => {
    const one = open([workers.plusOne], { ahead: false })
    t.is(one.lane.room(0), 1)
    one.give({ attributes: { n: 1 } })
    t.is(one.lane.room(0), 0)
    await one.settled(1)
    t.is(one.lane.room(0), 1)
    await one.terminate()
  })

  check(`${name}: room grows for short jobs and stays at two for long ones`, async t => {
    const one = open([workers.plusOne, workers.busy])
    for (let i = 0; i < 200; i++) one.give({ definition: 0, attributes: { n: 1 } })
    await one.settled(200)
    one.give({ definition: 1, attributes: { ms: 20 } })
    await one.settled(201)
    const [short, long] = [one.lane.room(0), one.lane.room(1)]
    if (options.takesBack) t.true(short > 50, `room for ${short}`)
    else t.is(short, 1 + handsAhead)
    t.is(long, options.takesBack || handsAhead > 0 ? 2 : 1)
    await one.terminate()
  })

  check(`${name}: the user's timers run during a long burst of synchronous work`, async t => {
    const one = open([workers.busy, workers.lateNote])
    one.give({ definition: 1 })
    for (let i = 0; i < 20; i++) one.give({ attributes: { ms: 5 } })
    await one.settled(21)
    const late = one.events.findIndex(event => event.type === 'nonsense')
    t.true(late >= 0 && late < one.events.findLastIndex(event => event.type === 'done'))
    await one.terminate()
  })

  check(
    `${name}: whatever is given, taken back and ended, each job ends up in exactly one place`,
    async t => {
      const step = fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({ act: fc.constant('give' as const), kind: fc.integer({ min: 0, max: 2 }) }),
        },
        { weight: 2, arbitrary: fc.record({ act: fc.constant('withdraw' as const), back: fc.nat(10) }) },
        { weight: 1, arbitrary: fc.record({ act: fc.constant('tail' as const), count: fc.nat(5) }) },
        { weight: 2, arbitrary: fc.record({ act: fc.constant('turn' as const) }) },
        { weight: 1, arbitrary: fc.record({ act: fc.constant('abort' as const), back: fc.nat(10) }) },
      )
      const property = fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.boolean(),
        async (steps, politely) => {
          const one = open([workers.plusOne, workers.thrower, workers.noting])
          const attributes = [{ n: 1 }, { how: 'class' }, { notes: [1], how: 'async generator' }]
          const taken: Job[] = []
          let given = 0
          for (const { act, ...rest } of steps as {
            act: string
            kind: number
            back: number
            count: number
          }[]) {
            if (act === 'give') {
              one.give({ definition: rest.kind, attributes: attributes[rest.kind] })
              given++
            }
            if (act === 'withdraw' && one.lane.withdraw(given - 1 - rest.back))
              taken.push(given - 1 - rest.back)
            if (act === 'tail') taken.push(...one.lane.withdrawTail(rest.count))
            if (act === 'turn') await new Promise(resolve => setImmediate(resolve))
            if (act === 'abort') one.lane.abort(given - 1 - rest.back, 'why not')
          }
          const exit = await (politely ? one.close() : one.terminate())
          const places = [
            ...one.outcomes().map(([job]) => job),
            ...taken,
            ...exit.begun,
            ...exit.queued,
            ...exit.lost,
            ...one.released(),
          ]
          t.deepEqual(
            places.sort((a, b) => a - b),
            Array.from({ length: given }, (_, job) => job),
          )
          t.true(exit.begun.length <= 1)
          if (politely) t.deepEqual([exit.why, exit.begun, exit.queued, exit.lost], ['closed', [], [], []])
          t.is(one.lane.held, 0)
          t.deepEqual(
            one.events.filter(({ type }: LaneEvent) => type === 'nonsense'),
            [],
          )
        },
      )
      await fc.assert(property, { numRuns: options.elsewhere ? 40 : 500 })
    },
  )
}
