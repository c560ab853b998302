import { fc, testProp } from '@fast-check/ava'
import test from 'ava'
import * as t from 'io-ts'
import { before, matching, node, oneOf, platform, since } from '../../src/footprint/guards.ts'
import type { Failure } from '../../src/words/failure.ts'
import { explainFailure } from '../../src/words/failure.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import {
  explainUnknownKeys,
  isChosen,
  type Registry,
  refuseUnknownKeys,
  registry,
} from '../../src/worker/registry.ts'
import type { AnyWorker } from '../../src/worker/worker.ts'

const work = () => 0
const nobody = {}

/** The name of the chosen one, or the failure. */
function choose(from: Registry, given: Record<string, unknown>, context = {}): string | Failure {
  const choice = from.choose(given, context)
  return isChosen(choice) ? (from.definitions[choice.definition] as AnyWorker).name : choice
}
const whyNot = (from: Registry, given: Record<string, unknown>, context = {}): string =>
  (choose(from, given, context) as Failure).why

const plain = defineWorker(import.meta, { name: 'plain', attr: { n: t.number }, work })
const detailed = defineWorker(import.meta, {
  name: 'detailed',
  attr: { n: t.number, note: { type: t.string, default: '' } },
  work,
})
const urgent = defineWorker(import.meta, { name: 'urgent', attr: { n: t.number }, priority: 'Toolbox', work })

test('one that fits is chosen, with its decoded attributes', t_ => {
  t_.deepEqual(registry([plain]).choose({ n: 1 }, nobody), { definition: 0, attributes: { n: 1 } })
})

test('the highest priority wins, whatever the case of its name', t_ => {
  t_.is(choose(registry([detailed, urgent, plain]), { n: 1, note: 'x' }), 'urgent')
})

test('at equal priority, the most attributes supplied win', t_ => {
  t_.is(choose(registry([plain, detailed]), { n: 1, note: 'x' }), 'detailed')
})

test('a tie is refused, naming the tied, in either order', t_ => {
  const [one, other] = [
    choose(registry([plain, detailed]), { n: 1 }),
    choose(registry([detailed, plain]), { n: 1 }),
  ] as [Failure, Failure]
  t_.deepEqual(one, other)
  t_.is(one.code, 'ambiguous')
  t_.regex(one.what, /ambiguous between "detailed" and "plain"/)
})

test('a tie between two that supply less than a third is none', t_ => {
  const twin = defineWorker(import.meta, { name: 'twin', attr: { n: t.number }, work })
  for (const order of [
    [plain, twin, detailed],
    [detailed, plain, twin],
    [plain, detailed, twin],
  ]) {
    t_.is(choose(registry<AnyWorker>(order), { n: 1, note: 'x' }), 'detailed')
  }
})

test('a value leads to those that list it, and to those that list none', t_ => {
  const define = (name: string, kind: t.Mixed | { type: t.Mixed; default: unknown; values?: unknown[] }) =>
    defineWorker(import.meta, { name, attr: { kind } as Record<string, t.Mixed>, work })
  const kinds = registry<AnyWorker>([
    define('a', t.literal('a')),
    define('b or c', { type: t.string, default: 'b', values: ['b', 'c'] }),
    define(
      'longer',
      t.refinement(t.string, text => text.length > 1, 'Longer'),
    ),
  ])
  t_.is(choose(kinds, { kind: 'a' }), 'a')
  t_.is(choose(kinds, { kind: 'c' }), 'b or c')
  t_.is(choose(kinds, { kind: 'dd' }), 'longer') // nobody lists it
  t_.is(choose(kinds, { kind: undefined }), 'b or c') // no value: the default
  t_.is((choose(kinds, { kind: 'd' }) as Failure).code, 'refused')
})

test('levels are inserted before or after another, and belong to the registry', t_ => {
  const critical = defineWorker(import.meta, {
    name: 'critical',
    attr: { n: t.number },
    priority: 'critical',
    work,
  })
  const priorities = { critical: { after: 'TOOLBOX' }, idle: { before: 'none' } }
  const known = registry([urgent, critical], { priorities })
  t_.deepEqual(known.levels, ['idle', 'none', 'default', 'toolbox', 'critical', 'debug'])
  t_.is(choose(known, { n: 1 }), 'critical')
  t_.throws(() => registry([critical]), {
    instanceOf: TypeError,
    message: /"critical".*no level "critical", the levels are none, default/,
  })
  const typo = defineWorker(import.meta, { name: 'typo', priority: 'defualt', work })
  t_.throws(() => registry([typo]), { message: /did you mean "default"/ })
  t_.throws(() => registry([], { priorities: { x: { after: 'y' } } }), { message: /there is no level "y"/ })
  t_.throws(() => registry([], { priorities: { Debug: { after: 'none' } } }), { message: /already there/ })
  t_.throws(() => registry([], { priorities: { x: {} as never } }), {
    message: /\{ before \} or \{ after \}/,
  })
})

