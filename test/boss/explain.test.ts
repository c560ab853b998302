/** `explain(boss, id)`: which rule holds an instruction back, on what, behind whom, and until when. */

import test from 'ava'
import * as t from 'io-ts'
import {
  atMost,
  Boss,
  byPriority,
  defineWorker,
  exclusive,
  explain,
  type Failure,
  inline,
  laxist,
  maxMemory,
  maxThreads,
  rateLimit,
  resources,
  type Scheduler,
  scheduler,
  threads,
} from '../../src/index.ts'

/** Works until it is told to end. */
const forever = defineWorker(import.meta, {
  name: 'forever',
  attr: { file: { type: t.string, default: '' }, host: { type: t.string, default: 'h' } },
  work: (_, task) => new Promise(resolve => task.signal.addEventListener('abort', () => resolve(0))),
})

/** A boss of eight lanes that has started what it may. */
async function bossWith(rules: Scheduler, given: readonly object[], size = 8) {
  const boss = new Boss({ workers: forever, crew: inline({ size }), scheduler: rules, graceMs: 0 })
  for (const one of given) boss.give(one)
  boss.makeThemWork()
  await new Promise(resolve => setTimeout(resolve, 5))
  return boss
}

const cases: readonly (readonly [string, Scheduler, readonly object[], object, RegExp])[] = [
  [
    'a key that another has',
    exclusive(({ file }) => [file]),
    [{ file: 'a' }, { file: 'b' }, { file: 'a' }],
    { rule: 'exclusive', key: 'a', behind: [0] },
    /^"forever#2" waits for .*: exclusive "a": it is taken, behind #0$/,
  ],
  [
    'so many on a key',
    atMost(2, ({ host }) => host),
    [{}, {}, {}],
    { rule: 'atMost', key: 'h', behind: [0, 1] },
    /atMost "h": 2 of 2 run, behind #0, #1/,
  ],
  [
    'a resource of which too little is free',
    resources({ gpu: ['0', '1', '2'] }),
    [{ needs: { gpu: 1 } }, { needs: { gpu: 1 } }, { needs: { gpu: 2 } }],
    { rule: 'resources', key: 'gpu', behind: [0, 1] },
    /resources "gpu": it needs 2, and 1 of 3 are free, behind #0, #1/,
  ],
  [
    'memory',
    maxMemory({ max: 1000 }),
    [{ memory: 300 }, { memory: 300 }, { memory: 500 }],
    { rule: 'maxMemory', behind: [0, 1] },
    /maxMemory: it needs 500, and 400 of 1000 are free/,
  ],
  [
    'a limit',
    scheduler(byPriority(), maxThreads(2)),
    [{}, {}, {}],
    { rule: 'maxThreads', behind: [0, 1] },
    /maxThreads: 2 of 2 run/,
  ],
  [
    'the lane it was handed to ahead',
    maxThreads(2),
    [{}, {}, {}],
    { rule: 'workers', behind: [0] },
    /it is next in w1, behind #0/,
  ],
  [
    'a rule of one’s own',
    { name: 'odd', concurrency: Infinity, admits: (_, running) => running.length < 2 },
    [{}, {}, {}],
    { rule: 'odd', behind: [0, 1] },
    /odd: it is not admitted beside what runs/,
  ],
]

for (const [what, rules, given, data, words] of cases)
  test(`what waits for ${what} says so`, async t => {
    const boss = await bossWith(rules, given)
    const explained = explain(boss, given.length - 1)
    t.is(explained?.state, 'waiting')
    t.like(explained?.heldBack[0], data)
    t.regex(explained?.words ?? '', words)
    t.is(explain(boss, 0)?.state, 'running')
    t.deepEqual(explain(boss)?.id, given.length - 1)
    await boss.stopThemWorking()
    t.is(explain(boss, 0), undefined)
  })

test('where time decides, it says when at the earliest: of all, and of one key', async t => {
  const all = await bossWith(rateLimit(1, 60_000), [{}, {}])
  t.like(explain(all, 1)?.heldBack[0], { rule: 'rateLimit' })
  t.true(between(explain(all, 1)?.inMs, 50_000, 60_000), `${explain(all, 1)?.inMs}`)
  await all.stopThemWorking()
  const rules = rateLimit(2, 60_000, ({ host }) => host)
  const perKey = await bossWith(rules, [{}, {}, { host: 'other' }, {}])
  t.is(explain(perKey, 2)?.state, 'running')
  t.like(explain(perKey, 3)?.heldBack[0], { rule: 'rateLimit', key: 'h' })
  t.true(between(explain(perKey, 3)?.inMs, 50_000, 60_000))
  await perKey.stopThemWorking()
})

const between = (value: number | undefined, least: number, most: number) =>
  value !== undefined && value > least && value <= most

test('whoever is only not first is behind who is; what is overtaken says how often', async t => {
  const rules = scheduler(byPriority(), maxMemory({ max: 100 }))
  const given = [{ memory: 60 }, { memory: 80 }, ...Array.from({ length: 20 }, () => ({ memory: 1 }))]
  const boss = await bossWith(rules, given, 64)
  t.is(explain(boss, 1)?.overtaken, 20)
  t.regex(explain(boss, 1)?.words ?? '', /overtaken 20 times/)
  await boss.stopThemWorking()
})

test('a halted boss, what has not begun in its lane, and what is starting say so', async t => {
  const halted = new Boss({ workers: forever, crew: inline() })
  halted.give({})
  t.like(explain(halted, 0)?.heldBack[0], { rule: 'halted' })
  const starting = new Boss({ workers: forever, crew: threads({ size: 1 }), scheduler: laxist(), graceMs: 0 })
  starting.give({})
  starting.give({})
  starting.makeThemWork()
  await Promise.resolve()
  t.like(explain(starting, 0)?.heldBack[0], { rule: 'workers' })
  t.is(explain(starting, 7), undefined)
  await Promise.all([halted.stopThemWorking(), starting.stopThemWorking()])
})

test('nothing is changed by asking: who starts next is the same, asked or not', async t => {
  const order = async (asking: boolean) => {
    const rules = scheduler(
      maxThreads(2),
      byPriority(),
      exclusive(({ file }) => [file]),
      rateLimit(3, 1, ({ host }) => host),
      maxMemory({ max: 100 }),
    )
    const boss = new Boss({ workers: quick, crew: inline({ size: 2 }), scheduler: rules })
    const starts: number[] = []
    boss.inspect$.subscribe(event => {
      if (event.type === 'instruction.start') starts.push(event.id)
      if (asking) for (let id = 0; id < 40; id++) explain(boss, id)
    })
    for (let n = 0; n < 40; n++)
      boss.give({ file: `${n % 3}`, host: `${n % 2}`, priority: n % 4, memory: 10 * (n % 7) })
    boss.makeThemWork()
    await boss.waitTillFinished()
    return starts.length
  }
  t.is(await order(false), 40)
  t.is(await order(true), 40)
})

const quick = defineWorker(import.meta, {
  name: 'quick',
  attr: { file: t.string, host: t.string },
  work: () => 1,
})

test('a failure is explained as ever', t => {
  const failure: Failure = { code: 'threw', what: 'It threw', why: 'no reason', remedy: 'Do not' }
  t.is(explain(failure, 'one'), 'Instruction "one" failed. It threw: no reason. Do not.')
  t.is(explain(failure), 'It threw: no reason. Do not.')
})
