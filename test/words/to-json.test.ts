/**
 * Any value as JSON, and as JSON that gives back an equal one. Goal: whatever comes, the text is JSON, its size is bounded,
 * and nothing is thrown. Method: a table of forms, arbitrary values, and values made to break writers.
 */

import { testProp } from '@fast-check/ava'
import test from 'ava'
import fc from 'fast-check'

import { fromExactJson, toExactJson } from '../../src/words/exact-json.ts'
import { toJson } from '../../src/words/to-json.ts'

const wide = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withBoxedValues: true,
  withUnicodeString: true,
  maxDepth: 5,
})

class Point {
  readonly #secret = 1
  readonly x = 2
  get sum() {
    return this.#secret + this.x
  }
}
class Closed {
  readonly #secret = 1
  get it() {
    return this.#secret
  }
}

const forms: readonly (readonly [unknown, string])[] = [
  [undefined, 'null'],
  [12n, '"12"'],
  [{ a: { b: { c: 12n } } }, '{"a":{"b":{"c":"12"}}}'],
  [[NaN, -Infinity, -0, 0], '[null,null,-0,0]'],
  [{ a: { b: new Map([['x', new Set([1])]]) } }, '{"a":{"b":[["x",[1]]]}}'],
  [new Uint8Array([1, 2, 3]), '{"base64":"AQID"}'],
  [{ a: [Buffer.from([1, 2, 3])] }, '{"a":[{"base64":"AQID"}]}'],
  [new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4).buffer, '{"base64":"AAECAwQ="}'],
  [new DataView(new ArrayBuffer(3)), '{"base64":"AAAA"}'],
  [new Float64Array([1.5, NaN]), '[1.5,null]'],
  [new BigInt64Array([5n]), '["5"]'],
  [{ at: new Date(0), bad: new Date(NaN) }, '{"at":"1970-01-01T00:00:00.000Z","bad":"Invalid Date"}'],
  [[/a+/g], '["/a+/g"]'],
  // biome-ignore lint/suspicious/noSparseArray: holes are the point
  [[1, , undefined, 3], '[1,null,null,3]'],
  [Object.assign([], { 5000000: 'x' }), '{"length":5000001,"5000000":"x"}'],
  [{ a: undefined, b: 1 }, '{"b":1}'],
  [{ u: new URL('http://x.y/z'), n: 1n }, '{"u":"http://x.y/z","n":"1"}'],
  [new Point(), '{"x":2}'],
  [new Closed(), '{"$omitted":"Closed"}'],
  [Object.create(null), '{}'],
  [[() => 1, Symbol('s')], '[{"$omitted":"function anonymous"},{"$omitted":"Symbol(s)"}]'],
  [
    Object.assign(new RangeError('far', { cause: new Error('near') }), { code: 7n }),
    '{"name":"RangeError","message":"far","code":"7","cause":{"name":"Error","message":"near"}}',
  ],
  [[Object(1n), Object('x'), Object(-0)], '["1","x",-0]'],
  [{ toJSON: () => ({ n: 1n }) }, '{"n":"1"}'],
  [
    {
      get bad() {
        throw new Error('no')
      },
    },
    '{"$omitted":"Object: Error: no"}',
  ],
]

test('every kind of value has its form', t => {
  for (const [value, form] of forms) t.is(toJson(value), form)
})

test('what occurs again within itself is a reference to where it is', t => {
  const tree: Record<string, unknown> = { 'a/b': [] }
  tree['a/b'] = [{ up: tree }, new Map([['self', tree['a/b']]])]
  t.is(toJson(tree), '{"a/b":[{"up":{"$ref":"#"}},[["self",[]]]]}')
  const list: unknown[] = [0]
  list.push({ list })
  t.is(toJson({ list }), '{"list":[0,{"list":{"$ref":"#/list"}}]}')
})

