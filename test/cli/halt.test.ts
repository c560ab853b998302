import { fc, testProp } from '@fast-check/ava'
import test from 'ava'

import { type Halt, isReached, parseHalt } from '../../src/cli/halt.ts'
import { emptyTally } from '../../src/cli/tally.ts'

const halt = (text: string) => parseHalt(text) as Halt
const tally = (some: Partial<ReturnType<typeof emptyTally>>) => ({ ...emptyTally(), ...some })

test('halt: the grammar of GNU parallel', t => {
  t.is(parseHalt('never'), undefined)
  t.deepEqual(parseHalt('soon,fail=1'), { when: 'soon', why: 'fail', limit: 1, percent: false })
  t.deepEqual(parseHalt('now,success=20%'), { when: 'now', why: 'success', limit: 20, percent: true })
  t.deepEqual(parseHalt('now,done=7'), { when: 'now', why: 'done', limit: 7, percent: false })
})

test('halt: what it does not know is refused, naming what it does', t => {
  for (const text of [
    '',
    'soon',
    'fail=1',
    'later,fail=1',
    'soon,crash=1',
    'soon,fail=0',
    'soon,fail=101%',
    'soon,fail=x',
  ]) {
    t.throws(() => parseHalt(text), { message: /not a rule to halt by: give never, or/ }, text)
  }
})

test('halt: a number counts failures of every kind, successes, or both', t => {
  t.false(isReached(halt('now,fail=3'), tally({ failed: 2 }), undefined))
  t.true(isReached(halt('now,fail=3'), tally({ failed: 1, refused: 1, lapsed: 1 }), undefined))
  t.true(isReached(halt('now,success=2'), tally({ done: 2 }), undefined))
  t.false(isReached(halt('now,done=4'), tally({ done: 2, failed: 1 }), undefined))
  t.true(isReached(halt('now,done=4'), tally({ done: 3, failed: 1 }), undefined))
})

test('halt: per cent of all where that is known, else of what is settled', t => {
  const half = tally({ failed: 5, done: 5 })
  t.true(isReached(halt('now,fail=50%'), half, undefined))
  t.false(isReached(halt('now,fail=50%'), half, 100))
  t.true(isReached(halt('now,fail=50%'), tally({ failed: 50 }), 100))
})

test('halt: per cent say nothing before three are settled', t => {
  t.false(isReached(halt('now,fail=1%'), tally({ failed: 2 }), undefined))
  t.true(isReached(halt('now,fail=1%'), tally({ failed: 3 }), undefined))
})

testProp('halt: what is cancelled never counts', [fc.nat(1000)], (t, cancelled) => {
  for (const why of ['fail', 'success', 'done']) {
    t.false(isReached(halt(`now,${why}=1`), tally({ cancelled }), undefined))
  }
})
