import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import test from 'ava'
import { expectTypeOf } from 'expect-type'

import gzip from '../../actors/gzip.ts'
import { Boss, type GivenTo, threads } from '../../src/index.ts'
import { transferOf } from '../../src/words/transfer.ts'
import { decode, perform } from './perform.ts'
import { scratch } from './scratch.ts'

const content = Buffer.alloc(300_000, 'the same again ')

test('a file becomes path.gz, and its sizes are told', async t => {
  const path = scratch(t).file('content', content)
  const answer = await perform(gzip, { path })
  t.is(answer.bytesIn, content.length)
  t.true('path' in answer && answer.path === `${path}.gz`)
  const compressed = readFileSync(`${path}.gz`)
  t.is(compressed.length, answer.bytesOut)
  t.true(gunzipSync(compressed).equals(content))
  t.false(existsSync(`${path}.gz.part`))
})

test('to and level are obeyed', async t => {
  const { file, path } = scratch(t)
  const from = file('content', content)
  const stored = await perform(gzip, { path: from, to: path('stored.gz'), level: 0 })
  t.true(stored.bytesOut > content.length)
  t.true(gunzipSync(readFileSync(path('stored.gz'))).equals(content))
})

test('a file that is not there leaves nothing behind', async t => {
  const path = scratch(t).path('nowhere')
  await t.throwsAsync(perform(gzip, { path }), { code: 'ENOENT' })
  t.false(existsSync(`${path}.gz`) || existsSync(`${path}.gz.part`))
})

test('an abort leaves nothing behind', async t => {
  const path = scratch(t).file('content', content)
  await t.throwsAsync(perform(gzip, { path }, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  t.false(existsSync(`${path}.gz`) || existsSync(`${path}.gz.part`))
})

test('a file is not compressed to itself', async t => {
  const path = scratch(t).file('content', content)
  await t.throwsAsync(perform(gzip, { path, to: path }), { message: /to itself/ })
  t.true(readFileSync(path).equals(content))
})

for (const size of [0, 10, 300_000]) {
  test(`${size} bytes become bytes in a buffer of their own, which is moved`, async t => {
    const before = content.subarray(0, size)
    const answer = await perform(gzip, { bytes: before })
    if (!('bytes' in answer)) return t.fail('no bytes')
    t.deepEqual(transferOf(answer), [answer.bytes.buffer])
    t.is(answer.bytes.buffer.byteLength, answer.bytesOut)
    t.is(answer.bytesIn, size)
    t.deepEqual(gunzipSync(structuredClone(answer, { transfer: [answer.bytes.buffer] }).bytes), before)
    t.is(answer.bytes.byteLength, 0)
  })
}

test('neither path nor bytes, both, or a level that does not exist, are refused before any work', t => {
  t.throws(() => decode(gzip, {}), { message: /path|bytes/ })
  t.throws(() => decode(gzip, { path: 'x', bytes: new Uint8Array(1) }), { message: /bytes/ })
  t.throws(() => decode(gzip, { path: 'x', level: 10 }), {
    message: /level: expected a whole number from 0 to 9/,
  })
  t.throws(() => decode(gzip, { bytes: [1, 2] }), { message: /Uint8Array/ })
})

test('a file or bytes: the types say so', t => {
  expectTypeOf<{ path: string }>().toExtend<GivenTo<typeof gzip>>()
  expectTypeOf<{ bytes: Uint8Array; level: number }>().toExtend<GivenTo<typeof gzip>>()
  expectTypeOf<{ level: number }>().not.toExtend<GivenTo<typeof gzip>>()
  t.pass()
})

test('through a boss, bytes come back from their thread', async t => {
  await using boss = new Boss({ workers: gzip, crew: threads() })
  boss.give({ bytes: new Uint8Array(content) })
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  const [report] = reports
  if (report?.kind !== 'done' || !('bytes' in report.result)) return t.fail('no bytes')
  t.is(report.result.bytesIn, content.length)
  t.true(gunzipSync(report.result.bytes).equals(content))
})
