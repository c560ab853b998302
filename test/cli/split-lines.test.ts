import { fc, testProp } from '@fast-check/ava'
import test from 'ava'

import { BadRecord } from '../../src/cli/input/bad-record.ts'
import { type InputLine, LineSplitter } from '../../src/cli/input/split-lines.ts'

const unlimited = 2 ** 30

/** Cut at these places, in any order. */
function split(bytes: Uint8Array, cuts: readonly number[], mostBytes = unlimited): InputLine[] {
  const splitter = new LineSplitter(mostBytes)
  const places = [...cuts.map(cut => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b)
  const chunks = places.slice(1).map((end, i) => Buffer.from(bytes.slice(places[i], end)))
  return [...chunks.flatMap(chunk => splitter.push(chunk)), ...splitter.end()]
}

const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter(line => !/[\n\r\ufeff]/.test(line))
const cuts = fc.array(fc.nat(1000), { maxLength: 20 })

testProp('lines are the same however the bytes are cut', [fc.array(text), cuts], (t, lines, places) => {
  const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''))
  t.deepEqual(split(bytes, places), lines)
})

testProp(
  'a line may end with \\r\\n, and the last with nothing',
  [fc.array(text, { minLength: 1 }), cuts],
  (t, lines, places) => {
    t.deepEqual(
      split(Buffer.from(lines.join('\r\n')), places),
      lines.at(-1) === '' ? lines.slice(0, -1) : lines,
    )
  },
)

testProp(
  'a byte order mark is dropped before the first line, and nowhere else',
  [fc.array(text, { minLength: 2 }), cuts],
  (t, lines, places) => {
    const bytes = Buffer.from(`\ufeff${lines.map(line => `${line}\n`).join('')}\ufeffx\n`)
    t.deepEqual(split(bytes, places), [...lines, '\ufeffx'])
  },
)

testProp('invalid UTF-8 spoils its own line only', [text, text, cuts], (t, before, after, places) => {
  const bytes = Buffer.concat([
    Buffer.from(`${before}\n`),
    Buffer.from([0x7b, 0xff, 0xfe, 0x0a]),
    Buffer.from(`${after}\n`),
  ])
  const [first, bad, last] = split(bytes, places)
  t.is(first, before)
  t.is(last, after)
  t.true(bad instanceof BadRecord)
  t.regex((bad as BadRecord).why, /UTF-8/)
})

testProp(
  'a line above the limit is told of once, wherever it is cut, and the others are whole',
  [fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1 }), cuts],
  (t, lengths, places) => {
    const lines = lengths.map(length => 'x'.repeat(length))
    const got = split(Buffer.from(lines.map(line => `${line}\n`).join('')), places, 10)
    t.is(got.length, lines.length)
    lines.forEach((line, i) => {
      if (line.length <= 10) t.is(got[i], line)
      else t.true(got[i] instanceof BadRecord, `${i}`)
    })
  },
)

test('a line exactly at the limit passes, with \\r\\n too', t => {
  t.deepEqual(split(Buffer.from('0123456789\r\n0123456789\n'), [], 10), ['0123456789', '0123456789'])
  t.deepEqual(split(Buffer.from('0123456789\r\n0123456789'), [3, 11], 10), ['0123456789', '0123456789'])
})

test('a line far above the limit is not kept: 200 MB in pieces, of which a thousand characters remain', t => {
  const splitter = new LineSplitter(2 ** 20)
  const piece = Buffer.alloc(2 ** 20, 'y')
  const before = process.memoryUsage().arrayBuffers
  const told: InputLine[] = []
  for (let i = 0; i < 200; i++) told.push(...splitter.push(piece))
  told.push(...splitter.push(Buffer.from('\n{}\n')))
  t.is(told.length, 2)
  t.is((told[0] as BadRecord).text.length, 1000)
  t.is(told[1], '{}')
  t.true(process.memoryUsage().arrayBuffers - before < 50 * 2 ** 20)
})
