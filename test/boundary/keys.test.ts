/**
 * Keys that are names of prototypes, and values that no text can be made of: in instructions, sets, options, reasons and on
 * the command line they are taken, ignored or refused, each visibly, and no prototype changes.
 */

import { testProp } from '@fast-check/ava'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { UsageError } from '../../src/cli/exit-codes.ts'
import { expandEach, parseCommon } from '../../src/cli/input/typed.ts'
import { valueReader } from '../../src/cli/input/values.ts'
import { Boss, inline, type Report, RxbossError } from '../../src/index.ts'
import { folderWith, ndjson, rxboss, worker } from '../cli/command.ts'
import add from '../cli/workers/add.ts'
import square from '../fixtures/square.ts'

/** What the prototypes hold; whoever changes them is found out. */
const prototypes = [Object, Array, Function, Error, Map, Promise].map(one => one.prototype as object)
const held = () => prototypes.map(one => JSON.stringify(Reflect.ownKeys(one).map(String)))
const before = held()
const untouched = (t: ExecutionContext) => {
  t.deepEqual(held(), before)
  t.deepEqual(Object.keys({ ...Object.prototype }), [])
  t.is(({} as { polluted?: unknown }).polluted, undefined)
}

const evilKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
)
const key = fc.oneof(
  { weight: 3, arbitrary: evilKey },
  fc.constantFrom('n', 'name', 'retries', 'signal'),
  fc.string(),
)
const evilValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    JSON.parse('{"polluted":true}'),
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    { toString: null, valueOf: null },
    Object.create(null),
    { toJSON: 1 },
  ),
  fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 2 }),
)

/** A record with own keys, whatever they are called. */
const recordOf = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> => {
  const record = {}
  for (const [name, value] of entries)
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
  return record
}
const evilRecord = fc.array(fc.tuple(key, evilValue), { maxLength: 5 }).map(recordOf)

function bossHere() {
  const boss = new Boss({ workers: square, crew: inline() })
  const reports: Report[] = []
  boss.reports$.subscribe(report => reports.push(report))
  boss.inspect$.subscribe(() => {}) // whoever looks on changes nothing
  return { boss, reports }
}

/** Takes it, or says why not, in words. */
function taken(t: ExecutionContext, give: () => unknown): boolean {
  try {
    give()
    return true
  } catch (error) {
    t.true(error instanceof RxbossError || error instanceof TypeError, String(error))
    t.regex((error as Error).message, /refused|Cannot make a set|takes no more|No worker accepts/)
    return false
  }
}

testProp(
  'an instruction of any keys and values is done, or refused in words',
  [fc.array(evilRecord, { maxLength: 5 }), fc.boolean()],
  async (t, records, good) => {
    const { boss, reports } = bossHere()
    let given = 0
    for (const record of records) {
      const one = good ? recordOf([...Object.entries(record), ['n', 3]]) : record
      if (taken(t, () => boss.give(one as never))) given++
    }
    boss.makeThemWork()
    const { counts } = await boss.waitTillFinished()
    t.is(counts.submitted, given)
    t.is(reports.filter(({ kind }) => kind === 'done').length, given)
    untouched(t)
  },
  { numRuns: 300 },
)

testProp(
  'a set of any common and individual instructions is taken whole, or refused in words',
  [
    evilRecord,
    fc.array(fc.tuple(key, fc.oneof(fc.constant([1, 2]), evilValue)), { maxLength: 4 }).map(recordOf),
  ],
  async (t, common, individual) => {
    const { boss, reports } = bossHere()
    const set = { common, individual: recordOf([['n', [1, 2]], ...Object.entries(individual)]) }
    const all = taken(t, () => boss.setInstructions(set as never))
    boss.makeThemWork()
    t.is((await boss.waitTillFinished()).counts.submitted, all ? reports.length : 0)
    untouched(t)
  },
  { numRuns: 300 },
)

test('an attribute that is inherited is none', t => {
  const { boss } = bossHere()
  t.throws(() => boss.give(Object.create({ n: 1 })), { message: /n: / })
  boss.give(Object.assign(Object.create({ retries: -1, name: 7 }), { n: 1 }))
  t.is(boss.state.counts.submitted, 1)
})

testProp(
  'options of any keys and values make a boss, or are refused in words',
  [
    fc
      .array(
        fc.tuple(
          fc.oneof(
            evilKey,
            fc.constantFrom(
              'name',
              'retries',
              'mailbox',
              'supervise',
              'inspect',
              'context',
              'onFailure',
              'retryOn',
              'timeout',
            ),
          ),
          evilValue,
        ),
        { maxLength: 4 },
      )
      .map(recordOf),
  ],
  (t, options) => {
    try {
      new Boss({ ...options, workers: square, crew: inline() } as never)
    } catch (error) {
      t.true(error instanceof TypeError)
      t.regex((error as Error).message, /^Cannot make a boss: '[\w.]+' must /)
    }
    untouched(t)
  },
  { numRuns: 500 },
)

