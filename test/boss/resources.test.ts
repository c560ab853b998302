/** What a scheduler shares out reaches the work; what a rule cannot judge is said where it was given. */

import test from 'ava'
import { from, lastValueFrom, toArray } from 'rxjs'

import {
  Boss,
  delegate,
  exclusive,
  inline,
  maxThreads,
  resources,
  result,
  scheduler,
  threads,
} from '../../src/index.ts'
import granted from '../fixtures/granted.ts'
import square from '../fixtures/square.ts'

for (const [name, crew] of [
  ['inline', inline],
  ['threads', threads],
] as const) {
  test(`work is told which parts of a resource it has, and never shares one: ${name}`, async t => {
    const rules = scheduler(maxThreads(3), resources({ gpu: ['0', '1'] }))
    const given = Array.from({ length: 12 }, (_, n) => ({ n, needs: { gpu: n % 3 === 2 ? 0 : 1 } }))
    const results = await lastValueFrom(
      from(given).pipe(delegate(granted, { crew: crew({ size: 3 }), scheduler: rules }), result(), toArray()),
    )
    t.is(results.length, 12)
    t.is(results.filter(({ gpu }) => gpu.length === 1).length, 8)
    for (const part of ['0', '1']) {
      const holders = results.filter(({ gpu }) => gpu[0] === part).sort((a, b) => a.from - b.from)
      holders.forEach((one, i) => {
        if (i > 0) t.true(one.from >= (holders[i - 1]?.to ?? 0) - 1)
      })
    }
  })
}

test('what needs more than there is is refused when given, with both figures', t => {
  const boss = new Boss({ workers: granted, crew: inline(), scheduler: resources({ gpu: 2 }) })
  t.throws(() => boss.give({ n: 1, needs: { gpu: 3 } }), {
    message: /it needs 3 of "gpu", and there are 2 in all/,
  })
})

test('`worker` names the definition where several would do; one that is not there is refused, with the closest', async t => {
  const boss = new Boss({ workers: [granted, square], crew: inline() })
  boss.give({ n: 3, worker: 'square' })
  const error = t.throws(() => boss.give({ n: 3, worker: 'sqare' }))
  t.regex(error?.message ?? '', /did you mean "square"/)
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], { worker: 'square', result: 9 })
})

test('a key that is undefined throws at `give`, errors `delegate`, and is a dead letter where a boss listens', async t => {
  const options = { crew: inline(), scheduler: exclusive(i => [(i as { typo?: number }).typo]) }
  const boss = new Boss({ workers: square, ...options })
  t.throws(() => boss.give({ n: 1 }), { instanceOf: TypeError, message: /key for exclusive is undefined/ })
  const letters: string[] = []
  boss.inspect$.subscribe(event => {
    if (event.type === 'actor.deadLetter') letters.push(String(event.why))
  })
  boss.makeThemWork()
  boss.listen([{ n: 1 }, { n: 2 }])
  await boss.waitTillFinished()
  t.is(letters.filter(why => /key for exclusive is undefined/.test(why)).length, 2, letters.join('; '))
  const error = await t.throwsAsync(lastValueFrom(from([{ n: 1 }]).pipe(delegate(square, options))))
  t.true(error instanceof TypeError)
})
