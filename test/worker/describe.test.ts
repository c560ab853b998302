import test from 'ava'
import * as t from 'io-ts'
import { z } from 'zod'

import logarithmer from '../../docs/examples/logarithmer.ts'
import { fromString } from '../../src/footprint/from-string.ts'
import { oneOf, since } from '../../src/footprint/guards.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import { describe } from '../../src/worker/describe.ts'
import { registry } from '../../src/worker/registry.ts'

const work = () => 0
const painter = defineWorker(import.meta, {
  name: 'painter',
  info: 'Paints.',
  version: '2',
  priority: 'toolbox',
  bind: ['wall'],
  only: { year: since(2003), site: oneOf('north') },
  attr: {
    colour: {
      type: t.keyof({ green: null, blue: null }),
      info: 'Which | paint.',
      alias: 'aspect',
      remap: { lightgreen: 'green' },
    },
    layers: { type: fromString(t.Int), default: 2, outcast: [13] },
    size: { type: t.number, values: [1, 2] },
    notes: { type: t.array(t.string), default: () => [] },
    when: t.union([t.string, t.undefined]),
  },
  work,
})

test('Markdown: a section, a table and an example for each worker', t_ => {
  t_.is(
    describe(painter),
    `## painter

Paints.

Priority: toolbox. Version: 2. Bound to: "wall". Only with \`year\` at least 2003, and \`site\` one of "north".

| attribute | type | default | what |
|---|---|---|---|
| \`colour\` | \`"green" \\| "blue"\` | required | Which \\| paint. Also called \`aspect\`. \`lightgreen\` means \`"green"\`. |
| \`layers\` | \`fromString(Int)\` | \`2\` | Never \`13\`. |
| \`size\` | \`number\` | required | One of \`1\`, \`2\`. |
| \`notes\` | \`Array<string>\` | made anew |  |
| \`when\` | \`(string \\| undefined)\` | optional |  |

Example: \`{"colour":"green","size":1}\`
`,
  )
})

test('JSON: the same as data, with JSON Schema', t_ => {
  const { levels, workers } = describe(registry([painter]), { format: 'json' })
  t_.deepEqual(levels, ['none', 'default', 'toolbox', 'debug'])
  const [described] = workers
  t_.deepEqual(described?.instruction, {
    type: 'object',
    properties: {
      colour: {
        anyOf: [{ enum: ['green', 'blue'] }, { enum: ['lightgreen'] }],
        description: 'Which | paint.',
      },
      aspect: { description: 'The same as "colour".' },
      layers: { anyOf: [{ type: 'integer' }, { type: 'string' }], not: { enum: [13] }, default: 2 },
      size: { enum: [1, 2] },
      notes: { type: 'array', items: { type: 'string' } },
      when: { type: 'string' },
    },
    required: ['size'],
    allOf: [{ oneOf: [{ required: ['colour'] }, { required: ['aspect'] }] }],
  })
  t_.like(described, {
    name: 'painter',
    bind: ['wall'],
    only: [{ key: 'year', expects: 'at least 2003' }, { key: 'site' }],
  })
  t_.deepEqual(JSON.parse(JSON.stringify(workers)), workers)
})

test('whole schemas are described as JSON Schema, with an example that they accept', t_ => {
  const row = t.type({ n: t.Int, of: t.tuple([t.literal('a'), t.null]) })
  const codec = t.intersection([
    t.type({ rows: t.array(row), on: t.boolean }),
    t.partial({ map: t.record(t.string, t.unknown) }),
  ])
  const whole = defineWorker(import.meta, { name: 'whole', attr: codec, work })
  const zod = defineWorker(import.meta, {
    name: 'zod',
    attr: z.object({ limit: z.int().min(5), kind: z.enum(['a', 'b']) }),
    work,
  })
  const [one, other] = describe([whole, zod], { format: 'json' }).workers
  t_.deepEqual(one?.example, { rows: [{ n: 1, of: ['a', null] }], on: true })
  t_.like(one?.instruction, {
    allOf: [{ type: 'object', required: ['rows', 'on'] }, { properties: { map: { type: 'object' } } }],
  })
  t_.deepEqual(other?.example, { limit: 5, kind: 'a' })
  t_.regex(describe(zod), /```json\n\{\n {2}"type": "object"/)
})

test('where no example can be thought of, none is shown', t_ => {
  t_.false(describe(logarithmer).includes('Example'))
  t_.regex(describe(logarithmer), /\| `array` \| `SharedArray of float64, 2-dimensional` \| required \|/)
})

test('a codec that refers to itself, a bigint and a worker without attributes can be described', t_ => {
  interface Tree {
    readonly of: readonly Tree[]
  }
  const Tree: t.Type<Tree> = t.recursion('Tree', () => t.type({ of: t.readonlyArray(Tree) }))
  const attr = {
    tree: Tree,
    big: { type: t.bigint, default: 3n },
    far: { type: t.number, default: Infinity },
  }
  const all = [
    defineWorker(import.meta, { name: 'tree', attr, work }),
    defineWorker(import.meta, { name: 'idle', work }),
  ]
  t_.regex(describe(all), /`"3n"`[\s\S]*`"Infinity"`[\s\S]*## idle\n\nNo attributes\.\n\nExample: `\{\}`/)
  const { workers } = describe(all, { format: 'json' })
  t_.deepEqual(JSON.parse(JSON.stringify(workers)), workers)
})
