import { fc, testProp } from '@fast-check/ava'
import test from 'ava'
import * as t from 'io-ts'
import { makeCodec, valid } from '../../src/footprint/codec.ts'
import { compileFootprint } from '../../src/footprint/compile-footprint.ts'
import { extendFootprint } from '../../src/footprint/extend-footprint.ts'
import { type Attributes, isRejection } from '../../src/footprint/footprint.ts'
import { fromString } from '../../src/footprint/from-string.ts'
import { explainReason } from '../../src/words/reason.ts'

/** The decoded attributes, or the reasons in words. */
function decode(attr: Attributes, given: Record<string, unknown>): unknown {
  const decoded = compileFootprint(attr).decode(given)
  return isRejection(decoded) ? decoded.reasons.map(explainReason) : decoded.attributes
}

test('a record gives exactly its attributes, decoded', t_ => {
  t_.deepEqual(decode({ limit: t.Int, kind: t.string }, { limit: 3, kind: 'a', bidon: 1 }), {
    limit: 3,
    kind: 'a',
  })
})

test('a missing attribute is a reason with its path', t_ => {
  t_.deepEqual(decode({ path: t.string }, {}), ['path: expected string, got undefined'])
})

test('a text is told from a number', t_ => {
  t_.deepEqual(decode({ limit: t.Int }, { limit: '4' }), ['limit: expected Int, got "4"'])
})

test('every attribute that says no has its reason', t_ => {
  t_.deepEqual(decode({ a: t.number, b: t.string }, { a: 'x' }), [
    'a: expected number, got "x"',
    'b: expected string, got undefined',
  ])
})

test('a reason shows the way into the value, without the numbers of union and intersection branches', t_ => {
  const rows = t.array(
    t.intersection([t.type({ name: t.string }), t.partial({ size: t.union([t.Int, t.null]) })]),
  )
  t_.deepEqual(decode({ rows }, { rows: [{ name: 'a' }, { name: 'b', size: 'big' }] }), [
    'rows[1].size: expected Int or null, got "big"',
  ])
})

test('a union within a refinement does not leave its branch numbers either', t_ => {
  const small = t.refinement(t.union([t.type({ n: t.number }), t.type({ n: t.null })]), () => true, 'Small')
  t_.deepEqual(decode({ small }, { small: { n: 'x' } }), ['small.n: expected number or null, got "x"'])
})

test('keys that are no names are quoted in the path', t_ => {
  t_.deepEqual(decode({ of: t.record(t.string, t.number) }, { of: { 'a b': 'x' } }), [
    'of["a b"]: expected number, got "x"',
  ])
})

test('long values are cut at 40 characters', t_ => {
  const [why] = decode({ n: t.number }, { n: 'x'.repeat(1000) }) as string[]
  t_.is(why, `n: expected number, got "${'x'.repeat(39)} ...`)
})

test('only `undefined` means default; null does not', t_ => {
  const attr = { s: { type: t.string, default: 'Hello !' } }
  t_.deepEqual(decode(attr, {}), { s: 'Hello !' })
  t_.deepEqual(decode(attr, { s: undefined }), { s: 'Hello !' })
  t_.deepEqual(decode(attr, { s: null }), ['s: expected string, got null'])
})

test('a default that is a function is asked each time', t_ => {
  const footprint = compileFootprint({ list: { type: t.array(t.number), default: () => [] } })
  const lists = [footprint.decode({}), footprint.decode({})].map(
    one => (one as { attributes: { list: unknown } }).attributes.list,
  )
  t_.not(lists[0], lists[1])
})

test('a default is a decoded value: it is not decoded again', t_ => {
  t_.deepEqual(decode({ n: { type: fromString(t.number), default: 4 } }, {}), { n: 4 })
})

test('an alias renames; two spellings are refused', t_ => {
  const attr = { colour: { type: t.string, alias: ['aspect', 'color'] } }
  t_.deepEqual(decode(attr, { aspect: 'green' }), { colour: 'green' })
  t_.deepEqual(decode(attr, { aspect: 'green', color: undefined }), { colour: 'green' })
  t_.deepEqual(decode(attr, { aspect: 'green', colour: 'green' }), [
    'colour: given twice, as colour and aspect',
  ])
  t_.deepEqual(decode(attr, { color: 3 }), ['color: expected string, got 3'])
})

