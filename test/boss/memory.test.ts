/** What a boss keeps: so many reports, and their names. Which options it takes, and what it says where nobody listens. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import test from 'ava'

import { processes } from '../../src/entries/processes.ts'
import { Boss, inline, maxThreads, RxbossError, threads } from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { bossOfFakes, turn } from './desk-of-fakes.ts'

const onThisThread = (options: Partial<ConstructorParameters<typeof Boss>[0]> = {}) =>
  new Boss({ workers: square, crew: inline(), scheduler: maxThreads(1), ...(options as object) })

/** What is said on stderr meanwhile. */
async function saidOnStderr(run: () => Promise<unknown>): Promise<readonly string[]> {
  const said: string[] = []
  const { error } = console
  console.error = (text: string) => said.push(text)
  try {
    await run()
  } finally {
    console.error = error
  }
  return said
}

test.serial(
  'so many reports are kept and none of the later ones; counts are whole, and it is said once',
  async t => {
    const said = await saidOnStderr(async () => {
      await using boss = onThisThread({ keepReports: 3 })
      for (let n = 0; n < 10; n++) boss.give({ n })
      boss.start()
      const { reports, keptAll, counts } = await boss.waitTillFinished()
      t.deepEqual(
        reports.map(({ id }) => id),
        [0, 1, 2],
      )
      t.false(keptAll)
      t.is(counts.done, 10)
    })
    t.is(said.length, 1)
    t.regex(said[0] ?? '', /3 reports are kept.*keepReports/)
  },
)

test('true keeps all, false none; the default is a number', async t => {
  for (const [keepReports, kept] of [
    [true, 5],
    [undefined, 5],
    [5, 5],
    [false, 0],
    [0, 0],
  ] as const) {
    await using boss = onThisThread(keepReports === undefined ? {} : { keepReports })
    for (let n = 0; n < 5; n++) boss.give({ n })
    boss.start()
    const { reports, keptAll } = await boss.waitTillFinished()
    t.is(reports.length, kept)
    t.is(keptAll, kept === 5)
  }
})

test('a name is taken as long as its instruction is not settled, or its report is kept', async t => {
  const { boss, lane } = bossOfFakes({ scheduler: maxThreads(1), keepReports: 1 })
  boss.start()
  boss.give({ n: 1, name: 'kept' })
  boss.give({ n: 2, name: 'let go' })
  t.throws(() => boss.give({ n: 3, name: 'let go' }), { instanceOf: RxbossError, message: /already used/ })
  t.throws(() => boss.setInstructions({ individual: { n: [1, 2], name: ['new', 'let go'] } } as never))
  await turn()
  lane(0).getReady()
  lane(0).finish(1)
  lane(0).finish(4)
  t.throws(() => boss.give({ n: 3, name: 'kept' }), { code: 'refused' })
  t.notThrows(() => boss.give({ n: 3, name: 'let go' }))
  t.notThrows(() => boss.give({ n: 4, name: 'new' }))
  const run = boss.run({ n: 5, name: 'asked' })
  t.throws(() => boss.give({ n: 6, name: 'asked' }), { code: 'refused' })
  for (let n = 0; n < 3; n++) {
    await turn()
    lane(0).finish(n)
  }
  t.is(await run, 2)
  t.notThrows(() => boss.give({ n: 6, name: 'asked' }))
})

for (const [what, options] of Object.entries({
  'no workers': { workers: [] },
  'a capacity of 0': { mailbox: { capacity: 0 } },
  'a capacity of 1.5': { mailbox: { capacity: 1.5 } },
  'an unknown overflow': { mailbox: { overflow: 'other' } },
  'a mailbox that is a number': { mailbox: 5 },
  'reports of 1.5': { keepReports: 1.5 },
  'reports of -1': { keepReports: -1 },
  'reports in words': { keepReports: 'all' },
  'an unknown count of storms': { supervise: { max: 1, within: 1, count: 'some' } },
  'a crew that is none': { crew: {} },
  'a scheduler that is none': { scheduler: 4 },
  'verbose in words': { verbose: 'yes' },
  'strict in words': { strict: 'yes' },
  'an unknown output': { output: 'stdout' },
  'a negative grace': { graceMs: -1 },
} as const)) {
  test(`${what}: a TypeError that names the option`, t => {
    const error = t.throws(() => onThisThread(options as never), { instanceOf: TypeError })
    t.regex(error?.message ?? '', /^Cannot (make a boss|schedule)/)
  })
}

test('crews refuse what cannot be meant by the same class of error', t => {
  for (const make of [
    () => threads({ size: 0 }),
    () => threads({ min: -1 }),
    () => threads({ startMs: Number.NaN }),
    () => processes({ memoryLimit: 1 }),
    () => processes({ nice: 99 }),
    () => inline({ size: 0 }),
  ])
    t.throws(make, { instanceOf: TypeError })
})

test('capacity bounds what waits beyond idle lanes', async t => {
  const { boss, lane } = bossOfFakes({ scheduler: maxThreads(2), mailbox: { capacity: 1 } })
  boss.give({ n: 0 })
  t.throws(() => boss.give({ n: 1 }), { code: 'full' }, 'halted, nothing is idle')
  boss.start()
  boss.give({ n: 1 })
  boss.give({ n: 2 })
  t.throws(() => boss.give({ n: 3 }), { code: 'full' })
  await turn()
  lane(0).getReady()
  t.throws(() => boss.give({ n: 3 }), { code: 'full' })
  lane(0).finish(0)
  t.notThrows(() => boss.give({ n: 3 }))
})

test('a source that is pulled is never refused by a small mailbox', async t => {
  await using boss = onThisThread({ mailbox: { capacity: 1 } })
  const { done } = boss.listen(Array.from({ length: 300 }, (_, n) => ({ n })))
  boss.start()
  t.is((await boss.waitTillFinished()).counts.done, 300)
  t.deepEqual(await done, { given: 300, refused: 0 })
})

test.serial(
  'a warning that nobody observes is told once for each worker; one that is observed is not',
  async t => {
    const warn = async (observe: boolean) =>
      saidOnStderr(async () => {
        const boss = onThisThread()
        if (observe) boss.notices$.subscribe()
        for (let n = 0; n < 3; n++) boss.give({ n, nn: 1 } as never)
      })
    const said = await warn(false)
    t.is(said.length, 1)
    t.regex(said[0] ?? '', /nn/)
    t.deepEqual(await warn(true), [])
  },
)

const collectGarbage = () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

for (const [where, crew] of Object.entries({ inline: () => inline(), threads: () => threads() }))
  test.serial(`${where}: a hundred thousand runs, some of which fail, leave nothing behind`, async t => {
    await using boss = new Boss({ workers: square, crew: crew(), scheduler: maxThreads(2) }).start()
    const signal = new AbortController().signal
    const many = async (count: number) => {
      for (let done = 0; done < count; done += 1000)
        await Promise.allSettled(
          Array.from({ length: 1000 }, (_, n) =>
            boss.run({ n: n % 100 === 0 ? ('bad' as never) : n }, n % 10 === 0 ? { signal } : {}),
          ),
        )
    }
    await many(10_000)
    const before = collectGarbage()
    await many(100_000)
    const moreMB = collectGarbage() - before
    t.true(moreMB < 5, `${moreMB.toFixed(1)} MB more`)
    t.like(boss.state.counts, { done: 108_900, refused: 1100, pending: 0, running: 0 })
    t.deepEqual((await boss.getReport()).reports, [])
  })
