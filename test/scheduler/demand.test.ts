/**
 * Demand is a ledger: what was taken and never begins is given back to it. Instructions that are refused, aborted before
 * they come, recorded in a journal, or cannot be sent use up nothing for good.
 */

import test from 'ava'
import fc from 'fast-check'
import { lastValueFrom, toArray } from 'rxjs'

import { Boss, delegate, inline, maxThreads, pull, settled, threads } from '../../src/index.ts'
import { answeringCrew } from './answering-crew.ts'
import {
  arbitraryMixture,
  type Kind,
  kinds,
  type Mixture,
  sources,
  twice,
  whatGoesWrong,
} from './mixtures.ts'

/** How many random mixtures for each cheap crew; threads get a hundredth. */
const runs = Number(process.env.MIXTURE_RUNS ?? 150)

const badOnes = (count: number) => Array.from({ length: count }, (_, n) => ({ n: `${n}` as never }))

test('fifty bad instructions from `pull` are all settled', async t => {
  const crew = inline()
  const reports = await lastValueFrom(
    pull(badOnes(50)).pipe(delegate(twice, { crew, scheduler: maxThreads(2) }), settled(), toArray()),
  )
  t.is(reports.length, 50)
  t.true(reports.every(report => report.kind === 'failed' && report.failure.code === 'refused'))
})

test('a Boss that listens to fifty bad ones goes on to the good one behind them', async t => {
  const boss = new Boss({ workers: twice, crew: inline(), scheduler: maxThreads(2) })
  boss.makeThemWork()
  const listening = boss.listen([...badOnes(50), { n: 21 }])
  await new Promise<void>(resolve => listening.add(resolve))
  const { counts } = await boss.waitTillFinished()
  t.is(counts.done, 1)
})

test('an endless source of bad instructions lets the loop turn', async t => {
  let taken = 0
  function* endless() {
    for (;;) yield { n: `${taken++}` as never }
  }
  let refused = 0
  const subscription = pull(endless())
    .pipe(delegate(twice, { crew: inline() }))
    .subscribe(() => refused++)
  await new Promise(resolve => setTimeout(resolve, 5))
  subscription.unsubscribe()
  t.true(refused > 100, `${refused}`)
  t.is(refused, taken)
})

for (const kind of kinds) {
  for (const source of sources) {
    test(`a hundred instructions of kind "${kind}", from "${source}", end`, async t => {
      for (const through of ['delegate', 'listen'] as const) {
        const mixture: Mixture = { list: Array<Kind>(100).fill(kind), source, through, lanes: 2 }
        t.is(await whatGoesWrong(mixture, inline()), undefined, through)
      }
    })
  }
}

const crews = [
  ['inline', inline, runs],
  ['answering', answeringCrew, runs],
  ['threads', threads, Math.ceil(runs / 100)],
] as const

for (const [name, crew, numRuns] of crews) {
  test.serial(`any mixture of what begins and what does not, through any source, ends: ${name}`, async t => {
    await fc.assert(
      fc.asyncProperty(arbitraryMixture, async mixture => {
        const wrong = await whatGoesWrong(mixture, crew())
        if (wrong !== undefined) throw new Error(wrong)
      }),
      { numRuns },
    )
    t.pass()
  })
}
