import test from 'ava'

import { compileName } from '../../src/worker/name-template.ts'

const values = {
  date: '2003-01-01',
  year: 98,
  below: -7,
  big: 12n,
  flag: false,
  when: new Date(0),
  list: [1],
  none: undefined,
}

test('a name without brackets is itself', t => {
  t.is(compileName('alfred')({}), 'alfred')
  t.is(compileName('a]b%03d#')({}), 'a]b%03d#')
  t.is(compileName('')({}), '')
})

test('[attr] becomes the value, wherever and however often', t => {
  t.is(compileName('run_[date]_[year][year]')(values), 'run_2003-01-01_9898')
  t.is(compileName('[flag] [when] [big]')(values), 'false 1970-01-01T00:00:00.000Z 12')
})

test('[attr%0Nd] pads whole numbers', t => {
  t.is(compileName('[year%04d]')(values), '0098')
  t.is(compileName('[year%01d]')(values), '98')
  t.is(compileName('[below%04d]')(values), '-007')
  t.is(compileName('[big%05d]')(values), '00012')
})

test('[attr#text] falls back where there is no value', t => {
  t.is(compileName('[none#nothing]_[missing#]_[year#x]')(values), 'nothing__98')
})

test('what has no value or cannot be written is refused, naming the attribute', t => {
  t.throws(() => compileName('run_[missing]')(values), {
    instanceOf: TypeError,
    message: /"run_\[missing\]".*"missing" has no value/,
  })
  t.throws(() => compileName('[date%03d]')(values), {
    message: /"date" must be a whole number, got "2003-01-01"/,
  })
  t.throws(() => compileName('[list]')(values), { message: /"list" must be a text or a number/ })
  t.throws(() => compileName('[constructor]')(values), { message: /has no value/ })
})

test('anything else in brackets is refused', t => {
  for (const template of [
    '[]',
    '[a',
    '[a%3d]',
    '[a%0d]',
    '[a%03x]',
    '[%03d]',
    '[#x]',
    '[a[b]]',
    '[a%03d#x]',
  ]) {
    t.throws(
      () => compileName(template),
      { instanceOf: TypeError, message: /must be \[attribute\]/ },
      template,
    )
  }
})

test('a template is compiled once', t => {
  t.is(compileName('[year]_x'), compileName('[year]_x'))
})
