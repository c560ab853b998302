/** Does one job after the other, and sees if that is so: the worker of the actor contract. */

import { setTimeout as pause } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker } from '../../../src/entries/worker.ts'

export default defineWorker(import.meta, {
  name: 'doer',
  attr: { n: t.number, does: t.keyof({ answer: null, wait: null, fail: null }) },
  setup: () => ({ atWork: 0 }),
  work: async ({ n, does }, { local }) => {
    const done = { n, atWork: ++local.atWork }
    try {
      if (does === 'fail') throw new Error(`job ${n} fails`)
      if (does === 'wait') await pause(60)
    } finally {
      local.atWork--
    }
    return done
  },
})
