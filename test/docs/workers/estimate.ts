/** Estimates pi by throwing darts: every million darts an interim report. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'estimate',
  info: 'Estimates pi.',
  attr: { darts: t.Int, seed: { type: t.Int, default: 1 } },
  work: ({ darts, seed }, task) => {
    let hits = 0
    let state: number = seed
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
    for (let thrown = 1; thrown <= darts; thrown++) {
      if (random() ** 2 + random() ** 2 < 1) hits++
      if (thrown % 1_000_000 === 0) task.report({ done: thrown, total: darts, pi: (4 * hits) / thrown })
    }
    return (4 * hits) / darts
  },
})
