/** The pure parts of the command that have no file of their own here. */

import { createWriteStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { fc, testProp } from '@fast-check/ava'
import test from 'ava'
import { backoffBetween } from '../../src/cli/crew-and-scheduler.ts'
import { UsageError } from '../../src/cli/exit-codes.ts'
import { Feeder } from '../../src/cli/feeder.ts'
import { BadRecord } from '../../src/cli/input/bad-record.ts'
import type { Input } from '../../src/cli/input/input.ts'
import { expandEach } from '../../src/cli/input/typed.ts'
import { valueReader } from '../../src/cli/input/values.ts'
import { Room } from '../../src/cli/input-window.ts'
import { MedianTimeout } from '../../src/cli/median-timeout.ts'
import { relieve } from '../../src/cli/memory-watch.ts'
import { Slips } from '../../src/cli/origins.ts'
import { InInputOrder } from '../../src/cli/output/in-input-order.ts'
import { LineWriter } from '../../src/cli/output/line-writer.ts'
import { reportLine } from '../../src/cli/output/report-line.ts'
import { safeName } from '../../src/cli/output/results-folder.ts'
import { WorkerLogs } from '../../src/cli/output/worker-logs.ts'
import { cleanText } from '../../src/inspect/clean-text.ts'
import { closest } from '../../src/words/did-you-mean.ts'
import { toJson } from '../../src/words/to-json.ts'
import add from './workers/add.ts'
import typed from './workers/typed.ts'

// -- order --------------------------------------------------------------------------------------------------------------

testProp(
  'in input order: each record once, in order, whatever ends first; nothing is held in the end',
  [fc.uniqueArray(fc.nat(200), { maxLength: 40 })],
  (t, shuffled) => {
    const written: string[] = []
    const order = new InInputOrder(line => written.push(String(line)))
    const records = [...shuffled].sort((a, b) => a - b)
    for (const record of records) order.expect(record)
    for (const record of shuffled) order.line(record, `${record}`, true)
    t.deepEqual(written, records.map(String))
    t.is(order.held, 0)
  },
)

test('in input order: interim lines of the first unfinished record pass at once, those of later ones wait', t => {
  const written: string[] = []
  const order = new InInputOrder(line => written.push(String(line)))
  for (const record of [1, 2]) order.expect(record)
  order.line(2, 'b0', false)
  order.line(1, 'a0', false)
  t.deepEqual(written, ['a0'])
  order.line(1, 'a1', true)
  t.deepEqual(written, ['a0', 'a1', 'b0'])
  order.line(2, 'b1', false)
  t.deepEqual(written, ['a0', 'a1', 'b0', 'b1'])
  t.is(order.held, 1)
})

test('in input order: what still waits when nothing more comes is not lost', t => {
  const written: string[] = []
  const order = new InInputOrder(line => written.push(String(line)))
  for (const record of [1, 2, 3]) order.expect(record)
  order.line(3, 'c', true)
  order.end()
  t.deepEqual(written, ['c'])
})

// -- feeding -----------------------------------------------------------------------------------------------------------

function inputOf(batches: readonly (readonly unknown[])[]): Input & { readonly taken: () => number } {
  let taken = 0
  return {
    name: 'test',
    total: () => undefined,
    async *batches() {
      for (const batch of batches) {
        taken++
        yield batch
      }
    },
    read: record => (record === '' ? undefined : record === 'bad' ? new BadRecord('bad', 'bad') : { record }),
    close: () => {},
    taken: () => taken,
  }
}

test('the feeder takes the next batch only when there is room', async t => {
  let room = 2
  const input = inputOf([[1, 2, 3], [4], [5]])
  const given: unknown[] = []
  const feeder = new Feeder({
    inputs: [input],
    room: () => room,
    give: ({ record }) => {
      given.push(record)
      room--
    },
    refuse: () => t.fail(),
  })
  const fed = feeder.feed()
  await new Promise(setImmediate)
  t.deepEqual(given, [1, 2])
  t.is(input.taken(), 1)
  room = 10
  feeder.wake()
  await fed
  t.deepEqual(given, [1, 2, 3, 4, 5])
})

test('the feeder counts empty and bad records, over several inputs', async t => {
  const places: unknown[] = []
  const feeder = new Feeder({
    inputs: [inputOf([['', 'a', 'bad']]), inputOf([['b']])],
    room: () => 100,
    give: (_, place) => places.push(place),
    refuse: (_, place) => places.push({ ...place, bad: true }),
  })
  await feeder.feed()
  t.deepEqual(places, [
    { line: 2, input: 0, record: 0 },
    { line: 3, input: 0, record: 1, bad: true },
    { line: 1, input: 1, record: 2 },
  ])
})

test('a feeder that is stopped while it waits ends, and gives nothing more', async t => {
  const feeder = new Feeder({
    inputs: [inputOf([[1]])],
    room: () => 0,
    give: () => t.fail(),
    refuse: () => t.fail(),
  })
  const fed = feeder.feed()
  await new Promise(setImmediate)
  feeder.stop()
  await fed
  t.pass()
})

testProp(
  'the room is never less than twice the jobs, nor above 2048',
  [fc.integer({ min: 1, max: 256 }), fc.nat(20_000)],
  (t, jobs, settled) => {
    const room = new Room(jobs)
    for (let i = 0; i < settled; i++) {
      room.taken()
      room.settled()
    }
    t.true(room.worthwhile)
    t.true(room.limit >= 2 * jobs && room.limit <= 2048)
  },
)

testProp(
  'slips: each is found until it is taken, however far it is overtaken',
  [fc.array(fc.boolean(), { maxLength: 30 })],
  (t, early) => {
    const slips = new Slips()
    const placeOf = (id: number) => ({ line: id + 1, input: id % 3, record: id })
    const kept: number[] = []
    for (let id = 0; id < 40_000; id++) {
      slips.put(id, placeOf(id))
      if (early[id % 1500] === false) kept.push(id)
      else t.is(slips.take(id)?.line, id + 1)
    }
    t.is(slips.count, kept.length)
    for (const id of kept) {
      t.deepEqual(slips.get(id), placeOf(id))
      t.deepEqual(slips.take(id), placeOf(id))
      t.is(slips.take(id), undefined)
    }
    t.is(slips.count, 0)
  },
  { numRuns: 10 },
)

// -- values -------------------------------------------------------------------------------------------------------------

test('a text becomes what the footprint accepts: the JSON reading first, then the text', t => {
  const read = valueReader([typed])
  t.deepEqual(read({ id: '7', count: '7', flag: 'true' }), { id: '7', count: 7, flag: true })
  t.deepEqual(read({ id: 'null' }), { id: 'null' })
  t.deepEqual(read({ id: 'x' }, { count: 1 }), { id: 'x', count: 1 })
  t.deepEqual(valueReader([add])({ n: '1e5' }), { n: 1e5 })
  t.deepEqual(valueReader([add])({ n: 'many' }), { n: 'many' })
})

test('a bracket that is never closed makes no pattern, which would look through all files there are', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'rxboss-each-'))
  for (const name of ['a.txt', 'b.txt', '].txt']) writeFileSync(join(dir, name), '')
  const texts = async (values: string) => {
    const { rows } = await expandEach([`n=${values}`])
    return Array.from({ length: rows.count }, (_, row) => {
      const { n } = rows.at(row)
      return (n && ('text' in n ? n.text : n.value)) as string
    })
  }
  t.deepEqual(await texts('/k{/2=a,b'), ['/k{/2=a', 'b'])
  t.deepEqual(await texts('/[x'), ['/[x'])
  t.deepEqual(await texts(`${dir}/{a,{b,c}}.txt`), [`${dir}/a.txt`, `${dir}/b.txt`])
  t.deepEqual(await texts(`${dir}/[]a].txt`), [`${dir}/].txt`, `${dir}/a.txt`])
  for (const pattern of ['/**/k{/2', '/*[', '/?{a,{b,c}'])
    await t.throwsAsync(texts(pattern), { instanceOf: UsageError, message: /that is never closed \(to give/ })
})

