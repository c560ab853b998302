/** The base attributes of an instruction: found wherever they stand, and nowhere else. */

import test from 'ava'

import { baseAttributeNames, readBaseAttributes } from '../../src/words/instruction.ts'

const values = {
  name: 'one',
  worker: 'square',
  memory: 1,
  needs: { gpu: 1 },
  deadline: new Date(0),
  expectedTime: 2,
  priority: 3,
  timeout: 4,
  queueTimeout: 5,
  retries: 6,
  key: 'k',
  traceparent: 't',
  signal: new AbortController().signal,
} satisfies Record<(typeof baseAttributeNames)[number], unknown>

for (const name of baseAttributeNames)
  test(`${name} is found, alone among others`, t => {
    t.deepEqual(readBaseAttributes({ n: 1, [name]: values[name], m: 2 }), { [name]: values[name] })
    t.throws(() => readBaseAttributes({ [name]: Symbol('no') }), { name: 'BadBaseAttribute' })
  })

test('an instruction that has none, or only inherits one, has none', t => {
  t.is(readBaseAttributes({ n: 1, names: 'x' }), undefined)
  t.is(readBaseAttributes(Object.create({ name: 'inherited' })), undefined)
})
