/** Values on their way through Redis: nothing is lost, and what JSON can say is said in JSON. */

import test from 'ava'
import fc from 'fast-check'

import { pack, unpack } from '../../../src/crew/queue/payload-codec.ts'

const through = (value: unknown) =>
  unpack(JSON.parse(JSON.stringify({ packed: pack(value, 'value') })).packed)

test('every value that can be cloned arrives as it was', t => {
  const leaf = fc.oneof(
    fc.anything({
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withBigInt: true,
      withNullPrototype: false,
    }),
    fc.constant({ $v8: 'not ours' }),
    fc.constant({ toJSON: 'a field' }),
  )
  fc.assert(
    fc.property(leaf, value => void t.deepEqual(through(value), structuredClone(value))),
    { numRuns: 300 },
  )
  t.pass()
})

test('plain JSON stays readable', t => {
  for (const value of [{ limit: 100, of: ['a', null, true, { b: 1.5 }] }, 'text', 0, [], {}, false, null])
    t.is(pack(value, 'value'), value)
})

test('what cannot travel is named by its path', t => {
  t.throws(() => pack({ rows: [1, { fn: () => 1 }] }, 'attributes'), { message: /attributes\.rows\[1\]\.fn/ })
  t.throws(() => pack({ shared: new Int32Array(new SharedArrayBuffer(8)) }, 'attributes'), {
    message: /attributes/,
  })
})
