/** Footprints made of Standard Schemas: zod, valibot, and what they have in common. */

import test from 'ava'
import { expectTypeOf } from 'expect-type'
import * as v from 'valibot'
import { z } from 'zod'
import type { Failure } from '../../src/words/failure.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import { isChosen, type Registry, registry } from '../../src/worker/registry.ts'
import type { GivenTo } from '../../src/worker/worker.ts'

const whyNot = (from: Registry, given: Record<string, unknown>): string =>
  (from.choose(given, {}) as Failure).why
const work = () => 0

const zodWhole = z.object({
  limit: z.int(),
  kind: z.enum(['a', 'b']).default('a'),
  at: z.coerce.date().optional(),
})
const valibotWhole = v.object({
  limit: v.pipe(v.number(), v.integer()),
  kind: v.optional(v.picklist(['a', 'b']), 'a'),
})

test('a whole zod schema: types, defaults, and the path of what is wrong', t => {
  const worker = defineWorker(import.meta, {
    name: 'zod',
    attr: zodWhole,
    work: attributes => {
      expectTypeOf(attributes).toEqualTypeOf<{ limit: number; kind: 'a' | 'b'; at?: Date | undefined }>()
      return attributes.limit
    },
  })
  expectTypeOf<GivenTo<typeof worker>['kind']>().toEqualTypeOf<'a' | 'b' | undefined>()
  const known = registry([worker])
  t.deepEqual(known.choose({ limit: 3, name: 'x' }, {}), {
    definition: 0,
    attributes: { limit: 3, kind: 'a' },
  })
  t.is(whyNot(known, { limit: 1.5 }), 'limit: Invalid input: expected int, received number')
  t.like(known.choose({ limit: 3, kidn: 'b' }, {}), { unknownKeys: [{ key: 'kidn', meant: 'kind' }] })
})

test('a whole valibot schema: the same', t => {
  const worker = defineWorker(import.meta, {
    name: 'valibot',
    attr: valibotWhole,
    work: attributes => {
      expectTypeOf(attributes).toEqualTypeOf<{ limit: number; kind: 'a' | 'b' }>()
      return attributes.limit
    },
  })
  expectTypeOf<GivenTo<typeof worker>>().toEqualTypeOf<{ limit: number; kind?: 'a' | 'b' | undefined }>()
  const known = registry([worker])
  t.deepEqual(known.choose({ limit: 3, priority: 1 }, {}), {
    definition: 0,
    attributes: { limit: 3, kind: 'a' },
  })
  t.regex(whyNot(known, { limit: 'x' }), /^limit: Invalid type: Expected number but received "x"$/)
  t.like(known.choose({ limit: 3, kidn: 'b' }, {}), { unknownKeys: [{ key: 'kidn', meant: 'kind' }] })
})

test('schemas as the types of single attributes, with all that may be said about one', t => {
  const worker = defineWorker(import.meta, {
    name: 'mixed',
    attr: {
      limit: z.number().min(1),
      kind: { type: v.string(), values: ['a', 'b'], alias: 'sort' },
      rows: { type: z.array(z.object({ size: z.number() })), default: () => [] },
      note: v.optional(v.string()),
    },
    work: attributes => {
      expectTypeOf(attributes.limit).toEqualTypeOf<number>()
      expectTypeOf(attributes.kind).toEqualTypeOf<'a' | 'b'>()
      expectTypeOf(attributes.note).toEqualTypeOf<string | undefined>()
    },
  })
  const given = (value: GivenTo<typeof worker>) => value
  const known = registry([worker])
  t.deepEqual(known.choose(given({ limit: 3, sort: 'a' }), {}), {
    definition: 0,
    attributes: { limit: 3, kind: 'a', rows: [], note: undefined },
  })
  t.is(
    whyNot(known, { limit: 0, kind: 'c', rows: [{ size: 1 }, { size: 'x' }] }),
    'limit: Too small: expected number to be >=1; kind: expected one of "a", "b", got "c" (not in values); rows[1].size: Invalid input: expected number, received string',
  )
})

test('strict schemas refuse unknown keys themselves, but not base attributes; loose ones keep them', t => {
  const strict = registry([
    defineWorker(import.meta, { name: 'strict', attr: z.strictObject({ n: z.number() }), work }),
  ])
  t.true(isChosen(strict.choose({ n: 1, name: 'x', timeout: 5 }, {})))
  t.regex(whyNot(strict, { n: 1, m: 2 }), /Unrecognized key: "m"/)
  const loose = registry([
    defineWorker(import.meta, { name: 'loose', attr: z.looseObject({ n: z.number() }), work }),
  ])
  t.deepEqual(loose.choose({ n: 1, m: 2, name: 'x' }, {}), { definition: 0, attributes: { n: 1, m: 2 } })
  const own = registry([
    defineWorker(import.meta, { name: 'own', attr: v.object({ name: v.string() }), work }),
  ])
  t.deepEqual(own.choose({ name: 'x', memory: 1 }, {}), { definition: 0, attributes: { name: 'x' } })
})

test('a schema that answers with a promise is refused, clearly', t => {
  const slow = z.string().refine(async () => true)
  const answers = {
    '~standard': { version: 1 as const, vendor: 'slow', validate: async (value: unknown) => ({ value }) },
  }
  const known = registry([defineWorker(import.meta, { name: 'slow', attr: { s: slow, a: answers }, work })])
  t.regex(
    whyNot(known, { s: 'x', a: 1 }),
    /s: .*promise.*; a: a slow schema answered with a promise; footprints need a synchronous one/,
  )
})

test('a schema that is a function is a schema', t => {
  const schema = Object.assign(() => {}, {
    '~standard': {
      version: 1 as const,
      vendor: 'callable',
      validate: (value: unknown) =>
        typeof value === 'string'
          ? { value }
          : { issues: [{ message: 'must be a text', path: [{ key: 'deep' }, 0] }] },
    },
  })
  const known = registry([defineWorker(import.meta, { name: 'callable', attr: { s: schema }, work })])
  t.true(isChosen(known.choose({ s: 'x' }, {})))
  t.is(whyNot(known, { s: 3 }), 's.deep[0]: must be a text')
})
