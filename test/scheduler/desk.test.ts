import test from 'ava'
import fc from 'fast-check'
import { openDesk } from '../../src/scheduler/desk/desk.ts'
import { Entry } from '../../src/scheduler/desk/entry.ts'
import { MinTree, TreeNode } from '../../src/scheduler/desk/min-tree.ts'
import { RunningSet } from '../../src/scheduler/desk/running-set.ts'
import { lookAhead } from '../../src/scheduler/limits.ts'
import { byPriority } from '../../src/scheduler/rules/by-priority.ts'
import { scheduler } from '../../src/scheduler/rules/combine.ts'
import { exclusive } from '../../src/scheduler/rules/exclusive.ts'
import { maxMemory } from '../../src/scheduler/rules/max-memory.ts'
import { maxThreads } from '../../src/scheduler/rules/max-threads.ts'
import type { Pending, Scheduler } from '../../src/scheduler/scheduler.ts'
import { Tickets } from '../../src/scheduler/tickets.ts'
import { Heap } from '../../src/words/heap.ts'
import { deskOf } from './desk-of.ts'

/** Numbers that look random, the same every time. */
function seeded(): () => number {
  let x = 42
  return () => {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff
    return x / 0x7fffffff
  }
}

/** All of n start and end, four at once; what one start costs. */
function costOfChoosing(n: number, rules: (order: Scheduler) => Scheduler) {
  const random = seeded()
  let calls = 0
  const priority: Scheduler = byPriority()
  const counted: Scheduler = {
    ...priority,
    patience: Infinity,
    order: (a, b) => {
      calls++
      return priority.order?.(a, b) ?? 0
    },
  }
  const view = Array.from({ length: n }, (_, id) => {
    const [priority, memory, file] = [random(), Math.floor(random() * 50), Math.floor(random() * 16)]
    return {
      id,
      instruction: { priority, memory, file },
      worker: '',
      expectedMs: undefined,
    } satisfies Pending
  })
  const desk = openDesk<number>(rules(counted), id => view[id] as Pending)
  for (let id = 0; id < n; id++) desk.arrive(id)
  const running: number[] = []
  let started = 0
  while (started < n) {
    const next = running.length < 4 ? desk.next(0) : undefined
    if (next === undefined) {
      desk.leave(running.shift() as number)
    } else {
      running.push(next)
      started++
    }
  }
  return calls / n
}

for (const n of [1e3, 1e4, 1e5, 1e6]) {
  const most = 2 * Math.log2(n) + 2

  test.serial(`of ${n} pending, a start costs at most 2 log2 n + 2 calls of order`, t => {
    const calls = costOfChoosing(n, order => scheduler(order, maxThreads(4)))
    t.log(`${calls.toFixed(1)} calls, at most ${most.toFixed(1)}`)
    t.true(calls <= most)
  })

  if (n === 1e6) continue // the same code, and a long time
  test.serial(
    `of ${n} pending, a start costs at most 2 log2 n + 2 calls of order with memory and files, too`,
    t => {
      const rules = [maxThreads(4), maxMemory({ max: 100 }), exclusive(({ file }) => [file])]
      const calls = costOfChoosing(n, order => scheduler(order, ...rules))
      t.log(`${calls.toFixed(1)} calls, at most ${most.toFixed(1)}`)
      t.true(calls <= most)
    },
  )
}

test('a start behind a hundred thousand that wait for one file asks for the keys of nobody else again', t => {
  let asked = 0
  const rules = exclusive(({ file }) => {
    asked++
    return [file]
  })
  const given = Array.from({ length: 100_000 }, () => ({ file: 'a' }))
  const desk = deskOf(rules, given)
  t.is(desk.next(0), 0)
  t.is(desk.next(0), undefined)
  const before = asked
  for (let id = 0; id < 1000; id++) {
    desk.give(100_000 + id, { file: `b${id}` })
    t.is(desk.next(0), 100_000 + id)
  }
  t.is(asked - before, 1000)
})

