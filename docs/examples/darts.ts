/** Throws darts at a square, and counts those that hit the circle in it. Says so every two million darts. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

/** How many darts, and how many of them hit. */
export interface Thrown {
  readonly thrown: number
  readonly hits: number
}

const every = 2_000_000

export default defineWorker(import.meta, {
  name: 'darts',
  info: 'Throws darts at a square, and counts those that hit the circle in it.',
  attr: {
    count: { type: t.number, info: 'How many to throw.' },
    seed: { type: t.number, info: 'Equal seeds throw equal darts.' },
  },
  work: function* ({ count, seed }): Generator<Thrown, Thrown> {
    let state = Math.imul(seed, 2654435761) >>> 0
    const random = () => {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    }
    let hits = 0
    for (let thrown = 1; thrown <= count; thrown++) {
      if (random() ** 2 + random() ** 2 < 1) hits++
      if (thrown % every === 0) yield { thrown, hits }
    }
    return { thrown: count, hits }
  },
})