test('two definitions of one name are refused at once', t_ => {
  t_.throws(() => registry([plain, plain]), { instanceOf: TypeError, message: /named "plain"/ })
})

test('one definition that refuses gives its reasons on one line', t_ => {
  const failure = choose(registry([plain]), { m: 1 }) as Failure
  t_.is(
    explainFailure(failure, 'x'),
    'Instruction "x" failed. Worker "plain" refused the instruction: n: expected number, got undefined; unknown attribute "m", did you mean "n"?. Correct the instruction, or widen the footprint of "plain".',
  )
})

test('several that refuse give a line each, by name', t_ => {
  t_.is(
    whyNot(registry([plain, detailed]), { n: 'x' }),
    '\n  "detailed": n: expected number, got "x"\n  "plain": n: expected number, got "x"',
  )
})

test('many reasons are cut short', t_ => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const many = defineWorker(import.meta, {
    name: 'many',
    attr: Object.fromEntries(names.map(name => [name, t.number])),
    work,
  })
  t_.regex(whyNot(registry([many]), {}), /e: expected number, got undefined; and 2 more$/)
})

test('unknown keys are told, with what was probably meant; base attributes are known', t_ => {
  const choice = registry([detailed]).choose(
    { n: 1, noet: 'x', zebra: 1, memory: 3, piority: 2, gone: undefined },
    nobody,
  )
  t_.true(isChosen(choice))
  const { unknownKeys = [] } = choice as { unknownKeys?: never[] }
  t_.deepEqual(unknownKeys, [
    { key: 'noet', meant: 'note' },
    { key: 'zebra', meant: undefined },
    { key: 'piority', meant: 'priority' },
  ] as never[])
  t_.is(
    explainUnknownKeys(unknownKeys.slice(0, 2)),
    'unknown attribute "noet", did you mean "note"?; unknown attribute "zebra"',
  )
  t_.like(refuseUnknownKeys('detailed', unknownKeys), {
    code: 'refused',
    what: 'Worker "detailed" refused the instruction',
  })
})

test('unknown keys of whole codecs are told where the codec tells its keys', t_ => {
  const whole = defineWorker(import.meta, { name: 'whole', attr: t.type({ limit: t.Int }), work })
  t_.like(registry([whole]).choose({ limit: 1, limt: 2 }, nobody), {
    unknownKeys: [{ key: 'limt', meant: undefined }],
  })
  const open = defineWorker(import.meta, { name: 'open', attr: t.record(t.string, t.number), work })
  t_.false('unknownKeys' in registry([open]).choose({ limit: 1, limt: 2 }, nobody))
})

test('no instruction crashes the choice', t_ => {
  for (const given of [
    null,
    undefined,
    3,
    'x',
    [],
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no')
        },
      },
    ),
  ]) {
    t_.is((registry([plain]).choose(given as never, nobody) as Failure).code, 'refused')
    t_.is((registry([plain, detailed]).choose(given as never, nobody) as Failure).code, 'refused')
  }
  t_.regex(whyNot(registry([]), {}), /no workers/)
})

test('guards look at attributes, then at the context; all must hold', t_ => {
  const guarded = registry([
    defineWorker(import.meta, {
      name: 'guarded',
      attr: { year: t.number, kind: { type: t.string, default: 'a' } },
      only: {
        year: [since(2003), before(2008)],
        kind: oneOf('a', 'b'),
        site: 'north',
        user: matching(/^a/g),
      },
      work,
    }),
  ])
  const context = { site: 'north', user: 'alfred', year: 1900 }
  t_.is(choose(guarded, { year: 2003 }, context), 'guarded')
  t_.is(choose(guarded, { year: 2003 }, context), 'guarded') // a global expression has no memory here
  t_.is(whyNot(guarded, { year: 2008 }, context), 'year: expected less than 2008, got 2008 (guard)')
  t_.is(
    whyNot(guarded, { year: 2004, kind: 'c' }, context),
    'kind: expected one of "a", "b", got "c" (guard)',
  )
  t_.is(
    whyNot(guarded, { year: 2004 }, { site: 'south' }),
    'site: expected "north", got "south" (guard); user: expected a text matching /^a/g, got no value (guard)',
  )
})

