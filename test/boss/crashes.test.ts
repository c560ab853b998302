/** The crash suite on threads, and what is the same without them. */

import ava from 'ava'

import { Boss, inline, maxThreads, type Report, threads } from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'
import { survivesCrashes } from './crash-suite.ts'

survivesCrashes('threads', {
  make: options => threads(options),
  small: () => threads({ resourceLimits: { maxOldGenerationSizeMb: 32 } }),
})

ava.serial('the inline crew keeps the same promises where it can', async t => {
  for (const [act, finals] of [
    ['notes', ['done', 'done']],
    ['throwClass', ['failed', 'done']],
  ] as const) {
    await using boss = new Boss({ workers: misbehave, crew: inline(), scheduler: maxThreads(1) })
    const reports: Report[] = []
    boss.reports$.subscribe(report => reports.push(report))
    boss.give({ act })
    boss.give({ act: 'answer' })
    boss.makeThemWork()
    t.is((await boss.waitTillFinished()).status, 'finished')
    t.deepEqual(
      reports.filter(({ kind }) => kind !== 'interim').map(({ kind }) => kind),
      finals,
    )
  }
})
