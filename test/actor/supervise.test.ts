import { fc, testProp } from '@fast-check/ava'
import test from 'ava'

import { backoffMs, recordRestart, supervise } from '../../src/actor/supervise.ts'

/** The verdict on each of these failures, in order. */
function verdicts(times: readonly number[], max: number, within: number): boolean[] {
  let deaths: readonly number[] = []
  return times.map(now => {
    const window = recordRestart(deaths, now, { max, within })
    deaths = window.deaths
    return window.storm
  })
}

test('one failure more than max within the window is a storm', t => {
  t.deepEqual(verdicts([0, 1, 2], 2, 100), [false, false, true])
})

test('a failure exactly as old as the window still counts', t => {
  t.deepEqual(verdicts([0, 100], 1, 100), [false, true])
})

test('a failure older than the window is forgotten', t => {
  t.deepEqual(verdicts([0, 101], 1, 100), [false, false])
})

test('the window slides: a success in between, or a long life, resets nothing but time', t => {
  t.deepEqual(verdicts([0, 60, 120, 130], 2, 100), [false, false, false, true])
})

test('max 0 survives nothing, max Infinity everything', t => {
  t.deepEqual(verdicts([0], 0, 0), [true])
  t.deepEqual(verdicts([0, 0, 0], Infinity, 1_000), [false, false, false])
})

testProp(
  'the window says storm exactly when some failures, counted one by one, are too many',
  [fc.array(fc.nat(20), { maxLength: 40 }), fc.nat(4), fc.nat(50)],
  (t, gaps, max, within) => {
    let now = 0
    const times = gaps.map(gap => {
      now += gap
      return now
    })
    const oracle = times.map(
      (time, i) => times.slice(0, i + 1).filter(earlier => time - earlier <= within).length > max,
    )
    t.deepEqual(verdicts(times, max, within), oracle)
  },
)

testProp(
  'what was recorded is never changed, and never longer than the failures that still count',
  [fc.array(fc.nat(100)), fc.nat(100), fc.nat(50)],
  (t, given, later, within) => {
    const deaths = Object.freeze([...given].sort((a, b) => a - b))
    const now = (deaths.at(-1) ?? 0) + later
    const next = recordRestart(deaths, now, { max: 3, within }).deaths
    t.true(next.every(death => now - death <= within))
    t.is(next.at(-1), now)
  },
)

test('backoff is given the number of failures in the window, and is 0 unless told', t => {
  t.is(backoffMs(supervise({ max: 3, within: 10, backoff: nth => 100 * nth }), 2), 200)
  t.is(backoffMs(supervise({ max: 3, within: 10 }), 2), 0)
})

test('a backoff too long for a timer is as long as a timer can be', t => {
  t.is(backoffMs(supervise({ max: 3, within: 10, backoff: () => Infinity }), 1), 2 ** 31 - 1)
})

test('a backoff that is no number of milliseconds is an error', t => {
  for (const wrong of [-1, Number.NaN])
    t.throws(() => backoffMs(supervise({ max: 3, within: 10, backoff: () => wrong }), 1), {
      instanceOf: TypeError,
      message: `Cannot restart after ${wrong} ms: 'backoff' must give a number, 0 or more`,
    })
})

test('a supervision must make sense', t => {
  for (const max of [-1, 0.5, Number.NaN])
    t.throws(() => supervise({ max, within: 1 }), { instanceOf: TypeError })
  for (const within of [-1, Number.NaN])
    t.throws(() => supervise({ max: 1, within }), { instanceOf: TypeError })
})
