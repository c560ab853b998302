/** What is old is kept coarser: nothing of it is lost, and each moment is there once. */

import { testProp } from '@fast-check/ava'
import test from 'ava'
import * as fc from 'fast-check'

import { emptyRun, type Run } from '../../src/index.ts'
import { append } from '../../src/inspect/bounded-log.ts'
import { slicesSince, withSecond } from '../../src/inspect/history.ts'

function runOf(seconds: number, gapAt = -1): Pick<Run, 'seconds' | 'history'> {
  let { seconds: log, history } = emptyRun()
  for (let at = 0; at < seconds; at++) {
    if (at === gapAt) at += 25
    const second = { at, done: 1, failed: 0, cancelled: 0, pending: at, running: 2, rss: at }
    log = append(log, second)
    history = withSecond(history, second)
  }
  return { seconds: log, history }
}

test('a day, second by second, is there to its beginning', t => {
  const run = runOf(86_400)
  const slices = slicesSince(run, 0)
  t.is(slices[0]?.at, 0)
  t.is(
    slices.reduce((sum, { done }) => sum + done, 0),
    86_400,
  )
  t.is(slices.at(-1)?.at, 86_399)
  t.is(slices.at(-1)?.width, 1)
  t.true(slices.length < 20_000)
})

test('eight days are bounded, and still whole', t => {
  const run = runOf(8 * 86_400)
  const slices = slicesSince(run, 0)
  t.is(
    slices.reduce((sum, { done }) => sum + done, 0),
    8 * 86_400,
  )
  t.true(slices.length < 40_000)
})

testProp(
  'each moment once, in order, from wherever one looks',
  [fc.integer({ min: 1, max: 30_000 }), fc.nat(30_000), fc.nat(9000)],
  (t, count, from, gapAt) => {
    const slices = slicesSince(runOf(count, gapAt), from)
    for (const [i, slice] of slices.entries()) {
      const next = slices[i + 1]
      if (next !== undefined) t.true(slice.at + slice.width <= next.at)
      t.true(slice.at + slice.width > from)
    }
    if (count > from + 30) t.is(slices.at(-1)?.at, count - 1)
    else t.pass()
  },
  { numRuns: 30 },
)
