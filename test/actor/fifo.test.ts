import { fc, testProp } from '@fast-check/ava'

import { Fifo } from '../../src/words/fifo.ts'

testProp(
  'a Fifo gives what an array would, however much went through it before',
  [fc.array(fc.record({ pushed: fc.nat(3_000), taken: fc.nat(3_000) }), { minLength: 1, maxLength: 8 })],
  (t, rounds) => {
    const fifo = new Fifo<number>()
    let [next, oldest] = [0, 0]
    for (const { pushed, taken } of rounds) {
      for (let i = 0; i < pushed; i++) fifo.push(next++)
      const wrong = Array.from({ length: Math.min(taken, fifo.size) }, () => fifo.take()).filter(
        n => n !== oldest++,
      )
      t.deepEqual(wrong, [])
      t.is(fifo.size, next - oldest)
    }
  },
)
