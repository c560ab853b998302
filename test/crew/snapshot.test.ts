/** What is copied at once so that it may travel with others, and what is left alone. */

import test from 'ava'

import { snapshot } from '../../src/crew/place/snapshot.ts'

const rows = (n: number) => Array.from({ length: n }, (_, id) => ({ id, name: `row ${id}`, seen: [id] }))

test('a plain result of up to 64 objects is copied: changing it later changes nothing', t => {
  const result = { rows: rows(31), total: 31 }
  const before = structuredClone(result)
  const copied = snapshot(result)
  ;(result.rows[30] as { name: string }).name = 'changed'
  result.rows[0]?.seen.push(9)
  result.total = 0
  t.deepEqual(copied, before)
})

test('more than 64 objects are left alone', t => {
  t.is(snapshot({ rows: rows(32) }), undefined)
})

test('up to 256 fields or items, and no more', t => {
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => i)
  const record = (n: number) => Object.fromEntries(numbers(n).map(i => [`f${i}`, i]))
  t.deepEqual(snapshot(numbers(256)), numbers(256))
  t.is(snapshot(numbers(257)), undefined)
  t.deepEqual(snapshot(record(256)), record(256))
  t.is(snapshot(record(257)), undefined)
})

test('what a structured clone treats otherwise is left to it: twice the same, itself, holes, other classes', t => {
  const twice = { n: 1 }
  const itself: { self?: object } = {}
  itself.self = itself
  const holes: number[] = []
  holes[2] = 1
  for (const value of [[twice, twice], itself, holes, new Map(), { at: new Date() }, new Error('no')]) {
    t.is(snapshot(value), undefined)
  }
})
