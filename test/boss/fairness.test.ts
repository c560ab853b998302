/** Sources that are asked and those who give share one boss: neither takes the other's room, and nobody waits for ever. */

import test from 'ava'
import { Subject } from 'rxjs'

import { processes } from '../../src/entries/processes.ts'
import {
  Boss,
  type BossOptions,
  byPriority,
  type Crew,
  inline,
  maxThreads,
  pull,
  scheduler,
  settled,
  threads,
} from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { bossOfFakes, turn } from './desk-of-fakes.ts'

function* endless() {
  for (let n = 0; ; n++) yield { n: n % 100 }
}

async function* endlessLater() {
  yield* endless()
}

const crews: Record<string, () => Crew> = { inline, threads, processes }
const schedulers = { 'a limit': maxThreads(2), rules: scheduler(maxThreads(2), byPriority()) }
const boxes: Record<string, BossOptions['mailbox'] & object> = {
  'no capacity': {},
  'a capacity of 1': { capacity: 1 },
  'a capacity of 1 that drops the oldest': { capacity: 1, overflow: 'dropOldest' },
}

for (const [where, crew] of Object.entries(crews))
  for (const [what, mailbox] of Object.entries(boxes))
    for (const [by, rules] of Object.entries(schedulers))
      test(`${where}, ${what}, ${by}: a run is done beside endless sources`, async t => {
        await using boss = new Boss({ workers: square, crew: crew(), scheduler: rules, mailbox }).start()
        let heard = 0
        const delegated = pull(endless())
          .pipe(boss.delegate())
          .subscribe(() => heard++)
        const listening = boss.listen(endlessLater())
        await boss.ready()
        for (let n = 0; n < 20; n++) t.is(await boss.run({ n }), n * n)
        t.true(heard > 0)
        delegated.unsubscribe()
        listening.unsubscribe()
      })

test('a source gets its turns beside those who keep the mailbox full', async t => {
  const mailbox = { capacity: 20 }
  await using boss = new Boss({ workers: square, crew: inline(), scheduler: maxThreads(1), mailbox }).start()
  let going = true
  const keep = async () => {
    while (going) await boss.run({ n: 2 }).catch(() => turn())
  }
  const full = Promise.all(Array.from({ length: 40 }, keep))
  await boss.run({ n: 1 }).catch(() => {})
  const done = await new Promise<number>(resolve => {
    let count = 0
    pull(Array.from({ length: 50 }, (_, n) => ({ n })))
      .pipe(boss.delegate(), settled())
      .subscribe({ next: ({ kind }) => (count += kind === 'done' ? 1 : 0), complete: () => resolve(count) })
  })
  t.is(done, 50)
  going = false
  await full
})

test('what a source was asked for takes no room of the mailbox, which bounds what is given as ever', async t => {
  const { boss, lane } = bossOfFakes({ scheduler: maxThreads(1), mailbox: { capacity: 2 } })
  boss.start()
  const from = pull(endless()).pipe(boss.delegate()).subscribe()
  await turn()
  lane(0).getReady()
  await turn()
  boss.give({ n: 1 })
  boss.give({ n: 2 })
  t.throws(() => boss.give({ n: 3 }), { code: 'full' })
  t.true(boss.state.counts.pending <= 2 + 2 + 1, 'as much for each, and one for the lane')
  // A Subject is nobody who can be asked: what it sends is given.
  const hot$ = new Subject<{ n: number }>()
  const { done } = boss.listen(hot$)
  hot$.next({ n: 4 })
  hot$.complete()
  t.deepEqual(await done, { given: 0, refused: 1 })
  from.unsubscribe()
})

test('a mailbox that drops the oldest drops what was given and has not begun, though a lane holds it already', async t => {
  const { boss, lane, said } = bossOfFakes({
    scheduler: maxThreads(1),
    depth: 8,
    mailbox: { capacity: 2, overflow: 'dropOldest' },
  })
  boss.start()
  boss.give({ n: 0 })
  await turn()
  lane(0).getReady()
  for (let n = 1; n < 6; n++) {
    boss.give({ n })
    await turn()
  }
  t.deepEqual(said(), ['cancelled 1', 'cancelled 2', 'cancelled 3'])
  for (let n = 0; n < 3; n++) lane(0).finish(n)
  t.deepEqual(said().slice(3), ['done 0', 'done 4', 'done 5'])
})
