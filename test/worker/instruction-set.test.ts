import test from 'ava'

import { product, type SetOf, zip } from '../../src/worker/instruction-set.ts'

test('instruction i is common with each list at i, and individual wins', t => {
  const set = { common: { a: 0, b: 9 }, individual: { b: [1, 2], c: ['x', 'y'] } }
  t.deepEqual(zip(set), [
    { a: 0, b: 1, c: 'x' },
    { a: 0, b: 2, c: 'y' },
  ])
  t.deepEqual(set, { common: { a: 0, b: 9 }, individual: { b: [1, 2], c: ['x', 'y'] } })
})

test('unequal lengths are refused, naming each', t => {
  t.throws(() => zip({ individual: { a: [1, 2], b: [1] } }), {
    instanceOf: TypeError,
    message: /equal lengths, got a: 2, b: 1.*product\(\)/,
  })
})

test('common only is refused, naming give; an explicit empty list is zero instructions', t => {
  for (const set of [{}, { common: { a: 1 } }, { common: { a: 1 }, individual: {} }]) {
    t.throws(() => zip(set), { instanceOf: TypeError, message: /give\(\)/ })
    t.throws(() => product(set), { instanceOf: TypeError, message: /give\(\)/ })
  }
  t.deepEqual(zip({ common: { a: 1 }, individual: { b: [] } }), [])
  t.deepEqual([...product({ common: { a: 1 }, individual: { b: [], c: [1] } })], [])
})

test('what is no list or no record is refused with its name', t => {
  const bad = (set: unknown, message: RegExp) =>
    t.throws(() => zip(set as SetOf<{ a: number }>), { instanceOf: TypeError, message })
  bad({ individual: { a: 3 } }, /'individual.a' must be a list, got 3/)
  bad({ individual: { a: 'abc' } }, /'individual.a' must be a list/)
  bad({ individual: [1] }, /'individual' must be a record/)
  bad({ common: 3, individual: { a: [1] } }, /'common' must be a record, got 3/)
})

test('a key named __proto__ changes no prototype', t => {
  const [one] = zip(JSON.parse('{ "individual": { "a": [1], "__proto__": [{ "polluted": 1 }] } }'))
  t.is(Object.getPrototypeOf(one), Object.prototype)
  t.is((one as { polluted?: unknown }).polluted, undefined)
})

test('product makes every combination, the last list fastest, one at a time', t => {
  const combinations = product({ common: { a: 0 }, individual: { b: [1, 2], c: [3, 4] } })
  t.deepEqual(
    [...combinations],
    [
      { a: 0, b: 1, c: 3 },
      { a: 0, b: 1, c: 4 },
      { a: 0, b: 2, c: 3 },
      { a: 0, b: 2, c: 4 },
    ],
  )
  const many = Array.from({ length: 10_000 }, (_, i) => i)
  t.deepEqual(product({ individual: { x: many, y: many, z: many } }).next().value, { x: 0, y: 0, z: 0 })
})
