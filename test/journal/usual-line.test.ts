/** Lines read from their bytes say what they say as JSON, or are left to JSON. */

import { testProp } from '@fast-check/ava'
import test from 'ava'
import fc from 'fast-check'

import { KeyTable } from '../../src/journal/key-table.ts'
import { usualLine } from '../../src/journal/usual-line.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const anyKey = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('k', '"', '\\', 'é', '', '#2'),
)
const number = fc.oneof(fc.nat(20), fc.maxSafeNat())

testProp(
  'a start or an end, with whatever key: its key and its numbers',
  [anyKey, number, number, number, fc.boolean()],
  (t, key, id, attempt, n, isEnd) => {
    const line = isEnd
      ? { t: 'end', key, id, attempt, kind: 'done', n, worker: 'w', result: 1 }
      : { t: 'start', key, id, attempt }
    const text = bytes(JSON.stringify(line))
    const found = usualLine(text)
    const isPlain = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(key)
    const isShort = [id, attempt, ...(isEnd ? [n] : [])].every(one => one < 1e15)
    t.is(found !== undefined, isPlain && isShort)
    if (found === undefined) return
    t.is(new TextDecoder().decode(text.subarray(found.from, found.to)), key)
    t.is(found.attempt, attempt)
    t.is(found.isEnd, isEnd)
    if (isEnd) t.is(found.n, n)
  },
)

test('anything else is left to JSON', t => {
  for (const text of [
    '',
    '{}',
    '{"t":"told","told":[]}',
    '{"t":"end","key":"a","id":1,"attempt":1,"kind":"failed","n":1,"code":"threw"}',
    '{"t":"end","key":"a","id":1,"attempt":1,"kind":"done"}',
    '{"t":"end","key":"a","id":1,"attempt":1,"kind":"done","n":}',
    '{"t":"start","key":"a","id":-1,"attempt":1}',
    '{"t":"start","key":"a","id":1,"attempt":1.5}',
    '{"t":"start","key":"a","id":1,"attempt":1',
    '{"t":"start","key":"a',
    '{"t":"start", "key":"a","id":1,"attempt":1}',
    '{"t":"starz","key":"a","id":1,"attempt":1}',
  ])
    t.is(usualLine(bytes(text)), undefined, text)
})

testProp('a key has one row, as text and as bytes', [fc.array(fc.string({ maxLength: 4 }))], (t, keys) => {
  const [texts, both] = [new KeyTable(), new KeyTable()]
  const ascii = keys.map(key => key.replace(/[^\x20-\x7e]/g, '_'))
  for (const [i, key] of ascii.entries()) {
    const row = texts.rowOf(key)
    t.is(i % 2 === 0 ? both.rowOf(bytes(`<${key}>`), 1, key.length + 1) : both.rowOf(key), row)
    t.is(both.find(key), row)
  }
  t.is(texts.size, new Set(ascii).size)
})
