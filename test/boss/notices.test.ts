import test from 'ava'
import { firstValueFrom, toArray } from 'rxjs'

import { Boss, exclusive, inline, maxMemory, maxThreads, scheduler } from '../../src/index.ts'
import add from '../cli/workers/add.ts'

test('notices$ has the events that do not come with every instruction, and only those', async t => {
  await using boss = new Boss({ workers: add, crew: inline() })
  const notices = firstValueFrom(boss.notices$.pipe(toArray()))
  for (let n = 0; n < 3; n++) boss.give({ n })
  boss.makeThemWork()
  await boss.waitTillFinished()
  await firstValueFrom(boss.exit$)
  const types = (await notices).map(({ type }) => type)
  for (const type of ['boss.phase', 'worker.spawn', 'worker.ready', 'worker.exit', 'boss.end'] as const) {
    t.true(types.includes(type), type)
  }
  for (const type of ['instruction.accept', 'instruction.start', 'report'] as const) {
    t.false(types.includes(type), type)
  }
})

test('what one of several rules makes impossible is refused when it is given', async t => {
  const rules = scheduler(
    maxThreads(2),
    maxMemory({ max: 100 }),
    exclusive(() => []),
  )
  await using boss = new Boss({ workers: add, crew: inline(), scheduler: rules })
  t.throws(() => boss.give({ n: 1, memory: 200 }), { message: /memory/ })
  t.is(boss.state.counts.submitted, 0)
})
