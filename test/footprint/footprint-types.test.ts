/** What the compiler infers from a footprint, and what it refuses. These tests pass by compiling. */

import test from 'ava'
import { expectTypeOf } from 'expect-type'
import * as t from 'io-ts'
import { extendFootprint } from '../../src/footprint/extend-footprint.ts'
import { fromString } from '../../src/footprint/from-string.ts'
import { sharedArray } from '../../src/footprint/shared-array-codec.ts'
import type { SharedArray } from '../../src/shared-memory/shared-array.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import { type SetOf, zip } from '../../src/worker/instruction-set.ts'
import { registry } from '../../src/worker/registry.ts'
import type { GivenTo, InstructionOf, ResultOf } from '../../src/worker/worker.ts'

test('a record of codecs: given as written, received as decoded', t_ => {
  const worker = defineWorker(import.meta, {
    name: 'types-1',
    attr: {
      limit: t.Int,
      kind: t.keyof({ a: null, b: null }),
      note: t.union([t.string, t.undefined]),
      count: fromString(t.Int),
    },
    work: attributes => {
      expectTypeOf(attributes).toEqualTypeOf<{
        readonly limit: t.Int
        readonly kind: 'a' | 'b'
        readonly note: string | undefined
        readonly count: t.Int
      }>()
      return attributes.limit + 1
    },
  })
  expectTypeOf<GivenTo<typeof worker>>().toEqualTypeOf<{
    readonly limit: number
    readonly kind: 'a' | 'b'
    readonly note?: string | undefined
    readonly count: number | string
  }>()
  expectTypeOf<ResultOf<typeof worker>>().toEqualTypeOf<number>()
  expectTypeOf<InstructionOf<typeof worker>>().toExtend<{
    readonly limit: number
    readonly timeout?: number
  }>()
  t_.pass()
})

test('specifications: defaults may be left out, values narrow, remapped spellings are allowed', t_ => {
  const worker = defineWorker(import.meta, {
    name: 'types-2',
    attr: {
      seconds: { type: t.number, values: [0.5, 1], info: 'How long.' },
      sentence: { type: t.string, default: 'Hello !' },
      lazy: { type: t.array(t.string), default: () => ['x'] },
      times: { type: t.Int, default: 3 },
      succeed: { type: t.boolean, values: [true] },
      colour: { type: t.keyof({ green: null, blue: null }), remap: { lightgreen: 'green' } },
      padded: { type: fromString(t.number), values: [4, 5] },
    },
    work: attributes => {
      expectTypeOf(attributes).toEqualTypeOf<{
        readonly seconds: 0.5 | 1
        readonly sentence: string
        readonly lazy: string[]
        readonly times: t.Int
        readonly succeed: true
        readonly colour: 'green' | 'blue'
        readonly padded: 4 | 5
      }>()
    },
  })
  expectTypeOf<GivenTo<typeof worker>>().toEqualTypeOf<{
    readonly seconds: 0.5 | 1
    readonly succeed: true
    readonly colour: 'green' | 'blue' | 'lightgreen'
    readonly padded: 4 | 5 | string
    readonly sentence?: string
    readonly lazy?: string[]
    readonly times?: number
  }>()
  t_.pass()
})

test('an alias: one spelling or the other, never both, never neither', t_ => {
  const worker = defineWorker(import.meta, {
    name: 'types-3',
    attr: {
      colour: { type: t.string, alias: ['aspect', 'color'] },
      size: { type: t.number, alias: 'width', default: 1 },
    },
    work: ({ colour }) => colour,
  })
  type Given = GivenTo<typeof worker>
  const given = (value: Given) => value
  given({ colour: 'green' })
  given({ aspect: 'green', width: 3 })
  given({ color: 'green', size: 3 })
  // @ts-expect-error no spelling of colour
  given({ size: 3 })
  // @ts-expect-error two spellings
  given({ colour: 'green', aspect: 'green' })
  t_.pass()
})