test('remap comes before decoding, once', t_ => {
  const attr = { n: { type: fromString(t.Int), remap: { one: '1', two: 'one', '1': 'none' } } }
  t_.deepEqual(decode(attr, { n: 'one' }), { n: 1 })
  t_.deepEqual(decode(attr, { n: 'two' }), ['n: expected fromString(Int), got "one"'])
})

test('remap reads its own keys only', t_ => {
  t_.deepEqual(decode({ s: { type: t.string, remap: { a: 'b' } } }, { s: 'constructor' }), {
    s: 'constructor',
  })
})

test('values and outcast act on the decoded value', t_ => {
  const attr = { n: { type: fromString(t.number), values: [1, 2, 3], outcast: [2] } }
  t_.deepEqual(decode(attr, { n: '1' }), { n: 1 })
  t_.deepEqual(decode(attr, { n: '2' }), ['n: expected none of 2, got 2 (outcast)'])
  t_.deepEqual(decode(attr, { n: 4 }), ['n: expected one of 1, 2, 3, got 4 (not in values)'])
})

test('what a definition cannot mean is an error of the definition', t_ => {
  const definitions: [Attributes, RegExp][] = [
    [{ s: { type: t.string, remap: { a: 'b', b: 'a' } } }, /remap.*circle.*a -> b -> a/],
    [{ s: { type: t.string, remap: { a: 'a' } } }, /circle/],
    [{ s: { type: t.string, remap: { z: 'a', a: 'b', b: 'a' } } }, /circle/],
    [{ s: { type: t.string, default: 3 } }, /"s": 'default' must be of its type.*string, got 3/],
    [{ s: { type: t.string, values: ['a'], default: 'b' } }, /allowed/],
    [{ s: { type: t.string, values: [1] } }, /'values' must be of its type, string, got 1/],
    [{ s: { type: t.string, alias: 'x' }, x: t.string }, /"x" is taken/],
    [{ s: {} as never }, /'type' must be an io-ts codec or a Standard Schema/],
    [{ s: 3 as never }, /'type' must be/],
    [{ ['__proto__']: t.string }, /taken/],
    [3 as never, /'attr' must be a record or a schema, got 3/],
  ]
  for (const [attr, message] of definitions)
    t_.throws(() => compileFootprint(attr), { instanceOf: TypeError, message })
})

test('only own keys count, and dangerous names are harmless', t_ => {
  t_.deepEqual(decode({ limit: t.Int }, Object.create({ limit: 3 })), ['limit: expected Int, got undefined'])
  t_.deepEqual(decode({ constructor: t.string }, {}), ['constructor: expected string, got undefined'])
  t_.deepEqual(decode({ constructor: t.string }, { constructor: 'x' }), { constructor: 'x' })
  const hostile = JSON.parse('{ "limit": 3, "__proto__": { "polluted": true }, "constructor": 1 }')
  const attributes = decode({ limit: t.Int }, hostile) as object
  t_.deepEqual(attributes, { limit: 3 })
  t_.is(Object.getPrototypeOf(attributes), Object.prototype)
})

test('codecs, defaults and getters that throw refuse, and break nothing', t_ => {
  const angry = makeCodec<number, number>({
    name: 'Angry',
    is: (_value): _value is number => true,
    validate: () => {
      throw new Error('codec is angry')
    },
    encode: value => value,
  })
  t_.deepEqual(decode({ n: angry }, { n: 1 }), ['n: codec is angry'])
  const attr = {
    n: {
      type: t.number,
      default: () => {
        throw new Error('no default today')
      },
    },
  }
  t_.deepEqual(decode(attr, {}), ['n: no default today'])
  const getter = {
    get n() {
      throw new Error('not to be read')
    },
  }
  t_.deepEqual(decode({ n: t.number }, getter), ['n: not to be read'])
})

test('a copy of a codec that decodes otherwise is not mistaken for the original', t_ => {
  const lenient = Object.assign(Object.create(Object.getPrototypeOf(t.string)), t.string, {
    validate: () => valid('fallback'),
    decode: () => valid('fallback'),
  }) as typeof t.string
  t_.deepEqual(decode({ s: lenient }, { s: 3 }), { s: 'fallback' })
})

