/** What ends a boss and what does not: deaths that an instruction is blamed for, deaths of nobody's doing, starts that fail. */

import test from 'ava'
import { processes } from '../../src/entries/processes.ts'
import { Boss, type Crew, maxThreads, settled, threads } from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'
import { bossOfFakes, turn } from './desk-of-fakes.ts'

const crews: Record<string, { crew: () => Crew; count: number }> = {
  threads: { crew: () => threads(), count: 2000 },
  processes: { crew: () => processes(), count: 500 },
}

for (const [name, { crew, count }] of Object.entries(crews)) {
  test.serial(
    `${name}: of ${count} inputs of which 1 % end their worker, all others are done and the boss goes on`,
    async t => {
      await using boss = new Boss({ workers: misbehave, crew: crew(), scheduler: maxThreads(2) })
      const kinds: string[] = []
      boss.reports$
        .pipe(settled())
        .subscribe(report => kinds.push(report.kind === 'failed' ? report.failure.code : report.kind))
      for (let n = 0; n < count; n++) boss.give({ act: n % 100 === 50 ? 'exit3' : 'answer' })
      boss.makeThemWork()
      const { status, counts } = await boss.waitTillFinished()
      t.is(status, 'finished')
      t.like(counts, { done: count * 0.99, failed: count * 0.01 })
      t.is(kinds.filter(kind => kind === 'crashed').length, count * 0.01)
    },
  )
}

test.serial(
  '12 requests, some of which exit or run out of memory: each is blamed for itself, the others are done at once',
  async t => {
    const crew = threads({ resourceLimits: { maxOldGenerationSizeMb: 24 } })
    await using boss = new Boss({ workers: misbehave, crew, scheduler: maxThreads(2) }).start()
    const acts = [
      'exit3',
      'answer',
      'allocate',
      'exit0',
      'answer',
      'exit3',
      'answer',
      'exit3',
      'answer',
      'exit0',
      'exit3',
      'answer',
    ] as const
    const answers = await Promise.all(
      acts.map(act => boss.run({ act }).catch((error: { code: string }) => error.code)),
    )
    t.deepEqual(
      answers,
      acts.map(act => (act === 'answer' ? 'fine' : act === 'allocate' ? 'outOfMemory' : 'crashed')),
    )
    t.is(boss.state.phase, 'live')
  },
)

test('a lane that dies of one instruction after the other rests from the third on; a success ends that, and no other lane waits', async t => {
  const { boss, crew, clock, reports } = bossOfFakes({
    scheduler: maxThreads(1),
    supervise: { max: 1, within: 10_000, backoff: nth => (nth <= 1 ? 0 : 50) },
  })
  for (let n = 0; n < 6; n++) boss.give({ n })
  boss.makeThemWork()
  const next = async () => {
    await turn()
    await turn()
    return crew.lanes.at(-1)
  }
  const dies = async () => {
    const lane = await next()
    lane?.getReady()
    await turn()
    lane?.dies()
  }
  await dies()
  await dies()
  t.is(crew.lanes.length, 3, 'another one opens at once')
  await dies()
  await next()
  t.is(crew.lanes.length, 3, 'three in a row')
  clock.pass(49)
  await next()
  t.is(crew.lanes.length, 3)
  clock.pass(1)
  const fourth = await next()
  t.is(crew.lanes.length, 4)
  fourth?.getReady()
  await turn()
  fourth?.finish(9)
  await turn()
  fourth?.dies()
  await next()
  t.is(crew.lanes.length, 5, 'it had a success')
  t.is(boss.state.phase, 'live')
  const codes = reports.map(report => (report.kind === 'failed' ? report.failure.code : report.kind))
  t.deepEqual(codes, ['crashed', 'crashed', 'crashed', 'done', 'crashed'])
})

test('deaths that nobody is blamed for are a storm, and so are blamed ones with count: all', async t => {
  const idle = bossOfFakes({ min: 1, scheduler: maxThreads(1), supervise: { max: 1, within: 10_000 } })
  idle.boss.start()
  for (let n = 0; n < 2; n++) {
    await turn()
    await turn()
    idle.crew.lanes.at(-1)?.getReady()
    idle.crew.lanes.at(-1)?.dies()
  }
  t.like(await idle.boss.getReport({ block: true }), { failure: { code: 'storm' } })

  const all = bossOfFakes({
    scheduler: maxThreads(1),
    supervise: { max: 1, within: 10_000, count: 'all' },
  })
  for (let n = 0; n < 3; n++) all.boss.give({ n })
  all.boss.makeThemWork()
  for (let n = 0; n < 2; n++) {
    await turn()
    await turn()
    all.crew.lanes.at(-1)?.getReady()
    await turn()
    all.crew.lanes.at(-1)?.dies()
  }
  t.deepEqual(all.said(), ['failed 0 crashed', 'failed 1 crashed', 'failed 2 storm'])
})

test('starts that fail one after the other are a storm, however long each takes', async t => {
  const { boss, crew, clock } = bossOfFakes({
    scheduler: maxThreads(1),
    supervise: { max: 3, within: 1000, backoff: () => 0 },
  })
  boss.give({ n: 1 })
  boss.makeThemWork()
  for (let n = 0; n < 3; n++) {
    await turn()
    await turn()
    clock.pass(60_000)
    t.is(boss.state.phase, 'live')
    crew.lanes.at(-1)?.dies('failedToStart', 'it was not ready within 60000 ms')
  }
  const { failure } = await boss.getReport({ block: true })
  t.regex(failure?.why ?? '', /3 starts in a row failed; the last one: it was not ready/)
})

test('startMs: a thread that is not ready by then has failed to start, and the failure names the limit', async t => {
  const crew = threads({ startMs: 1 })
  await using boss = new Boss({ workers: misbehave, crew, supervise: { max: 1, within: 1000 } })
  boss.give({ act: 'answer' })
  boss.makeThemWork()
  const error = await t.throwsAsync(boss.waitTillFinished(), { code: 'storm' } as never)
  t.regex(error?.message ?? '', /not ready within 1 ms/)
  t.throws(() => threads({ startMs: 0 }), { message: /startMs/ })
})
