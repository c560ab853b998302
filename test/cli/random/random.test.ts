/** Command lines by lot: two hundred here, ten thousand by `node dist/test/cli/random/main.js 10000`. */

import ava from 'ava'

import { flawsOf } from './check.ts'

const test = ava.serial
const [parts, each] = [20, 10]

for (let part = 0; part < parts; part++) {
  const first = 1 + part * each
  test(`command lines by lot, seeds ${first} to ${first + each - 1}: each ends in time, with a report for each record`, async t => {
    t.deepEqual(await flawsOf(Array.from({ length: each }, (_, i) => first + i)), [])
  })
}
