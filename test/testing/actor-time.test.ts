/** An actor that lives on a thread is tested here, by `inline()`, in no time but the test's. */

import test from 'ava'
import { inline, spawn } from 'rxboss'
import { virtualClock } from 'rxboss/testing'
import reminder from './actors/reminder.ts'

test('an actor by inline() lives by the clock that it is given: its timers, its restarts', t => {
  const clock = virtualClock()
  const actor = spawn(reminder, {
    on: inline(),
    clock,
    supervise: { max: 1, within: 1000, backoff: () => 500 },
  })
  const said: unknown[] = []
  actor.out$.subscribe(text => said.push(text))
  actor.ref.next({ type: 'remind', text: 'tea', ms: 60_000 })
  clock.pass(59_999)
  t.deepEqual(said, [])
  clock.pass(1)
  t.deepEqual(said, ['tea'])
  const events: unknown[] = []
  actor.inspect$.subscribe(({ type }) => events.push(type))
  actor.ref.next({ type: 'fail' })
  actor.ref.next({ type: 'remind', text: 'cake', ms: 10 })
  clock.pass(499)
  t.deepEqual(events, ['actor.spawn', 'actor.restart'])
  clock.pass(1)
  clock.pass(10)
  t.deepEqual(said, ['tea', 'cake'])
  actor.stop()
})