test('of those that a rule does not admit, so many are looked at and no more, until something settles', t => {
  let asked = 0
  const rule: Scheduler = {
    concurrency: Infinity,
    admits: (next, running) => {
      asked++
      return running.length === 0 || next.instruction.small
    },
  }
  const given = [...Array(1000).fill({ small: false }), { small: true }]
  const desk = deskOf(rule, given)
  t.is(desk.next(0), 0)
  asked = 0
  t.is(desk.next(0), undefined)
  t.is(asked, lookAhead)
  t.is(desk.next(0), undefined)
  t.is(asked, lookAhead)
  desk.leave(0)
  t.is(desk.next(0), 1)
})

for (const rules of [maxThreads(2), scheduler(maxThreads(2), byPriority())]) {
  const name = rules.name

  test(`${name}: who has withdrawn is never handed out, though its number is given again`, t => {
    const desk = deskOf(rules, [{}, {}, {}])
    t.true(desk.withdraw(1))
    t.false(desk.withdraw(1))
    t.false(desk.withdraw(7))
    desk.give(1, {})
    t.is(desk.pending, 3)
    t.is(desk.next(0), 0)
    t.false(desk.withdraw(0), 'it runs')
  })

  test(`${name}: who comes back is ahead of its equals, by arrival`, t => {
    const desk = deskOf({ ...rules, concurrency: 4, rules: [byPriority()] }, [{}, {}, {}, {}, {}])
    t.deepEqual([desk.next(0), desk.next(0), desk.next(0)], [0, 1, 2])
    for (const id of [2, 0, 1]) {
      desk.leave(id)
      desk.requeue(id)
    }
    t.deepEqual([desk.next(0), desk.next(0), desk.next(0), desk.next(0)], [0, 1, 2, 3])
  })

  test(`${name}: drain gives all that wait, in order of arrival, and forgets them`, t => {
    const desk = deskOf(rules, [{}, { priority: 1 }, { priority: 2 }, {}])
    const first = desk.next(0) as number
    desk.leave(first)
    desk.requeue(first)
    t.deepEqual(desk.drain(), [0, 1, 2, 3])
    t.is(desk.pending, 0)
    t.is(desk.next(0), undefined)
  })
}

test('a plain desk withdraws a hundred thousand of a hundred thousand in no time, and stays small', t => {
  const desk = deskOf(maxThreads(2), Array(100_000).fill({}))
  for (let id = 99_999; id > 0; id--) desk.withdraw(id)
  t.is(desk.pending, 1)
  t.is(desk.next(0), 0)
  t.is(desk.pending, 0)
})

test('a plain desk hands out in order across the cuts of its queue', t => {
  const desk = deskOf(maxThreads(2), Array(200_000).fill({}))
  desk.withdraw(100_000)
  for (let id = 0; id < 200_000; id++) if (id !== 100_000) if (desk.next(0) !== id) t.fail(`not ${id}`)
  t.is(desk.pending, 0)
})

test('the plain desk never makes a view of who just passes through', t => {
  let views = 0
  const desk = openDesk<number>(maxThreads(2), id => {
    views++
    return { id, instruction: {}, worker: '', expectedMs: undefined }
  })
  for (let id = 0; id < 100; id++) {
    desk.impossible(id)
    desk.arrive(id)
  }
  for (let id = 0; id < 100; id++) desk.leave(desk.next(0) as number)
  t.is(views, 0)
})

const throwing: [keyof Scheduler, Scheduler][] = (
  ['order', 'admits', 'keys', 'cost', 'share', 'opensAt'] as const
).map(member => [
  member,
  {
    name: 'mine',
    concurrency: 3,
    [member]: () => {
      throw new RangeError('broken')
    },
  },
])

for (const [member, rule] of throwing) {
  test(`a rule whose ${member} throws is named, with its error as the cause, and nothing is lost`, t => {
    const desk = deskOf(rule, [{}, {}, {}])
    const error = t.throws(() => desk.next(0))
    t.is(error?.message, `The scheduler's rule '${member}' of mine threw: broken`)
    t.true(error?.cause instanceof RangeError)
    t.throws(() => desk.next(0))
    t.is(desk.pending, 3)
    t.deepEqual(desk.drain(), [0, 1, 2])
  })
}

test('a cost that is not a number of at least 0 is an error of the rule', t => {
  const desk = deskOf({ concurrency: 3, budget: 2, cost: () => Number.NaN }, [{}])
  t.throws(() => desk.next(0), { message: /'cost' threw: a cost must be a number of at least 0, not NaN/ })
})

