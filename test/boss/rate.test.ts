/** A limit of starts per time counts what begins, not what waits for a thread that still opens. */

import test from 'ava'

import { from, of } from 'rxjs'

import { Boss, inline, maxThreads, rateLimit, schedule, scheduler } from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { bossOfFakes, turn } from './desk-of-fakes.ts'

const onePer100 = scheduler(maxThreads(3), rateLimit(1, 100))

test('rateLimit: threads that took long to open do not begin together once they are ready', async t => {
  const { boss, crew, clock } = bossOfFakes({ scheduler: onePer100 })
  for (let n = 0; n < 3; n++) boss.give({ n })
  boss.makeThemWork()
  await turn()
  clock.pass(1000)
  const held = () => crew.lanes.reduce((sum, one) => sum + one.held, 0)
  t.true(crew.lanes.length > 0)
  t.is(held(), 0)
  for (const one of crew.lanes) one.getReady()
  await turn()
  t.is(held(), 1)
  clock.pass(99)
  t.is(held(), 1)
  clock.pass(1)
  t.is(held(), 2)
  clock.pass(100)
  t.is(held(), 3)
})

test('rateLimit: as many threads open as there is work for, while nothing may begin yet', async t => {
  const { boss, crew } = bossOfFakes({ scheduler: onePer100 })
  for (let n = 0; n < 5; n++) boss.give({ n })
  boss.makeThemWork()
  await turn()
  t.is(crew.lanes.length, 3)
})

/** A clock on which time passes with each reading, and otherwise when the next timer is due. */
function restlessClock() {
  let time = 0
  const timers: { at: number; run: () => void }[] = []
  return {
    now: () => ++time,
    after: (ms: number, run: () => void) => {
      const timer = { at: time + ms, run }
      timers.push(timer)
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1)
      }
    },
    passToNext: () => {
      const [next] = timers.sort((a, b) => a.at - b.at)
      if (next === undefined) return false
      timers.shift()
      time = Math.max(time, next.at)
      next.run()
      return true
    },
  }
}

test('rateLimit: the moment of opening may pass between two readings of the clock, and nobody waits for ever', async t => {
  for (let perMs = 1; perMs <= 40; perMs++) {
    const clock = restlessClock()
    const crew = inline()
    const boss = new Boss({
      workers: square,
      crew,
      clock,
      scheduler: scheduler(maxThreads(2), rateLimit(1, perMs)),
    })
    for (let n = 0; n < 5; n++) boss.give({ n })
    boss.makeThemWork()
    boss.end()
    let finished = false
    void boss.waitTillFinished().then(() => (finished = true))
    for (let round = 0; round < 100 && !finished; round++) {
      await new Promise(resolve => setImmediate(resolve))
      clock.passToNext()
    }
    t.true(finished, `1 per ${perMs} ms: ${boss.state.counts.done} of 5 done`)
  }
})

test('`schedule` looks again when the moment of opening passes between two readings of its clock', t => {
  for (let perMs = 1; perMs <= 20; perMs++) {
    const clock = restlessClock()
    let done = 0
    from([{}, {}, {}, {}, {}])
      .pipe(
        schedule(() => of(1), rateLimit(1, perMs), {
          now: clock.now,
          schedule: (run, ms) => ({ unsubscribe: clock.after(ms, run) }),
        }),
      )
      .subscribe(() => done++)
    for (let round = 0; round < 100 && clock.passToNext(); round++);
    t.is(done, 5, `1 per ${perMs} ms`)
  }
})
