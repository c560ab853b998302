import test from 'ava'
import { parseDuration, parseDurations, parsePercent, parseRate, parseSize } from '../../src/cli/units.ts'
import { clockTime } from '../../src/inspect/clock-time.ts'

test('durations have a unit, and may have several', t => {
  t.is(parseDuration('30s'), 30_000)
  t.is(parseDuration('200ms'), 200)
  t.is(parseDuration('1.5s'), 1500)
  t.is(parseDuration('1h30m'), 5_400_000)
  t.is(parseDuration('2d'), 172_800_000)
})

test('a duration without a unit, or with anything else, is refused with the remedy', t => {
  for (const text of ['30', '', 's', '5x', '1s 2s', '-1s', '1s!']) {
    t.throws(() => parseDuration(text), { message: /not a duration: give a unit, as in/ }, text)
  }
})

test('a range of durations begins with the least', t => {
  t.deepEqual(parseDurations('200ms..30s'), [200, 30_000])
  t.throws(() => parseDurations('200ms'), { message: /not a range/ })
  t.throws(() => parseDurations('2s..1s'), { message: /begins with more/ })
  t.throws(() => parseDurations('1s..2s..3s'), { message: /not a range/ })
})

test('sizes are powers of 1024 and have a unit', t => {
  t.is(parseSize('512B'), 512)
  t.is(parseSize('16M'), 16 * 2 ** 20)
  t.is(parseSize('2GiB'), 2 * 2 ** 30)
  t.is(parseSize('1.5k'), 1536)
  t.is(parseSize('1TB'), 2 ** 40)
  for (const text of ['16', 'M', '1X', '-1M', ''])
    t.throws(() => parseSize(text), { message: /not a size/ }, text)
})

test('per cents are above 0; what has no sign is none', t => {
  t.is(parsePercent('80%'), 0.8)
  t.is(parsePercent('200%'), 2)
  t.is(parsePercent('8G'), undefined)
  for (const text of ['%', '0%', '-5%', 'x%'])
    t.throws(() => parsePercent(text), { message: /not a percentage/ }, text)
})

test('a rate is a whole number in a time', t => {
  t.deepEqual(parseRate('100/s'), { count: 100, perMs: 1000 })
  t.deepEqual(parseRate('30/m'), { count: 30, perMs: 60_000 })
  t.deepEqual(parseRate('5/100ms'), { count: 5, perMs: 100 })
  for (const text of ['100', '0/s', '1.5/s', '5/', '5/s/s', '5/x'])
    t.throws(() => parseRate(text), undefined, text)
})

test('clock times are read as people read clocks', t => {
  t.is(clockTime(10_000), '00:10')
  t.is(clockTime(127_400), '02:07')
  t.is(clockTime(3_723_000), '1:02:03')
  t.is(clockTime(-5), '00:00')
})