test('base attributes: names and keys are texts, the others numbers', t => {
  t.deepEqual(valueReader([typed])({ id: 'a', name: '7', key: '8', priority: '5' }), {
    id: 'a',
    name: '7',
    key: '8',
    priority: 5,
  })
})

test('a value called __proto__ is a value', t => {
  const read = valueReader([add])({ ['__proto__']: '1', n: '2' } as Record<string, string>)
  t.is(Object.getPrototypeOf(read), Object.prototype)
})

// -- words --------------------------------------------------------------------------------------------------------------

test('a report line is JSON, whatever the result', t => {
  const report = {
    kind: 'done',
    id: 1,
    name: 'a"b\n',
    worker: 'w',
    attempt: 1,
    waitMs: 1.23456,
    workMs: 0,
  } as const
  for (const result of [1, Number.NaN, 'x', null, true, { a: [1] }, [undefined]]) {
    const line = reportLine({ ...report, result }, { line: 3 })
    t.is(line.at(-1), '\n')
    const parsed = JSON.parse(line)
    t.is(parsed.name, 'a"b\n')
    t.is(parsed.waitMs, 1.235)
    t.deepEqual(parsed.result, JSON.parse(JSON.stringify(result)))
    t.is(parsed.line, 3)
  }
  t.false('result' in JSON.parse(reportLine({ ...report, result: undefined }, { line: 1 })))
  t.is(JSON.parse(reportLine({ ...report, result: 1 }, { line: 1, from: 'b.csv' })).from, 'b.csv')
})

test('report lines of several workers and attempts, by turns', t => {
  const report = { kind: 'done', id: 1, name: 'a', result: 1, waitMs: 0, workMs: 0 } as const
  for (const [worker, attempt] of [
    ['one', 1],
    ['two"', 1],
    ['two"', 2],
    ['one', 1],
  ] as const)
    t.like(JSON.parse(reportLine({ ...report, worker, attempt }, { line: 1 })), { worker, attempt })
})