test('a whole codec', t_ => {
  const worker = defineWorker(import.meta, {
    name: 'types-4',
    attr: t.intersection([t.type({ limit: t.Int }), t.partial({ note: t.string })]),
    work: attributes => {
      expectTypeOf(attributes.limit).toEqualTypeOf<t.Int>()
      expectTypeOf(attributes.note).toEqualTypeOf<string | undefined>()
      return 'done'
    },
  })
  const given = (value: GivenTo<typeof worker>) => value
  given({ limit: 3 })
  // @ts-expect-error limit is missing
  given({ note: 'x' })
  expectTypeOf<ResultOf<typeof worker>>().toEqualTypeOf<string>()
  t_.pass()
})

test('what does not compile: wrong defaults, values and instructions', t_ => {
  const define = () => {
    defineWorker(import.meta, {
      name: 'types-5',
      // @ts-expect-error the default is no number
      attr: { n: { type: t.number, default: 'three' } },
      work: () => 0,
    })
    defineWorker(import.meta, {
      name: 'types-6',
      // @ts-expect-error the values are no numbers
      attr: { n: { type: t.number, values: ['three'] } },
      work: () => 0,
    })
    defineWorker(import.meta, {
      name: 'types-7',
      // @ts-expect-error the default is none of the values
      attr: { n: { type: t.number, values: [1, 2], default: 3 } },
      work: () => 0,
    })
  }
  t_.is(typeof define, 'function')
})

test('shared arrays keep their element type', t_ => {
  defineWorker(import.meta, {
    name: 'types-8',
    attr: { sum: sharedArray('int32'), big: sharedArray('bigint64') },
    work: ({ sum, big }) => {
      expectTypeOf(sum).toEqualTypeOf<SharedArray<'int32'>>()
      expectTypeOf(big.get(0)).toEqualTypeOf<bigint>()
      return sum.get(0)
    },
  })
  t_.pass()
})

test('sets are typed from the definitions, also from several', t_ => {
  const one = defineWorker(import.meta, {
    name: 'types-9',
    attr: { seconds: t.number, succeed: { type: t.boolean, values: [true] } },
    work: () => 0,
  })
  const two = defineWorker(import.meta, {
    name: 'types-10',
    attr: { seconds: t.number, succeed: { type: t.boolean, values: [false] } },
    work: () => '',
  })
  type Both = InstructionOf<typeof one> | InstructionOf<typeof two>
  const set = (value: SetOf<Both>) => zip(value)
  set({ common: { seconds: 1 }, individual: { succeed: [true, false], name: ['a', 'b'] } })
  // @ts-expect-error seconds are numbers
  const wrong = () => set({ individual: { seconds: ['1'] } })
  // @ts-expect-error no such attribute
  const unknown = () => set({ individual: { hours: [1] } })
  t_.is(typeof wrong, typeof unknown)
  expectTypeOf(registry([one, two]).definitions[0]).toExtend<typeof one | typeof two | undefined>()
})

test('an extended footprint has what the base has, narrowed', t_ => {
  const base = {
    seconds: { type: t.number, info: 'How long.' },
    sentence: { type: t.string, default: 'Hello !' },
  }
  const attr = extendFootprint(base, {
    seconds: { values: [1, 2] },
    succeed: { type: t.boolean, values: [true] },
  })
  const worker = defineWorker(import.meta, {
    name: 'types-11',
    attr,
    work: attributes => {
      expectTypeOf(attributes).toEqualTypeOf<{
        readonly seconds: 1 | 2
        readonly sentence: string
        readonly succeed: true
      }>()
    },
  })
  expectTypeOf<GivenTo<typeof worker>>().toEqualTypeOf<{
    readonly seconds: 1 | 2
    readonly succeed: true
    readonly sentence?: string
  }>()
  const widen = () => {
    // @ts-expect-error a text is no number: that would not narrow
    extendFootprint(base, { seconds: t.string })
    // @ts-expect-error a new attribute needs a type
    extendFootprint(base, { kind: { info: 'What.' } })
  }
  t_.is(typeof widen, 'function')
  t_.is((attr.seconds as { info?: string }).info, 'How long.')
})