test('predicates answer with true or a reason; one that throws is a reason', t_ => {
  const only = {
    n: (n: number, { context }: { context: Readonly<Record<string, unknown>> }) =>
      n <= (context.most as number) || `n: at most ${context.most}, please`,
    m: () => {
      throw new Error('oops')
    },
  }
  const picky = registry([
    defineWorker(import.meta, {
      name: 'picky',
      attr: { n: t.number, m: { type: t.number, default: 0 } },
      only,
      work,
    }),
  ])
  t_.is(whyNot(picky, { n: 3 }, { most: 2 }), 'n: n: at most 2, please; m: its guard threw Error: oops')
})

test('since and before compare dates with dates and texts with texts, and nothing else', t_ => {
  const dated = registry([
    defineWorker(import.meta, { name: 'dated', only: { d: since(new Date(1000)), s: before('b') }, work }),
  ])
  t_.is(choose(dated, {}, { d: new Date(1000), s: 'a' }), 'dated')
  t_.regex(
    whyNot(dated, {}, { d: new Date(999), s: 'b' }),
    /^d: expected at least 1970.*; s: expected less than "b", got "b"/,
  )
  t_.regex(whyNot(dated, {}, { d: 2000, s: Number.NaN }), /d: .*; s: /)
  t_.throws(() => since(Number.NaN), { instanceOf: TypeError })
})

test('platform and node ask the machine, unless the context says otherwise', t_ => {
  const here = registry([
    defineWorker(import.meta, {
      name: 'here',
      only: { platform: platform(process.platform), node: node('>=20.19 <99') },
      work,
    }),
  ])
  t_.is(choose(here, {}), 'here')
  t_.regex(
    whyNot(here, {}, { platform: 'plan9', node: '18.1.0' }),
    /platform.*got "plan9" \(guard\); node: expected Node >=20.19 <99, got "18.1.0"/,
  )
  t_.throws(() => node('latest'), { instanceOf: TypeError, message: /a range such as/ })
})

test('ranges mean what they mean in engines', t_ => {
  const matches = (range: string, version: string) =>
    choose(
      registry([defineWorker(import.meta, { name: 'it', only: { v: node(range) }, work })]),
      {},
      { v: version },
    ) === 'it'
  const cases: [string, string, boolean][] = [
    ['20', '20.20.2', true],
    ['20', '21.0.0', false],
    ['20.x', '20.1.0', true],
    ['*', '1.2.3', true],
    ['=20.1.2', '20.1.2', true],
    ['=20.1.2', '20.1.3', false],
    ['^20.19 || >=22', '20.19.0', true],
    ['^20.19 || >=22', '21.0.0', false],
    ['^20.19 || >= 22', '23.0.0', true],
    ['~20.1', '20.1.9', true],
    ['~20.1', '20.2.0', false],
    ['>20', '20.9.0', false],
    ['>20', '21.0.0', true],
    ['<=20', '20.9.9', true],
    ['<=20', '21.0.0', false],
    ['>=18 <20', '19.1.1', true],
    ['>=18 <20', '20.0.0', false],
    ['^0.2.3', '0.2.9', true],
    ['^0.2.3', '0.3.0', false],
    ['^0.0.3', '0.0.4', false],
    ['^0', '0.9.0', true],
    ['>=20', 'nonsense', false],
  ]
  for (const [range, version, expected] of cases)
    t_.is(matches(range, version), expected, `${range} ${version}`)
})

test('what defineWorker cannot take is refused', t_ => {
  t_.throws(() => defineWorker(import.meta, { name: 'x', priority: 3 as never, work }), {
    message: /'priority' of "x"/,
  })
  t_.throws(() => defineWorker(import.meta, { name: 'x', only: [since(3)] as never, work }), {
    message: /'only' must be a record of guards/,
  })
  t_.throws(() => defineWorker(import.meta, { name: 'x', bind: 3 as never, work }), {
    message: /'bind' of "x"/,
  })
})