test('a whole codec is shown the keys it knows: nothing else reaches the work', t_ => {
  const attr = t.intersection([t.type({ limit: t.Int }), t.partial({ note: t.string })])
  t_.deepEqual(decode(attr, { limit: 3, bidon: 1, priority: 5 }), { limit: 3 })
  t_.deepEqual(decode(attr, { limit: 'x', note: 4 }), [
    'limit: expected Int, got "x"',
    'note: expected string, got 4',
  ])
})

test('a whole codec that takes anything is shown all but base attributes', t_ => {
  t_.deepEqual(decode(t.record(t.string, t.number), { a: 1, b: 2, priority: 5, name: 'x' }), { a: 1, b: 2 })
})

test('a whole codec may have a base attribute of its own', t_ => {
  t_.deepEqual(decode(t.type({ name: t.string }), { name: 'alfred', memory: 3 }), { name: 'alfred' })
})

test('fromString reads texts as what they stand for, and never guesses', t_ => {
  const read = (codec: t.Mixed, text: unknown) => {
    const decoded = fromString(codec).decode(text)
    return decoded._tag === 'Right' ? decoded.right : 'refused'
  }
  t_.is(read(t.number, '04'), 4)
  t_.is(read(t.number, '-1.5e3'), -1500)
  t_.is(read(t.number, 4), 4)
  t_.is(read(t.Int, '4.5'), 'refused')
  t_.is(read(t.number, ''), 'refused')
  t_.is(read(t.number, 'NaN'), 'refused')
  t_.is(read(t.number, '0x10'), 'refused')
  t_.is(read(t.number, '9007199254740993'), 'refused')
  t_.is(read(t.bigint, '9007199254740993'), 9007199254740993n)
  t_.is(read(t.bigint, '-4'), -4n)
  t_.is(read(t.boolean, 'false'), false)
  t_.is(read(t.boolean, 'False'), 'refused')
  t_.is(read(t.boolean, '1'), 'refused')
  t_.is(read(t.null, 'null'), null)
  t_.is(read(t.string, '04'), '04')
  t_.is(read(t.union([t.number, t.string]), '04'), '04')
  t_.deepEqual(read(t.array(t.number), '[1, 2]'), [1, 2])
  t_.is(read(t.array(t.number), '[1, 2'), 'refused')
  t_.is(read(t.number, null), 'refused')
})

test('fromString works inside combinators', t_ => {
  const codec = t.type({ n: fromString(t.Int) })
  t_.deepEqual(codec.decode({ n: '4' }), { _tag: 'Right', right: { n: 4 as t.Int } })
  t_.deepEqual(codec.encode({ n: 4 as t.Int }), { n: 4 })
})

test('extendFootprint replaces key by key and leaves the base alone', t_ => {
  const base = { seconds: { type: t.number, info: 'How long.', alias: 'duration' }, note: t.string }
  const attr = extendFootprint(base, { seconds: { values: [1, 2] }, note: { default: 'none' }, more: t.null })
  t_.deepEqual(decode(attr, { duration: 1, more: null }), { seconds: 1, note: 'none', more: null })
  t_.deepEqual(Object.keys(base.seconds), ['type', 'info', 'alias'])
})

const json = fc.jsonValue()
const anyInstruction = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'x', '__proto__', 'constructor', 'name'),
  json,
)

testProp(
  'decoding never throws, never changes what it is given, and says why or gives all attributes',
  [anyInstruction],
  (t_, given) => {
    const footprint = compileFootprint({
      a: { type: t.number, alias: 'x' },
      b: { type: t.string, default: 'b' },
      c: t.union([t.array(t.unknown), t.undefined]),
    })
    const before = JSON.stringify(given)
    const decoded = footprint.decode(Object.freeze(given))
    if (isRejection(decoded)) t_.true(decoded.reasons.length > 0)
    else t_.deepEqual(Object.keys(decoded.attributes as object).sort(), ['a', 'b', 'c'])
    t_.is(JSON.stringify(given), before)
  },
)