test('lines of any length and script are written as they are, in order', async t => {
  const path = join(mkdtempSync(join(tmpdir(), 'rxboss-lines-')), 'out')
  const stream = createWriteStream(path)
  const writer = new LineWriter('out', stream)
  const lines = [
    'x'.repeat(300_000),
    '€'.repeat(65_600),
    ...Array.from({ length: 20_000 }, (_, n) => `${n} ä🙂`),
  ]
  for (const line of [...lines, '€'.repeat(90_000), 'last']) {
    writer.line(`${line}\n`)
    if (line.startsWith('1999')) await writer.written()
  }
  await writer.written()
  stream.end()
  t.true(readFileSync(path, 'utf8') === `${[...lines, '€'.repeat(90_000), 'last'].join('\n')}\n`)
})

test('what JSON has no words for: big integers, bytes, maps, sets, deep inside too', t => {
  t.is(toJson({ deep: { n: 12n } }), '{"deep":{"n":"12"}}')
  t.is(toJson(new Uint8Array([1, 2, 3])), '{"base64":"AQID"}')
  t.is(toJson({ floats: new Float64Array([1.5]) }), '{"floats":[1.5]}')
  t.is(toJson(new Set([1, 2])), '[1,2]')
  t.is(toJson(Buffer.from('abc')), '{"base64":"YWJj"}')
  t.is(toJson(undefined), 'null')
})

test('clean text has no control characters, and keeps its tabs', t => {
  t.is(cleanText('\u001b[31mred\u001b[0m\ttab\u0000\u009b'), 'red\ttab\ufffd\ufffd')
  t.is(cleanText('\u001b]0;pwn\u0007</script>'), '</script>')
})

testProp(
  'safe names are file names, and differ where the names do',
  [fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })],
  (t, a, b) => {
    const [one, other] = [safeName(a), safeName(b)]
    t.regex(one, /^[\w%.-]{1,220}$/)
    t.false(one.startsWith('.') || one === '')
    if (a !== b && !/\p{Surrogate}/u.test(a + b)) t.not(one, other)
  },
)

test('very long names stay apart', t => {
  t.not(safeName(`${'x'.repeat(500)}a`), safeName(`${'x'.repeat(500)}b`))
})

test('did you mean: what is close, and nothing else', t => {
  t.is(closest('digets', ['digest', 'gzip', 'sleep']), 'digest')
  t.is(closest('gizp', ['digest', 'gzip', 'sleep']), 'gzip')
  t.is(closest('resize', ['digest', 'gzip', 'sleep']), undefined)
})

// -- logs ---------------------------------------------------------------------------------------------------------------

test('lines of one instruction stay together, a half line is ended by its report', t => {
  const shown: string[] = []
  const logs = new WorkerLogs(line => shown.push(line), { tag: false, lineBuffer: false, bar: '│' })
  logs.take({ workerId: 'w1', id: 1, stream: 'stdout', text: 'a1\na' })
  logs.take({ workerId: 'w2', id: 2, stream: 'stdout', text: 'b1\n' })
  logs.take({ workerId: 'w1', id: 1, stream: 'stdout', text: '2' })
  logs.settled(2, 'two')
  logs.settled(1, 'one')
  t.deepEqual(shown, ['w2│ b1', 'w1│ a1', 'w1│ a2'])
})

test('by lines and tagged: as they come, with the name', t => {
  const shown: string[] = []
  const logs = new WorkerLogs(line => shown.push(line), { tag: true, lineBuffer: true, bar: '|' })
  logs.named(1, 'one')
  logs.take({ workerId: 'w1', id: 1, stream: 'stdout', text: 'a1\r\na' })
  t.deepEqual(shown, ['one| a1'])
  logs.settled(1, 'one')
  t.deepEqual(shown, ['one| a1', 'one| a'])
})

// -- times and counts ---------------------------------------------------------------------------------------------------

test('the median limit is known once ten are done, and follows', t => {
  const limit = new MedianTimeout(2)
  for (let i = 0; i < 9; i++) limit.done(100)
  t.is(limit.limit, undefined)
  limit.done(100)
  t.is(limit.limit, 200)
  for (let i = 0; i < 1000; i++) limit.done(10)
  t.is(limit.limit, 20)
})

testProp(
  'backoff doubles within its limits, with up to a quarter of jitter',
  [fc.integer({ min: 1, max: 40 })],
  (t, attempt) => {
    const ms = backoffBetween([200, 30_000])(attempt)
    const exact = Math.min(30_000, 200 * 2 ** (attempt - 1))
    t.true(ms >= exact * 0.75 && ms <= exact * 1.25)
  },
)

test('memory: below half of what must be free the youngest is put back, unless it is alone', t => {
  const put: number[] = []
  const terms = { memfree: 100, putBack: (id: number) => put.push(id) }
  const two = [
    { id: 1, ms: 500 },
    { id: 2, ms: 20 },
  ]
  relieve({ ...terms, free: () => 50, running: () => two })
  t.deepEqual(put, [])
  relieve({ ...terms, free: () => 49, running: () => two })
  t.deepEqual(put, [2])
  relieve({ ...terms, free: () => 1, running: () => two.slice(0, 1) })
  t.deepEqual(put, [2])
})