testProp(
  'any reason to cancel, to abort or to stop is told, and settles what it is meant for',
  [evilValue, evilValue, evilValue],
  async (t, cancelled, aborted, stopped) => {
    const { boss, reports } = bossHere()
    const abort = new AbortController()
    const signal = new AbortController()
    boss.give({ n: 1 })
    boss.give({ n: 2, signal: abort.signal })
    boss.give({ n: 3 })
    t.true(boss.cancel(0, cancelled))
    abort.abort(aborted)
    boss.control.next({ type: 'stopThemWorking', reason: stopped })
    const { counts } = await boss.getReport({ block: true })
    t.like(counts, { submitted: 3, cancelled: 2, pending: 1 })
    t.deepEqual(
      reports.map(({ id, kind }) => `${kind} ${id}`),
      ['cancelled 0', 'cancelled 1', 'cancelled 2'],
    )
    const other = new Boss({ workers: square, crew: inline(), signal: signal.signal })
    other.inspect$.subscribe(() => {})
    other.give({ n: 1 })
    signal.abort(stopped)
    t.is((await other.getReport({ block: true })).status, 'stopped')
    untouched(t)
  },
  { numRuns: 200 },
)

// -- the command line --------------------------------------------------------------------------------------------------

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('1,2', '[1,2]', '{"__proto__":{"polluted":true}}', '["__proto__"]', 'null', '-', '1e999'),
)

testProp(
  '--common and --each of any names and values are read, or refused in words',
  [
    fc.array(fc.tuple(fc.oneof(evilKey, fc.string()), text), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof(evilKey, fc.string()), text), { maxLength: 3 }),
  ],
  async (t, common, each) => {
    // A glob or @file would look at the file system, which is another matter. Names may hold an `=`, and one of these after it.
    const pairs = (list: readonly (readonly [string, string])[]) =>
      list.map(([name, value]) => `${name}=${value}`.replace(/[*?@[{]/g, ''))
    try {
      const { common: shared } = parseCommon(pairs(common))
      const read = valueReader([add])
      const { rows } = await expandEach(pairs(each))
      for (let row = 0; row < rows.count; row++) {
        const typed = rows.at(row)
        const settled = recordOf(
          Object.entries(typed).flatMap(([name, one]) =>
            'value' in one ? [[name, one.value] as const] : [],
          ),
        )
        const texts = recordOf(
          Object.entries(typed).flatMap(([name, one]) => ('text' in one ? [[name, one.text] as const] : [])),
        ) as Record<string, string>
        const instruction = read({ ...shared, ...texts }, settled)
        t.is(Object.getPrototypeOf(instruction), Object.prototype)
        for (const name of Object.keys(typed)) t.true(Object.hasOwn(instruction, name))
      }
    } catch (error) {
      t.true(error instanceof UsageError, String(error))
    }
    untouched(t)
  },
  { numRuns: 500 },
)

test('the command itself: evil names among records change nothing', async t => {
  const folder = folderWith({ 'evil.csv': '__proto__,constructor,n\n1,2,3\n' })
  const evil = '{"__proto__":{"polluted":true},"constructor":{"prototype":{}},"n":4}\n'
  const runs = [
    await rxboss(['run', worker('add')], { input: evil + ndjson({ n: 5 }) }),
    await rxboss(['run', worker('add'), '-a', `${folder}/evil.csv`]),
  ]
  t.deepEqual(
    runs.map(({ code }) => code),
    [0, 0],
    runs.map(({ stderr }) => stderr).join('\n'),
  )
  t.deepEqual(
    runs.map(({ reports }) => reports.map(({ result }) => result).sort()),
    [[5, 6], [4]],
  )
  for (const { stderr } of runs) t.false(/\n\s+at /.test(stderr), stderr)
})

for (const evil of ['__proto__', 'constructor', 'prototype', 'toString'])
  test(`the command itself: ${evil} among options is refused like any name that no worker has`, async t => {
    for (const option of ['--common', '--each']) {
      const { code, stderr } = await rxboss(['run', worker('add'), '--each', 'n=1,2', option, `${evil}=3,4`])
      t.true(code === 254 || code === 255, `${option}: ${code}`)
      t.regex(stderr, new RegExp(`${evil}.*has no such attribute`))
      t.false(/\n\s+at /.test(stderr), stderr)
    }
  })