test('a rule that lets nobody start though nothing runs is an error, not a wait for ever', t => {
  const desk = deskOf({ name: 'mine', concurrency: 3, admits: () => false }, Array(200).fill({}))
  const message =
    "Nothing runs, and the scheduler lets none of the 200 pending instructions start: rule 'admits' of mine. " +
    "Let 'impossible' refuse what can never start, or 'opensAt' say when to look again."
  t.throws(() => desk.next(0), { message })
  t.is(desk.drain().length, 200)
})

test('a change of rules refuses what has become impossible, and loses nothing else', t => {
  const desk = deskOf(maxThreads(2), [{ memory: 10 }, { memory: 90 }, { memory: 20 }, { memory: 30 }])
  t.is(desk.next(0), 0)
  const refused = desk.reschedule(scheduler(maxThreads(4), maxMemory({ max: 60 })), [0])
  t.deepEqual(refused, [{ item: 1, why: 'it needs 90 MiB of memory, and there are 60 in all' }])
  t.deepEqual([desk.next(0), desk.next(0), desk.next(0)], [2, 3, undefined])
  desk.reschedule(maxThreads(1), [0, 2, 3])
  t.is(desk.running, 3)
  t.true(desk.plain)
  t.is(desk.concurrency, 1)
})

test('a line agrees with a sorted list, whatever joins, quits and changes its needs', t => {
  class Stand extends TreeNode {
    readonly rank: number
    constructor(rank: number, own: number) {
      super()
      this.rank = rank
      this.own = own
    }
  }
  const command = fc.tuple(fc.constantFrom('join', 'join', 'quit', 'need'), fc.nat(99), fc.nat(9))
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200, size: 'max' }), commands => {
      const line = new MinTree<Stand>((a, b) => a.rank - b.rank)
      let model: Stand[] = []
      for (const [what, rank, own] of commands) {
        const one = model[rank % (model.length || 1)]
        if (what === 'join') {
          const stand = new Stand(rank, own)
          line.join(stand)
          const at = model.findIndex(other => other.rank > rank)
          model.splice(at < 0 ? model.length : at, 0, stand)
        } else if (what === 'quit' && one !== undefined) {
          line.quit(one)
          model = model.filter(other => other !== one)
        } else if (one !== undefined) {
          line.need(one, own)
        }
        for (const most of [0, 3, 9]) {
          t.is(
            line.first(most),
            model.find(stand => stand.own <= most),
          )
        }
        t.is(line.empty, model.length === 0)
      }
    }),
    { numRuns: 200 },
  )
})

test('a heap gives its items in order', t => {
  fc.assert(
    fc.property(fc.array(fc.integer()), numbers => {
      const heap = new Heap<number>((a, b) => a < b)
      for (const n of numbers) heap.push(n)
      t.deepEqual(
        numbers.map(() => heap.pop()),
        [...numbers].sort((a, b) => a - b),
      )
    }),
  )
})

test('tickets are the lowest free numbers', t => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(9))), steps => {
      const tickets = new Tickets()
      const taken: number[] = []
      for (const step of steps) {
        if (step === null || taken.length === 0) {
          const ticket = tickets.take()
          t.is(ticket, [...Array(taken.length + 1).keys()].find(n => !taken.includes(n)) as number)
          taken.push(ticket)
        } else {
          tickets.free(taken.splice(step % taken.length, 1)[0] as number)
        }
      }
    }),
  )
})

test('those at work: whoever is taken is found, few or many, and who does not work here is not', t => {
  const pending = (id: number): Pending => ({ id, instruction: {}, worker: '', expectedMs: undefined })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 200, size: 'max' }), commands => {
      const running = new RunningSet<number>()
      const model = new Map<number, Entry<number>>()
      for (const [comes, item] of commands) {
        if (!comes) t.is(running.take(item), model.get(item))
        else if (!model.has(item)) {
          const entry = new Entry(item, pending(item), false)
          running.add(entry)
          model.set(item, entry)
        }
        if (!comes) model.delete(item)
        t.is(running.size, model.size)
        t.deepEqual(running.views.map(({ id }) => id).sort(), [...model.keys()].sort())
      }
    }),
  )
})