const codecs = {
  n: t.number,
  s: t.string,
  b: t.boolean,
  one: t.literal(1),
  ab: t.keyof({ a: null, b: null }),
  i: t.Int,
}
const someCodec = fc.constantFrom(...Object.values(codecs))
const someSpec = fc.oneof(
  someCodec,
  fc.record({ type: fc.constant(t.string), default: fc.constant('a') }),
  fc.record({
    type: fc.constant(t.number),
    values: fc.uniqueArray(fc.constantFrom(0, 1, 2), { minLength: 1 }),
  }),
  fc.record({ type: fc.constant(t.string), values: fc.constant(['a', 'b']), default: fc.constant('a') }),
  fc.record({ type: fc.constant(t.string), alias: fc.constant('z') }),
)
const someAttr = fc
  .dictionary(fc.constantFrom('x', 'y', 'k'), someSpec, { maxKeys: 3 })
  .filter(attr => Object.values(attr).filter(spec => 'alias' in spec).length < 2)
const someDefinition = fc.record({
  attr: someAttr,
  priority: fc.constantFrom('none', 'default', 'debug'),
  guard: fc.boolean(),
})
const someDefinitions = fc.array(someDefinition, { minLength: 1, maxLength: 6 }).map(all =>
  all.map(({ attr, priority, guard }, i) =>
    defineWorker(import.meta, {
      name: `w${i}`,
      attr: attr as Record<string, t.Mixed>,
      priority,
      work,
      ...(guard && { only: { x: oneOf(1, 'a') } }),
    }),
  ),
)
const someValue = fc.constantFrom<unknown>(0, 1, 2, 0.5, 'a', 'b', 'c', true, null, undefined)
const someInstruction = fc.dictionary(fc.constantFrom('x', 'y', 'k', 'z', 'w', 'name', 'bidon'), someValue, {
  maxKeys: 5,
})

/** The choice by its rules, one definition after another. */
function byTheBook(definitions: readonly AnyWorker[], given: Record<string, unknown>): string {
  const ranks = ['none', 'default', 'toolbox', 'debug']
  const fits = definitions.flatMap(({ name, footprint, guards, priority }) => {
    const decoded = footprint.decode(given)
    if ('reasons' in decoded || !(guards?.hold(decoded.attributes, {}) ?? true)) return []
    return [{ name, rank: ranks.indexOf(priority), supplied: decoded.supplied }]
  })
  const rank = Math.max(...fits.map(one => one.rank))
  const highest = fits.filter(one => one.rank === rank)
  const supplied = Math.max(...highest.map(one => one.supplied))
  const best = highest.filter(one => one.supplied === supplied).map(one => one.name)
  return best.length === 0 ? 'refused' : best.length > 1 ? best.sort().join(' and ') : (best[0] as string)
}

testProp(
  'the choice is total, deterministic, independent of the order of registration, and by the book',
  [someDefinitions, someInstruction, fc.infiniteStream(fc.nat())],
  (t_, definitions, given, luck) => {
    const frozen = Object.freeze(given)
    const shuffled = definitions
      .map(definition => ({ definition, at: luck.next().value as number }))
      .sort((a, b) => a.at - b.at)
      .map(({ definition }) => definition)
    const known = registry<AnyWorker>(definitions)
    const first = choose(known, frozen)
    t_.deepEqual(choose(known, frozen), first)
    t_.deepEqual(choose(registry<AnyWorker>(shuffled), frozen), first)
    const expected = byTheBook(definitions, frozen)
    if (typeof first === 'string') t_.is(first, expected)
    else if (expected === 'refused') t_.true(first.why !== '')
    else for (const name of expected.split(' and ')) t_.true(first.what.includes(`"${name}"`))
  },
  { numRuns: 400 },
)

test('what means nothing, and attributes named as what every instruction may have, are refused at once', t_ => {
  const here = import.meta
  t_.throws(() => defineWorker(here, { name: 'x', attrs: { n: t.number }, work } as never), {
    instanceOf: TypeError,
    message: /'attrs' of "x" means nothing, did you mean 'attr'\?/,
  })
  for (const name of ['name', 'key', 'timeout', 'retries', 'priority', 'memory'])
    t_.throws(() => defineWorker(here, { name: 'x', attr: { [name]: t.string }, work }), {
      instanceOf: TypeError,
      message: new RegExp(`attribute '${name}' of "x" must have another name`),
    })
})