test('what occurs several times is repeated as JSON does it, and not without end', t => {
  const user = { name: 'x' }
  t.is(toJson([user, user]), '[{"name":"x"},{"name":"x"}]')
  t.is(toJson([user, user, 1n]), '[{"name":"x"},{"name":"x"},"1"]')
  let doubled: unknown = { name: 'x' }
  for (let i = 0; i < 60; i++) doubled = [doubled, doubled]
  const json = toJson(doubled)
  t.true(json.length < 1_000_000)
  t.true(json.includes('"$ref":"#/0/'))
  t.notThrows(() => JSON.parse(json))
})

test('too deep, too long, too many: written as far as it goes', t => {
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? [deep] : { deep }
  t.true(toJson(deep).includes('{"$omitted":"deeper than 1000 levels"}'))
  t.is(toJson({ a: new Uint8Array(450e6), b: 1 }), '{"a":{"$omitted":"Uint8Array of 450000000 bytes"},"b":1}')
  const long = 'x'.repeat(2 ** 28)
  t.is(toJson([long]), `[{"$omitted":"a text of ${2 ** 28} characters"}]`)
  const half = 'x'.repeat(2 ** 27)
  t.is(toJson({ half, again: half }).length, 2 ** 27 + 66 - 1)
  t.is(toJson(new Array(1e9)), '{"length":1000000000}')
  t.true(toJson(new Array(1e9).fill(1, 0, 3)).startsWith('{"length":1000000000,"0":1'))
})

test('nothing that a value does to its reader gets out', t => {
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('mine')
      },
    },
  )
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  for (const value of [
    hostile,
    revoked.proxy,
    new Proxy(new Map(), {}),
    Object.defineProperty(new Error('x'), 'cause', {
      get: () => {
        throw 1
      },
    }),
    { toJSON: () => hostile },
    Object.create({ constructor: hostile }),
  ]) {
    t.notThrows(() => JSON.parse(toJson(value)))
    t.notThrows(() => JSON.parse(toJson({ deep: [value] })))
  }
})

testProp('anything at all is JSON', [wide], (t, value) => {
  t.notThrows(() => JSON.parse(toJson(value)))
  t.notThrows(() => JSON.parse(toJson({ value, error: new Error('x', { cause: value }) })))
})

testProp(
  'what JSON has words for is written as JSON writes it',
  [fc.jsonValue({ noUnicodeString: false })],
  (t, value) => {
    t.deepEqual(JSON.parse(toJson(value)), value)
    if (!/(^|[[:,])0[,\]}]|^0$/.test(JSON.stringify(value))) t.is(toJson(value), JSON.stringify(value))
  },
)

const through = (value: unknown) =>
  fromExactJson(JSON.parse(JSON.stringify({ kept: toExactJson(value) })).kept)

testProp('exact JSON gives back an equal value', [wide], (t, value) => {
  t.deepEqual(through(value), structuredClone(value))
})

test('exact JSON: holes, fields of lists, minus nothing, nothing, circles, shared parts', t => {
  // biome-ignore lint/suspicious/noSparseArray: holes are the point
  const holes = [1, , 3]
  t.false(1 in (through(holes) as unknown[]))
  t.is((through(Array(3)) as unknown[]).length, 3)
  t.false(0 in (through(Array(3)) as unknown[]))
  const match = 'ab'.match(/b/)
  t.deepEqual(Object.entries(through({ match }) as object), Object.entries({ match }))
  t.is((through({ deep: [match] }) as { deep: { index?: number }[] }).deep[0]?.index, 1)
  t.true(Object.is(through(-0), -0))
  t.true('a' in (through({ a: undefined }) as object))
  const circle: Record<string, unknown> = {}
  circle.circle = circle
  const back = through(circle) as typeof circle
  t.is(back.circle, back)
  let doubled: unknown = {}
  for (let i = 0; i < 60; i++) doubled = [doubled, doubled]
  const [one, other] = through(doubled) as [unknown, unknown]
  t.is(one, other)
  t.deepEqual(through({ $v8: 'not ours' }), { $v8: 'not ours' })
})
