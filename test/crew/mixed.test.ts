/** Several crews as one: the contract where definitions live in two of them, and what only a mixture can get wrong. */

import ava from 'ava'
import * as io from 'io-ts'
import { processes } from '../../src/entries/processes.ts'
import { defineProgram, mixed, programs } from '../../src/entries/programs.ts'
import {
  type AnyWorker,
  Boss,
  type Crew,
  inline,
  maxThreads,
  type Settled,
  threads,
} from '../../src/index.ts'
import { plusOne as plus, whoAmI } from '../fixtures/basic.ts'
import native from '../fixtures/native.ts'
import { meetsCrewContract } from './contract.ts'
import { commandOf, forNamesakes, test } from './programs/python.ts'

/** Takes these definitions alone. */
const onlyFor = (names: readonly string[], crew: Crew): Crew => ({
  ...crew,
  check: definitions => {
    for (const { name } of definitions) if (!names.includes(name)) throw new TypeError(`not ${name}`)
  },
})

const here = ['plusOne', 'whole', 'lateNote', 'thrower']

meetsCrewContract(
  'threads and programs',
  () => mixed(onlyFor(here, threads()), forNamesakes(programs({ command: commandOf('contract') }))),
  {
    elsewhere: true,
    takesBack: false,
    sharesMemory: false,
    asRead: value => (value === undefined ? null : typeof value === 'bigint' ? Number(value) : value),
    test,
  },
)

ava.serial(
  'each definition lives in the first crew that takes it; a crew that takes none is told with its reason',
  t => {
    const odd = defineProgram({ name: 'odd', command: ['true'] })
    t.notThrows(() => mixed(threads(), programs()).check([plus as AnyWorker, odd as AnyWorker]))
    const error = t.throws(() => mixed(threads(), processes()).check([odd as AnyWorker]))
    t.regex(
      error?.message ?? '',
      /^None of these crews takes worker "odd":\n {2}threads: .*it is a program.*\n {2}processes: /,
    )
    t.throws(() => mixed(), { message: /each must be a crew/ })
    t.is(mixed(threads({ size: 2 }), inline({ size: 3 })).size, 5)
    t.is(mixed(threads(), programs()).name, 'threads+programs')
  },
)

test('one boss has work done in threads and in Python, by turns, in the order of arrival', async t => {
  const plusOne = defineProgram({ name: 'plusOne', attr: { n: io.number }, command: commandOf('contract') })
  await using boss = new Boss({
    workers: [whoAmI as AnyWorker, plusOne as AnyWorker],
    crew: mixed(threads(), programs()),
    scheduler: maxThreads(1),
  })
  const started: number[] = []
  boss.inspect$.subscribe(event => {
    if (event.type === 'instruction.start') started.push(event.id)
  })
  for (let n = 0; n < 20; n++)
    boss.give((n % 3 === 0 ? { worker: 'whoAmI' } : { worker: 'plusOne', n }) as never)
  boss.makeThemWork()
  const { counts } = await boss.waitTillFinished()
  t.like(counts, { done: 20 })
  t.deepEqual(
    started,
    Array.from({ length: 20 }, (_, n) => n),
  )
})

ava.serial(
  'the size of each crew is kept to, though there are more lanes; idle places are given up',
  async t => {
    const workers = [plus as AnyWorker, native as AnyWorker]
    await using boss = new Boss({
      workers,
      crew: mixed(onlyFor(['plusOne'], threads({ size: 3 })), processes({ size: 1 })),
      scheduler: maxThreads(4),
    })
    const pids = new Set<number>()
    const finals: Settled[] = []
    boss.reports$.subscribe(report => {
      if (report.kind === 'interim') return
      finals.push(report)
      if (report.kind === 'done' && typeof report.result === 'object')
        pids.add((report.result as { pid: number }).pid)
    })
    for (let n = 0; n < 16; n++)
      boss.give((n % 2 === 0 ? { worker: 'plusOne', n } : { worker: 'native', act: 'who' }) as never)
    boss.makeThemWork()
    const alive = () => [...pids].filter(pid => isAlive(pid))
    let most = 0
    boss.reports$.subscribe(() => {
      most = Math.max(most, alive().length)
    })
    t.like((await boss.waitTillFinished()).counts, { done: 16 })
    t.is(most, 1)
  },
)

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

ava.serial(
  'a place that dies takes its lane with it: what it had begun is blamed, what others would do goes on',
  async t => {
    await using boss = new Boss({
      workers: [plus as AnyWorker, native as AnyWorker],
      crew: mixed(onlyFor(['plusOne'], threads()), processes()),
      scheduler: maxThreads(1),
    })
    const finals: Settled[] = []
    boss.reports$.subscribe(report => {
      if (report.kind !== 'interim') finals.push(report)
    })
    boss.give({ worker: 'plusOne', n: 1 } as never)
    boss.give({ worker: 'native', act: 'kill' } as never)
    boss.give({ worker: 'plusOne', n: 2 } as never)
    boss.give({ worker: 'native', act: 'who' } as never)
    boss.makeThemWork()
    await boss.waitTillFinished()
    const kindOf = (id: number) => finals.find(report => report.id === id)?.kind
    t.deepEqual([0, 1, 2, 3].map(kindOf), ['done', 'failed', 'done', 'done'])
  },
)
