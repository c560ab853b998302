/** Records are read by shape, without allocating more than the answer; here against the rules of attributes, step by step. */

import { fc, testProp } from '@fast-check/ava'
import test from 'ava'
import * as t from 'io-ts'

import type { AnyCodec } from '../../src/footprint/codec.ts'
import { compileFootprint } from '../../src/footprint/compile-footprint.ts'
import { type AttributeSpec, isRejection } from '../../src/footprint/footprint.ts'
import { fromString } from '../../src/footprint/from-string.ts'
import { KeyShapes } from '../../src/footprint/key-shapes.ts'
import { showValue } from '../../src/words/show-value.ts'

type Specs = Readonly<Record<string, AttributeSpec<AnyCodec>>>
type Given = Readonly<Record<string, unknown>>

/** The decoded attributes and how many were supplied; `undefined` when refused. */
function byTheBook(specs: Specs, given: Given): { attributes: unknown; supplied: number } | undefined {
  const attributes: Record<string, unknown> = {}
  let supplied = 0
  for (const [name, { type, alias = [], remap = {}, values, outcast, ...rest }] of Object.entries(specs)) {
    const spelled = [name, ...[alias].flat()].filter(
      key => Object.hasOwn(given, key) && given[key] !== undefined,
    )
    if (spelled.length > 1) return undefined
    const value = given[spelled[0] ?? '']
    let decoded: unknown
    if (spelled.length === 0 && 'default' in rest) decoded = rest.default
    else {
      supplied += spelled.length
      const replaced = typeof value === 'string' && Object.hasOwn(remap, value) ? remap[value] : value
      const answer = type.decode(replaced)
      if (answer._tag === 'Left') return undefined
      decoded = answer.right
    }
    if (values && !values.includes(decoded)) return undefined
    if (outcast?.includes(decoded)) return undefined
    attributes[name] = decoded
  }
  return { attributes, supplied }
}

/** Some combinations cannot be meant: a default that is not among the values. */
function compiles(specs: Specs): boolean {
  try {
    compileFootprint(specs)
    return true
  } catch {
    return false
  }
}

const texts = ['a', 'b', '1', '04', 'constructor']
const some = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined })
const ofText = fc.record({
  type: fc.constantFrom<AnyCodec>(t.string, t.keyof({ a: null, b: null }), t.union([t.string, t.undefined])),
  alias: some(fc.constantFrom('alias', ['alias', 'other'])),
  remap: some(fc.constant({ a: 'b', constructor: 'a' })),
  values: some(fc.constant(['a', 'b'])),
  outcast: some(fc.constant(['b'])),
  default: some(fc.constant('a')),
})
const ofNumber = fc.record({
  type: fc.constantFrom<AnyCodec>(t.number, t.Int, fromString(t.number)),
  values: some(fc.constant([1, 4])),
  outcast: some(fc.constant([4])),
  default: some(fc.constant(1)),
})
const ofAnything = fc.record({
  type: fc.constantFrom<AnyCodec>(t.unknown, t.array(t.number), t.type({ n: t.number })),
})

/** Without the keys of which nothing is said. */
const without = (record: object): [string, unknown][] =>
  Object.entries(record).filter(([, value]) => value !== undefined)

const someSpecs = fc
  .record({ text: some(ofText), number: some(ofNumber), any: some(ofAnything) })
  .map(specs => without(specs).map(([name, spec]) => [name, Object.fromEntries(without(spec as object))]))
  .map(specs => Object.fromEntries(specs) as Specs)
  .filter(specs => compiles(specs))
const someGiven = fc.dictionary(
  fc.constantFrom('text', 'alias', 'other', 'number', 'any', 'name', 'bidon', 'constructor'),
  fc.oneof(
    fc.constantFrom<unknown>(...texts, 1, 4, 1.5, null, undefined),
    fc.constant({ n: 1 }),
    fc.constant([1]),
  ),
  { maxKeys: 6 },
)

testProp(
  'whatever the specification and the instruction, the answer is by the book',
  [someSpecs, fc.array(someGiven, { minLength: 1, maxLength: 5 })],
  (t_, specs, instructions) => {
    const footprint = compileFootprint(specs)
    for (const given of instructions) {
      const decoded = footprint.decode(given)
      const expected = byTheBook(specs, given)
      t_.deepEqual(isRejection(decoded) ? undefined : decoded, expected)
      if (isRejection(decoded)) t_.true(decoded.reasons.length > 0)
      // The same keys and values in an object with more to it: not own, or not enumerable as an instruction's are.
      const heir = Object.assign(Object.create({ text: 'a', number: 1 }), given) as Given
      const inherited = footprint.decode(heir)
      t_.deepEqual(isRejection(inherited) ? undefined : inherited, expected)
    }
  },
  { numRuns: 300 },
)

test('what was given may change afterwards: attributes are a copy', t_ => {
  const footprint = compileFootprint({ n: t.number })
  const given = { n: 1 }
  const decoded = footprint.decode(given) as { attributes: unknown }
  given.n = 2
  t_.deepEqual(decoded.attributes, { n: 1 })
})

test('a shape is worked out once, whatever the values; order and absence make another', t_ => {
  const made: (readonly string[])[] = []
  const shapes = new KeyShapes(keys => ({ nth: made.push(keys) }))
  t_.is(shapes.of({ a: 1, b: 2 }), shapes.of({ a: 'x', b: undefined }))
  t_.not(shapes.of({ a: 1, b: 2 }), shapes.of({ b: 1, a: 2 }))
  t_.not(shapes.of({}), shapes.of({ a: 1 }))
  t_.is(shapes.of(Object.create({ c: 1 }, { a: { value: 1, enumerable: true } })), shapes.of({ a: 2 }))
  t_.deepEqual(made, [['a', 'b'], ['b', 'a'], [], ['a']])
})

test('keys that never repeat do not fill the memory', t_ => {
  let made = 0
  const shapes = new KeyShapes(() => ({ nth: ++made }))
  for (let i = 0; i < 10_000; i++) shapes.of({ [`k${i}`]: 1 })
  const known = shapes.of({ k9999: 1 })
  t_.is(shapes.of({ k9999: 1 }), known)
  t_.not(shapes.of({ k0: 1 }), known) // forgotten meanwhile, and found again
  t_.is(made, 10_001)
})

test('showValue is short, exact about texts, and never throws', t_ => {
  const hostile = {
    get x(): never {
      throw new Error('no')
    },
  }
  const circle: { self?: unknown } = {}
  circle.self = circle
  const shown: [unknown, string][] = [
    ['a"b', '"a\\"b"'],
    [4n, '4n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 0, 'function without a name'],
    [[1, ['a']], '[1, ["a"]]'],
    [{ a: 1, b: {} }, '{ a: 1, b: {} }'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
    [new Map(), 'a Map'],
    [new TypeError('bad'), 'TypeError: bad'],
    [Object.create(null), '{}'],
    [hostile, 'a value that cannot be shown'],
    [circle, '{ self: { self: { self: { self: {...} } ...'],
  ]
  for (const [value, text] of shown) t_.is(showValue(value), text)
  t_.true(showValue(new Array(1_000_000).fill('x'.repeat(100))).length < 60)
})
