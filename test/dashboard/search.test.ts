/** Search: fields, comparisons, words, and pages that stay where they are while more comes. */

import { testProp } from '@fast-check/ava'
import test from 'ava'
import * as fc from 'fast-check'
import { pageSize } from '../../src/dashboard/limits.ts'
import { QueryError, search } from '../../src/dashboard/search.ts'
import { append, emptyLog } from '../../src/inspect/bounded-log.ts'
import type { Span } from '../../src/inspect/run.ts'

const span = (id: number, more: Partial<Span> = {}): Span => ({
  ...{ id, name: `resize#${id}`, worker: 'resize', kind: 'done', attempt: 1, ticket: id % 4 },
  ...{ began: id, ended: id + 10, waitMs: 1 },
  ...more,
})
const tailOf = (spans: readonly Span[], limit = 10_000) =>
  spans.reduce((tail, one) => append(tail, one), emptyLog<Span>(limit))

const some = tailOf([
  span(0),
  span(1, { kind: 'failed', code: 'threw', why: 'RangeError: corrupt header' }),
  span(2, { worker: 'blur', name: 'blur cat.png', ended: 700 }),
  span(3, { kind: 'failed', code: 'timeout', why: 'timeout: it ran longer than 30 s', attempt: 2 }),
])
const ids = (text: string) => search(some, text).rows.map(({ id }) => id)

test('by field, by number, by words, and what does not', t => {
  t.deepEqual(ids(''), [3, 2, 1, 0])
  t.deepEqual(ids('kind:failed'), [3, 1])
  t.deepEqual(ids('kind:failed code:threw'), [1])
  t.deepEqual(ids('id:2'), [2])
  t.deepEqual(ids('ms>500'), [2])
  t.deepEqual(ids('ms<=10 attempt>=2'), [3])
  t.deepEqual(ids('"corrupt header"'), [1])
  t.deepEqual(ids('CAT'), [2])
  t.deepEqual(ids('worker:resize -kind:failed'), [0])
  t.deepEqual(ids('why:"30 s"'), [3])
  t.deepEqual(ids('nothing'), [])
})

test('what is not understood is said', t => {
  t.throws(() => search(some, 'colour:red'), {
    instanceOf: QueryError,
    message: /no 'colour' to search by: there are id/,
  })
  t.throws(() => search(some, 'ms>fast'), { instanceOf: QueryError, message: /compares with no number/ })
})

test('it says how many there are, of how many that are kept, of how many there were', t => {
  const tail = tailOf(
    Array.from({ length: 1000 }, (_, id) => span(id)),
    600,
  )
  const { rows, matched, kept, all } = search(tail, 'ticket:1')
  t.deepEqual({ rows: rows.length, matched, kept, all }, { rows: 150, matched: 150, kept: 600, all: 1000 })
})

testProp(
  'page after page, each row comes once, newest first, also while more come to an end',
  [fc.nat(3 * pageSize), fc.array(fc.nat(50), { maxLength: 6 })],
  (t, count, more) => {
    let tail = tailOf(Array.from({ length: count }, (_, id) => span(id)))
    const seen: number[] = []
    let before: number | undefined
    for (let page = 0; page === 0 || before !== undefined; page++) {
      const found = search(tail, '', before)
      seen.push(...found.rows.map(({ id }) => id))
      before = found.next
      for (let i = more[page] ?? 0; i > 0; i--) tail = append(tail, span(100_000 + i))
    }
    t.deepEqual(
      seen,
      Array.from({ length: count }, (_, i) => count - 1 - i),
    )
  },
)

testProp('no text makes it fail in another way than it says', [fc.string({ unit: 'binary' })], (t, text) => {
  try {
    search(some, text)
  } catch (error) {
    t.true(error instanceof QueryError)
  }
  t.pass()
})
