/** What is shared crosses to a worker once, and is one frozen object there. */

import test from 'ava'
import * as t_ from 'io-ts'

import type { Crew } from '../../src/crew/crew.ts'
import { inline } from '../../src/crew/inline.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { processes } from '../../src/entries/processes.ts'
import { Boss, share } from '../../src/index.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import { zip } from '../../src/worker/instruction-set.ts'
import { echo } from '../fixtures/basic.ts'
import { sharing } from '../fixtures/odd-values.ts'
import { tryLane } from './try-lane.ts'

const crews: Readonly<Record<string, () => Crew>> = {
  threads: () => threads(),
  'threads without shared memory': () => threads({ sharedMemory: false }),
  processes: () => processes(),
  inline: () => inline(),
}
const newTable = (rows = 3) => ({ rows: Array.from({ length: rows }, (_, id) => ({ id })) })

for (const [name, crew] of Object.entries(crews)) {
  test.serial(
    `${name}: a shared attribute is one frozen object for all instructions, in setup too`,
    async t => {
      const one = tryLane(crew(), [sharing])
      one.open()
      const table = share(newTable())
      const other = share({ n: 7 })
      for (let n = 0; n < 4; n++) one.give({ attributes: { table, n, other: n > 1 ? other : undefined } })
      await one.settled(4)
      one.give({ attributes: { table: share(newTable(5)), n: 4 } })
      one.give({ attributes: { table: newTable(6), n: 5 } })
      one.give({ attributes: { table, n: 6, other: { n: 8 } } })
      await one.settled(7)
      const results = one.outcomes().map(([, result]) => result)
      const expected = { isFrozen: true, rows: 3, inSetUp: true }
      t.like(results, {
        0: { ...expected, n: 0, isSame: false, hasOther: undefined },
        1: { ...expected, n: 1, isSame: true, hasOther: undefined },
        2: { ...expected, n: 2, isSame: true, hasOther: 7 },
        3: { ...expected, n: 3, isSame: true, hasOther: 7 },
        4: { n: 4, isSame: false, isFrozen: true, rows: 5, inSetUp: false },
        5: { n: 5, isSame: false, isFrozen: false, rows: 6, inSetUp: false },
        6: { ...expected, n: 6, isSame: false, hasOther: 8 },
      })
      t.false(Object.isFrozen(table), 'what was given is nobody else to freeze')
      await one.terminate()
    },
  )

  if (name === 'inline') continue // everything passes by reference
  test.serial(
    `${name}: a shared attribute that cannot be sent fails each instruction with it, by name`,
    async t => {
      const one = tryLane(crew(), [echo])
      one.open()
      for (const value of [1, share({ fn: () => 1 }), share({ at: new URL('http://a.example') }), 2])
        one.give({ attributes: { value } })
      await one.settled(4)
      t.deepEqual(
        one.outcomes().sort(([a], [b]) => a - b),
        [
          [0, 1],
          [1, 'unserialisable'],
          [2, 'unserialisable'],
          [3, 2],
        ],
      )
      await one.terminate()
    },
  )
}

test.serial('inline: what no copy can have is shared as it is', async t => {
  const one = tryLane(inline(), [echo])
  one.open()
  const values = [share({ fn: () => 1 }), share({ at: new URL('http://a.example') })]
  for (const value of values) one.give({ attributes: { value } })
  await one.settled(2)
  t.is(one.outcomes()[0]?.[1], values[0])
  t.is(one.outcomes()[1]?.[1], values[1])
  await one.terminate()
})

test('what a set of instructions has in common is shared, and decoded once', t => {
  let decoded = 0
  const Table = new t_.Type<object, object, unknown>(
    'Table',
    (_): _ is object => true,
    value => {
      decoded++
      return t_.success({ decoded: value })
    },
    t_.identity,
  )
  const worker = defineWorker(import.meta, {
    name: 'w',
    attr: { table: Table, n: t_.number },
    work: () => 0,
  })
  decoded = 0
  const instructions = zip({ common: { table: newTable() }, individual: { n: [1, 2, 3] } })
  const attributes = instructions.map(one => worker.footprint.decode(one)) as {
    attributes: { table: object }
  }[]
  t.is(decoded, 1)
  t.is(attributes[0]?.attributes.table, attributes[2]?.attributes.table)
})

test.serial('100 instructions with 100,000 objects in common take no time for them', async t => {
  const boss = new Boss({ workers: [sharing], crew: threads({ size: 2 }) })
  boss.setInstructions({
    common: { table: newTable(100_000) },
    individual: { n: Array.from({ length: 100 }, (_, n) => n) },
  })
  boss.end()
  boss.makeThemWork()
  const began = performance.now()
  const { counts } = await boss.waitTillFinished()
  t.is(counts.done, 100)
  t.true(performance.now() - began < 5000)
})
