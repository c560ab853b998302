/** I18: real threads that end, run out of memory and are terminated at random: I1, and every handle is given back. */

import { setTimeout as sleep } from 'node:timers/promises'

import ava from 'ava'
import fc from 'fast-check'

import { Boss, maxThreads, type Settled, threads } from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'
import { balances } from './desk-of-fakes.ts'

const act = fc.constantFrom(
  'answer',
  'nap',
  'notes',
  'where',
  'throwClass',
  'returnFunction',
  'exit3',
  'throwFromTimer',
  'loop',
  'ignore',
  'allocate',
)
const order = fc.record({ act, retries: fc.nat(1), cancelled: fc.option(fc.nat(3), { nil: undefined }) })

ava.serial(
  'threads that end at random: each instruction is settled once, and no handle is left (I18, 1.30)',
  async t => {
    t.timeout(90_000, 'something hangs')
    // What stays for good, once threads have been used, is there before.
    await using warm = new Boss({ workers: misbehave, crew: threads(), scheduler: maxThreads(1) })
    warm.give({ act: 'answer' })
    warm.makeThemWork()
    await warm.stopThemWorking()
    await sleep(50)
    const before = process.getActiveResourcesInfo().sort()
    await fc.assert(
      fc.asyncProperty(
        fc.array(order, { minLength: 6, maxLength: 14 }),
        fc.constantFrom('waitTillFinished', 'stop', 'stopThemWorking'),
        async (orders, end) => {
          const boss = new Boss({
            workers: misbehave,
            crew: threads({ resourceLimits: { maxOldGenerationSizeMb: 32 } }),
            scheduler: maxThreads(2),
            supervise: { max: Infinity, within: 1000 },
            backoff: () => 1,
            timeout: 400,
            graceMs: 50,
          })
          const finals: Settled[] = []
          const seen = new Set<number>()
          boss.reports$.subscribe(report => {
            t.false(seen.has(report.id), `I1 ${report.id} is told of after its end`)
            if (report.kind === 'interim') return
            seen.add(report.id)
            finals.push(report)
            t.true(balances(boss.state))
            // Others are cancelled as the first few come to an end.
            for (const [id, { cancelled }] of orders.entries())
              if (cancelled === finals.length) boss.cancel(id)
          })
          for (const { act: what, retries } of orders) boss.give({ act: what, retries, ms: 5 })
          boss.makeThemWork()
          if (end !== 'waitTillFinished') await sleep(300)
          await boss[end]()
          await boss[Symbol.asyncDispose]()
          t.is(finals.length, orders.length)
          t.true(balances(boss.state))
          for (const report of finals) {
            if (report.kind === 'done')
              t.true(['answer', 'nap', 'notes', 'where'].includes(orders[report.id]?.act ?? ''))
            if (report.kind !== 'cancelled') t.true(report.attempt <= 1 + (orders[report.id]?.retries ?? 0))
          }
        },
      ),
      { numRuns: 8 },
    )
    await sleep(50)
    t.deepEqual(process.getActiveResourcesInfo().sort(), before)
  },
)
